"""Everything that CandidatesService promises, over gRPC, on PostgreSQL; the broker is away the whole time."""

import threading
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import grpc
import pytest
from google.protobuf.field_mask_pb2 import FieldMask
from sqlalchemy import text

from credence.platform.grpc.client import RemoteError, readable
from credencepb.candidates.v1 import candidate_pb2 as pb
from credencepb.candidates.v1 import candidates_service_pb2 as api
from credencepb.candidates.v1.candidate_events_pb2 import CandidateChanged
from credencepb.events.v1.envelope_pb2 import Envelope
from support.sealing import rows_given_up, tables_without_seal

from .conftest import ALL_SCOPES, Candidates

PARENT = "tenants/acme"


def person(external_id: str = "ATS-1", **fields: Any) -> pb.Candidate:
    return pb.Candidate(
        external_id=external_id,
        identity=pb.Identity(display_name="Ilva Brandtsund", emails=["ilva@example.com"]),
        experiences=[pb.Experience(title="Analyst", organisation="Quillmarsh", start_date="2021-03")],
        claims=[pb.Claim(skill="SQL", level=3)],
        **fields,
    )


def refused(call: Callable[[], object]) -> RemoteError:
    with pytest.raises(grpc.RpcError) as caught:
        call()
    return readable(caught.value)


def outbox(candidates: Candidates, tenant: str = "acme") -> list[tuple[str, Envelope | None]]:
    with candidates.database.database.transaction(tenant) as tx:
        rows = tx.execute(text("SELECT key, value FROM outbox ORDER BY id")).all()
    return [(row.key, Envelope.FromString(row.value) if row.value is not None else None) for row in rows]


def test_what_is_created_can_be_read_and_is_told_of(candidates: Candidates) -> None:
    stub = candidates.stub()
    made = stub.CreateCandidate(api.CreateCandidateRequest(parent=PARENT, candidate=person()))
    assert made.revision == 1
    assert stub.GetCandidate(api.GetCandidateRequest(name=made.name)) == made

    ((key, envelope),) = outbox(candidates)
    assert key == f"acme/{made.name.rpartition('/')[2]}"
    assert envelope is not None
    assert (envelope.type, envelope.subject, envelope.revision) == (
        "credencepb.candidates.v1.CandidateChanged",
        made.name,
        1,
    )
    told = CandidateChanged.FromString(envelope.payload).candidate
    assert told.identity == pb.Identity(emails=["ilva@example.com"])
    assert b"Brandtsund" not in envelope.payload
    assert b"Quillmarsh" not in envelope.payload


def test_a_request_id_creates_once(candidates: Candidates) -> None:
    stub = candidates.stub()
    request = api.CreateCandidateRequest(parent=PARENT, candidate=person(), request_id=str(uuid.uuid4()))
    assert stub.CreateCandidate(request) == stub.CreateCandidate(request)
    request.candidate.region = "DE"
    assert refused(lambda: stub.CreateCandidate(request)).reason == "REQUEST_ID_REUSED"
    assert len(outbox(candidates)) == 1


def test_the_same_person_twice_is_refused(candidates: Candidates) -> None:
    stub = candidates.stub()
    request = api.CreateCandidateRequest(parent=PARENT, candidate=person())
    stub.CreateCandidate(request)
    assert refused(lambda: stub.CreateCandidate(request)).reason == "RESOURCE_EXISTS"
    request.validate_only = True
    assert refused(lambda: stub.CreateCandidate(request)).reason == "RESOURCE_EXISTS"


def test_validate_only_writes_nothing(candidates: Candidates) -> None:
    stub = candidates.stub()
    stub.CreateCandidate(api.CreateCandidateRequest(parent=PARENT, candidate=person(), validate_only=True))
    assert not stub.ListCandidates(api.ListCandidatesRequest(parent=PARENT)).candidates
    assert not outbox(candidates)


def test_names_are_for_those_who_may_know_them(candidates: Candidates) -> None:
    made = candidates.stub().CreateCandidate(api.CreateCandidateRequest(parent=PARENT, candidate=person()))
    blind = candidates.stub(scopes=("candidates.read",))
    assert not blind.GetCandidate(api.GetCandidateRequest(name=made.name)).HasField("identity")
    (listed,) = blind.ListCandidates(api.ListCandidatesRequest(parent=PARENT)).candidates
    assert not listed.HasField("identity")
    error = refused(lambda: blind.ExportCandidate(api.ExportCandidateRequest(name=made.name)))
    assert (error.code_name, error.reason) == ("PERMISSION_DENIED", "MISSING_SCOPE")


