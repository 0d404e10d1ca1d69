"""`credence verify`: files on a machine without services and without a network."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from credence.cli.__main__ import app
from support.badges import AT, HOLDER, ISSUER, WEB, credential

RUN = CliRunner()
WHEN = AT.strftime("%Y-%m-%dT%H:%M:%S+0000")


@pytest.fixture
def badge(tmp_path: Path) -> Path:
    file = tmp_path / "badge.json"
    file.write_bytes(ISSUER.sign(credential(), "eddsa-jcs-2022"))
    return file


def test_a_sheet_for_people(badge: Path) -> None:
    answer = RUN.invoke(app, ["verify", str(badge), "--at", WHEN])
    assert answer.exit_code == 0
    assert "VERIFIED" in answer.output
    assert "Unchanged since it was signed?" in answer.output


def test_an_object_a_line_for_programs(badge: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.json"
    broken.write_bytes(badge.read_bytes().replace(b"Achievement", b"Achievment", 1))
    answer = RUN.invoke(app, ["verify", str(badge), str(broken), "--at", WHEN, "--json"])
    good, bad = (json.loads(line) for line in answer.stdout.splitlines())
    assert (good["file"], good["outcome"]) == (str(badge), "VERIFIED")
    assert list(good) == ["file", "format", "outcome", "verdicts", "flags", "proofs", "achievement"]
    assert bad["outcome"] == "NOT_VERIFIED"
    assert answer.exit_code == 1


def test_from_standard_input_and_for_a_recipient(badge: Path) -> None:
    signed = badge.read_bytes()
    mine = RUN.invoke(app, ["verify", "-", "--at", WHEN, "--recipient", HOLDER], input=signed)
    assert mine.exit_code == 0
    other = RUN.invoke(app, ["verify", "-", "--at", WHEN, "--recipient", "did:example:other"], input=signed)
    assert other.exit_code == 1
    assert "RECIPIENT_MISMATCH" in other.output


def test_documents_come_from_a_folder_or_not_at_all(tmp_path: Path) -> None:
    file = tmp_path / "badge.json"
    file.write_bytes(WEB.sign(credential(WEB), "eddsa-jcs-2022"))
    alone = RUN.invoke(app, ["verify", str(file), "--at", WHEN, "--json"])
    assert json.loads(alone.stdout)["outcome"] == "INDETERMINATE"
    published = tmp_path / "documents/academy.example/.well-known/did.json"
    published.parent.mkdir(parents=True)
    published.write_text(json.dumps(WEB.did_document()))
    found = RUN.invoke(
        app, ["verify", str(file), "--at", WHEN, "--documents", str(tmp_path / "documents"), "--json"]
    )
    assert json.loads(found.stdout)["outcome"] == "VERIFIED"


def test_what_is_wrong_with_the_call_is_one_line_and_status_two(tmp_path: Path) -> None:
    for arguments in (
        ["verify", str(tmp_path / "nothing.json")],
        ["verify"],
        ["rank", "x", "--data", str(tmp_path)],
    ):
        answer = RUN.invoke(app, arguments)
        assert answer.exit_code == 2, arguments
    missing = RUN.invoke(app, ["verify", str(tmp_path / "nothing.json")])
    assert missing.stderr.count("\n") == 1
    assert "nothing.json" in missing.stderr
