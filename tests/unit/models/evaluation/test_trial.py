"""The product's linker on the sentences written for it, against the counts recorded last.

After a change that makes them better, or worse for a reason that the commit gives, record them anew:

    python -m credence_models.evaluation trial --record models/cards/trial.json
"""

from collections import Counter

import orjson
import pytest

from credence_models import taxonomy
from credence_models.evaluation import trial
from credence_models.evaluation.__main__ import main
from credence_models.evaluation.trial import Found, Outcome, Trial, counted
from credence_models.linker import Linker, load_linker

RECORDED = orjson.loads(trial.RECORDED.read_bytes())
WORSE_IF_MORE = ("missed", "extra", "with_extra", "empty")


@pytest.fixture(scope="module")
def linker() -> Linker:
    return load_linker(threads=1)


@pytest.fixture(scope="module")
def counts(linker: Linker) -> dict[str, dict[str, int]]:
    return trial.document(linker.version, trial.run(linker, trial.load()))["counts"]


def test_a_hundred_of_each_all_distinct() -> None:
    trials = trial.load()
    boilerplate = [one for one in trials if one.kind == trial.BOILERPLATE]
    assert len(boilerplate) == 100
    assert len(trials) == 200
    assert len({one.sentence for one in trials}) == 200
    assert all(one.sentence == one.sentence.strip() != "" for one in trials)
    assert not any(one.wanted for one in boilerplate)


def test_kinds_are_mixed_as_they_should_be() -> None:
    skills = [one for one in trial.load() if one.kind != trial.BOILERPLATE]
    kinds = Counter(one.kind for one in skills)
    assert set(kinds) == {"named", "unnamed", "tricky", trial.NONE}
    assert kinds["unnamed"] > len(skills) / 3
    assert kinds["tricky"] >= 12
    assert kinds[trial.NONE] == 8
    assert {one.kind for one in skills if not one.wanted} == {trial.NONE}
    assert sum(len(one.wanted) > 1 for one in skills) > 20


def test_labels_are_of_the_taxonomy() -> None:
    known = {concept.label for concept in taxonomy.load().concepts}
    wanted = {label for one in trial.load() for skill in one.wanted for label in skill}
    assert wanted - known == set()


def test_counting() -> None:
    sql, either = frozenset({"SQL"}), frozenset({"first aid", "provide first aid"})

    def outcome(wanted: tuple[frozenset[str], ...], *labels: str) -> Outcome:
        return Outcome(Trial("x", "y", wanted), tuple(Found(label, label, "exact") for label in labels))

    outcomes = [
        outcome((sql, either), "SQL", "provide first aid"),
        outcome((sql, either), "first aid", "Go", "Go"),
        outcome((sql,), "Go"),
        outcome((), "Go"),
        outcome(()),
    ]
    counts = counted(outcomes)
    assert (counts.sentences, counts.complete, counts.partial, counts.empty) == (5, 1, 1, 1)
    assert (counts.skills, counts.missed, counts.extra, counts.with_extra) == (5, 2, 4, 3)


def test_nothing_is_worse_than_recorded(linker: Linker, counts: dict[str, dict[str, int]]) -> None:
    assert counts.keys() == RECORDED["counts"].keys()
    for kind, now in counts.items():
        then = RECORDED["counts"][kind]
        assert (now["sentences"], now["skills"]) == (then["sentences"], then["skills"])
        worse = {name: (then[name], now[name]) for name in WORSE_IF_MORE if now[name] > then[name]}
        assert not worse, (
            f"{kind}: recorded with {RECORDED['linker']}, this is {linker.version}: see the head of this file"
        )


def test_the_command(capsys, tmp_path, counts: dict[str, dict[str, int]]) -> None:
    kept = tmp_path / "trial.json"
    assert main(["trial", "--json", "--verbose", "--record", str(kept)]) == 0
    printed = orjson.loads(capsys.readouterr().out)
    wrong = printed.pop("wrong")
    assert printed == orjson.loads(kept.read_bytes())
    assert printed["counts"] == counts
    phantom = [one for one in wrong if one["kind"] == trial.BOILERPLATE]
    assert len(phantom) == counts[trial.BOILERPLATE]["with_extra"]


def test_the_table(linker: Linker, counts: dict[str, dict[str, int]]) -> None:
    printed = trial.report(linker, as_json=False, verbose=False, record=None, say=pytest.fail)
    table = printed.splitlines()
    assert [line.split()[0] for line in table[2:]] == list(counts)
    assert table[2].split()[1:3] == ["100", str(counts[trial.BOILERPLATE]["extra"])]
