"""Pictures with badges of version 2.0, and learner records, all the way: from a candidate's event to a profile, and over time."""

from datetime import UTC, datetime

import grpc
import pytest

from credence.credentials.issuing import Issuer
from credence.credentials.issuing_records import endorsement_credential, record_credential
from credence.platform.grpc.client import readable
from credencepb.credentials.v1 import credentials_service_pb2 as api
from credencepb.credentials.v1 import profile_pb2
from credencepb.credentials.v1 import verification_pb2 as pb
from support.credentials import PARENT, Desk
from support.older import OldAcademy, hashed, itxt, png
from support.people import ACADEMY, EMAIL, SQL, WEB_ACADEMY, badge, person

UNIVERSITY = Issuer.from_seed(b"integration university")
AWARDED = datetime(2026, 1, 10, tzinfo=UTC)


@pytest.fixture
def academy(desk: Desk) -> OldAcademy:
    """An issuer of version 2.0, whose host the service can reach."""
    made = OldAcademy()
    made.shelf = desk.shelf
    for name, document in (
        ("issuer", made.profile()),
        ("key", made.key_document()),
        ("badge", made.badge_class()),
    ):
        desk.shelf.documents[made.url(name)] = document
    return made


def picture(academy: OldAcademy) -> bytes:
    return png(itxt(academy.hosted(recipient=hashed(EMAIL, "salt"), issuedOn="2026-01-10T00:00:00Z")))


def one(desk: Desk) -> pb.Verification:
    (only,) = desk.verifications("c1")
    return only


def verify(desk: Desk, document: bytes) -> pb.Verification:
    return desk.stub.VerifyCredential(
        api.VerifyCredentialRequest(parent=PARENT, document=document, recipient_email=EMAIL)
    )


def evidence(desk: Desk) -> list[profile_pb2.Evidence]:
    return [piece for piece in desk.profile("c1").evidence if piece.concept == SQL]


def test_a_badge_in_a_picture(desk: Desk, academy: OldAcademy) -> None:
    desk.take(desk.changed(person("c1", picture(academy))))
    found = one(desk)
    assert (found.outcome, found.format) == (pb.OUTCOME_VERIFIED, "ob2+hosted")
    assert (found.issuer.issuer_id, found.achievement.name) == (academy.issuer_id, "SQL for Analysts")
    assert "It carries no signature: the web host of its issuer says that it is so." in found.explanation
    (piece,) = evidence(desk)
    assert (piece.verified, piece.source.title) == (True, "SQL for Analysts")
    strong = piece.strength
    revoked = desk.shelf.documents[academy.url("assertion")] | {"revoked": True}  # type: ignore[operator]
    desk.shelf.documents[academy.url("assertion")] = revoked
    desk.tick(hours=2)
    assert (one(desk).outcome, one(desk).verdicts.status.code) == (pb.OUTCOME_NOT_VERIFIED, "REVOKED")
    assert desk.profile("c1").cause == "STATUS_CHANGED"
    assert [piece.strength for piece in evidence(desk)] != [strong]


def test_a_badge_whose_host_was_away(desk: Desk, academy: OldAcademy) -> None:
    """What was achieved stands on the host: it is read, and counts, once the host is back. The picture is not kept for that."""
    document = picture(academy)
    published = dict(desk.shelf.documents)
    desk.shelf.documents.clear()
    desk.take(desk.changed(person("c1", document)))
    assert (one(desk).outcome, one(desk).verdicts.integrity.code) == (
        pb.OUTCOME_INDETERMINATE,
        "HOSTED_UNAVAILABLE",
    )
    assert evidence(desk) == []
    desk.shelf.documents |= published
    desk.tick(minutes=6)
    assert (one(desk).outcome, one(desk).achievement.name) == (pb.OUTCOME_VERIFIED, "SQL for Analysts")
    assert [piece.verified for piece in evidence(desk)] == [True]


