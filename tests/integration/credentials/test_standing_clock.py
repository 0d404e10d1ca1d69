"""What changes though nobody sends anything: expiry, revocation, the registry. Each is a new revision that says why."""

from datetime import UTC, datetime, timedelta

import grpc
import pytest

from credence.platform.grpc.client import readable
from credencepb.candidates.v1 import candidate_pb2
from credencepb.credentials.v1 import credentials_service_pb2 as api
from credencepb.credentials.v1 import profile_pb2
from credencepb.credentials.v1 import verification_pb2 as pb
from support.credentials import PARENT, Desk
from support.people import ACADEMY, STATUS_URL, WEB_ACADEMY, badge, person, status_list

DID_URL = "https://academy.example/.well-known/did.json"


def codes(desk: Desk, candidate: str = "c1") -> set[str]:
    return {f.flag.code for f in desk.profile(candidate).flags}


def only_strength(desk: Desk, candidate: str = "c1") -> float:
    (evidence,) = desk.profile(candidate).evidence
    return evidence.strength


def test_nothing_due_changes_nothing(desk: Desk) -> None:
    desk.take(desk.changed(person("c1", badge())))
    before = desk.profile("c1")
    desk.tick()
    desk.tick(minutes=5)
    assert desk.profile("c1") == before
    assert len(desk.sent()) == 1


def test_expiry(desk: Desk) -> None:
    until = desk.clock.at + timedelta(hours=1)
    desk.take(desk.changed(person("c1", badge(until=until))))
    before = only_strength(desk)
    desk.tick(minutes=59)
    assert desk.profile("c1").revision == 1
    desk.tick(minutes=2)
    profile = desk.profile("c1")
    assert (profile.revision, profile.cause, profile.candidate_revision) == (2, "EXPIRED", 1)
    assert codes(desk) == {"EXPIRED"}
    assert only_strength(desk) < before
    (recency,) = [f.value for f in profile.evidence[0].factors if f.name == "recency"]
    assert recency <= 0.5
    assert [p.cause for p in desk.told()] == ["CANDIDATE_CHANGED", "EXPIRED"]
    desk.tick(minutes=1)
    assert desk.profile("c1").revision == 2


def test_after_an_expiry_other_changes_have_their_own_cause(desk: Desk) -> None:
    desk.take(desk.changed(person("c1", badge(until=desk.clock.at + timedelta(hours=1)))))
    desk.tick(hours=2)
    assert desk.profile("c1").cause == "EXPIRED"
    entry = pb.Issuer(
        name=f"{PARENT}/issuers/academy",
        issuer_id=ACADEMY.id,
        display_name="Example Academy",
        standing=pb.ISSUER_STANDING_KNOWN,
        note="Looked at.",
    )
    desk.stub.UpdateIssuer(api.UpdateIssuerRequest(issuer=entry, allow_missing=True))
    desk.tick(minutes=1)
    assert (desk.profile("c1").revision, desk.profile("c1").cause) == (3, "REGISTRY_CHANGED")


def test_a_certification_that_states_no_end_expires_by_policy(desk: Desk) -> None:
    """Awarded on 2026-01-10 by a name with a policy of three years; the signature holds as before."""
    certificate = badge(
        issuer_name="Amazon Web Services", name="AWS Certified Developer", awarded=desk.clock.at
    )
    desk.take(desk.changed(person("c1", certificate)))
    assert desk.profile("c1").evidence[0].expires_on == "2029-11-21"
    desk.tick(days=3 * 365 + 1)
    assert "EXPIRED_BY_POLICY" not in codes(desk), "the last day belongs to it"
    before = only_strength(desk)
    desk.tick(hours=13)
    profile = desk.profile("c1")
    assert profile.cause == "EXPIRED"
    assert "EXPIRED_BY_POLICY" in codes(desk)
    assert only_strength(desk) <= before
    (stored,) = desk.verifications("c1")
    assert stored.outcome == pb.OUTCOME_VERIFIED
    assert "EXPIRED_BY_POLICY" in {flag.code for flag in stored.flags}


def test_a_share_link_is_named_by_its_platform_and_never_verified(desk: Desk) -> None:
    claimant = person("c1")
    claimed = candidate_pb2.ClaimedCredential(
        title="AWS Certified Developer: SQL",
        issuer="AWS",
        url="https://www.credly.com/badges/0123/public_url",
        awarded="2026-01-10",
    )
    claimant.credentials.add(id="link").claimed.CopyFrom(claimed)
    desk.take(desk.changed(claimant))
    profile = desk.profile("c1")
    assert profile.evidence
    for evidence in profile.evidence:
        assert (evidence.kind, evidence.verified) == (profile_pb2.EVIDENCE_KIND_UNVERIFIED_CREDENTIAL, False)
        assert (evidence.source.platform, evidence.source.issuer) == ("Credly", "AWS")
        assert evidence.expires_on == "2029-01-10"
    assert desk.verifications("c1") == []
    desk.tick(days=3 * 365)
    assert desk.profile("c1").cause == "EXPIRED"
    recency = [f.code for e in desk.profile("c1").evidence for f in e.factors if f.name == "recency"]
    assert set(recency) == {"RECENCY_EXPIRED"}


