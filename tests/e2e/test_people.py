"""A person's way through all services: changed, deleted, brought back, erased; and what of them may never matter."""

import uuid
from dataclasses import replace

import grpc
import pytest

from credence.demo.awards import hold
from credence.demo.credentials import Mint
from credence.demo.identities import identity
from credence.demo.issuers import open_houses
from credence.demo.people import Person, applicant
from credence.demo.records import record
from credence.platform.grpc.client import readable
from credence.topics import AUDITS, CANDIDATES, DECISIONS, PROFILES, SHORTLISTS
from credencepb.audit.v1 import audit_pb2, audit_service_pb2
from credencepb.candidates.v1 import candidate_pb2
from credencepb.candidates.v1 import candidates_service_pb2 as api
from credencepb.credentials.v1 import credentials_service_pb2
from credencepb.matching.v1 import matching_service_pb2, ranking_pb2
from support.traces import traces
from support.workplace import REFERENCE, Workplace

ROLE = "Data Analyst"
SEED = 77
FREE_PLACES = 100_000
"""Places in the issuers' status lists that the company does not use: nothing there is revoked."""


def newcomer(number: int, *, external_id: str, other_identity: int = 0) -> candidate_pb2.Candidate:
    """Somebody whom the demo's company does not have, with credentials really signed by its issuers.

    The same `number` is the same life; `other_identity` gives it another name, addresses, region and employers.
    """
    person: Person = replace(applicant(SEED, number), external_id=external_id)
    if other_identity:
        person = replace(person, identity=identity(SEED, other_identity))
    mint = Mint(20260101, REFERENCE, open_houses(20260101))
    for house in mint.houses.values():
        house.issued = FREE_PLACES + other_identity % 1000
    made = record(person, REFERENCE, SEED)
    made.credentials.extend(hold(person, mint))
    if other_identity:
        for number, position in enumerate(made.experiences):
            position.organisation = f"Another employer {number}"
    return made


def lives() -> list[int]:
    """Analysts with at least two signed credentials and some work to show."""
    found = []
    for number in range(1000, 1400):
        if applicant(SEED, number).occupation == "data_analyst":
            made = newcomer(number, external_id="X")
            signed = [c for c in made.credentials if c.document]
            if len(signed) >= 2 and made.portfolio and made.identity.emails:
                found.append(number)
    return found[:12]


def refused(call: object, *arguments: object) -> tuple[str, str]:
    with pytest.raises(grpc.RpcError) as caught:
        call(*arguments)  # type: ignore[operator]
    error = readable(caught.value)
    return error.code_name, error.reason


def test_names_addresses_and_employers_change_no_score(place: Workplace) -> None:
    """Law 5: the same life under another name, e-mail domain, region and other employers' names is worth the same to the last bit.

    Credentials are issued anew to the other address, since they must be the person's own.
    """
    numbers = lives()
    assert len(numbers) == 12
    first = [newcomer(n, external_id=f"ONE-{n}") for n in numbers]
    other = [newcomer(n, external_id=f"TWO-{n}", other_identity=9_000 + n) for n in numbers]
    for one, two in zip(first, other, strict=True):
        assert one.identity.display_name != two.identity.display_name
        assert set(one.identity.emails).isdisjoint(two.identity.emails)
    place.take_in(first + other)
    place.settle()
    ranked = place.ranked(ROLE)
    scores = set()
    for n in numbers:
        one, two = ranked[f"ONE-{n}"], ranked[f"TWO-{n}"]
        assert (one.score, one.verified_score) == (two.score, two.verified_score)
        assert one.must_haves_met == two.must_haves_met
        assert [c.points for c in one.competencies] == [c.points for c in two.competencies]
        assert sorted(f.flag.code for f in one.flags) == sorted(f.flag.code for f in two.flags)
        scores.add(one.score)
    assert len(scores) == len(numbers), "the lives differ, so equal scores mean something"
    assert all(score > 0 for score in scores)


def test_an_update_is_reflected(place: Workplace) -> None:
    made = newcomer(1400, external_id="UPD-1")
    place.take_in([made])
    place.settle()
    before, profile = place.ranked(ROLE)["UPD-1"], place.profile("UPD-1")
    present = place.candidate("UPD-1")
    changed = candidate_pb2.Candidate(name=present.name, etag=present.etag)
    changed.claims.extend(present.claims)
    changed.claims.extend(
        candidate_pb2.Claim(skill=s, level=5, last_used="2026-10") for s in ("SQL", "statistics", "Python")
    )
    changed.assessments.add(skill="statistics", level=5, date="2026-10-01", method="work sample")
    updated = place.candidates.UpdateCandidate(api.UpdateCandidateRequest(candidate=changed))
    assert updated.revision == present.revision + 1
    place.settle()
    after, profile_after = place.ranked(ROLE)["UPD-1"], place.profile("UPD-1")
    assert after.score > before.score
    assert (profile_after.revision, profile_after.candidate_revision) == (2, 2)
    assert profile_after.cause == "CANDIDATE_CHANGED"
    assert len(profile_after.evidence) > len(profile.evidence)

    only_named = candidate_pb2.Candidate(name=present.name)
    only_named.identity.CopyFrom(present.identity)
    only_named.identity.display_name = "Somebody Else"
    place.candidates.UpdateCandidate(api.UpdateCandidateRequest(candidate=only_named))
    place.settle()
    assert place.ranked(ROLE)["UPD-1"].score == after.score
    assert place.profile("UPD-1").revision == 2, "a name is no part of a profile"


