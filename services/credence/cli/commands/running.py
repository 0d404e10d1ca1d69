"""Running everything here, or making ready for it elsewhere: up, status, token, provision."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from credence.cli import company as demo
from credence.cli import output
from credence.cli.context import DEFAULT_DATA_DIR, NotRunningError, connect
from credence.cli.options import DataDir, Tenant, plainly
from credence.cli.stack import ALL_SCOPES, Stack, StackOptions
from credence.platform.local import Service, free_port, read_state


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


@plainly
def status(data: DataDir = DEFAULT_DATA_DIR) -> None:
    """What runs here, and where: one `name address` a line."""
    state = read_state(data / "run")
    if state is None:
        raise NotRunningError(f"nothing runs in {data}: start it with `credence up`")
    for key, value in sorted(state.facts.items()):
        if key in ("kafka", "web", "tenant") or key.startswith("target."):
            output.console.out(f"{key.removeprefix('target.')} {value}")


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
