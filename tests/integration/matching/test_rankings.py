"""Ranking, explaining, comparing and deciding over gRPC."""

import uuid
from collections.abc import Callable

import grpc
import pytest
from sqlalchemy import text

from credence.platform.grpc.client import RemoteError, readable
from credence.platform.kafka.events import Event
from credencepb.credentials.v1.profile_pb2 import Profile
from credencepb.matching.v1 import matching_service_pb2 as pb
from credencepb.matching.v1 import ranking_pb2, role_pb2
from credencepb.matching.v1.role_pb2 import Competency, Role
from support.matching import SQL, Api, changed, deleted, profile, purged, take_in
from support.waiting import eventually

PYTHON = "esco:ccd0a1d9-afda-43d9-b901-96344886e14d"


def refused(call: Callable[[], object]) -> RemoteError:
    with pytest.raises(grpc.RpcError) as caught:
        call()
    return readable(caught.value)


class Desk:
    """A tenant with one role, and what a hiring manager does."""

    def __init__(self, api: Api) -> None:
        self.api = api
        self.tenant = f"t-{uuid.uuid4().hex[:12]}"
        self.stub = api.stub(tenant=self.tenant)
        sent = Role(
            title="Data Analyst",
            competencies=[
                Competency(
                    wording="SQL", concept=SQL, weight=3, required_level=3, necessity=role_pb2.NECESSITY_MUST
                ),
                Competency(wording="Python", concept=PYTHON, weight=1, necessity=role_pb2.NECESSITY_SHOULD),
            ],
        )
        self.role = self.stub.CreateRole(pb.CreateRoleRequest(parent=f"tenants/{self.tenant}", role=sent))

    def name(self, candidate: str) -> str:
        return f"tenants/{self.tenant}/candidates/{candidate}"

    def profile(self, candidate: str, *args: object, **fields: object) -> Profile:
        return profile(candidate, *args, tenant=self.tenant, **fields)  # type: ignore[arg-type]

    def take(self, *profiles: Profile) -> None:
        self.take_events(*(changed(made, self.tenant) for made in profiles))
        wanted = profiles[-1]
        eventually(lambda: any(c.candidate == wanted.candidate for c in self.rank(page_size=500).candidates))

    def take_events(self, *events: Event) -> None:
        take_in(self.api.database, *events)

    def rank(self, **fields: object) -> pb.RankCandidatesResponse:
        return self.stub.RankCandidates(pb.RankCandidatesRequest(role=self.role.name, **fields))

    def explain(self, candidate: str) -> pb.ExplainCandidateResponse:
        request = pb.ExplainCandidateRequest(role=self.role.name, candidate=self.name(candidate))
        return self.stub.ExplainCandidate(request)

    def decide(self, who: str, **fields: object) -> ranking_pb2.Decision:
        candidate = self.name(who)
        given = {"outcome": ranking_pb2.DECISION_OUTCOME_ADVANCE, "reason": "Strong, verified SQL work."}
        decision = ranking_pb2.Decision(**{"role": self.role.name, "candidate": candidate, **given, **fields})
        return self.stub.RecordDecision(pb.RecordDecisionRequest(decision=decision))


@pytest.fixture
def desk(api: Api) -> Desk:
    return Desk(api)


def test_verified_evidence_leads_and_reasons_add_up(desk: Desk) -> None:
    desk.take(
        desk.profile("claimed", [(SQL, 0.15, 0, False), (PYTHON, 0.15, 0, False)]),
        desk.profile("verified", [(SQL, 0.9, 4, True), (SQL, 0.3, 2, False), (PYTHON, 0.5, 3, False)]),
        desk.profile("nothing"),
    )
    answer = desk.rank()
    assert [c.candidate for c in answer.candidates] == [
        desk.name(c) for c in ("verified", "claimed", "nothing")
    ]
    assert (answer.total_size, answer.must_haves_met_size) == (3, 1)
    first = answer.candidates[0]
    assert (first.rank, first.must_haves_met, first.evidence_count, first.verified_count) == (1, True, 3, 1)
    assert 0 < first.verified_score < first.score < 100
    assert first.contributions[0].sentence == (
        "Verified credential 'Applied Data Analysis' by Northfield University, reviewed project, awarded May 2025, "
        f"covers SQL: {first.contributions[0].points:.1f} of 75 points."
    )
    assert not first.contributions[0].evidence.factors, "the factors are for the explanation"
    explained = desk.explain("verified").candidate
    assert explained.contributions[0].evidence.factors
    assert sum(c.points for c in explained.contributions) == pytest.approx(explained.score, abs=1e-9)
    assert sum(c.points for c in explained.competencies) == pytest.approx(explained.score, abs=1e-9)
    assert (explained.score, explained.rank) == (first.score, 1)
    missing = {c.competency: c.missing for c in answer.candidates[2].competencies}
    assert missing["sql"].startswith("Nothing shows SQL yet")
    assert "level 3 or above" in missing["sql"]
    assert not any(c.missing for c in first.competencies if c.met)


