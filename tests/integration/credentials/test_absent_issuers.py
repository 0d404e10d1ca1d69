"""An issuer or its status list is away while a candidate is processed, and comes back: nobody sends anything, and the verdict is right."""

import json
from datetime import timedelta

import psycopg
import pytest

from credence.credentials import reevaluation
from credence.credentials.issuing import Issuer
from credence.credentials.store import ProfileStore
from credence.platform.local import LocalPostgres
from credence.platform.sql.database import conninfo
from credencepb.credentials.v1 import verification_pb2 as pb
from support.credentials import TENANT, Desk
from support.people import STATUS_URL, WEB_ACADEMY, badge, person, status_list
from support.traces import traces

DID_URL = "https://academy.example/.well-known/did.json"
NUMBER = "58172aac-d8ba-11ed-83dd-000000000001"
"""Stands in the document, in nothing that is made of it."""


def verification(desk: Desk, candidate: str = "c1") -> pb.Verification:
    (only,) = desk.verifications(candidate)
    return only


def codes(desk: Desk) -> set[str]:
    return {f.flag.code for f in desk.profile("c1").flags}


def strengths(desk: Desk) -> list[float]:
    return [e.strength for e in desk.profile("c1").evidence]


def kept(desk: Desk) -> bool:
    with desk.database.transaction(TENANT, read_only=True) as tx:
        stored = ProfileStore().get(tx, "c1")
    assert stored is not None
    assert stored.state is not None
    return any(c.unreached is not None and c.unreached.document is not None for c in stored.state.checks)


@pytest.mark.parametrize("securing", ["eddsa-jcs-2022", "eddsa-rdfc-2022", "vc-jwt"])
def test_an_issuer_that_was_away(desk: Desk, securing: str) -> None:
    desk.take(desk.changed(person("c1", badge(WEB_ACADEMY, securing=securing, status_index=7))))  # type: ignore[arg-type]
    away = verification(desk)
    assert (away.outcome, away.verdicts.issuer_authenticated.verdict) == (
        pb.OUTCOME_INDETERMINATE,
        pb.Verdict.VALUE_INDETERMINATE,
    )
    assert away.next_check_time.ToDatetime() - away.check_time.ToDatetime() == timedelta(minutes=5)
    doubtful = strengths(desk)
    assert kept(desk)

    desk.shelf.documents |= {DID_URL: WEB_ACADEMY.did_document(), STATUS_URL: status_list(3)}
    desk.tick(minutes=4)
    assert desk.profile("c1").revision == 1, "not before its time"
    desk.tick(minutes=2)
    profile, back = desk.profile("c1"), verification(desk)
    assert (profile.revision, profile.cause, profile.candidate_revision) == (2, "ISSUER_REACHED", 1)
    assert not profile.flags
    assert strengths(desk) > doubtful
    assert all(e.verified for e in profile.evidence)
    assert back.outcome == pb.OUTCOME_VERIFIED
    assert [v.verdict for v in (back.verdicts.issuer_authenticated, back.verdicts.status)] == [
        pb.Verdict.VALUE_VALID
    ] * 2
    assert (back.name, back.content_hash, back.achievement) == (
        away.name,
        away.content_hash,
        away.achievement,
    )
    assert [(p.revision, p.cause) for p in desk.told()] == [(1, "CANDIDATE_CHANGED"), (2, "ISSUER_REACHED")]
    assert not kept(desk), "it is verified, so nothing more is needed of it"

    desk.shelf.documents[STATUS_URL] = status_list(7)
    desk.tick(hours=1)
    assert codes(desk) == {"REVOKED"}, "from now on it is like any other"


def test_a_status_list_that_was_away(desk: Desk) -> None:
    desk.shelf.documents[DID_URL] = WEB_ACADEMY.did_document()
    desk.take(desk.changed(person("c1", badge(WEB_ACADEMY, status_index=7))))
    assert (verification(desk).outcome, codes(desk)) == (pb.OUTCOME_INDETERMINATE, {"STATUS_UNREACHABLE"})
    assert not kept(desk), "its issuer is known already"
    doubtful = strengths(desk)
    desk.shelf.documents[STATUS_URL] = status_list()
    desk.tick(minutes=5)
    profile = desk.profile("c1")
    assert (profile.revision, profile.cause) == (2, "STATUS_CHANGED")
    assert verification(desk).outcome == pb.OUTCOME_VERIFIED
    assert strengths(desk) > doubtful
    assert desk.told()[-1].cause == "STATUS_CHANGED"


def test_one_that_stays_away_is_asked_ever_more_seldom_and_in_the_end_not_at_all(desk: Desk) -> None:
    desk.take(desk.changed(person("c1", badge(WEB_ACADEMY))))
    desk.shelf.asked.clear()
    moments = []
    for minute in range(0, 240, 5):
        desk.tick(minutes=5)
        moments += [minute + 5] * len(desk.shelf.asked)
        desk.shelf.asked.clear()
    assert moments == [5, 15, 35, 75, 135, 195], "after 5, 10, 20, 40 and then 60 minutes"
    desk.tick(days=31)
    assert desk.shelf.asked == [DID_URL]
    assert not kept(desk)
    desk.shelf.asked.clear()
    desk.shelf.documents[DID_URL] = WEB_ACADEMY.did_document()
    desk.tick(days=1)
    assert desk.shelf.asked == []
    assert verification(desk).outcome == pb.OUTCOME_INDETERMINATE
    assert [p.cause for p in desk.told() if p.cause != "AGED"] == ["CANDIDATE_CHANGED"]

    desk.take(desk.changed(person("c1", badge(WEB_ACADEMY)), revision=2))
    assert verification(desk).outcome == pb.OUTCOME_VERIFIED, "sent again, it is looked at again"


