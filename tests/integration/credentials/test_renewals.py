"""Credentials that expire soon: which, when, and what coverage goes with them."""

from datetime import timedelta

import grpc
import pytest

from credence.platform.grpc.client import readable
from credencepb.candidates.v1 import candidate_pb2
from credencepb.credentials.v1 import credentials_service_pb2 as api
from credencepb.credentials.v1 import renewal_pb2
from support.credentials import PARENT, Desk, candidate_name
from support.people import SQL, badge, person


def renewals(desk: Desk, candidate: str = "-", **more: int) -> list[renewal_pb2.Renewal]:
    request = api.ListRenewalsRequest(parent=f"{PARENT}/candidates/{candidate}", **more)
    return list(desk.stub.ListRenewals(request).renewals)


def test_the_soonest_first_with_what_goes_with_it(desk: Desk) -> None:
    today = desk.clock.at
    claims = [candidate_pb2.Claim(skill="SQL", level=3)]
    desk.take(
        desk.changed(person("c1", badge(until=today + timedelta(days=80), number=1), claims=claims)),
        desk.changed(person("c2", badge(until=today + timedelta(days=10), number=2))),
        desk.changed(person("c3", badge(until=today + timedelta(days=100), number=3))),
        desk.changed(person("c4", badge(number=4))),
    )
    soon, later = renewals(desk)
    assert (soon.candidate, soon.external_id, soon.days_left) == (candidate_name("c2"), "E-c2", 10)
    assert soon.expires_on == (today + timedelta(days=10)).date().isoformat()
    assert (soon.title, soon.issuer, soon.by_policy) == ("SQL for Analysts", "Example Academy", False)
    (stored,) = desk.verifications("c2")
    assert soon.verification == stored.name
    (skill,) = soon.skills
    assert skill.concept == SQL
    (alone,) = desk.profile("c2").evidence
    assert skill.coverage == pytest.approx(alone.strength)
    assert 0 < skill.coverage_without < skill.coverage
    assert later.candidate == candidate_name("c1")
    (shared,) = later.skills
    product = 1.0
    for evidence in desk.profile("c1").evidence:
        product *= 1 - evidence.strength
    assert shared.coverage == pytest.approx(1 - product), "all evidence for the skill counts"
    assert shared.coverage_without > skill.coverage_without, "and some of it stays"
    assert [r.external_id for r in renewals(desk, within_days=365)] == ["E-c2", "E-c1", "E-c3"]
    assert [r.external_id for r in renewals(desk, "c1")] == ["E-c1"]


def test_what_is_lost_is_what_expiry_takes(desk: Desk) -> None:
    desk.take(desk.changed(person("c1", badge(until=desk.clock.at + timedelta(hours=1)))))
    (renewal,) = renewals(desk, within_days=1)
    desk.tick(hours=2)
    (evidence,) = desk.profile("c1").evidence
    assert evidence.strength == pytest.approx(renewal.skills[0].coverage_without)


def test_an_end_by_policy(desk: Desk) -> None:
    desk.take(
        desk.changed(
            person("c1", badge(issuer_name="AWS", name="AWS Certified Developer", awarded=desk.clock.at))
        )
    )
    assert renewals(desk, within_days=1094) == []
    (renewal,) = renewals(desk, within_days=1096)
    assert (renewal.expires_on, renewal.by_policy) == ("2029-11-21", True)
    assert renewal.policy_source.startswith("https://aws.amazon.com/")
    desk.tick(days=1096)
    assert [r.days_left for r in renewals(desk)] == [0]
    desk.tick(days=1)
    assert renewals(desk) == []


def test_what_was_refuted_is_nothing_to_renew(desk: Desk) -> None:
    until = desk.clock.at + timedelta(days=5)
    tampered = badge(until=until).replace(b"SQL for Analysts", b"SQL for Masters!")
    desk.take(
        desk.changed(person("c1", tampered)),
        desk.changed(person("c2", badge(until=until, email="x@y.example"))),
    )
    assert renewals(desk) == []
    desk.take(desk.changed(person("c3", badge(until=until))))
    assert len(renewals(desk)) == 1
    desk.take(desk.deleted("c3", 2))
    assert renewals(desk) == []


def test_pages_and_limits(desk: Desk) -> None:
    ends = [desk.clock.at + timedelta(days=day) for day in (3, 1, 1, 2)]
    desk.take(*(desk.changed(person(f"c{i}", badge(until=end, number=i))) for i, end in enumerate(ends)))
    seen, token = [], ""
    while True:
        request = api.ListRenewalsRequest(parent=f"{PARENT}/candidates/-", page_size=1, page_token=token)
        answer = desk.stub.ListRenewals(request)
        seen += [r.days_left for r in answer.renewals]
        token = answer.next_page_token
        if not token:
            break
    assert seen == [1, 1, 2, 3]
    for wrong in (-1, 3651):
        with pytest.raises(grpc.RpcError) as caught:
            renewals(desk, within_days=wrong)
        assert readable(caught.value).reason == "INVALID_FIELD"