def test_filters_facets_and_who_meets_the_must_haves(desk: Desk) -> None:
    desk.take(
        desk.profile("berlin", [(SQL, 0.9, 4, True)], region="DE-BE", labels={"team": "data"}),
        desk.profile("munich", region="DE-BY", labels={"team": "web"}),
        desk.profile("paris", [(SQL, 0.9, 4, True)], region="FR-75"),
    )

    def ids(**conditions: object) -> list[str]:
        answer = desk.rank(filter=pb.RankingFilter(**conditions))
        assert answer.total_size == len(answer.candidates)
        return [c.candidate.rpartition("/")[2] for c in answer.candidates]

    assert ids(regions=["DE"]) == ["berlin", "munich"]
    assert ids(regions=["DE-BY", "FR"], must_haves_met_only=True) == ["paris"]
    assert ids(labels={"team": "data"}) == ["berlin"]
    assert ids(availabilities=["not_looking"]) == []
    counted = {(f.facet, f.value): f.count for f in desk.rank().facets}
    assert counted["region", "DE-BE"] == 1
    assert counted["availability", "now"] == 3
    assert counted["labels.team", "web"] == 1
    error = refused(lambda: desk.rank(filter=pb.RankingFilter(availabilities=["soon"])))
    assert error.violations[0][0] == "filter.availabilities[0]"
    one = desk.rank(filter=pb.RankingFilter(regions=["FR", "DE"])).provenance
    assert one == desk.rank(filter=pb.RankingFilter(regions=["DE", "FR", "DE"])).provenance


def test_later_pages_are_of_the_ranking_as_it_was(desk: Desk) -> None:
    desk.take(*(desk.profile(f"c{n}", [(SQL, 0.9 - n / 20, 4, True)]) for n in range(7)))
    whole = [c.candidate for c in desk.rank().candidates]
    first = desk.rank(page_size=3)
    desk.take(desk.profile("best", [(SQL, 0.95, 5, True)]))
    second = desk.rank(page_size=2, page_token=first.next_page_token)
    third = desk.rank(page_size=9, page_token=second.next_page_token)
    assert [c.candidate for page in (first, second, third) for c in page.candidates] == whole
    assert third.next_page_token == ""
    assert first.provenance == second.provenance == third.provenance != desk.rank().provenance
    for call in (
        lambda: desk.rank(page_token=first.next_page_token, filter=pb.RankingFilter(regions=["DE"])),
        lambda: desk.rank(page_token="nonsense"),
        lambda: desk.stub.ListRoles(
            pb.ListRolesRequest(parent=f"tenants/{desk.tenant}", page_token=first.next_page_token)
        ),
    ):
        error = refused(call)
        assert (error.code_name, error.reason) == ("INVALID_ARGUMENT", "INVALID_PAGE_TOKEN")
    assert refused(lambda: desk.rank(page_size=-1)).violations[0][0] == "page_size"


def test_nobody_who_left_is_shown_on_a_later_page(desk: Desk) -> None:
    desk.take(*(desk.profile(f"c{n}", [(SQL, 0.9 - n / 20, 4, True)]) for n in range(5)))
    first = desk.rank(page_size=2)
    desk.take_events(deleted("c4", 2, desk.tenant))
    eventually(lambda: desk.rank().total_size == 4)
    error = refused(lambda: desk.rank(page_size=2, page_token=first.next_page_token))
    assert (error.code_name, error.reason) == ("FAILED_PRECONDITION", "RESOURCE_DELETED")
    assert error.metadata["resource"] == first.provenance.ranking
    assert refused(lambda: desk.explain("c4")).reason == "RESOURCE_DELETED"
    assert refused(lambda: desk.explain("never")).reason == "RESOURCE_NOT_FOUND"


def test_provenance_tells_rankings_apart(desk: Desk) -> None:
    desk.take(desk.profile("a", [(SQL, 0.5)]), desk.profile("b", revision=2))
    before = desk.rank().provenance
    assert before == desk.rank().provenance
    assert before.index_position == 3
    assert all((before.policy_version, before.taxonomy_version, before.encoder_version, before.index_digest))
    role = Role(name=desk.role.name, title="Analyst")
    desk.stub.UpdateRole(pb.UpdateRoleRequest(role=role))
    after = desk.rank().provenance
    assert (after.role_revision, before.role_revision) == (2, 1)
    assert after.ranking != before.ranking


def test_a_ranking_is_logged_once_with_who_asked(desk: Desk) -> None:
    desk.take(desk.profile("a", [(SQL, 0.5)]))
    ranking = desk.rank().provenance.ranking
    desk.rank()
    other = desk.api.stub(tenant=desk.tenant, subject="someone-else")
    other.RankCandidates(pb.RankCandidatesRequest(role=desk.role.name))
    with desk.api.database.transaction(desk.tenant) as tx:
        row = tx.execute(
            text("SELECT record, candidates, scores FROM rankings WHERE ranking = :r"),
            {"r": ranking.rpartition("/")[2]},
        ).one()
    record = ranking_pb2.RankingRecord.FromString(row.record)
    assert (record.asked_by, record.candidates, row.candidates) == ("dana", 1, ["a"])
    with desk.api.database.system() as connection:
        events = connection.execute(
            text("SELECT count(*) FROM outbox WHERE topic = 'shortlists.v1' AND key = :key"),
            {"key": f"{desk.tenant}/{ranking.rpartition('/')[2]}"},
        ).scalar_one()
    assert events == 1


