"""What is wrong gets the error that names it, what is right beside it goes on, and every process lives."""

from collections.abc import Callable, Iterator

import grpc
import pytest
from kafka import KafkaProducer

from credence.platform.grpc.client import RemoteError, readable
from credence.platform.kafka.topics import dlq_of
from credence.topics import CANDIDATES, PROFILES, ROLES
from credencepb.audit.v1 import audit_pb2, audit_service_pb2
from credencepb.audit.v1.audit_service_pb2_grpc import AuditServiceStub
from credencepb.candidates.v1 import candidate_pb2, candidates_service_pb2
from credencepb.candidates.v1.candidates_service_pb2_grpc import CandidatesServiceStub
from credencepb.credentials.v1 import credentials_service_pb2
from credencepb.credentials.v1.credentials_service_pb2_grpc import CredentialsServiceStub
from credencepb.matching.v1 import matching_service_pb2, role_pb2
from credencepb.matching.v1.matching_service_pb2_grpc import MatchingServiceStub
from support.waiting import eventually
from support.workplace import Workplace

NOT_JSON = b"Certificate of completion, see the PDF"
DEEP = b'{"a":' * 10_000 + b"1" + b"}" * 10_000
HUGE = b'{"padding": "' + b"x" * (5 * 1024 * 1024) + b'"}'
LARGE = b'{"padding": "' + b"x" * (3 * 1024 * 1024 // 2) + b'"}'


def refused(call: Callable[[], object]) -> RemoteError:
    with pytest.raises(grpc.RpcError) as caught:
        call()
    return readable(caught.value)


@pytest.fixture(autouse=True)
def alive(place: Workplace) -> Iterator[None]:
    """Nothing in this file ends a process, or makes one start anew."""
    before = place.stack.supervisor._state.pids.copy()
    yield
    place.stack.supervisor.check()
    assert place.stack.supervisor._state.pids == before


def reads(tenant: str) -> dict[str, Callable[..., Callable[[], object]]]:
    """One question to each service about `tenant`."""
    return {
        "candidates": lambda stub: (
            lambda: stub.GetCandidate(
                candidates_service_pb2.GetCandidateRequest(name=f"{tenant}/candidates/somebody")
            )
        ),
        "credentials": lambda stub: (
            lambda: stub.GetProfile(
                credentials_service_pb2.GetProfileRequest(name=f"{tenant}/profiles/somebody")
            )
        ),
        "matching": lambda stub: (
            lambda: stub.RankCandidates(
                matching_service_pb2.RankCandidatesRequest(role=f"{tenant}/roles/data-analyst")
            )
        ),
        "audit": lambda stub: (
            lambda: stub.GetCohort(audit_service_pb2.GetCohortRequest(name=f"{tenant}/cohorts/analytics"))
        ),
    }


def stub_of(service: str, channel: grpc.Channel) -> object:
    return {
        "candidates": CandidatesServiceStub,
        "credentials": CredentialsServiceStub,
        "matching": MatchingServiceStub,
        "audit": AuditServiceStub,
    }[service](channel)


SERVICES = ("candidates", "credentials", "matching", "audit")


@pytest.mark.parametrize(
    ("document", "code"), [(NOT_JSON, "NOT_JSON"), (DEEP, "TOO_DEEP"), (b'{"a": 1, "a": 2}', "DUPLICATE_KEY")]
)
def test_a_document_that_is_no_credential(place: Workplace, document: bytes, code: str) -> None:
    request = credentials_service_pb2.VerifyCredentialRequest(parent=place.tenant, document=document)
    error = refused(lambda: place.credentials.VerifyCredential(request))
    assert (error.code_name, error.reason) == ("INVALID_ARGUMENT", "MALFORMED_CREDENTIAL")
    assert error.metadata["code"] == code


def test_a_document_that_is_too_large(place: Workplace) -> None:
    request = credentials_service_pb2.VerifyCredentialRequest(parent=place.tenant, document=LARGE)
    error = refused(lambda: place.credentials.VerifyCredential(request))
    assert (error.code_name, error.reason) == ("RESOURCE_EXHAUSTED", "TOO_LARGE")
    assert error.metadata == {"limit": str(1024 * 1024), "actual": str(len(LARGE))}


def test_a_message_of_five_megabytes(place: Workplace) -> None:
    """Refused before any of our code runs, by whichever service it comes to."""
    verify = credentials_service_pb2.VerifyCredentialRequest(parent=place.tenant, document=HUGE)
    person = candidate_pb2.Candidate(external_id="HUGE")
    person.credentials.add(id="c", document=HUGE)
    batch = candidates_service_pb2.BatchUpsertCandidatesRequest(parent=place.tenant, candidates=[person])
    for call in (
        lambda: place.credentials.VerifyCredential(verify),
        lambda: place.candidates.BatchUpsertCandidates(batch),
    ):
        error = refused(call)
        assert (error.code_name, error.reason) == ("RESOURCE_EXHAUSTED", "TOO_LARGE")


def test_bad_documents_of_a_candidate_are_flagged(place: Workplace) -> None:
    """They are taken in, since a person is more than one document; they count nothing, and the rest of the person does."""
    person = candidate_pb2.Candidate(external_id="BAD-DOCS")
    person.claims.add(skill="SQL", level=3)
    person.credentials.add(id="not-json", document=NOT_JSON)
    person.credentials.add(id="deep", document=DEEP)
    too_large = candidate_pb2.Candidate(external_id="TOO-LARGE")
    too_large.credentials.add(id="large", document=b" " * (512 * 1024 + 1))
    results = place.candidates.BatchUpsertCandidates(
        candidates_service_pb2.BatchUpsertCandidatesRequest(
            parent=place.tenant, candidates=[too_large, person]
        )
    ).results
    assert [r.error.reason for r in results] == ["INVALID_FIELD", ""]
    assert results[0].error.field == "candidates[0].credentials[0].document"
    place.settle()
    profile = place.profile("BAD-DOCS")
    assert {f.flag.code for f in profile.flags} == {"NOT_JSON", "TOO_DEEP"}
    assert [e.concept_label for e in profile.evidence] == ["SQL"]


def test_one_bad_record_among_a_thousand(place: Workplace) -> None:
    """In a tenant of its own: 999 arrive in the ranking, the bad one is named with its field."""
    tenant = "northwind"
    people = [candidate_pb2.Candidate(external_id=f"NW-{i:04}", region="DE") for i in range(1000)]
    for person in people:
        person.claims.add(skill="SQL", level=3)
    people[617].claims[0].level = 9
    candidates = CandidatesServiceStub(place.stack.channel("candidates", tenant=tenant))
    matching = MatchingServiceStub(place.stack.channel("matching", tenant=tenant))
    role = matching.CreateRole(
        matching_service_pb2.CreateRoleRequest(
            parent=f"tenants/{tenant}",
            role=role_pb2.Role(
                title="Analyst",
                competencies=[
                    role_pb2.Competency(wording="SQL", weight=1, necessity=role_pb2.NECESSITY_MUST)
                ],
            ),
        )
    )
    results = candidates.BatchUpsertCandidates(
        candidates_service_pb2.BatchUpsertCandidatesRequest(parent=f"tenants/{tenant}", candidates=people)
    ).results
    assert [r.index for r in results] == list(range(1000))
    (failed,) = [r for r in results if r.outcome != candidates_service_pb2.UpsertResult.OUTCOME_CREATED]
    assert (failed.index, failed.external_id) == (617, "NW-0617")
    assert (failed.error.code, failed.error.reason) == (
        grpc.StatusCode.INVALID_ARGUMENT.value[0],
        "INVALID_FIELD",
    )
    assert failed.error.field == "candidates[617].claims[0].level"
    place.settle()
    page = matching.RankCandidates(matching_service_pb2.RankCandidatesRequest(role=role.name, page_size=1))
    assert page.total_size == 999
    assert not {c.external_id for c in place.ranking(place.roles["Data Analyst"].name)} & {"NW-0001"}


def test_an_unknown_role(place: Workplace) -> None:
    name = f"{place.tenant}/roles/astronaut"
    calls = (
        lambda: place.rank_page(name),
        lambda: place.matching.GetRole(matching_service_pb2.GetRoleRequest(name=name)),
        lambda: place.audit.AuditCohort(
            audit_service_pb2.AuditCohortRequest(cohort=f"{place.tenant}/cohorts/analytics", role=name)
        ),
    )
    for call in calls:
        error = refused(call)
        assert (error.code_name, error.reason) == ("NOT_FOUND", "RESOURCE_NOT_FOUND")
        assert error.metadata == {"resource": name}
    error = refused(lambda: place.rank_page("roles/astronaut"))
    assert (error.code_name, error.reason) == ("INVALID_ARGUMENT", "INVALID_RESOURCE_NAME")
    assert error.violations[0][0] == "role"


def test_a_page_token_from_another_query(place: Workplace) -> None:
    listing = candidates_service_pb2.ListCandidatesRequest(parent=place.tenant, page_size=2)
    token = place.candidates.ListCandidates(listing).next_page_token
    everyone = f"{place.tenant}/candidates/-"
    verified = place.credentials.ListVerifications(
        credentials_service_pb2.ListVerificationsRequest(parent=everyone, page_size=2)
    ).next_page_token
    role, other = place.roles["Data Analyst"].name, place.roles["Cloud Engineer"].name
    ranked = place.rank_page(role, page_size=2).next_page_token
    cohorts = place.audit.ListCohorts(
        audit_service_pb2.ListCohortsRequest(parent=place.tenant, page_size=1)
    ).next_page_token
    assert token
    assert verified
    assert ranked
    assert cohorts
    calls = (
        lambda: place.candidates.ListCandidates(
            candidates_service_pb2.ListCandidatesRequest(
                parent=place.tenant, page_token=token, population=candidate_pb2.POPULATION_EMPLOYEE
            )
        ),
        lambda: place.credentials.ListVerifications(
            credentials_service_pb2.ListVerificationsRequest(parent=everyone, page_token=verified, outcome=1)
        ),
        lambda: place.rank_page(other, page_token=ranked),
        lambda: place.rank_page(role, page_token=ranked, filter={"must_haves_met_only": True}),
        lambda: place.rank_page(role, page_token=token),
        lambda: place.rank_page(role, page_token="made up"),
        lambda: place.audit.ListAudits(
            audit_service_pb2.ListAuditsRequest(parent=place.tenant, page_token=cohorts)
        ),
    )
    for call in calls:
        error = refused(call)
        assert (error.code_name, error.reason) == ("INVALID_ARGUMENT", "INVALID_PAGE_TOKEN")
        assert error.violations[0][0] == "page_token"


def test_an_update_with_a_stale_etag(place: Workplace) -> None:
    person = candidate_pb2.Candidate(external_id="ETAG-1", region="DE")
    place.candidates.BatchUpsertCandidates(
        candidates_service_pb2.BatchUpsertCandidatesRequest(parent=place.tenant, candidates=[person])
    )
    present = place.candidate("ETAG-1")
    change = candidate_pb2.Candidate(name=present.name, etag=present.etag, region="FR")
    place.candidates.UpdateCandidate(candidates_service_pb2.UpdateCandidateRequest(candidate=change))
    change.region = "IT"
    role = role_pb2.Role(name=place.roles["HR Specialist"].name, etag='"stale"', summary="New")
    cohort = audit_pb2.Cohort(name=f"{place.tenant}/cohorts/people", etag='"stale"', display_name="New")
    issuer = place.company.issuers[0]
    calls = {
        present.name: lambda: place.candidates.UpdateCandidate(
            candidates_service_pb2.UpdateCandidateRequest(candidate=change)
        ),
        role.name: lambda: place.matching.UpdateRole(matching_service_pb2.UpdateRoleRequest(role=role)),
        cohort.name: lambda: place.audit.UpdateCohort(audit_service_pb2.UpdateCohortRequest(cohort=cohort)),
        issuer.name: lambda: place.credentials.UpdateIssuer(
            credentials_service_pb2.UpdateIssuerRequest(issuer={"name": issuer.name, "etag": '"stale"'})
        ),
    }
    for resource, call in calls.items():
        error = refused(call)
        assert (error.code_name, error.reason) == ("ABORTED", "ETAG_MISMATCH")
        assert error.metadata["resource"] == resource
        assert error.metadata["etag"].startswith('"')
    assert place.candidate("ETAG-1").region == "FR"
    again = candidate_pb2.Candidate(name=present.name, etag=error_etag(calls[present.name]), region="IT")
    place.candidates.UpdateCandidate(candidates_service_pb2.UpdateCandidateRequest(candidate=again))


def error_etag(call: Callable[[], object]) -> str:
    """The present etag, which the refusal names."""
    return refused(call).metadata["etag"]


@pytest.mark.parametrize("service", SERVICES)
def test_the_resource_name_of_another_tenant(place: Workplace, service: str) -> None:
    stub = stub_of(service, place.stack.channel(service))
    error = refused(reads("tenants/northwind")[service](stub))
    assert (error.code_name, error.reason) == ("PERMISSION_DENIED", "OTHER_TENANT")
    assert error.metadata["resource"].startswith("tenants/northwind/")


@pytest.mark.parametrize("service", SERVICES)
def test_a_call_without_a_token(place: Workplace, service: str) -> None:
    with grpc.insecure_channel(place.stack.targets[service]) as bare:
        error = refused(reads(place.tenant)[service](stub_of(service, bare)))
        assert (error.code_name, error.reason) == ("UNAUTHENTICATED", "INVALID_TOKEN")


@pytest.mark.parametrize("service", SERVICES)
def test_a_token_without_the_scope(place: Workplace, service: str) -> None:
    stub = stub_of(service, place.stack.channel(service, "issuers.write"))
    error = refused(reads(place.tenant)[service](stub))
    assert (error.code_name, error.reason) == ("PERMISSION_DENIED", "MISSING_SCOPE")
    assert error.metadata["scope"]


@pytest.mark.parametrize(
    ("topic", "readers"),
    [(CANDIDATES, {"credentials"}), (PROFILES, {"matching", "audit"}), (ROLES, {"audit"})],
    ids=lambda value: getattr(value, "name", ""),
)
def test_a_message_that_is_not_protobuf(place: Workplace, topic, readers: set[str]) -> None:
    """Each consumer sets it aside with its reason, and goes on with what comes after it on the same partition."""
    before = len(place.flow.records(dlq_of(topic)))
    key = f"{place.company.tenant}/somebody".encode()
    poison = {
        "NOT_AN_ENVELOPE": (key, b"\xff\xfe not protobuf"),
        "INCOMPLETE_ENVELOPE": (key, b""),
        "NO_KEY": (b"somebody", b"\xff\xfe not protobuf"),
    }
    producer = KafkaProducer(bootstrap_servers=place.stack.bootstrap, acks="all")
    for record_key, value in poison.values():
        producer.send(topic.name, key=record_key, value=value, partition=0).get(timeout=10)
    producer.close()
    expected = len(poison) * len(readers)
    letters = eventually(
        lambda: (
            place.flow.records(dlq_of(topic))[before:]
            if len(place.flow.records(dlq_of(topic))) >= before + expected
            else []
        ),
        within=60,
    )
    assert len(letters) == expected
    seen = set()
    for letter in letters:
        said = {name: raw.decode() for name, raw in letter.headers}
        assert (letter.key, letter.value) == poison[said["dlq-reason"]]
        assert said["dlq-topic"] == topic.name
        assert said["dlq-message"]
        seen.add((said["dlq-group"], said["dlq-reason"], said["dlq-partition"]))
    assert seen == {(group, reason, "0") for group in readers for reason in poison}

    after = [candidate_pb2.Candidate(external_id=f"AFTER-{topic.name}-{i}") for i in range(20)]
    for person in after:
        person.claims.add(skill="SQL", level=2)
    place.take_in(after)
    place.settle()
    assert {person.external_id for person in after} <= set(place.ranked("Data Analyst"))
