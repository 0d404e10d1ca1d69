"""AuditService over gRPC on a real database: its numbers are those of a computation by hand, and small groups stay hidden."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import grpc
import pytest

from credence.audit.app import build
from credence.audit.consumer import FactsHandler
from credence.audit.settings import AuditSettings
from credence.audit.store import AuditStore
from credence.platform.grpc.client import channel, readable
from credence.platform.grpc.server import GrpcServer
from credence.platform.kafka.events import Received, new_event, tombstone
from credence.platform.tokens import mint_token, new_key, public_jwks
from credence.topics import PROFILES, ROLES
from credencepb.audit.v1 import audit_pb2 as pb
from credencepb.audit.v1 import audit_service_pb2 as api
from credencepb.audit.v1.audit_service_pb2_grpc import AuditServiceStub
from credencepb.credentials.v1 import profile_pb2
from credencepb.credentials.v1.credential_events_pb2 import ProfileChanged
from credencepb.matching.v1 import role_pb2
from credencepb.matching.v1.matching_events_pb2 import RoleChanged
from support.databases import ServiceDatabase, ServiceDatabases
from support.running import running
from support.sealing import rows_given_up, tables_without_seal

KEY = new_key()
PEOPLE = ("audits.read", "audits.write", "audits.people")
FIGURES = ("audits.read", "audits.write")
# strength of the one piece of evidence for competency a and for b; coverage of a single piece is its strength
TEAM = {
    "p1": (0.9, 0.7),
    "p2": (0.5, 0.7),
    "p3": (0.0, 0.2),
    "p4": (0.6, 0.9),
    "p5": (0.3, 0.0),
    "p6": (0.1, 0.8),
}
WEIGHTS = {"a": 2.0, "b": 1.0}
TARGET = 0.7


@dataclass(frozen=True)
class Audits:
    database: ServiceDatabase
    stub: Callable[..., AuditServiceStub]


@pytest.fixture
def audits(service_databases: ServiceDatabases) -> Iterator[Audits]:
    database = service_databases("audit")
    settings = AuditSettings(
        kafka_bootstrap="127.0.0.1:1",
        database_url=database.urls.service,
        system_database_url=database.urls.system,
        token_keys=public_jwks(KEY),
        page_token_secret="for the tests only",
    )
    _, bindings, close = build(settings)
    server = GrpcServer(settings, bindings)
    channels: list[grpc.Channel] = []

    def stub(scopes: tuple[str, ...] = PEOPLE, tenant: str = "acme") -> AuditServiceStub:
        token = mint_token(KEY, subject="tester", tenant=tenant, scopes=scopes)
        channels.append(channel(f"127.0.0.1:{server.port}", token))
        return AuditServiceStub(channels[-1])

    receive(database, role_event(), *(profile_event(i, *strengths) for i, strengths in TEAM.items()))
    with running(server):
        yield Audits(database, stub)
        for opened in channels:
            opened.close()
    for function in close:
        function()


def role_event() -> Received:
    role = role_pb2.Role(
        name="tenants/acme/roles/analyst",
        title="Analyst",
        revision=1,
        competencies=[
            role_pb2.Competency(
                id=i, concept=f"x:{i}", wording=i.upper(), weight=w, necessity=role_pb2.NECESSITY_MUST
            )
            for i, w in WEIGHTS.items()
        ],
    )
    event = new_event(ROLES, RoleChanged(role=role), tenant="acme", subject=role.name, revision=1)
    return Received(event, RoleChanged(role=role), 0, 0)


def profile_event(person: str, a: float, b: float, revision: int = 1) -> Received:
    profile = profile_pb2.Profile(
        name=f"tenants/acme/profiles/{person}",
        candidate=f"tenants/acme/candidates/{person}",
        external_id=person.upper(),
        revision=revision,
        facets=profile_pb2.Facets(population="employee", labels={"team": "analytics"}),
        evidence=[
            profile_pb2.Evidence(
                id=f"{person}-{i}",
                concept=f"x:{i}",
                strength=strength,
                level=3,
                verified=True,
                factors=[
                    profile_pb2.Factor(name="kind", value=0.9),
                    profile_pb2.Factor(name="recency", value=strength / 0.9),
                ],
            )
            for i, strength in (("a", a), ("b", b))
            if strength
        ],
    )
    event = new_event(
        PROFILES, ProfileChanged(profile=profile), tenant="acme", subject=profile.name, revision=revision
    )
    return Received(event, ProfileChanged(profile=profile), 0, 0)


def receive(database: ServiceDatabase, *events: Received) -> None:
    handler = FactsHandler(AuditStore())
    with database.database.transaction("acme") as tx:
        handler.apply(tx, events, handler.prepare(events))


def cohort(stub: AuditServiceStub, name: str = "team", **fields: object) -> pb.Cohort:
    wanted = pb.Cohort(display_name="Team", **(fields or {"labels": {"team": "analytics"}}))  # type: ignore[arg-type]
    return stub.CreateCohort(api.CreateCohortRequest(parent="tenants/acme", cohort_id=name, cohort=wanted))


def audit(stub: AuditServiceStub, of: pb.Cohort, **fields: object) -> pb.Audit:
    request = api.AuditCohortRequest(
        cohort=of.name, role="tenants/acme/roles/analyst", target_coverage=TARGET, **fields
    )  # type: ignore[arg-type]
    return stub.AuditCohort(request)


def refused(call: Callable[[], object]) -> tuple[str, str]:
    with pytest.raises(grpc.RpcError) as caught:
        call()
    error = readable(caught.value)
    return error.reason, error.violations[0][0] if error.violations else ""


def test_the_numbers_are_those_of_a_computation_by_hand(audits: Audits) -> None:
    stub = audits.stub()
    found = audit(stub, cohort(stub))
    assert found.people == 6
    # a: .2 + .7 + .1 + .4 + .6 = 2.0, times 2; b: .5 + .7 = 1.2
    by_id = {gap.competency: gap for gap in found.gaps}
    assert by_id["a"].gap == pytest.approx(4.0)
    assert by_id["b"].gap == pytest.approx(1.2)
    assert (by_id["a"].people_short, by_id["b"].people_short) == (5, 2)
    assert by_id["a"].mean_shortfall == pytest.approx(0.4)
    assert by_id["a"].mean_coverage == pytest.approx(2.4 / 6)
    assert [gap.competency for gap in found.top_gaps] == ["a", "b"]
    assert {c.code: c.people for c in by_id["a"].causes} == {"NO_EVIDENCE": 1, "STALE_OR_EXPIRING": 4}
    person = next(g for g in found.person_gaps if (g.external_id, g.competency) == ("P2", "a"))
    assert (person.coverage, person.shortfall) == (pytest.approx(0.5), pytest.approx(0.2))
    assert found.index_position == 6


def test_who_may_not_see_people_sees_no_small_group(audits: Audits) -> None:
    stub = audits.stub(FIGURES)
    found = audit(stub, cohort(stub))
    assert not found.person_gaps
    by_id = {gap.competency: gap for gap in found.gaps}
    # one person not short of a is as telling as four who are: both sides of it stay hidden
    assert by_id["a"].suppressed
    assert by_id["b"].suppressed
    assert not by_id["b"].HasField("people_short")
    assert all(not cause.HasField("people") for cause in by_id["b"].causes)
    assert b"P1" not in found.SerializeToString()


def test_a_group_of_four_gives_no_figure_away(audits: Audits) -> None:
    stub = audits.stub()
    small = cohort(stub, "small", candidates=[f"tenants/acme/candidates/p{i}" for i in range(1, 5)])
    whole = audit(stub, small)
    assert whole.people == 4
    figures = audits.stub(FIGURES).GetAudit(api.GetAuditRequest(name=whole.name))
    assert all(gap.gap == 0 and gap.suppressed for gap in figures.gaps)
    assert whole.gaps[0].gap > 0


def test_history_trend_and_what_was_asked_before(audits: Audits) -> None:
    stub = audits.stub()
    team = cohort(stub)
    first = audit(stub, team, request_id="once")
    assert audit(stub, team, request_id="once").name == first.name
    receive(audits.database, profile_event("p3", 0.8, 0.8, revision=2))
    second = audit(stub, team)
    assert [p.total_gap for p in second.trend] == [pytest.approx(5.2), pytest.approx(5.2 - 2 * 0.7 - 0.5)]
    page = stub.ListAudits(api.ListAuditsRequest(parent="tenants/acme", page_size=1))
    assert [a.name for a in page.audits] == [second.name]
    rest = stub.ListAudits(
        api.ListAuditsRequest(parent="tenants/acme", page_size=1, page_token=page.next_page_token)
    )
    assert [a.name for a in rest.audits] == [first.name]
    other = api.ListAuditsRequest(parent="tenants/acme", cohort=team.name, page_token=page.next_page_token)
    assert refused(lambda: stub.ListAudits(other))[0] == "INVALID_PAGE_TOKEN"


def test_late_and_repeated_events_change_nothing_and_a_tombstone_erases(audits: Audits) -> None:
    stub = audits.stub()
    team = cohort(stub)
    before = audit(stub, team)
    receive(audits.database, profile_event("p1", 0.0, 0.0, revision=1), role_event())
    after = audit(stub, team)
    assert [g.gap for g in after.gaps] == [g.gap for g in before.gaps]
    gone = tombstone(PROFILES, tenant="acme", subject="tenants/acme/profiles/p1", revision=2)
    receive(audits.database, Received(gone, None, 0, 0))
    assert audit(stub, team).people == 5
    kept = stub.GetAudit(api.GetAuditRequest(name=before.name))
    assert {g.external_id for g in kept.person_gaps} == {"P2", "P3", "P4", "P5", "P6"}
    assert kept.gaps == before.gaps


def test_what_cannot_be_audited_says_why(audits: Audits) -> None:
    stub = audits.stub()
    team = cohort(stub)
    empty = cohort(stub, "empty", labels={"team": "nobody"})
    assert refused(lambda: audit(stub, empty)) == ("INVALID_FIELD", "cohort")
    unknown = api.AuditCohortRequest(cohort=team.name, role="tenants/acme/roles/none")
    assert refused(lambda: stub.AuditCohort(unknown))[0] == "RESOURCE_NOT_FOUND"
    much = api.AuditCohortRequest(cohort=team.name, role="tenants/acme/roles/analyst", target_coverage=1.5)
    assert refused(lambda: stub.AuditCohort(much)) == ("INVALID_FIELD", "target_coverage")
    assert refused(lambda: cohort(stub, "everybody", population="all")) == (
        "INVALID_FIELD",
        "cohort.population",
    )
    stale = api.UpdateCohortRequest(cohort=pb.Cohort(name=team.name, display_name="X", etag='"old"'))
    assert refused(lambda: stub.UpdateCohort(stale))[0] == "ETAG_MISMATCH"
    assert (
        refused(lambda: audits.stub(tenant="other").GetCohort(api.GetCohortRequest(name=team.name)))[0]
        == "OTHER_TENANT"
    )


def test_a_recommendation_counts_no_small_group(audits: Audits) -> None:
    stub = audits.stub()
    refusal = stub.BatchUpsertProgrammes(
        api.BatchUpsertProgrammesRequest(
            parent="tenants/acme",
            programmes=[
                pb.Programme(
                    external_id="S",
                    title="SQL",
                    issuer_standing="recognised",
                    rigor="reviewed_project",
                    competencies=[pb.ProgrammeCompetency(text="SQL")],
                ),
                pb.Programme(external_id="N", title="?", issuer_standing="recognised", rigor="quiz"),
            ],
        )
    ).results
    assert [(r.reason, r.field) for r in refusal] == [
        ("", ""),
        ("INVALID_FIELD", "programmes[1].competencies"),
    ]


def test_every_table_is_sealed(audits: Audits) -> None:
    stub = audits.stub()
    audit(stub, cohort(stub), request_id="r")
    urls = audits.database.urls
    assert not tables_without_seal(urls)
    assert {"profiles", "roles", "cohorts", "audits", "outbox"} <= set(rows_given_up(urls, "acme"))
    assert rows_given_up(urls, "other") == {}
    assert rows_given_up(urls, None) == {}
