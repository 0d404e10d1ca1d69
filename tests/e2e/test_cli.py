"""The `credence` command against services that run: what people read, what programs get, and one plain line when it fails."""

import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from google.protobuf.json_format import MessageToDict

from credence.credentials.verifier import RegistryEntry, Standing
from credence.credentials.verifier.snapshot import Snapshot, write_snapshot
from credence.platform.tokens import TokenVerifier, public_jwks
from credencepb.audit.v1.audit_service_pb2 import ListProgrammesRequest
from credencepb.credentials.v1.credentials_service_pb2 import ListIssuersRequest
from support.workplace import Workplace


@pytest.fixture
def credence(place: Workplace):
    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "credence.cli", *arguments, "--data", str(place.stack.data_dir)],
            capture_output=True,
            text=True,
            timeout=120,
        )

    return run


def test_a_shortlist_for_people_and_for_programs(place: Workplace, credence) -> None:
    shown = credence("rank", "data-analyst", "--top", "3")
    assert shown.returncode == 0, shown.stderr
    assert "must-haves" in shown.stdout
    assert " points." in shown.stdout
    lines = [
        json.loads(line)
        for line in credence("rank", "data-analyst", "--top", "3", "--json").stdout.splitlines()
    ]
    assert [line["rank"] for line in lines] == [1, 2, 3]
    name = place.candidate(lines[0]["external_id"]).identity.display_name
    assert name in shown.stdout
    assert name not in credence("rank", "data-analyst", "--top", "3", "--blind").stdout


def test_every_point_is_explained(place: Workplace, credence) -> None:
    best = json.loads(credence("rank", "data-analyst", "--top", "1", "--json").stdout)
    answer = json.loads(credence("explain", "data-analyst", best["external_id"], "--json").stdout)
    points = [c["points"] for c in answer["candidate"]["contributions"]]
    assert sum(points) == pytest.approx(best["score"], abs=1e-9)
    assert f"{best['score']:.2f}" in credence("explain", "data-analyst", best["external_id"]).stdout


def test_an_audit_with_programmes(place: Workplace, credence) -> None:
    shown = credence("audit", "analytics", "data-analyst")
    assert shown.returncode == 0, shown.stderr
    assert "the top gaps" in shown.stdout
    assert "Programmes that close" in shown.stdout
    answer = json.loads(credence("audit", "analytics", "data-analyst", "--json").stdout)
    assert len(answer["audit"]["top_gaps"]) == 3


def test_what_expires_soon(place: Workplace, credence) -> None:
    answer = credence("renewals", "--within", "3650", "--json")
    assert answer.returncode == 0, answer.stderr
    found = [json.loads(line) for line in answer.stdout.splitlines()]
    assert found, "some credentials of the company state an end"
    assert [r["expires_on"] for r in found] == sorted(r["expires_on"] for r in found)
    shown = credence("renewals", "--within", "3650")
    assert f"{len(found)} credentials expire within 3650 days" in shown.stdout
    assert place.candidate(found[0]["external_id"]).identity.display_name in shown.stdout
    assert (
        place.candidate(found[0]["external_id"]).identity.display_name
        not in credence("renewals", "--within", "3650", "--blind").stdout
    )


def test_judging_an_issuer_and_taking_it_back(place: Workplace, credence) -> None:
    issuer = "did:web:nobody.example"
    arguments = ("--standing", "red_flagged", "--note", "Sells degrees.", "--name", "Nobody")
    assert "red_flagged" in credence("registry", "judge", issuer, *arguments).stdout
    listed = place.credentials.ListIssuers(ListIssuersRequest(parent=place.tenant, page_size=1000)).issuers
    assert issuer in {entry.issuer_id for entry in listed}
    assert credence("registry", "forget", issuer).returncode == 0
    again = credence("registry", "forget", issuer)
    assert (again.returncode, "RESOURCE_NOT_FOUND" in again.stderr) == (2, True)
    assert credence("registry", "judge", issuer, *("--standing", "good"), *arguments[2:]).returncode == 2


def test_a_snapshot_by_a_key_that_nobody_trusts_here(place: Workplace, credence, tmp_path: Path) -> None:
    file = tmp_path / "snapshot.json"
    entry = RegistryEntry(("did:web:nobody.example",), "Nobody", Standing.KNOWN)
    key = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
    file.write_bytes(write_snapshot(Snapshot(1, date(2026, 1, 1), [entry]), key))
    answer = credence("registry", "import", str(file))
    assert answer.returncode == 2
    assert "KEY_NOT_TRUSTED" in answer.stderr
    assert credence("registry", "export", str(tmp_path / "none.json")).returncode == 2


def test_descriptions_and_programmes_out_of_ctdl(place: Workplace, credence, tmp_path: Path) -> None:
    file = tmp_path / "course.json"
    ctid = "ce-00000000-0000-4000-8000-000000000042"
    course = {
        "@id": f"https://registry.example/resources/{ctid}",
        "@type": "ceterms:Course",
        "ceterms:name": {"en": "Queries"},
        "ceterms:teaches": [{"ceterms:targetNodeName": {"en": "SQL"}}],
    }
    file.write_text(json.dumps(course))
    shown = credence("descriptions", "import", str(file))
    assert shown.returncode == 0, shown.stderr
    assert f"{ctid}  Course Queries: SQL" in shown.stdout
    without = credence("descriptions", "programmes", str(file))
    assert "states no cost" in without.stderr
    taken = credence("descriptions", "programmes", str(file), "--cost", "100", "--hours", "8")
    assert "1 programmes" in taken.stdout, taken.stderr
    listed = place.audit.ListProgrammes(ListProgrammesRequest(parent=place.tenant, page_size=1000)).programmes
    assert ctid in {programme.external_id for programme in listed}


def test_importing_again_changes_nothing_and_a_bad_line_is_named(
    place: Workplace, credence, tmp_path: Path
) -> None:
    people = tmp_path / "people.jsonl"
    known = [MessageToDict(c, preserving_proto_field_name=True) for c in place.company.candidates[:5]]
    people.write_text("\n".join(json.dumps(c) for c in known))
    answer = credence("import", str(people), "--json")
    assert json.loads(answer.stdout)["unchanged"] == "5"
    people.write_text('{"external_id": "X"}\n{"no_such_field": 1}\n')
    failed = credence("import", str(people))
    assert failed.returncode == 2
    assert "line 2" in failed.stderr


def test_where_things_are_and_a_token_for_them(place: Workplace, credence) -> None:
    status = dict(line.split(" ") for line in credence("status").stdout.splitlines())
    assert status["matching"] == place.stack.targets["matching"]
    token = credence("token", "--scope", "rankings.read").stdout.strip()
    caller = TokenVerifier(public_jwks(place.stack.key), "credence-dev", "credence").verify(token)
    assert (caller.tenant, caller.scopes) == (place.company.tenant, frozenset({"rankings.read"}))


def test_what_is_not_there_is_one_line(credence) -> None:
    answer = credence("rank", "no-such-role")
    assert (answer.returncode, answer.stdout) == (2, "")
    assert answer.stderr.count("\n") == 1
    assert "RESOURCE_NOT_FOUND" in answer.stderr
