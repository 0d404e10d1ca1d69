"""Cohorts, programmes and histories as resources: request ids, etags, pages; and the programmes that are advised."""

import grpc
import pytest

from credence.platform.grpc.client import readable
from credencepb.audit.v1 import audit_pb2 as pb
from credencepb.audit.v1 import audit_service_pb2 as api
from support.audit import PARENT, ROLE, SQL, STATISTICS, Bureau, analyst, role_changed
from support.matching import changed, profile


def refused(call: object) -> str:
    with pytest.raises(grpc.RpcError) as caught:
        call()  # type: ignore[operator]
    return readable(caught.value).reason


def team(bureau: Bureau, size: int = 6) -> pb.Cohort:
    bureau.take(
        role_changed(analyst()), *(changed(profile(f"p{i}", labels={"team": "one"})) for i in range(size))
    )
    wanted = pb.Cohort(display_name="One", labels={"team": "one"})
    return bureau.stub().CreateCohort(
        api.CreateCohortRequest(parent=PARENT, cohort_id="team-one", cohort=wanted)
    )


def programme(external_id: str, concept: str = SQL, **fields: object) -> pb.Programme:
    given: dict[str, object] = {
        "title": external_id,
        "provider": "Provider",
        "issuer_standing": "recognised",
        "rigor": "reviewed_project",
        "hours": 40,
        "cost_minor": 10_000,
        "currency": "EUR",
        "outcomes": "Published.",
        "competencies": [pb.ProgrammeCompetency(concept=concept, level=4)],
        **fields,
    }
    return pb.Programme(external_id=external_id, **given)  # type: ignore[arg-type]


def offer(bureau: Bureau, *programmes: pb.Programme) -> list[api.ProgrammeResult]:
    request = api.BatchUpsertProgrammesRequest(parent=PARENT, programmes=programmes)
    return list(bureau.stub().BatchUpsertProgrammes(request).results)


def test_request_ids(bureau: Bureau) -> None:
    made = team(bureau)
    stub = bureau.stub()
    request = api.AuditCohortRequest(cohort=made.name, role=ROLE, request_id="audit-1")
    first, again = stub.AuditCohort(request), stub.AuditCohort(request)
    assert first == again
    assert len(bureau.sent()) == 1
    blind = bureau.stub("audits.read", "audits.write").AuditCohort(request)
    assert not blind.person_gaps, "a remembered answer is shown to each caller as that caller may see it"
    request.target_coverage = 0.9
    assert refused(lambda: stub.AuditCohort(request)) == "REQUEST_ID_REUSED"
    creating = api.CreateCohortRequest(
        parent=PARENT, cohort=pb.Cohort(display_name="Two", population="employee"), request_id="cohort-1"
    )
    assert stub.CreateCohort(creating) == stub.CreateCohort(creating)
    assert refused(
        lambda: stub.CreateCohort(
            api.CreateCohortRequest(parent=PARENT, cohort_id="team-one", cohort=creating.cohort)
        )
    ) == ("RESOURCE_EXISTS")


def test_etags(bureau: Bureau) -> None:
    made, stub = team(bureau), bureau.stub()
    change = pb.Cohort(name=made.name, etag=made.etag, display_name="Renamed")
    changed_ = stub.UpdateCohort(api.UpdateCohortRequest(cohort=change))
    assert (changed_.display_name, changed_.revision, dict(changed_.labels)) == (
        "Renamed",
        2,
        {"team": "one"},
    )
    assert refused(lambda: stub.UpdateCohort(api.UpdateCohortRequest(cohort=change))) == "ETAG_MISMATCH"
    same = stub.UpdateCohort(
        api.UpdateCohortRequest(cohort=pb.Cohort(name=made.name, display_name="Renamed"))
    )
    assert same == changed_
    missing = pb.Cohort(name=f"{PARENT}/cohorts/none", display_name="None")
    assert refused(lambda: stub.UpdateCohort(api.UpdateCohortRequest(cohort=missing))) == "RESOURCE_NOT_FOUND"


