"""`credence`: run everything here, and use what runs."""

import json
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from typing import Annotated, ParamSpec, TypeVar

import grpc
import typer
from google.protobuf.json_format import ParseDict, ParseError

from credence.cli import company as demo
from credence.cli import output
from credence.cli.context import DEFAULT_DATA_DIR, NotRunningError, connect
from credence.cli.stack import ALL_SCOPES, Stack, StackOptions
from credence.cli.verify import verify_files
from credence.platform.grpc.client import readable
from credence.platform.local import LocalError, Service, free_port, read_state
from credencepb.audit.v1 import audit_service_pb2 as audit_api
from credencepb.audit.v1.audit_service_pb2_grpc import AuditServiceStub
from credencepb.candidates.v1 import candidate_pb2
from credencepb.candidates.v1 import candidates_service_pb2 as candidates_api
from credencepb.candidates.v1.candidates_service_pb2_grpc import CandidatesServiceStub
from credencepb.matching.v1 import matching_service_pb2 as matching_api
from credencepb.matching.v1.matching_service_pb2_grpc import MatchingServiceStub

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    help="Hiring by skills that can be checked.",
    rich_markup_mode=None,
)
taxonomy_app = typer.Typer(no_args_is_help=True, help="The taxonomy of skills.")
app.add_typer(taxonomy_app, name="taxonomy")

DataDir = Annotated[Path, typer.Option("--data", help="Where `credence up` keeps its data.")]
Tenant = Annotated[str, typer.Option(help="The tenant; by default the one that runs here.")]
AsJson = Annotated[bool, typer.Option("--json", help="For programs: one JSON object a line.")]

P = ParamSpec("P")
R = TypeVar("R")


def plainly(command: Callable[P, R]) -> Callable[P, R]:
    """What goes wrong becomes one plain line on stderr and exit status 2."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except grpc.RpcError as error:
            output.errors.print(f"credence: {readable(error)}", markup=False, soft_wrap=True)
        except (NotRunningError, LocalError, OSError, ValueError, TimeoutError) as error:
            output.errors.print(f"credence: {error}", markup=False, soft_wrap=True)
        raise typer.Exit(2)

    return run


@app.command()
@plainly
def up(
    data: DataDir = DEFAULT_DATA_DIR,
    demo_company: Annotated[
        bool, typer.Option("--demo", help="With an invented company, its results printed.")
    ] = False,
    candidates: Annotated[int, typer.Option(help="How many people the invented company has.")] = 600,
    port: Annotated[int, typer.Option(help="Of the pages; another when it is taken.")] = 8080,
    once: Annotated[
        bool, typer.Option("--once", help="Stop when everything is up (and, with --demo, shown).")
    ] = False,
) -> None:
    """Start broker, database, services and pages here; Ctrl-C stops everything."""
    began = datetime.now(UTC)
    issuers, hosts = {}, {}
    if demo_company:
        invented = demo.company_in(data / "company", candidates=candidates)
        issuers_port = free_port()
        hosts = {".credence-demo.test": f"http://127.0.0.1:{issuers_port}"}
        web = data / "company" / "web"
        argv = [sys.executable, "-m", "credence.demo.serve", str(web), str(issuers_port)]
        issuers = {"issuers": Service(argv, log=data / "run" / "issuers.log")}
    options = StackOptions(web_port=port, development_hosts=hosts)
    with Stack(data, options, report=lambda line: output.console.print(line, style="dim")) as stack:
        stack.start(issuers)
        ready = (datetime.now(UTC) - began).total_seconds()
        if demo_company:
            demo.bring_in(stack, invented)
            demo.wait_until_flowed(stack, invented)
            demo.show(stack, invented)
        output.console.print(
            f"Everything was up after {ready:.1f} s. Pages: [bold]{stack.web_url}[/]   Ctrl-C stops everything."
        )
        if not once:
            stack.supervisor.wait()


@app.command()
@plainly
def status(data: DataDir = DEFAULT_DATA_DIR) -> None:
    """What runs here, and where: one `name address` a line."""
    state = read_state(data / "run")
    if state is None:
        raise NotRunningError(f"nothing runs in {data}: start it with `credence up`")
    for key, value in sorted(state.facts.items()):
        if key in ("kafka", "web", "tenant") or key.startswith("target."):
            output.console.out(f"{key.removeprefix('target.')} {value}")


@app.command()
@plainly
def token(
    scope: Annotated[
        list[str] | None, typer.Option(help="Once for each; all of them when none is named.")
    ] = None,
    data: DataDir = DEFAULT_DATA_DIR,
    tenant: Tenant = "",
) -> None:
    """Mint a development token for the services that run here, valid for an hour."""
    output.console.out(connect(data, tenant, tuple(scope or ALL_SCOPES)).token)


@app.command()
@plainly
def provision(
    passwords: Annotated[
        Path,
        typer.Option(
            help="JSON with the roles' passwords; made, readable by you only, when it does not exist."
        ),
    ] = Path("credence-passwords.json"),
) -> None:
    """Make databases, roles, tables and topics on servers of your own: CREDENCE_POSTGRES_URL (administrator), CREDENCE_KAFKA_BOOTSTRAP."""
    from credence.cli.provision import provision_servers

    for line in provision_servers(passwords):
        output.console.print(line, markup=False)


@app.command("import")
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


@app.command()
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


@app.command()
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


@app.command()
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


@app.command()
@plainly
def verify(
    files: Annotated[list[str], typer.Argument(help="Credentials; - is standard input.")],
    recipient: Annotated[str, typer.Option(help="Whose it should be: an e-mail address or a DID.")] = "",
    at: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%d"], help="As of this time.")
    ] = None,
    documents: Annotated[
        Path | None,
        typer.Option(
            help="DID documents and status lists at DIR/<host>/<path>.", file_okay=False, exists=True
        ),
    ] = None,
    online: Annotated[
        bool, typer.Option("--online", help="Fetch issuers' documents and status lists.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Verify credentials here, without any service. Exit status 0: all verified, 1: some not, 2: usage."""
    moment = (at if at is None or at.tzinfo else at.replace(tzinfo=UTC)) or datetime.now(UTC)
    good = verify_files(
        files, recipient=recipient, at=moment, documents_dir=documents, online=online, as_json=as_json
    )
    raise typer.Exit(0 if good else 1)


@taxonomy_app.command("build")
@plainly
def taxonomy_build() -> None:
    """Build the taxonomy, and fetch the encoder, into this user's cache; instant when they are there."""
    from credence_models.setup import main as set_up

    raise typer.Exit(set_up())


@taxonomy_app.command("find")
@plainly
def taxonomy_find(
    text: Annotated[str, typer.Argument(help="A skill, or a sentence that names some.")],
) -> None:
    """The concepts that a text means, and why."""
    from credence_models.linker import load_linker

    linker = load_linker()
    phrase = linker.link_phrase(text)
    links = [phrase] if phrase is not None else list(linker.link_text(text))
    for link in links:
        concept = linker.taxonomy.get(link.concept_id)
        output.console.print(
            f"{concept.label if concept else ''}  {link.concept_id}  {link.confidence:.2f}  {link.reason}",
            markup=False,
        )
    if not links:
        output.console.print("Nothing is certain enough.")


def main() -> None:
    app()


if __name__ == "__main__":
    main()