def test_an_update_by_mask_and_etag(candidates: Candidates) -> None:
    stub = candidates.stub()
    made = stub.CreateCandidate(api.CreateCandidateRequest(parent=PARENT, candidate=person()))

    change = pb.Candidate(name=made.name, etag=made.etag, region="DE-BE")
    changed = stub.UpdateCandidate(api.UpdateCandidateRequest(candidate=change))
    assert (changed.region, changed.revision, changed.claims) == ("DE-BE", 2, made.claims)

    stale = refused(lambda: stub.UpdateCandidate(api.UpdateCandidateRequest(candidate=change)))
    assert (stale.code_name, stale.reason, stale.metadata["etag"]) == (
        "ABORTED",
        "ETAG_MISMATCH",
        changed.etag,
    )

    same = stub.UpdateCandidate(
        api.UpdateCandidateRequest(candidate=pb.Candidate(name=made.name, region="DE-BE"))
    )
    assert same == changed
    assert len(outbox(candidates)) == 2

    mask = api.UpdateCandidateRequest(
        candidate=pb.Candidate(name=made.name), update_mask=FieldMask(paths=["create_time"])
    )
    assert refused(lambda: stub.UpdateCandidate(mask)).reason == "INVALID_UPDATE_MASK"


def test_an_update_may_create(candidates: Candidates) -> None:
    stub = candidates.stub()
    request = api.UpdateCandidateRequest(candidate=person("ATS-9"), allow_missing=True)
    request.candidate.name = f"{PARENT}/candidates/nine"
    assert stub.UpdateCandidate(request).revision == 1
    request.candidate.name = f"{PARENT}/candidates/ten"
    request.allow_missing = False
    assert refused(lambda: stub.UpdateCandidate(request)).reason == "RESOURCE_NOT_FOUND"


def test_deleted_kept_and_purged_for_good(candidates: Candidates) -> None:
    stub = candidates.stub()
    request = api.CreateCandidateRequest(parent=PARENT, candidate=person(), request_id="once")
    made = stub.CreateCandidate(request)
    purge = api.PurgeCandidateRequest(name=made.name)
    assert refused(lambda: stub.PurgeCandidate(purge)).reason == "RESOURCE_DELETED"

    gone = stub.DeleteCandidate(api.DeleteCandidateRequest(name=made.name))
    assert gone.HasField("delete_time")
    assert not stub.ListCandidates(api.ListCandidatesRequest(parent=PARENT)).candidates
    assert stub.ListCandidates(api.ListCandidatesRequest(parent=PARENT, show_deleted=True)).candidates == [
        gone
    ]
    change = api.UpdateCandidateRequest(candidate=pb.Candidate(name=made.name, region="DE"))
    assert refused(lambda: stub.UpdateCandidate(change)).reason == "RESOURCE_DELETED"
    back = stub.UndeleteCandidate(api.UndeleteCandidateRequest(name=made.name))
    assert (back.revision, back.HasField("delete_time")) == (3, False)

    export = stub.ExportCandidate(api.ExportCandidateRequest(name=made.name))
    assert [c.action for c in export.changes] == ["create", "delete", "undelete"]
    assert export.candidate.identity.display_name == "Ilva Brandtsund"

    stub.DeleteCandidate(api.DeleteCandidateRequest(name=made.name))
    stub.PurgeCandidate(purge)
    assert (
        refused(lambda: stub.GetCandidate(api.GetCandidateRequest(name=made.name))).reason
        == "RESOURCE_NOT_FOUND"
    )
    assert outbox(candidates)[-1] == (f"acme/{made.name.rpartition('/')[2]}", None)
    with candidates.database.database.transaction("acme") as tx:
        tables = tx.execute(
            text("SELECT (SELECT count(*) FROM candidate_changes), (SELECT count(*) FROM request_ids)")
        )
        assert tuple(tables.one()) == (0, 0)