def test_pages(bureau: Bureau) -> None:
    made, stub = team(bureau), bureau.stub()
    for i in range(4):
        stub.CreateCohort(
            api.CreateCohortRequest(
                parent=PARENT,
                cohort_id=f"more-{i}",
                cohort=pb.Cohort(display_name="More", population="employee"),
            )
        )
    audits = [stub.AuditCohort(api.AuditCohortRequest(cohort=made.name, role=ROLE)).name for _ in range(5)]
    offer(bureau, *(programme(f"P-{i}") for i in range(5)))

    def every(ask: object, field: str, size: int) -> list[str]:
        names, token = [], ""
        while True:
            page = ask(token)  # type: ignore[operator]
            assert len(getattr(page, field)) <= size
            names += [item.name for item in getattr(page, field)]
            token = page.next_page_token
            if not token:
                return names

    def cohorts(token: str) -> api.ListCohortsResponse:
        return stub.ListCohorts(api.ListCohortsRequest(parent=PARENT, page_size=2, page_token=token))

    def programmes(token: str) -> api.ListProgrammesResponse:
        return stub.ListProgrammes(api.ListProgrammesRequest(parent=PARENT, page_size=2, page_token=token))

    def history(token: str) -> api.ListAuditsResponse:
        return stub.ListAudits(
            api.ListAuditsRequest(parent=PARENT, cohort=made.name, page_size=2, page_token=token)
        )

    assert every(cohorts, "cohorts", 2) == sorted(
        [made.name, *(f"{PARENT}/cohorts/more-{i}" for i in range(4))]
    )
    listed = every(programmes, "programmes", 2)
    assert listed == sorted(listed)
    assert len(set(listed)) == 5
    assert sorted(every(history, "audits", 2)) == sorted(audits)
    token = history("").next_page_token
    other = api.ListAuditsRequest(parent=PARENT, page_size=2, page_token=token)
    assert refused(lambda: stub.ListAudits(other)) == "INVALID_PAGE_TOKEN"


def test_the_catalogue_takes_what_is_right(bureau: Bureau) -> None:
    by_text = programme("P-2", competencies=[pb.ProgrammeCompetency(text="SQL", level=3)])
    unknown = programme("P-3", competencies=[pb.ProgrammeCompetency(text="zzqx flurbing")])
    results = offer(
        bureau,
        programme("P-1"),
        by_text,
        unknown,
        programme("P-4", cost_minor=-1),
        programme("P-1"),
        programme("P-5", competencies=[]),
    )
    assert [(r.external_id, r.reason, r.field) for r in results] == [
        ("P-1", "", ""),
        ("P-2", "", ""),
        ("P-3", "INVALID_FIELD", "programmes[2].competencies[0]"),
        ("P-4", "INVALID_FIELD", "programmes[3].cost_minor"),
        ("P-1", "RESOURCE_EXISTS", ""),
        ("P-5", "INVALID_FIELD", "programmes[5].competencies"),
    ]
    listed = bureau.stub().ListProgrammes(api.ListProgrammesRequest(parent=PARENT)).programmes
    assert {p.external_id: p.competencies[0].concept for p in listed} == {"P-1": SQL, "P-2": SQL}
    offer(bureau, programme("P-1", title="Better"))
    again = bureau.stub().ListProgrammes(api.ListProgrammesRequest(parent=PARENT)).programmes
    assert {(p.external_id, p.title, p.revision) for p in again} == {("P-1", "Better", 2), ("P-2", "P-2", 1)}


def test_advice_closes_the_gap_within_the_budget(bureau: Bureau) -> None:
    """Six people who show nothing; a programme a skill, and two that nobody should buy."""
    offer(
        bureau,
        programme("SQL", SQL, cost_minor=50_000),
        programme("STAT", STATISTICS, cost_minor=40_000),
        programme("FLAG", SQL, issuer_standing="red_flagged", cost_minor=100),
        programme("WEAK", STATISTICS, rigor="participation", cost_minor=100),
        programme("DOLLAR", SQL, currency="USD", cost_minor=1),
    )
    made, stub = team(bureau), bureau.stub()
    found = stub.AuditCohort(api.AuditCohortRequest(cohort=made.name, role=ROLE))

    def advise(**fields: object) -> pb.Recommendation:
        return stub.RecommendProgrammes(api.RecommendProgrammesRequest(audit=found.name, **fields))  # type: ignore[arg-type]

    free = advise()
    assert {line.programme.external_id for line in free.programmes} == {"SQL", "STAT"}
    assert free.total_cost_minor == 6 * (50_000 + 40_000)
    assert free.gap_before == pytest.approx(6 * 0.7 * (3 + 2))
    assert free.gap_after == pytest.approx(free.gap_before - sum(line.gap_closed for line in free.programmes))
    assert any("red flag" in note for note in free.notes)
    assert any("EUR" in note for note in free.notes)
    assert [line.programme.external_id for line in advise(budget_minor=300_000).programmes] == ["SQL"]
    assert not advise(budget_hours=10).programmes
    only = advise(competencies=["statistics"])
    assert [line.programme.external_id for line in only.programmes] == ["STAT"]
    assert refused(lambda: advise(competencies=["welding"])) == "INVALID_FIELD"
    assert refused(lambda: advise(max_programmes=9)) == "INVALID_FIELD"
    assert refused(lambda: advise(budget_minor=-1)) == "INVALID_FIELD"
