"""The demo: an invented company goes in over gRPC, flows through, and its results are printed."""

import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import grpc
from google.protobuf.field_mask_pb2 import FieldMask
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from credence.cli import output
from credence.cli.stack import Stack
from credence.demo import Company, generate, read, write
from credencepb.audit.v1 import audit_service_pb2 as audit
from credencepb.audit.v1.audit_service_pb2_grpc import AuditServiceStub
from credencepb.candidates.v1 import candidates_service_pb2 as candidates
from credencepb.candidates.v1.candidates_service_pb2_grpc import CandidatesServiceStub
from credencepb.credentials.v1 import credentials_service_pb2 as credentials
from credencepb.credentials.v1.credentials_service_pb2_grpc import CredentialsServiceStub
from credencepb.matching.v1 import matching_service_pb2 as matching
from credencepb.matching.v1.matching_service_pb2_grpc import MatchingServiceStub

ROLE = "data-analyst"
CHUNK = 50
_FLOW_TIMEOUT_S = 300


def company_in(directory: Path, *, candidates: int) -> Company:
    """The company of an earlier run, else a new one, written to `directory`."""
    known = read(directory)
    if known is not None:
        return known
    with _progress() as bar:
        task = bar.add_task("Inventing people and signing credentials", total=candidates)
        company = generate(
            reference=datetime.now(UTC).date(),
            candidates=candidates,
            progress=lambda done, total: bar.update(task, completed=done, total=total),
        )
        write(company, directory)
    return company


def bring_in(stack: Stack, company: Company) -> None:
    """Imports everything that is not there yet; may be repeated."""
    parent = f"tenants/{company.tenant}"
    issuers = CredentialsServiceStub(stack.channel("credentials"))
    for issuer in company.issuers:
        issuers.UpdateIssuer(credentials.UpdateIssuerRequest(issuer=issuer, allow_missing=True))
    roles = MatchingServiceStub(stack.channel("matching", deadline_s=120))
    for title, postings in company.postings.items():
        name = f"{parent}/roles/{title.lower().replace(' ', '-')}"
        if _missing(lambda name=name: roles.GetRole(matching.GetRoleRequest(name=name))):  # type: ignore[misc]
            draft = roles.DraftRole(
                matching.DraftRoleRequest(parent=parent, title=title, postings=postings)
            ).draft
            draft.role.name = name
            roles.UpdateRole(matching.UpdateRoleRequest(role=draft.role, allow_missing=True))
    audits = AuditServiceStub(stack.channel("audit"))
    audits.BatchUpsertProgrammes(
        audit.BatchUpsertProgrammesRequest(parent=parent, programmes=company.programmes)
    )
    for cohort in company.cohorts:
        audits.UpdateCohort(audit.UpdateCohortRequest(cohort=cohort, allow_missing=True))
    _import(stack, company)


def _import(stack: Stack, company: Company) -> None:
    stub = CandidatesServiceStub(stack.channel("candidates", deadline_s=600))
    people = company.candidates

    def chunks() -> Iterator[candidates.ImportCandidatesRequest]:
        for start in range(0, len(people), CHUNK):
            yield candidates.ImportCandidatesRequest(
                parent=f"tenants/{company.tenant}", candidates=people[start : start + CHUNK]
            )

    with _progress() as bar:
        task = bar.add_task("Importing candidates over gRPC", total=len(people))
        for progress in stub.ImportCandidates(chunks()):
            bar.update(task, completed=progress.received)
    for failure in progress.failures:
        output.console.print(f"refused: {failure.external_id}: {failure.error.message}", style="red")


def wait_until_flowed(stack: Stack, company: Company) -> None:
    """Until every candidate can be ranked, and every team audited. Raises TimeoutError."""
    parent = f"tenants/{company.tenant}"
    rank = MatchingServiceStub(stack.channel("matching"))
    total = len(company.candidates)
    role = f"{parent}/roles/{ROLE}"
    with _progress() as bar:
        task = bar.add_task("Verified, linked to skills, graded and rankable", total=total)
        _until(lambda: _ranked(rank, role), total, lambda done: bar.update(task, completed=done))
    audits = AuditServiceStub(stack.channel("audit"))
    for cohort in company.cohorts:
        wanted = sum(dict(cohort.labels).items() <= dict(c.labels).items() for c in company.candidates)
        request = audit.AuditCohortRequest(cohort=cohort.name, role=role, request_id="")

        def audited(request: audit.AuditCohortRequest = request) -> int:
            try:
                return audits.AuditCohort(request).people
            except grpc.RpcError:
                return 0

        if not list(audits.ListAudits(audit.ListAuditsRequest(parent=parent, cohort=cohort.name)).audits):
            _until(audited, wanted, lambda _: None)


def show(stack: Stack, company: Company) -> None:
    """The explained top 10 for the role, and one team's top gaps with programmes that close them."""
    parent = f"tenants/{company.tenant}"
    ranked = MatchingServiceStub(stack.channel("matching")).RankCandidates(
        matching.RankCandidatesRequest(role=f"{parent}/roles/{ROLE}", page_size=10)
    )
    names = names_of(stack.channel("candidates"), parent, [c.candidate for c in ranked.candidates])
    title = f"Data Analyst: the first 10 of {ranked.total_size}, {ranked.must_haves_met_size} meet every must-have"
    output.console.print(output.ranking(ranked.candidates, title, names))
    stub = AuditServiceStub(stack.channel("audit"))
    role = f"{parent}/roles/{ROLE}"
    done = stub.ListAudits(
        audit.ListAuditsRequest(parent=parent, cohort=company.cohorts[0].name, role=role, page_size=1)
    ).audits
    latest = (
        done[0]
        if done
        else stub.AuditCohort(audit.AuditCohortRequest(cohort=company.cohorts[0].name, role=role))
    )
    found = stub.GetAudit(audit.GetAuditRequest(name=latest.name))
    output.console.print(output.gaps(found))
    best = stub.RecommendProgrammes(audit.RecommendProgrammesRequest(audit=found.name, max_programmes=3))
    output.console.print(output.programmes(best))


def names_of(channel: grpc.Channel, parent: str, candidate_names: list[str]) -> Mapping[str, str]:
    """Display names by resource name, of those whom the caller may know."""
    found = CandidatesServiceStub(channel).BatchGetCandidates(
        candidates.BatchGetCandidatesRequest(
            parent=parent,
            names=candidate_names,
            read_mask=FieldMask(paths=["name", "identity.display_name"]),
        )
    )
    return {c.name: c.identity.display_name for c in found.candidates}


def _ranked(stub: MatchingServiceStub, role: str) -> int:
    return stub.RankCandidates(matching.RankCandidatesRequest(role=role, page_size=1)).total_size


def _missing(call: Callable[[], object]) -> bool:
    try:
        call()
    except grpc.RpcError as error:
        if error.code() is grpc.StatusCode.NOT_FOUND:
            return True
        raise
    return False


def _until(count: Callable[[], int], total: int, tell: Callable[[int], None]) -> None:
    deadline = time.monotonic() + _FLOW_TIMEOUT_S
    while (done := count()) < total:
        tell(done)
        if time.monotonic() > deadline:
            raise TimeoutError(f"after {_FLOW_TIMEOUT_S} s only {done} of {total} came through; see the logs")
        time.sleep(0.2)
    tell(done)


def _progress() -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=output.console,
    )
