"""`credence verify`: files on a machine without services and without a network."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from credence.cli.__main__ import app
from credence.credentials.issuing_records import record_credential
from credence.credentials.verifier import verify
from support.badges import AT, HOLDER, ISSUER, WEB, credential
from support.older import OldAcademy, itxt, png, svg

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


def test_files_are_known_by_their_content(tmp_path: Path) -> None:
    academy = OldAcademy()
    token = ISSUER.sign_jwt(credential())
    files = {
        "badge.txt": png(itxt(academy.hosted())),
        "badge.json": svg(f'<openbadges:assertion verify="{academy.signed().decode()}"/>'),
        "badge.png": token,
        "badge": png(itxt(ISSUER.sign(credential(), "eddsa-jcs-2022"), b"openbadgecredential")),
    }
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    for url, document in academy.shelf.documents.items():
        file = tmp_path / "documents" / url.removeprefix("https://")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(document))
    given = [str(tmp_path / name) for name in files]
    answer = RUN.invoke(
        app, ["verify", *given, "--at", WHEN, "--documents", str(tmp_path / "documents"), "--json"]
    )
    lines = [json.loads(line) for line in answer.stdout.splitlines()]
    assert [line["format"] for line in lines] == ["ob2+hosted", "ob2+jws", "ob3+vc-jwt", "ob3+eddsa-jcs-2022"]
    assert {line["outcome"] for line in lines} == {"VERIFIED"}
    assert answer.exit_code == 0


def test_a_record_shows_what_it_holds(tmp_path: Path) -> None:
    members = [ISSUER.sign(credential(), "vc-jwt"), b'{"type": "Poem"}']
    record = record_credential(
        id="urn:x:1",
        issuer_id=ISSUER.id,
        issuer_name="Uni\x1b[31m\u202eversity",
        subject_id=HOLDER,
        members=members,
        valid_from=AT,
    )
    file = tmp_path / "record.json"
    file.write_bytes(ISSUER.sign(record, "eddsa-jcs-2022"))
    sheet = RUN.invoke(app, ["verify", str(file), "--at", WHEN])
    assert sheet.exit_code == 1
    assert "learner record" in sheet.output
    assert "1 of 2 could be verified" in sheet.output
    assert "credential 2: NOT VERIFIED" in sheet.output
    assert "\x1b" not in sheet.output
    assert "\u202e" not in sheet.output
    one = RUN.invoke(app, ["verify", str(file), "--at", WHEN, "--json"])
    assert one.stdout.isascii()
    assert [m["outcome"] for m in json.loads(one.stdout)["members"]] == ["VERIFIED", "NOT_VERIFIED"]


@pytest.mark.parametrize("moment", ["2025-06-01T00:00:00Z", "2025-06-01T02:00:00.5+02:00", "2025-06-01"])
def test_as_of_a_time_of_rfc_3339(badge: Path, moment: str) -> None:
    assert RUN.invoke(app, ["verify", str(badge), "--at", moment]).exit_code == 0
    assert RUN.invoke(app, ["verify", str(badge), "--at", moment.replace("2025", "2035")]).exit_code == 1


def test_what_is_wrong_with_the_call_is_one_line_and_status_two(tmp_path: Path) -> None:
    for arguments in (
        ["verify", str(tmp_path / "nothing.json")],
        ["verify"],
        ["verify", str(tmp_path)],
        ["verify", "-", "--at", "yesterday"],
        ["verify", "-", "--at", "2025-06-01T00:00:00"],
        ["verify", "-", "--recipient", "somebody"],
        ["verify", "-", "--documents", str(tmp_path), "--online"],
        ["verify", "-", "--documents", str(tmp_path / "nothing")],
        ["rank", "x", "--data", str(tmp_path)],
    ):
        answer = RUN.invoke(app, arguments)
        assert answer.exit_code == 2, arguments
    missing = RUN.invoke(app, ["verify", str(tmp_path / "nothing.json")])
    assert missing.stderr.count("\n") == 1
    assert "nothing.json" in missing.stderr


def test_one_file_that_breaks_the_verifier_costs_its_own_answer_alone(
    badge: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = tmp_path / "bad"
    bad.write_bytes(b"bad")

    def breaking(content: bytes, **given: object) -> object:
        if content == b"bad":
            raise ZeroDivisionError
        return verify(content, **given)  # type: ignore[arg-type]

    monkeypatch.setattr("credence.cli.verify.verify", breaking)
    result = CliRunner().invoke(app, ["verify", str(bad), str(badge), "--json", "--at", AT.isoformat()])
    broken, good = (json.loads(line) for line in result.stdout.splitlines() if line.startswith("{"))
    assert (broken["outcome"], good["outcome"]) == ("INDETERMINATE", "VERIFIED")
    assert broken["verdicts"]["integrity"]["code"] == "VERIFICATION_CRASHED"
    assert result.exit_code == 1
