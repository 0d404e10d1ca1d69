"""VerifyCredential: eight verdicts over gRPC, and the refusals."""

import json

import grpc
import pytest
from google.protobuf.timestamp_pb2 import Timestamp

from credence.platform.grpc.client import readable
from credencepb.credentials.v1 import credentials_service_pb2 as api
from credencepb.credentials.v1 import verification_pb2 as pb
from support.badges import SECURINGS
from support.credentials import PARENT, Desk
from support.people import EMAIL, WEB_ACADEMY, badge, status_list


def verify(desk: Desk, document: bytes, **more: object) -> pb.Verification:
    return desk.stub.VerifyCredential(
        api.VerifyCredentialRequest(parent=PARENT, document=document, **more)  # type: ignore[arg-type]
    )


def refusal(desk: Desk, document: bytes, **more: object) -> tuple[str, str, dict[str, str]]:
    with pytest.raises(grpc.RpcError) as caught:
        verify(desk, document, **more)
    error = readable(caught.value)
    return error.code_name, error.reason, error.metadata


@pytest.mark.parametrize("securing", SECURINGS)
def test_a_sound_credential_in_each_format(desk: Desk, securing: str) -> None:
    found = verify(desk, badge(securing=securing), recipient_email=EMAIL)  # type: ignore[arg-type]
    assert found.outcome == pb.OUTCOME_VERIFIED
    assert securing in found.format
    v = found.verdicts
    assert [x.verdict for x in (v.integrity, v.issuer_authenticated, v.validity, v.recipient)] == [
        pb.Verdict.VALUE_VALID
    ] * 4
    assert (v.issuer_trusted.code, v.status.code) == ("ISSUER_UNKNOWN", "NO_STATUS")
    assert (found.name, found.candidate) == ("", ""), "a stateless check is nobody's"
    assert (found.achievement.name, found.achievement.rigor) == ("SQL for Analysts", "reviewed_project")
    assert "SQL for Analysts" in found.explanation
    assert len(found.content_hash) == 64
    assert desk.sent() == []


def test_what_is_wrong_is_said_where_it_is(desk: Desk) -> None:
    tampered = json.loads(badge())
    tampered["credentialSubject"]["achievement"]["name"] = "SQL for Masters"
    found = verify(desk, json.dumps(tampered).encode())
    assert (found.outcome, found.verdicts.integrity.code) == (pb.OUTCOME_NOT_VERIFIED, "SIGNATURE_MISMATCH")
    other = verify(desk, badge(), recipient_email="somebody@else.example")
    assert (other.outcome, other.verdicts.recipient.code) == (pb.OUTCOME_NOT_VERIFIED, "RECIPIENT_MISMATCH")
    assert verify(desk, badge()).verdicts.recipient.code == "RECIPIENT_NOT_ASKED"


def test_as_of_another_day(desk: Desk) -> None:
    document = badge(until=desk.clock.at)
    later = Timestamp()
    later.FromJsonString("2027-01-01T00:00:00Z")
    assert verify(desk, document).verdicts.validity.verdict == pb.Verdict.VALUE_VALID
    assert verify(desk, document, at=later).verdicts.validity.code == "EXPIRED"


def test_status_and_did_web_come_from_the_issuer(desk: Desk) -> None:
    document = badge(WEB_ACADEMY, status_index=7)
    unknown = verify(desk, document)
    assert unknown.outcome == pb.OUTCOME_INDETERMINATE
    assert unknown.verdicts.issuer_authenticated.verdict == pb.Verdict.VALUE_INDETERMINATE
    desk.shelf.documents["https://academy.example/.well-known/did.json"] = WEB_ACADEMY.did_document()
    unreachable = verify(desk, document)
    assert (unreachable.outcome, unreachable.verdicts.status.code) == (
        pb.OUTCOME_INDETERMINATE,
        "STATUS_UNREACHABLE",
    )
    desk.shelf.documents["https://academy.example/status/1"] = status_list(3)
    assert verify(desk, document).outcome == pb.OUTCOME_VERIFIED
    assert verify(desk, badge(WEB_ACADEMY, status_index=3)).verdicts.status.code == "REVOKED"


@pytest.mark.parametrize(
    ("document", "code"),
    [
        (b"not JSON at all", "NOT_JSON"),
        (b'{"a":' * 10_000 + b"1" + b"}" * 10_000, "TOO_DEEP"),
        (b'{"a": 1, "a": 2}', "DUPLICATE_KEY"),
        (b'{"@context": ["https://example.org/none"], "type": ["Nothing"]}', "UNSUPPORTED_FORMAT"),
    ],
)
def test_malformed_documents(desk: Desk, document: bytes, code: str) -> None:
    code_name, reason, metadata = refusal(desk, document)
    assert (code_name, reason, metadata["code"]) == ("INVALID_ARGUMENT", "MALFORMED_CREDENTIAL", code)


def test_limits(desk: Desk) -> None:
    code_name, reason, metadata = refusal(desk, b" " * (1024 * 1024 + 1))
    assert (code_name, reason) == ("RESOURCE_EXHAUSTED", "TOO_LARGE")
    assert metadata == {"limit": "1048576", "actual": "1048577"}
    assert refusal(desk, b"")[:2] == ("INVALID_ARGUMENT", "INVALID_FIELD")
    with pytest.raises(grpc.RpcError) as caught:
        desk.bare.VerifyCredential(api.VerifyCredentialRequest(parent=PARENT, document=badge()))
    assert readable(caught.value).reason == "INVALID_TOKEN"
