"""Every attack gets its answer, without a network; the table says what the cases say."""

import json
from pathlib import Path

import pytest

from attacks.cases import ATTACKS
from attacks.guard import NetworkUsed, no_network
from attacks.model import Row
from attacks.table import markdown
from credence.credentials.verifier import GuardedFetcher, Outcome
from support.badges import ISSUER, SECURINGS, WEB, check, credential, web_shelf

TABLE = Path(__file__).with_name("README.md")


@pytest.mark.parametrize(
    "attack", ATTACKS, ids=lambda attack: f"{attack.row.name}: {ascii(attack.name)[1:-1][:90]}"
)
def test_the_answer(attack):
    answer = attack.prepare()()
    assert attack.wrong(answer) is None
    json.dumps(answer.to_json())  # whatever stands in the document, the answer can be told


@pytest.mark.parametrize("securing", SECURINGS)
def test_what_is_attacked_holds_untouched(securing):
    assert check(ISSUER.sign(credential(), securing)).outcome is Outcome.VERIFIED
    assert check(WEB.sign(credential(WEB), securing), documents=web_shelf()).outcome is Outcome.VERIFIED


def test_every_row_has_attacks_of_different_names():
    assert {attack.row for attack in ATTACKS} == set(Row)
    names = [(attack.row, attack.name) for attack in ATTACKS]
    assert len(set(names)) == len(names)


def test_the_table_is_of_these_attacks():
    assert TABLE.read_text() == markdown(ATTACKS), (
        "write it anew: python -m tests.attacks --markdown > tests/attacks/README.md"
    )


def test_the_guard_sees_who_uses_the_network():
    with no_network({}, {}), pytest.raises(NetworkUsed):
        GuardedFetcher().get("https://academy.example/x")
    with no_network({"academy.example": "93.184.215.14"}, {}), pytest.raises(NetworkUsed):
        GuardedFetcher().get("https://academy.example/x")