def record(*members: bytes) -> bytes:
    made = record_credential(
        id="urn:x:record",
        issuer_id=UNIVERSITY.id,
        issuer_name="Example University",
        subject_id="urn:x:learner",
        members=members,
        valid_from=AWARDED,
        associations=[("isRelatedTo", "urn:x:a", "urn:x:b")],
    )
    made["credentialSubject"]["identifier"] = [
        {
            "type": "IdentityObject",
            "hashed": False,
            "identityHash": EMAIL,
            "identityType": "emailAddress",
        }
    ]
    return UNIVERSITY.sign(made, "eddsa-jcs-2022")


def test_each_member_of_a_record_counts_by_itself(desk: Desk) -> None:
    good = badge(securing="vc-jwt")
    somebodys = badge(email="eve@else.example", number=2)
    desk.take(desk.changed(person("c1", record(good, somebodys))))
    by_id = {v.credential_id: v for v in desk.verifications("c1")}
    assert sorted(by_id) == ["cred-1", "cred-1#0", "cred-1#1"]
    whole, first, second = (by_id[name] for name in sorted(by_id))
    assert (whole.format, whole.outcome) == ("clr+eddsa-jcs-2022", pb.OUTCOME_NOT_VERIFIED)
    assert (first.outcome, first.record) == (pb.OUTCOME_VERIFIED, whole.name)
    assert (second.outcome, second.verdicts.recipient.code) == (pb.OUTCOME_NOT_VERIFIED, "RECIPIENT_MISMATCH")
    assert "1 of 2 could be verified" in whole.explanation
    assert [a.type for a in whole.associations] == ["isRelatedTo"]
    assert not whole.members, "they stand beside it"
    (piece,) = evidence(desk)
    assert (piece.verified, piece.source.verification) == (True, first.name)
    stateless = verify(desk, record(good, somebodys))
    assert [m.outcome for m in stateless.members] == [pb.OUTCOME_VERIFIED, pb.OUTCOME_NOT_VERIFIED]


def test_a_record_is_as_good_as_its_members_are_now(desk: Desk) -> None:
    document = record(badge(), badge(WEB_ACADEMY, number=2))
    desk.take(desk.changed(person("c1", document)))

    def outcomes() -> dict[str, int]:
        return {v.credential_id: v.outcome for v in desk.verifications("c1")}

    assert outcomes() == {
        "cred-1": pb.OUTCOME_INDETERMINATE,
        "cred-1#0": pb.OUTCOME_VERIFIED,
        "cred-1#1": pb.OUTCOME_INDETERMINATE,
    }
    desk.shelf.documents["https://academy.example/.well-known/did.json"] = WEB_ACADEMY.did_document()
    desk.tick(minutes=6)
    assert set(outcomes().values()) == {pb.OUTCOME_VERIFIED}


def test_endorsements_are_told(desk: Desk) -> None:
    made = endorsement_credential(
        id="urn:x:e",
        issuer_id=UNIVERSITY.id,
        issuer_name="Example University",
        endorsed="https://academy.example/achievements/sql",
        comment="We looked at it.",
        valid_from=AWARDED,
    )
    token = UNIVERSITY.sign(made, "vc-jwt").decode()
    found = verify(desk, badge(criteria={"narrative": "A project."}, endorsementJwt=[token]))
    (said,) = found.endorsements
    assert (said.endorsed, said.display_name, said.comment) == (
        "achievement",
        "Example University",
        "We looked at it.",
    )
    assert said.verdict.verdict == pb.Verdict.VALUE_VALID
    assert found.achievement.rigor == "reviewed_project"
    assert "It is endorsed by Example University" in found.explanation


@pytest.mark.parametrize(
    ("document", "code"),
    [
        (png(), "NO_CREDENTIAL_IN_IMAGE"),
        (png(itxt(badge(ACADEMY)))[:-20], "IMAGE_MALFORMED"),
        (png(itxt(badge(ACADEMY)), itxt(badge(ACADEMY))), "TWO_CREDENTIALS_IN_IMAGE"),
    ],
)
def test_pictures_that_hold_no_one_credential(desk: Desk, document: bytes, code: str) -> None:
    with pytest.raises(grpc.RpcError) as caught:
        verify(desk, document)
    error = readable(caught.value)
    assert (error.code_name, error.reason, error.metadata["code"]) == (
        "INVALID_ARGUMENT",
        "MALFORMED_CREDENTIAL",
        code,
    )