def test_deleted_people_leave_and_come_back(place: Workplace) -> None:
    place.take_in([newcomer(1401, external_id="DEL-1")])
    place.settle()
    before = place.ranked(ROLE)
    name = place.candidate("DEL-1").name
    place.candidates.DeleteCandidate(api.DeleteCandidateRequest(name=name))
    place.settle()
    without = place.ranked(ROLE)
    assert set(before) - set(without) == {"DEL-1"}
    assert refused(lambda: place.profile_of(name)) == ("FAILED_PRECONDITION", "RESOURCE_DELETED")
    assert refused(lambda: place.explain(ROLE, name))[0] in ("FAILED_PRECONDITION", "NOT_FOUND")

    place.candidates.UndeleteCandidate(api.UndeleteCandidateRequest(name=name))
    place.settle()
    back = place.ranked(ROLE)
    assert set(back) == set(before)
    assert back["DEL-1"] == before["DEL-1"]


def test_purged_people_are_gone_everywhere(place: Workplace) -> None:
    """Every table of every database, the log files, and the state topics once compacted: no name, address, external id, document."""
    person = newcomer(1402, external_id="PURGE-ME-4711")
    person.identity.display_name = "Zephyrine Quillfeather"
    person.identity.emails.append("zephyrine.q@mail.example")
    person.labels["team"] = "short-lived"
    place.take_in([person])
    place.settle()
    name = place.candidate("PURGE-ME-4711").name
    role = place.roles[ROLE].name
    page = place.rank_page(role, page_size=500)
    place.matching.RecordDecision(
        matching_service_pb2.RecordDecisionRequest(
            decision=ranking_pb2.Decision(
                role=role,
                candidate=name,
                outcome=ranking_pb2.DECISION_OUTCOME_HOLD,
                reason="Ms Quillfeather asked for time",
                ranking=page.provenance.ranking,
            ),
            request_id=str(uuid.uuid4()),
        )
    )
    cohort = place.audit.CreateCohort(
        audit_service_pb2.CreateCohortRequest(
            parent=place.tenant,
            cohort=audit_pb2.Cohort(
                display_name="Short-lived", labels={"team": "short-lived"}, candidates=[name]
            ),
            request_id=str(uuid.uuid4()),
        )
    )
    audit = place.audit.AuditCohort(
        audit_service_pb2.AuditCohortRequest(cohort=cohort.name, role=role, request_id=str(uuid.uuid4()))
    )
    assert audit.person_gaps
    place.candidates.UpdateCandidate(
        api.UpdateCandidateRequest(
            candidate=candidate_pb2.Candidate(name=name, region="FR"), request_id=str(uuid.uuid4())
        )
    )
    place.settle()
    candidate_id = name.rpartition("/")[2]
    personal = ["Quillfeather", "zephyrine.q@mail.example", person.identity.emails[0], "PURGE-ME-4711"]
    assert len(left(place, [*personal, candidate_id])) > 10, "or there would be nothing to erase"

    place.candidates.PurgeCandidate(api.PurgeCandidateRequest(name=name, force=True))
    place.settle()
    assert left(place, personal) == set()
    # matching keeps the bare id for a week, so that the index of every replica hears of the erasure
    assert {where[:2] for where in left(place, [candidate_id])} <= {("matching", "profiles")}

    assert "PURGE-ME-4711" not in place.ranked(ROLE)
    assert refused(lambda: place.profile_of(name)) == ("NOT_FOUND", "RESOURCE_NOT_FOUND")
    with pytest.raises(LookupError):
        place.candidate("PURGE-ME-4711")
    listed = place.credentials.ListVerifications(
        credentials_service_pb2.ListVerificationsRequest(parent=name)
    )
    assert not listed.verifications
    stored = place.audit.GetAudit(audit_service_pb2.GetAuditRequest(name=audit.name))
    assert not stored.person_gaps
    assert (stored.people, len(stored.gaps)) == (1, len(audit.gaps)), (
        "what was found stays, without the person"
    )

    for topic in (CANDIDATES, PROFILES):
        latest = {record.key: record.value for record in place.flow.records(topic.name)}
        mine = [value for key, value in latest.items() if key.decode().endswith(candidate_id)]
        assert mine == [None], f"compaction of {topic.name} erases the person"
    for topic in (SHORTLISTS, DECISIONS, AUDITS):
        kept = b"".join(record.value or b"" for record in place.flow.records(topic.name)).lower()
        for needle in [n for n in personal if n != "Quillfeather"]:
            assert needle.lower().encode() not in kept, f"{topic.name} is kept for long"
    for log in place.stack.data_dir.glob("run/*.log"):
        text = log.read_text(errors="replace").lower()
        assert not [needle for needle in personal if needle.lower() in text], log.name


def left(place: Workplace, needles: list[str]) -> set[tuple[str, str, str, str]]:
    """(service, table, column, needle) of all that is still there."""
    found = set()
    for service in place.stack.urls:
        with place.flow.connect(service) as connection:
            found |= {(service, *where) for where in traces(connection, needles)}
    return found
