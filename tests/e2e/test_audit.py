"""From a team's evidence to the gaps that were planted and the programmes that close them."""

import pytest

from credencepb.audit.v1 import audit_pb2, audit_service_pb2
from credencepb.audit.v1.audit_service_pb2_grpc import AuditServiceStub
from support.workplace import Workplace

TEAMS = ("analytics", "insight", "platform", "people")


@pytest.fixture(scope="module")
def audits(place: Workplace) -> dict[str, audit_pb2.Audit]:
    planted = place.company.expectations.planted_gaps
    return {
        team: place.audit.AuditCohort(
            audit_service_pb2.AuditCohortRequest(
                cohort=f"{place.tenant}/cohorts/{team}", role=place.roles[planted[team].role].name
            )
        )
        for team in TEAMS
    }


@pytest.mark.parametrize("team", TEAMS)
def test_the_planted_gap_is_found(place: Workplace, audits: dict[str, audit_pb2.Audit], team: str) -> None:
    audit, planted = audits[team], place.company.expectations.planted_gaps[team]
    assert len(audit.top_gaps) == 3
    assert audit.people == sum(c.labels.get("team") == team for c in place.company.candidates)
    top = audit.top_gaps[0]
    assert top.concept == planted.concept, f"{planted.label} before {top.wording}"
    assert top.people_short == audit.people
    assert top.causes[0].code == "NO_EVIDENCE"
    assert [g.gap for g in audit.top_gaps] == sorted((g.gap for g in audit.gaps), reverse=True)[:3]


@pytest.mark.parametrize("team", TEAMS)
def test_gaps_are_the_sum_of_the_people(audits: dict[str, audit_pb2.Audit], team: str) -> None:
    audit = audits[team]
    for gap in audit.gaps:
        people = [p for p in audit.person_gaps if p.competency == gap.competency]
        assert len(people) == audit.people
        short = [p for p in people if p.shortfall > 0]
        assert gap.people_short == len(short)
        assert gap.gap == pytest.approx(gap.weight * sum(p.shortfall for p in people), abs=1e-9)
        for person in people:
            expected = max(0.0, audit.target_coverage - person.coverage)
            assert person.shortfall == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("team", TEAMS)
@pytest.mark.parametrize("budget", [0, 2_000_000, 4_000_000])
def test_programmes_close_gaps_and_avoid_traps(
    place: Workplace, audits: dict[str, audit_pb2.Audit], team: str, budget: int
) -> None:
    advised = place.audit.RecommendProgrammes(
        audit_service_pb2.RecommendProgrammesRequest(audit=audits[team].name, budget_minor=budget)
    )
    chosen = {line.programme.external_id for line in advised.programmes}
    assert chosen
    assert chosen.isdisjoint(place.company.expectations.traps)
    assert advised.gap_after < advised.gap_before
    closed = sum(line.gap_closed for line in advised.programmes)
    assert advised.gap_before - advised.gap_after == pytest.approx(closed, abs=1e-6)
    assert advised.total_cost_minor == sum(line.cost_minor for line in advised.programmes)
    if budget:
        assert advised.total_cost_minor <= budget
    assert len(advised.programmes) >= 3 or advised.notes, "fewer than three are explained"
    planted = place.company.expectations.planted_gaps[team]
    assert any(
        planted.concept in {c.concept for c in line.programme.competencies} for line in advised.programmes
    )


def test_a_budget_for_nothing_sound_buys_nothing(
    place: Workplace, audits: dict[str, audit_pb2.Audit]
) -> None:
    """Cheap programmes of red-flagged providers would fit; nobody is sent there."""
    advised = place.audit.RecommendProgrammes(
        audit_service_pb2.RecommendProgrammesRequest(audit=audits["platform"].name, budget_minor=300_000)
    )
    assert not advised.programmes
    assert advised.gap_after == advised.gap_before
    assert any("red flag" in note for note in advised.notes)
    assert any("budget" in note for note in advised.notes)


def test_a_person_is_seen_only_with_the_scope_for_it(
    place: Workplace, audits: dict[str, audit_pb2.Audit]
) -> None:
    blind = AuditServiceStub(place.stack.channel("audit", "audits.read"))
    shown = blind.GetAudit(audit_service_pb2.GetAuditRequest(name=audits["analytics"].name))
    assert audits["analytics"].person_gaps
    assert not shown.person_gaps
    assert not any(e.candidate for e in shown.expiring)
    ids = {c.candidate for c in audits["analytics"].person_gaps}
    assert not any(candidate in str(shown) for candidate in ids)


def test_history_grows_by_one(place: Workplace, audits: dict[str, audit_pb2.Audit]) -> None:
    first = audits["people"]
    again = place.audit.AuditCohort(
        audit_service_pb2.AuditCohortRequest(cohort=first.cohort, role=first.role)
    )
    assert [p.audit for p in again.trend][-2:] == [first.name, again.name]
    assert again.trend[-1].total_gap == pytest.approx(first.trend[-1].total_gap)
    listed = place.audit.ListAudits(
        audit_service_pb2.ListAuditsRequest(parent=place.tenant, cohort=first.cohort)
    ).audits
    assert [a.name for a in listed][:2] == [again.name, first.name] or {a.name for a in listed} >= {
        again.name,
        first.name,
    }
