"""`credence descriptions`: public descriptions of credentials and programmes in CTDL, from files that you downloaded."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from credence.cli import output, programme_files
from credence.cli.context import DEFAULT_DATA_DIR, connect
from credence.cli.options import DataDir, Tenant, plainly
from credence.credentials.ctdl import read_ctdl
from credencepb.audit.v1 import audit_service_pb2 as audit_api
from credencepb.audit.v1.audit_service_pb2_grpc import AuditServiceStub
from credencepb.credentials.v1 import credentials_service_pb2 as api
from credencepb.credentials.v1.credentials_service_pb2_grpc import CredentialsServiceStub

Files = Annotated[list[Path], typer.Argument(help="CTDL documents as JSON-LD.", exists=True)]


@plainly
def import_(
    files: Files,
    check: Annotated[bool, typer.Option("--check", help="Only say what they describe.")] = False,
    data: DataDir = DEFAULT_DATA_DIR,
    tenant: Tenant = "",
) -> None:
    """Keep descriptions: credentials that name one by its CTID are read with it from then on."""
    connection = connect(data, tenant)
    with connection.channel("credentials") as channel:
        stub = CredentialsServiceStub(channel)
        for file in files:
            found = stub.ImportDescriptions(
                api.ImportDescriptionsRequest(
                    parent=connection.parent, document=file.read_bytes(), validate_only=check
                )
            )
            for description in found.descriptions:
                about = ", ".join(description.competencies[:5]) or "no competencies"
                output.console.print(
                    f"{description.ctid}  {description.kind} {description.title}: {about}",
                    markup=False,
                    soft_wrap=True,
                )
            output.console.print(
                f"{file}: {len(found.descriptions)} descriptions, {found.competencies_count} competencies",
                markup=False,
            )


@plainly
def programmes(
    files: Files,
    cost: Annotated[float | None, typer.Option(min=0, help="Where none is stated.")] = None,
    currency: Annotated[str, typer.Option(help="Of --cost.")] = "USD",
    hours: Annotated[float | None, typer.Option(min=0, help="Where none are stated.")] = None,
    data: DataDir = DEFAULT_DATA_DIR,
    tenant: Tenant = "",
) -> None:
    """Take programmes into the catalogue that gap audits recommend from, each by its CTID."""
    connection = connect(data, tenant)
    unstated = programme_files.Unstated(cost, currency, hours)
    refused = 0
    with connection.channel("credentials") as credentials, connection.channel("audit") as audit:
        skills = CredentialsServiceStub(credentials)

        def linked(phrases: Sequence[str]) -> list[str]:
            request = api.NormalizeSkillsRequest(parent=connection.parent, texts=phrases, phrases=True)
            return [
                text.skills[0].concept if text.skills else ""
                for text in skills.NormalizeSkills(request).texts
            ]

        for file in files:
            made, remarks = programme_files.programmes(read_ctdl(file.read_bytes()), linked, unstated)
            request = audit_api.BatchUpsertProgrammesRequest(parent=connection.parent, programmes=made)
            results = AuditServiceStub(audit).BatchUpsertProgrammes(request).results if made else []
            remarks += [f"{r.external_id}: {r.message}" for r in results if r.reason]
            for remark in remarks:
                output.errors.print(remark, markup=False, soft_wrap=True)
            taken = sum(not r.reason for r in results)
            refused += len(results) - taken
            output.console.print(f"{file}: {taken} programmes", markup=False)
    if refused:
        raise typer.Exit(1)