def test_a_credential_that_is_not_valid_yet_comes_into_force(desk: Desk) -> None:
    desk.take(desk.changed(person("c1", badge(awarded=desk.clock.at + timedelta(hours=2)))))
    assert not desk.profile("c1").evidence
    assert codes(desk) == {"NOT_YET_VALID"}
    desk.tick(hours=3)
    profile = desk.profile("c1")
    assert profile.revision == 2
    assert profile.evidence
    assert not profile.flags


def test_revocation_is_noticed_within_the_hour(desk: Desk) -> None:
    desk.shelf.documents |= {DID_URL: WEB_ACADEMY.did_document(), STATUS_URL: status_list(3)}
    desk.take(desk.changed(person("c1", badge(WEB_ACADEMY, status_index=7))))
    assert only_strength(desk) > 0
    desk.shelf.documents[STATUS_URL] = status_list(3, 7)
    desk.tick(minutes=59)
    assert desk.profile("c1").revision == 1
    desk.tick(minutes=2)
    profile = desk.profile("c1")
    assert (profile.revision, profile.cause) == (2, "STATUS_CHANGED")
    assert not profile.evidence
    assert codes(desk) == {"REVOKED"}
    (stored,) = desk.verifications("c1")
    assert (stored.outcome, stored.verdicts.status.code) == (pb.OUTCOME_NOT_VERIFIED, "REVOKED")
    desk.shelf.documents[STATUS_URL] = status_list(3)
    desk.tick(hours=2)
    assert desk.profile("c1").evidence, "a list that no longer names it restores it"


def test_a_status_is_due_by_when_it_was_read_whatever_is_graded_meanwhile(desk: Desk) -> None:
    desk.shelf.documents |= {DID_URL: WEB_ACADEMY.did_document(), STATUS_URL: status_list(3)}
    desk.take(desk.changed(person("c1", badge(WEB_ACADEMY, status_index=7))))
    desk.shelf.documents[STATUS_URL] = status_list(3, 7)
    entry = pb.Issuer(
        name=f"{PARENT}/issuers/academy",
        issuer_id=WEB_ACADEMY.id,
        display_name="Example Academy",
        standing=pb.ISSUER_STANDING_KNOWN,
        note="Looked at.",
    )
    desk.stub.UpdateIssuer(api.UpdateIssuerRequest(issuer=entry, allow_missing=True))
    desk.tick(minutes=40)
    assert desk.profile("c1").cause == "REGISTRY_CHANGED"
    desk.tick(minutes=21)
    assert codes(desk) == {"REVOKED"}


def test_a_status_that_could_not_be_looked_up_is_tried_again(desk: Desk) -> None:
    desk.shelf.documents[DID_URL] = WEB_ACADEMY.did_document()
    desk.take(desk.changed(person("c1", badge(WEB_ACADEMY, status_index=7))))
    doubtful = only_strength(desk)
    assert codes(desk) == {"STATUS_UNREACHABLE"}
    desk.shelf.documents[STATUS_URL] = status_list()
    desk.tick(minutes=6)
    profile = desk.profile("c1")
    assert (profile.revision, profile.cause) == (2, "STATUS_CHANGED")
    assert only_strength(desk) > doubtful
    assert not profile.flags


@pytest.mark.parametrize(
    ("standing", "better"),
    [(pb.ISSUER_STANDING_RECOGNISED, True), (pb.ISSUER_STANDING_RED_FLAGGED, False)],
)
def test_the_registry(desk: Desk, standing: pb.IssuerStanding, better: bool) -> None:
    desk.take(desk.changed(person("c1", badge())), desk.changed(person("c2")))
    before = only_strength(desk)
    entry = pb.Issuer(
        name=f"{PARENT}/issuers/academy",
        issuer_id=ACADEMY.id,
        display_name="Example Academy",
        standing=standing,
        note="Looked at.",
    )
    made = desk.stub.UpdateIssuer(api.UpdateIssuerRequest(issuer=entry, allow_missing=True))
    desk.tick()
    profile = desk.profile("c1")
    assert (profile.revision, profile.cause) == (2, "REGISTRY_CHANGED")
    assert (only_strength(desk) > before) is better
    assert profile.evidence[0].source.issuer_standing == standing
    assert desk.profile("c2").revision == 1, "who has nothing of the issuer stays"
    assert [p.candidate.rpartition("/")[2] for p in desk.told()] == ["c1", "c2", "c1"]
    (stored,) = desk.verifications("c1")
    assert stored.issuer.name == made.name

    with pytest.raises(grpc.RpcError) as caught:
        desk.stub.UpdateIssuer(
            api.UpdateIssuerRequest(issuer=pb.Issuer(name=made.name, etag='"old"', note="Again."))
        )
    assert readable(caught.value).reason == "ETAG_MISMATCH"


def test_age(desk: Desk) -> None:
    """A tool skill is worth less each year; the profile says that it aged, and when it was computed."""
    desk.take(desk.changed(person("c1", badge(awarded=datetime(2025, 1, 10, 12, tzinfo=UTC)))))
    before = only_strength(desk)
    desk.tick(days=366)
    profile = desk.profile("c1")
    assert profile.cause in ("AGED", "POOL_CHANGED")
    assert only_strength(desk) < before
    assert profile.evaluated_on == desk.clock.at.date().isoformat()
