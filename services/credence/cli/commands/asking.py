"""Using what runs: import, rank, explain, audit."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer
from google.protobuf.json_format import ParseDict, ParseError

from credence.cli import company as demo
from credence.cli import output
from credence.cli.context import DEFAULT_DATA_DIR, connect
from credence.cli.options import AsJson, DataDir, Tenant, plainly
from credencepb.audit.v1 import audit_service_pb2 as audit_api
from credencepb.audit.v1.audit_service_pb2_grpc import AuditServiceStub
from credencepb.candidates.v1 import candidate_pb2
from credencepb.candidates.v1 import candidates_service_pb2 as candidates_api
from credencepb.candidates.v1.candidates_service_pb2_grpc import CandidatesServiceStub
from credencepb.credentials.v1 import credentials_service_pb2 as credentials_api
from credencepb.credentials.v1 import renewal_pb2
from credencepb.credentials.v1.credentials_service_pb2_grpc import CredentialsServiceStub
from credencepb.matching.v1 import matching_service_pb2 as matching_api
from credencepb.matching.v1.matching_service_pb2_grpc import MatchingServiceStub

MOST_NAMES = 1000
"""Names asked for in one call."""


@plainly
def import_(
    file: Annotated[
        Path, typer.Argument(help="One candidate a line, as JSON with the fields of the proto.", exists=True)
    ],
    data: DataDir = DEFAULT_DATA_DIR,
    tenant: Tenant = "",
    as_json: AsJson = False,
) -> None:
    """Import candidates; the same file again changes nothing."""
    connection = connect(data, tenant)

    def chunks() -> Iterator[candidates_api.ImportCandidatesRequest]:
        batch: list[candidate_pb2.Candidate] = []
        with file.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, start=1):
                if line.strip():
                    try:
                        batch.append(ParseDict(json.loads(line), candidate_pb2.Candidate()))
                    except (json.JSONDecodeError, ParseError) as error:
                        raise ValueError(f"{file}, line {number}: {error}") from None
                if len(batch) == demo.CHUNK:
                    yield candidates_api.ImportCandidatesRequest(parent=connection.parent, candidates=batch)
                    batch = []
        yield candidates_api.ImportCandidatesRequest(parent=connection.parent, candidates=batch)

    requests = list(chunks())
    failed = 0
    with connection.channel("candidates", deadline_s=3600) as channel:
        for progress in CandidatesServiceStub(channel).ImportCandidates(iter(requests)):
            for failure in progress.failures:
                output.errors.print(f"{failure.external_id}: {failure.error.message}", markup=False)
            failed = progress.failed
    if as_json:
        output.console.out(json.dumps(output.as_json(progress)))
    else:
        output.console.print(
            f"{progress.received} read: {progress.created} created, {progress.updated} updated,"
            f" {progress.unchanged} unchanged, {progress.failed} refused"
        )
    if failed:
        raise typer.Exit(1)


@plainly
def rank(
    role: Annotated[str, typer.Argument(help="Role id or name, for example data-analyst.")],
    top: Annotated[int, typer.Option(min=1, max=500)] = 10,
    population: Annotated[str, typer.Option(help="applicant or employee")] = "",
    region: Annotated[str, typer.Option(help="Prefix, for example DE")] = "",
    blind: Annotated[bool, typer.Option(help="Without names.")] = False,
    data: DataDir = DEFAULT_DATA_DIR,
    tenant: Tenant = "",
    as_json: AsJson = False,
) -> None:
    """The explained shortlist of a role."""
    connection = connect(data, tenant)
    request = matching_api.RankCandidatesRequest(role=connection.name("roles", role), page_size=top)
    request.filter.populations.extend([population] if population else [])
    request.filter.regions.extend([region] if region else [])
    with connection.channel("matching") as channel:
        answer = MatchingServiceStub(channel).RankCandidates(request)
    if as_json:
        for candidate in answer.candidates:
            output.console.out(json.dumps(output.as_json(candidate), ensure_ascii=False))
        return
    names = {}
    if not blind:
        with connection.channel("candidates") as channel:
            names = dict(demo.names_of(channel, connection.parent, [c.candidate for c in answer.candidates]))
    title = f"{role}: {answer.total_size} candidates, {answer.must_haves_met_size} meet every must-have"
    output.console.print(output.ranking(answer.candidates, title, names))
    provenance = answer.provenance
    output.console.print(
        f"{provenance.ranking}, role revision {provenance.role_revision}, policy {provenance.policy_version}",
        style="dim",
    )


@plainly
def explain(
    role: Annotated[str, typer.Argument(help="Role id or name.")],
    candidate: Annotated[str, typer.Argument(help="Candidate id or name, or its external id.")],
    data: DataDir = DEFAULT_DATA_DIR,
    tenant: Tenant = "",
    as_json: AsJson = False,
) -> None:
    """Every point of one candidate's score."""
    connection = connect(data, tenant)
    with connection.channel("candidates") as channel:
        known = CandidatesServiceStub(channel).ListCandidates(
            candidates_api.ListCandidatesRequest(parent=connection.parent, external_id=candidate)
        )
    name = known.candidates[0].name if known.candidates else connection.name("candidates", candidate)
    with connection.channel("matching") as channel:
        answer = MatchingServiceStub(channel).ExplainCandidate(
            matching_api.ExplainCandidateRequest(role=connection.name("roles", role), candidate=name)
        )
    if as_json:
        output.console.out(json.dumps(output.as_json(answer), ensure_ascii=False))
        return
    found = answer.candidate
    title = f"{found.external_id} for {answer.role.title}: {found.score:.2f}, verified alone {found.verified_score:.2f}"
    output.console.print(output.explanation(found, title))