def test_two_to_four_are_compared_in_the_order_asked(desk: Desk) -> None:
    desk.take(*(desk.profile(f"c{n}", [(SQL, 0.9 - n / 20, 4, True)]) for n in range(5)))

    def compare(*ids: str) -> pb.CompareCandidatesResponse:
        request = pb.CompareCandidatesRequest(role=desk.role.name, candidates=[desk.name(i) for i in ids])
        return desk.stub.CompareCandidates(request)

    answer = compare("c3", "c0")
    assert [(c.external_id, c.rank) for c in answer.candidates] == [("E-c3", 4), ("E-c0", 1)]
    assert answer.role.name == desk.role.name
    for ids in (("c0",), ("c0", "c1", "c2", "c3", "c4"), ("c0", "c0")):
        assert refused(lambda ids=ids: compare(*ids)).violations[0][0] == "candidates"
    assert refused(lambda: compare("c0", "absent")).reason == "RESOURCE_NOT_FOUND"


def test_a_decision_needs_a_reason_and_keeps_the_ranking_looked_at(desk: Desk) -> None:
    desk.take(desk.profile("a", [(SQL, 0.9, 4, True)]), desk.profile("b", [(SQL, 0.5, 4, True)]))
    ranked = desk.rank()
    made = desk.decide("b", ranking=ranked.provenance.ranking)
    assert (made.decided_by, made.rank, made.score) == ("dana", 2, ranked.candidates[1].score)
    assert desk.decide("a").rank == 0
    for field, fields in {
        "decision.reason": {"reason": " too short "},
        "decision.outcome": {"outcome": 0},
        "decision.candidate": {"candidate": f"tenants/{desk.tenant}/roles/x"},
    }.items():
        assert refused(lambda fields=fields: desk.decide("a", **fields)).violations[0][0] == field
    absent = {"role": f"tenants/{desk.tenant}/roles/x", "ranking": f"tenants/{desk.tenant}/rankings/x"}
    for field, name in absent.items():
        error = refused(lambda field=field, name=name: desk.decide("a", **{field: name}))
        assert (error.reason, error.metadata["resource"]) == ("RESOURCE_NOT_FOUND", name)
    assert refused(lambda: desk.decide("absent")).reason == "RESOURCE_NOT_FOUND"
    assert refused(lambda: desk.decide("a", ranking="tenants/acme/rankings/x")).reason == "OTHER_TENANT"


def test_decisions_are_listed_newest_first(desk: Desk) -> None:
    desk.take(desk.profile("a"), desk.profile("b"))
    names = [desk.decide(c).name for c in ("a", "b", "a")]

    def listed(**fields: object) -> pb.ListDecisionsResponse:
        return desk.stub.ListDecisions(pb.ListDecisionsRequest(parent=f"tenants/{desk.tenant}", **fields))

    assert [d.name for d in listed().decisions] == names[::-1]
    assert [d.name for d in listed(candidate=desk.name("a")).decisions] == [names[2], names[0]]
    first = listed(page_size=2)
    second = listed(page_size=2, page_token=first.next_page_token)
    assert [d.name for page in (first, second) for d in page.decisions] == names[::-1]
    error = refused(lambda: listed(role=desk.role.name, page_token=first.next_page_token))
    assert error.reason == "INVALID_PAGE_TOKEN"


def test_who_is_purged_is_taken_out_of_the_logs(desk: Desk) -> None:
    desk.take(desk.profile("a", [(SQL, 0.9)]), desk.profile("b", [(SQL, 0.5)]))
    ranking = desk.rank().provenance.ranking
    desk.decide("a", ranking=ranking, reason="Anna's work on the warehouse convinced everybody.")
    desk.decide("b")
    for _ in range(2):  # twice is as good as once
        desk.take_events(purged("a", tenant=desk.tenant))
    eventually(lambda: desk.rank().total_size == 1)
    listing = desk.stub.ListDecisions(pb.ListDecisionsRequest(parent=f"tenants/{desk.tenant}"))
    kept = [(d.candidate, d.reason != "", d.rank) for d in listing.decisions]
    assert kept == [(desk.name("b"), True, 0), ("", False, 1)]
    with desk.api.database.transaction(desk.tenant) as tx:
        held = [tx.execute(text(f"SELECT * FROM {t}")).all() for t in ("rankings", "decisions")]
        rows = tx.execute(text("SELECT candidate, content FROM profiles WHERE state = 'erased'")).all()
    assert rows == [("a", None)]
    assert "Anna" not in repr(held)
    assert "candidates/a" not in repr(held)
