"""Audits against a computation by hand, what callers may see of people, and how facts come and go."""

import grpc
import pytest

from credence.platform.grpc.client import readable
from credence.platform.kafka.events import Event
from credencepb.audit.v1 import audit_pb2 as pb
from credencepb.audit.v1 import audit_service_pb2 as api
from support.audit import PARENT, ROLE, SQL, STATISTICS, Bureau, analyst, role_changed
from support.matching import TENANT, candidate_name, changed, deleted, profile, purged
from support.sealing import rows_given_up, tables_without_seal

TEAM = {"team": "one"}


def member(
    candidate: str,
    *skills: tuple[str, float, int, bool],
    revision: int = 1,
    recency: float = 1,
    **labels: str,
) -> Event:
    """Each piece is as strong as its kind, weakened by its age alone."""
    made = profile(candidate, skills, revision=revision, labels={**TEAM, **labels})
    for piece in made.evidence:
        del piece.factors[:]
        piece.factors.add(name="kind", value=piece.strength / recency, code="KIND", sentence="The kind.")
        piece.factors.add(name="recency", value=recency, code="RECENCY", sentence="Its age.")
    return changed(made)


def cohort(bureau: Bureau, **fields: object) -> pb.Cohort:
    wanted = pb.Cohort(display_name="Team one", **(fields or {"labels": TEAM}))  # type: ignore[arg-type]
    return bureau.stub().CreateCohort(api.CreateCohortRequest(parent=PARENT, cohort=wanted))


def audit(bureau: Bureau, name: str, **fields: object) -> pb.Audit:
    return bureau.stub().AuditCohort(api.AuditCohortRequest(cohort=name, role=ROLE, **fields))  # type: ignore[arg-type]


def reason(call: object) -> tuple[str, str, str]:
    with pytest.raises(grpc.RpcError) as caught:
        call()  # type: ignore[operator]
    error = readable(caught.value)
    return error.code_name, error.reason, error.violations[0][0] if error.violations else ""


def test_a_cohort_of_four_by_hand(bureau: Bureau) -> None:
    """Target coverage 0.7. SQL (weight 3, level 3) and statistics (weight 2).

    ann: SQL 0.8 at level 4                          -> 0.8, short 0;    statistics nothing -> short 0.7
    bob: SQL 0.5 and 0.2 at level 3 -> 1 - 0.5 * 0.8 -> 0.6, short 0.1;  statistics 0.3     -> short 0.4
    cem: SQL 0.9 at level 2, under 3 -> 0.9 * 0.7    -> 0.63, short 0.07; statistics nothing -> short 0.7
    dan: SQL 0.9, half of it lost to age             -> 0.45, short 0.25; statistics nothing -> short 0.7
    """
    bureau.take(
        role_changed(analyst()),
        member("ann", (SQL, 0.8, 4, True)),
        member("bob", (SQL, 0.5, 3, False), (SQL, 0.2, 3, True), (STATISTICS, 0.3, 0, False)),
        member("cem", (SQL, 0.9, 2, True)),
        member("dan", (SQL, 0.45, 4, True), recency=0.5),
        changed(profile("eve", [(SQL, 0.1, 1, False)], labels={"team": "two"})),
    )
    found = audit(bureau, cohort(bureau).name)
    assert (found.people, found.target_coverage, found.index_position) == (4, 0.7, 4)
    sql, statistics = found.gaps
    assert (sql.competency, sql.weight, sql.people_short) == ("sql", 3, 3)
    assert sql.gap == pytest.approx(3 * (0.1 + 0.07 + 0.25))
    assert sql.mean_shortfall == pytest.approx(0.42 / 3)
    assert sql.mean_coverage == pytest.approx((0.8 + 0.6 + 0.63 + 0.45) / 4)
    assert sql.mean_verified_coverage == pytest.approx((0.8 + 0.2 + 0.63 + 0.45) / 4)
    assert statistics.gap == pytest.approx(2 * (0.7 + 0.4 + 0.7 + 0.7))
    assert (statistics.people_short, statistics.mean_coverage) == (4, pytest.approx(0.3 / 4))
    assert [gap.competency for gap in found.top_gaps] == ["statistics", "sql"]
    people = {(p.external_id, p.competency): p for p in found.person_gaps}
    assert len(people) == 8
    assert people["E-cem", "sql"].cause == "LEVEL_TOO_LOW"
    assert people["E-dan", "sql"].cause == "STALE_OR_EXPIRING"
    assert people["E-ann", "statistics"].cause == "NO_EVIDENCE"
    assert people["E-bob", "statistics"].cause == "UNVERIFIED_ONLY"
    assert people["E-ann", "sql"].cause == ""
    assert people["E-bob", "sql"].shortfall == pytest.approx(0.1)
    assert {c.code: c.people for c in statistics.causes} == {"NO_EVIDENCE": 3, "UNVERIFIED_ONLY": 1}
    assert found.trend[-1].total_gap == pytest.approx(sql.gap + statistics.gap)
    (told,) = bureau.sent()
    assert told.name == found.name
    assert not told.person_gaps
    assert "E-ann" not in str(told)


def test_the_history_of_a_cohort(bureau: Bureau) -> None:
    bureau.take(role_changed(analyst()), member("ann", (SQL, 0.5, 3, True)), member("bob"))
    team = cohort(bureau)
    first = audit(bureau, team.name)
    bureau.take(member("ann", (SQL, 0.9, 3, True), (STATISTICS, 0.4, 0, True), revision=2))
    second = audit(bureau, team.name)
    before = 3 * (0.2 + 0.7) + 2 * (0.7 + 0.7)
    after = 3 * 0.7 + 2 * (0.3 + 0.7)
    assert [p.total_gap for p in second.trend] == [pytest.approx(before), pytest.approx(after)]
    listed = bureau.stub().ListAudits(api.ListAuditsRequest(parent=PARENT, cohort=team.name)).audits
    assert [a.name for a in listed] == [second.name, first.name]