@plainly
def audit(
    cohort: Annotated[str, typer.Argument(help="Cohort id or name.")],
    role: Annotated[str, typer.Argument(help="Role id or name.")],
    budget: Annotated[
        float, typer.Option(help="For all participants together, in the catalogue's currency; 0: no limit.")
    ] = 0,
    hours: Annotated[float, typer.Option(help="For one person; 0: no limit.")] = 0,
    data: DataDir = DEFAULT_DATA_DIR,
    tenant: Tenant = "",
    as_json: AsJson = False,
) -> None:
    """A team's top skill gaps, why, and programmes that close them."""
    connection = connect(data, tenant)
    with connection.channel("audit") as channel:
        stub = AuditServiceStub(channel)
        done = stub.AuditCohort(
            audit_api.AuditCohortRequest(
                cohort=connection.name("cohorts", cohort), role=connection.name("roles", role)
            )
        )
        best = stub.RecommendProgrammes(
            audit_api.RecommendProgrammesRequest(
                audit=done.name, budget_minor=round(budget * 100), budget_hours=hours
            )
        )
    if as_json:
        output.console.out(
            json.dumps(
                {"audit": output.as_json(done), "recommendation": output.as_json(best)}, ensure_ascii=False
            )
        )
        return
    output.console.print(output.gaps(done))
    output.console.print(output.programmes(best))


@plainly
def renewals(
    within: Annotated[int, typer.Option(min=1, max=3650, help="Days from today.")] = 90,
    blind: Annotated[bool, typer.Option(help="Without names.")] = False,
    data: DataDir = DEFAULT_DATA_DIR,
    tenant: Tenant = "",
    as_json: AsJson = False,
) -> None:
    """Verified credentials that expire soon, with the skills and the coverage that go with them."""
    connection = connect(data, tenant)
    found: list[renewal_pb2.Renewal] = []
    request = credentials_api.ListRenewalsRequest(
        parent=f"{connection.parent}/candidates/-", within_days=within, page_size=200
    )
    with connection.channel("credentials") as channel:
        while True:
            answer = CredentialsServiceStub(channel).ListRenewals(request)
            found += answer.renewals
            request.page_token = answer.next_page_token
            if not request.page_token:
                break
    if as_json:
        for renewal in found:
            output.console.out(json.dumps(output.as_json(renewal), ensure_ascii=False))
        return
    names: dict[str, str] = {}
    if found and not blind:
        with connection.channel("candidates") as channel:
            candidates = list(dict.fromkeys(renewal.candidate for renewal in found))
            for first in range(0, len(candidates), MOST_NAMES):
                part = candidates[first : first + MOST_NAMES]
                names |= demo.names_of(channel, connection.parent, part)
    output.console.print(output.renewals(found, names, within))