def test_what_turns_out_to_be_false_stays_false(desk: Desk) -> None:
    """The issuer comes back and does not know the key; later it even does, which changes nothing: that was its answer."""
    desk.take(desk.changed(person("c1", badge(WEB_ACADEMY))))
    stranger = Issuer.from_seed(b"another key of the academy", did_web=WEB_ACADEMY.id)
    desk.shelf.documents[DID_URL] = stranger.did_document()
    desk.tick(minutes=5)
    profile = desk.profile("c1")
    assert (profile.revision, profile.cause) == (2, "ISSUER_REACHED")
    assert not profile.evidence
    assert codes(desk) == {"ISSUER_NOT_AUTHENTICATED"}
    assert verification(desk).outcome == pb.OUTCOME_NOT_VERIFIED
    desk.shelf.asked.clear()
    desk.tick(hours=2)
    assert desk.shelf.asked == []
    assert desk.profile("c1").revision == 2


def test_what_was_false_from_the_first_is_asked_of_nobody(desk: Desk) -> None:
    tampered = json.loads(badge(WEB_ACADEMY))
    tampered["credentialSubject"]["achievement"]["name"] = "Everything for Analysts"
    another = badge(WEB_ACADEMY, email="somebody@else.example")
    desk.take(desk.changed(person("c1", json.dumps(tampered).encode(), another)))
    assert codes(desk) == {"SIGNATURE_MISMATCH", "RECIPIENT_MISMATCH"}
    assert not kept(desk)
    desk.shelf.documents[DID_URL] = WEB_ACADEMY.did_document()
    desk.shelf.asked.clear()
    desk.tick(hours=2)
    assert desk.shelf.asked == []
    assert not desk.profile("c1").evidence


def test_only_what_waits_is_asked_about(desk: Desk) -> None:
    """One candidate, two credentials: the one that is settled is not verified anew when the other one's issuer comes back."""
    desk.take(desk.changed(person("c1", badge(number=1), badge(WEB_ACADEMY, number=2))))
    settled, _ = sorted(desk.verifications("c1"), key=lambda v: v.credential_id)
    desk.shelf.documents[DID_URL] = WEB_ACADEMY.did_document()
    desk.tick(minutes=5)
    first, second = sorted(desk.verifications("c1"), key=lambda v: v.credential_id)
    assert (first.outcome, second.outcome) == (pb.OUTCOME_VERIFIED, pb.OUTCOME_VERIFIED)
    assert first.check_time == settled.check_time
    assert second.check_time != settled.check_time


def test_slow_issuers_leave_others_their_turn(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """However long they take, each round brings somebody further, and nobody is forgotten."""
    everybody = ["c1", "c2", "c3"]
    desk.take(*(desk.changed(person(c, badge(WEB_ACADEMY))) for c in everybody))
    desk.shelf.documents[DID_URL] = WEB_ACADEMY.did_document()
    monkeypatch.setattr(reevaluation, "PATIENCE_S", 0)
    desk.clock.at += timedelta(minutes=5)
    verified = []
    for _ in everybody:
        desk.tick()
        outcomes = [verification(desk, c).outcome for c in everybody]
        verified.append(outcomes.count(pb.OUTCOME_VERIFIED))
    assert verified == [1, 2, 3]


def test_a_candidate_who_changed_meanwhile_is_not_overwritten(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the clock asks the issuer, an event takes the credential away."""
    desk.take(desk.changed(person("c1", badge(WEB_ACADEMY))))

    class Meanwhile(dict[str, object]):
        def get(self, url: str, default: object = None) -> object:
            if url == DID_URL and not self:
                self[DID_URL] = WEB_ACADEMY.did_document()
                desk.take(desk.changed(person("c1", region="FR"), revision=2))
            return super().get(url, default)

    monkeypatch.setattr(desk.shelf, "documents", Meanwhile())
    desk.tick(minutes=5)
    profile = desk.profile("c1")
    assert (profile.revision, profile.cause, profile.facets.region) == (2, "CANDIDATE_CHANGED", "FR")
    assert not profile.evidence
    assert desk.verifications("c1") == []


def test_erasure_takes_the_kept_document_too(desk: Desk, postgres: LocalPostgres) -> None:
    def left() -> set[tuple[str, str, str]]:
        with psycopg.connect(conninfo(postgres.url(desk.made.name))) as connection:
            return traces(connection, [NUMBER])

    desk.take(*(desk.changed(person(c, badge(WEB_ACADEMY))) for c in ("c1", "c2")))
    assert left() == {("profiles", "state", NUMBER)}
    desk.take(desk.deleted("c1", 2), desk.purged("c2", 2))
    assert left() == set()
    desk.shelf.documents[DID_URL] = WEB_ACADEMY.did_document()
    desk.tick(hours=1)
    assert left() == set()
    assert [p.cause for p in desk.told()] == ["CANDIDATE_CHANGED"] * 2


def test_verified_ones_leave_no_document_behind(desk: Desk, postgres: LocalPostgres) -> None:
    desk.take(desk.changed(person("c1", badge(WEB_ACADEMY), badge(number=1))))
    desk.shelf.documents[DID_URL] = WEB_ACADEMY.did_document()
    desk.tick(minutes=5)
    with psycopg.connect(conninfo(postgres.url(desk.made.name))) as connection:
        assert traces(connection, [NUMBER]) == set()