def test_one_bad_record_in_a_thousand_harms_no_other(candidates: Candidates) -> None:
    stub = candidates.stub()
    batch = [person(f"ATS-{i:04}") for i in range(1000)]
    batch[417].region = "Germany"
    results = stub.BatchUpsertCandidates(
        api.BatchUpsertCandidatesRequest(parent=PARENT, candidates=batch)
    ).results
    assert [r.index for r in results] == list(range(1000))
    (failed,) = [r for r in results if r.outcome != api.UpsertResult.OUTCOME_CREATED]
    assert (failed.index, failed.external_id, failed.error.reason, failed.error.field) == (
        417,
        "ATS-0417",
        "INVALID_FIELD",
        "candidates[417].region",
    )
    assert len(outbox(candidates)) == 999


def test_a_batch_says_what_became_of_each(candidates: Candidates) -> None:
    stub = candidates.stub()

    def outcomes(*batch: pb.Candidate) -> list[tuple[int, str]]:
        answer = stub.BatchUpsertCandidates(api.BatchUpsertCandidatesRequest(parent=PARENT, candidates=batch))
        return [(r.outcome, r.error.reason) for r in answer.results]

    created, updated, unchanged, failed = range(1, 5)
    assert outcomes(person("A"), person("B"), person("")) == [
        (created, ""),
        (created, ""),
        (failed, "INVALID_FIELD"),
    ]
    assert outcomes(person("A"), person("B", region="DE"), person("B")) == [
        (unchanged, ""),
        (updated, ""),
        (failed, "INVALID_FIELD"),
    ]
    odd = person("C")
    odd.availability = 77  # type: ignore[assignment]
    assert outcomes(odd, person("A", etag='"old"')) == [(failed, "INVALID_FIELD"), (failed, "ETAG_MISMATCH")]
    name = stub.ListCandidates(api.ListCandidatesRequest(parent=PARENT, external_id="A")).candidates[0].name
    stub.DeleteCandidate(api.DeleteCandidateRequest(name=name))
    assert outcomes(person("A", region="FR")) == [(failed, "RESOURCE_DELETED")]
    too_many = api.BatchUpsertCandidatesRequest(parent=PARENT, candidates=[pb.Candidate()] * 1001)
    assert refused(lambda: stub.BatchUpsertCandidates(too_many)).violations[0][0] == "candidates"