def test_few_people_are_not_shown_without_the_scope(bureau: Bureau) -> None:
    bureau.take(role_changed(analyst()), *(member(f"p{i}", (SQL, 0.9, 3, True)) for i in range(4)))
    small = audit(bureau, cohort(bureau).name)
    blind = bureau.stub("audits.read").GetAudit(api.GetAuditRequest(name=small.name))
    assert small.person_gaps
    assert not blind.person_gaps
    for gap in (*blind.gaps, *blind.top_gaps):
        assert gap.suppressed
        assert not gap.HasField("people_short")
        assert not gap.HasField("mean_shortfall")
        assert (gap.gap, gap.mean_coverage) == (0.0, 0.0)
        assert not any(cause.HasField("people") for cause in gap.causes)
        assert not any(char.isdigit() for cause in gap.causes for char in cause.sentence)


def test_small_parts_of_a_larger_group_are_hidden_too(bureau: Bureau) -> None:
    """Of twelve, two are short of SQL: the two, and the ten by subtraction, stay hidden; twelve short of statistics are shown."""
    bureau.take(
        role_changed(analyst()),
        *(member(f"p{i:02}", (SQL, 0.3 if i < 2 else 0.9, 3, True)) for i in range(12)),
    )
    full = audit(bureau, cohort(bureau).name)
    blind = bureau.stub("audits.read").GetAudit(api.GetAuditRequest(name=full.name))
    sql, statistics = blind.gaps
    assert full.gaps[0].people_short == 2
    assert sql.suppressed
    assert not sql.HasField("people_short")
    assert (statistics.suppressed, statistics.people_short) == (False, 12)
    assert statistics == full.gaps[1]


def test_who_is_in_a_cohort(bureau: Bureau) -> None:
    bureau.take(
        role_changed(analyst()),
        member("ann", site="north"),
        member("bob", site="south"),
        changed(profile("cem", labels={"team": "two"})),
    )
    both = cohort(bureau, labels={"team": "one", "site": "north"}, candidates=[candidate_name("cem")])
    assert audit(bureau, both.name).people == 2
    named = cohort(bureau, candidates=[candidate_name("bob"), candidate_name("nobody")])
    assert audit(bureau, named.name).people == 1
    nobody = cohort(bureau, labels={"team": "three"})
    assert reason(lambda: audit(bureau, nobody.name)) == ("INVALID_ARGUMENT", "INVALID_FIELD", "cohort")


def test_facts_come_late_leave_and_are_erased(bureau: Bureau) -> None:
    bureau.take(role_changed(analyst()), member("ann", (SQL, 0.9, 3, True), revision=2), member("bob"))
    team = cohort(bureau, labels=TEAM, candidates=[candidate_name("bob")])
    before = audit(bureau, team.name)
    bureau.take(member("ann", revision=1), role_changed(analyst()))
    assert [g.gap for g in audit(bureau, team.name).gaps] == [g.gap for g in before.gaps]
    bureau.take(deleted("bob", 2))
    assert audit(bureau, team.name).people == 1
    bureau.take(member("bob", revision=1))
    assert audit(bureau, team.name).people == 1, "what came before the deletion stays behind it"
    bureau.take(purged("bob", 3))
    stored = bureau.stub().GetAudit(api.GetAuditRequest(name=before.name))
    assert {p.external_id for p in stored.person_gaps} == {"E-ann"}
    assert stored.people == 2
    assert [g.gap for g in stored.gaps] == [g.gap for g in before.gaps]
    assert not bureau.stub().GetCohort(api.GetCohortRequest(name=team.name)).candidates


def test_what_is_refused(bureau: Bureau) -> None:
    bureau.take(role_changed(analyst()), member("ann"))
    team = cohort(bureau).name
    unknown = api.AuditCohortRequest(cohort=team, role=f"{PARENT}/roles/none")
    stub = bureau.stub()
    assert reason(lambda: stub.AuditCohort(unknown))[:2] == ("NOT_FOUND", "RESOURCE_NOT_FOUND")
    assert reason(lambda: audit(bureau, f"{PARENT}/cohorts/none"))[:2] == ("NOT_FOUND", "RESOURCE_NOT_FOUND")
    assert reason(lambda: audit(bureau, team, target_coverage=1.5)) == (
        "INVALID_ARGUMENT",
        "INVALID_FIELD",
        "target_coverage",
    )
    assert reason(lambda: cohort(bureau, population="alumni"))[2] == "cohort.population"
    assert reason(lambda: cohort(bureau, candidates=["tenants/other/candidates/c1"]))[1] == "OTHER_TENANT"
    reader = bureau.stub("audits.read")
    again = api.AuditCohortRequest(cohort=team, role=ROLE)
    assert reason(lambda: reader.AuditCohort(again))[:2] == ("PERMISSION_DENIED", "MISSING_SCOPE")
    other = bureau.stub(tenant="another")
    assert reason(lambda: other.AuditCohort(again))[:2] == ("PERMISSION_DENIED", "OTHER_TENANT")


def test_every_table_is_sealed(bureau: Bureau) -> None:
    bureau.take(role_changed(analyst()), member("ann"))
    audit(bureau, cohort(bureau).name)
    assert not tables_without_seal(bureau.made.urls)
    held = set(rows_given_up(bureau.made.urls, TENANT))
    assert {"profiles", "roles", "cohorts", "audits", "outbox"} <= held
    assert rows_given_up(bureau.made.urls, "other") == {}
    assert rows_given_up(bureau.made.urls, None) == {}