def test_two_writers_of_one_batch_store_each_person_once(candidates: Candidates) -> None:
    request = api.BatchUpsertCandidatesRequest(
        parent=PARENT, candidates=[person(f"P{i}") for i in range(200)]
    )
    outcomes: list[list[int]] = []

    def write() -> None:
        outcomes.append([r.outcome for r in candidates.stub().BatchUpsertCandidates(request).results])

    writers = [threading.Thread(target=write) for _ in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    created = sum(o == api.UpsertResult.OUTCOME_CREATED for result in outcomes for o in result)
    unchanged = sum(o == api.UpsertResult.OUTCOME_UNCHANGED for result in outcomes for o in result)
    assert (created, unchanged) == (200, 600)
    assert len(outbox(candidates)) == 200


def test_an_import_reports_progress_and_can_be_sent_again(candidates: Candidates) -> None:
    stub = candidates.stub()

    def chunks() -> Iterator[api.ImportCandidatesRequest]:
        yield api.ImportCandidatesRequest(parent=PARENT, candidates=[person(f"I{i}") for i in range(3)])
        yield api.ImportCandidatesRequest(candidates=[person("I3"), person("I4", region="nowhere")])

    first = list(stub.ImportCandidates(chunks()))
    assert [(p.received, p.created, p.failed, p.done) for p in first] == [
        (3, 3, 0, False),
        (5, 4, 1, False),
        (5, 4, 1, True),
    ]
    assert (first[1].failures[0].index, first[1].failures[0].external_id) == (4, "I4")
    again = list(stub.ImportCandidates(chunks()))[-1]
    assert (again.created, again.unchanged, again.failed) == (0, 4, 1)
    assert len(outbox(candidates)) == 4


def test_pages_hold_together_and_refuse_other_arguments(candidates: Candidates) -> None:
    stub = candidates.stub()
    batch = [person(f"L{i}", labels={"team": "a" if i % 2 else "b"}) for i in range(10)]
    stub.BatchUpsertCandidates(api.BatchUpsertCandidatesRequest(parent=PARENT, candidates=batch))
    request = api.ListCandidatesRequest(parent=PARENT, page_size=2, labels={"team": "a"})
    names: list[str] = []
    while True:
        page = stub.ListCandidates(request)
        names += [c.name for c in page.candidates]
        if not page.next_page_token:
            break
        request.page_token = page.next_page_token
    assert len(names) == 5
    assert names == sorted(set(names))
    request.labels["team"] = "b"
    assert refused(lambda: stub.ListCandidates(request)).reason == "INVALID_PAGE_TOKEN"
    negative = api.ListCandidatesRequest(parent=PARENT, page_size=-1)
    assert refused(lambda: stub.ListCandidates(negative)).violations[0][0] == "page_size"


def test_many_are_read_at_once(candidates: Candidates) -> None:
    stub = candidates.stub()
    made = [
        stub.CreateCandidate(api.CreateCandidateRequest(parent=PARENT, candidate=person(e)))
        for e in ("X", "Y")
    ]
    names = [made[1].name, f"{PARENT}/candidates/unknown", made[0].name]
    answer = stub.BatchGetCandidates(api.BatchGetCandidatesRequest(parent=PARENT, names=names))
    assert [c.external_id for c in answer.candidates] == ["Y", "X"]
    assert answer.candidates == [made[1], made[0]]


def test_many_are_read_in_part(candidates: Candidates) -> None:
    made = candidates.stub().CreateCandidate(api.CreateCandidateRequest(parent=PARENT, candidate=person()))

    def read(*paths: str, scopes: tuple[str, ...] = ALL_SCOPES) -> pb.Candidate:
        request = api.BatchGetCandidatesRequest(
            parent=PARENT, names=[made.name], read_mask=FieldMask(paths=paths)
        )
        (found,) = candidates.stub(scopes=scopes).BatchGetCandidates(request).candidates
        return found

    name = pb.Identity(display_name=made.identity.display_name)
    assert made.identity.emails
    assert read("name", "identity.display_name") == pb.Candidate(name=made.name, identity=name)
    assert read("*") == read() == made
    assert read("credentials").credentials == made.credentials
    assert not read("name", "identity.display_name", scopes=("candidates.read",)).HasField("identity")
    for wrong in ("surname", "identity.surname", "credentials.document", "labels.team", "name.x", ""):
        error = refused(lambda wrong=wrong: read("name", wrong))
        assert (error.reason, error.violations[0][0]) == ("INVALID_FIELD", "read_mask"), wrong
    assert refused(lambda: read("*", "name")).reason == "INVALID_FIELD"


def test_another_tenants_people_are_out_of_reach(candidates: Candidates) -> None:
    made = candidates.stub().CreateCandidate(api.CreateCandidateRequest(parent=PARENT, candidate=person()))
    other = candidates.stub(tenant="other")
    error = refused(lambda: other.GetCandidate(api.GetCandidateRequest(name=made.name)))
    assert (error.code_name, error.reason) == ("PERMISSION_DENIED", "OTHER_TENANT")
    assert not other.ListCandidates(api.ListCandidatesRequest(parent="tenants/other")).candidates


def test_no_token_no_answer(candidates: Candidates) -> None:
    from credencepb.candidates.v1.candidates_service_pb2_grpc import CandidatesServiceStub

    with grpc.insecure_channel(f"127.0.0.1:{candidates.port}") as bare:
        error = refused(
            lambda: CandidatesServiceStub(bare).ListCandidates(api.ListCandidatesRequest(parent=PARENT))
        )
    assert (error.code_name, error.reason) == ("UNAUTHENTICATED", "INVALID_TOKEN")


def test_every_table_is_sealed(candidates: Candidates) -> None:
    candidates.stub().CreateCandidate(
        api.CreateCandidateRequest(parent=PARENT, candidate=person(), request_id="r")
    )
    urls = candidates.database.urls
    assert not tables_without_seal(urls)
    assert set(rows_given_up(urls, "acme")) >= {
        "candidates",
        "candidate_changes",
        "outbox",
        "request_ids",
        "tenants",
    }
    assert rows_given_up(urls, "other") == {}
    assert rows_given_up(urls, None) == {}
