"""`credence registry`: who judges issuers by what - signed snapshots as files, and the tenant's own word over them."""

import hashlib
import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from credence.cli import output, registry_files
from credence.cli.context import DEFAULT_DATA_DIR, connect
from credence.cli.options import AsJson, DataDir, Tenant, plainly
from credence.credentials.verifier.snapshot import did_key_of
from credencepb.credentials.v1 import credentials_service_pb2 as api
from credencepb.credentials.v1 import verification_pb2 as pb
from credencepb.credentials.v1.credentials_service_pb2_grpc import CredentialsServiceStub

Key = Annotated[Path, typer.Option(help="PEM file of the Ed25519 key that signs.")]
Trusted = Annotated[
    list[str], typer.Option("--key", help="did:key of the key that is trusted; several: once for each.")
]
_STANDINGS = {"recognised", "known", "unknown", "red_flagged"}


@plainly
def key(
    file: Annotated[Path, typer.Argument(help="Made, readable by you only, when there is none.")],
) -> None:
    """The did:key of a signing key: what services and readers trust snapshots by (CREDENCE_REGISTRY_KEYS)."""
    output.console.out(did_key_of(registry_files.signing_key(file)))


@plainly
def build(
    recipe: Annotated[
        Path, typer.Argument(help="TOML: version, and a [[source]] for each list.", exists=True)
    ],
    out: Annotated[Path, typer.Option(help="Where to write the signed snapshot.")],
    key: Key,
) -> None:
    """Make a signed snapshot from public lists of issuers that you downloaded.

    Each [[source]] names `file`, `title` and `licence`, and may name `url`, `standing` (KNOWN unless said) and `with_tests`.
    """
    if not key.exists():
        raise ValueError(f"{key} does not exist: make it with `credence registry key {key}`")
    document, snapshot, remarks = registry_files.build(
        recipe, registry_files.signing_key(key), datetime.now(UTC).date()
    )
    out.write_bytes(document)
    for remark in remarks:
        output.errors.print(remark, markup=False, soft_wrap=True)
    output.console.print(f"{out}: version {snapshot.version}, {len(snapshot.entries)} issuers")


@plainly
def show(
    file: Annotated[Path, typer.Argument(help="A signed snapshot.", exists=True)],
    key: Trusted,
    as_json: AsJson = False,
) -> None:
    """Check a snapshot's signature, and say what is in it and where it comes from."""
    snapshot = registry_files.read(file, key)
    if as_json:
        for entry in snapshot.entries:
            row = {"ids": entry.issuer_ids, "name": entry.name, "standing": entry.standing}
            output.console.out(json.dumps(row, ensure_ascii=False), highlight=False)
        return
    standings = Counter(entry.standing for entry in snapshot.entries)
    counts = ", ".join(f"{count} {standing.lower()}" for standing, count in sorted(standings.items()))
    output.console.print(f"Version {snapshot.version} of {snapshot.made_on}, signed by {snapshot.signed_by}")
    output.console.print(f"{len(snapshot.entries)} issuers: {counts or 'none'}")
    for source in snapshot.sources:
        output.console.print(
            f"  {source.entries} from {source.title} ({source.licence}){' ' + source.url if source.url else ''}",
            markup=False,
        )


@plainly
def import_(
    file: Annotated[Path, typer.Argument(help="A signed snapshot.", exists=True)],
    check: Annotated[bool, typer.Option("--check", help="Only say whether it would be taken.")] = False,
    data: DataDir = DEFAULT_DATA_DIR,
    tenant: Tenant = "",
) -> None:
    """Have the tenant judge issuers by this snapshot from now on."""
    connection = connect(data, tenant)
    with connection.channel("credentials") as channel:
        taken = CredentialsServiceStub(channel).ImportRegistrySnapshot(
            api.ImportRegistrySnapshotRequest(
                parent=connection.parent, document=file.read_bytes(), validate_only=check
            )
        )
    verb = "would be judged by" if check else "is judged by from now on"
    output.console.print(
        f"Version {taken.version} of {taken.date} with {taken.entries_count} issuers {verb}."
    )


@plainly
def export(
    out: Annotated[Path, typer.Argument(help="Where to write the snapshot as it was signed.")],
    version: Annotated[str, typer.Option(help="Any that was imported.")] = "latest",
    data: DataDir = DEFAULT_DATA_DIR,
    tenant: Tenant = "",
) -> None:
    """Write the snapshot that the tenant judges by, or an earlier one."""
    connection = connect(data, tenant)
    name = connection.name("registrySnapshots", version)
    with connection.channel("credentials") as channel:
        found = CredentialsServiceStub(channel).GetRegistrySnapshot(
            api.GetRegistrySnapshotRequest(name=name, with_document=True)
        )
    out.write_bytes(found.document)
    output.console.print(f"{out}: version {found.version} of {found.date}, {found.entries_count} issuers")


@plainly
def judge(
    issuer_id: Annotated[str, typer.Argument(help="DID or https URL, as credentials name it.")],
    standing: Annotated[str, typer.Option(help="recognised, known, unknown or red_flagged")],
    note: Annotated[str, typer.Option(help="Why.")],
    name: Annotated[str, typer.Option(help="What the issuer is called.")],
    data: DataDir = DEFAULT_DATA_DIR,
    tenant: Tenant = "",
) -> None:
    """The tenant's own word on an issuer; it counts before the snapshot's."""
    if standing.lower() not in _STANDINGS:
        raise ValueError(f"--standing must be one of {', '.join(sorted(_STANDINGS))}")
    connection = connect(data, tenant)
    entry = pb.Issuer(
        name=connection.name("issuers", _resource_id(issuer_id)),
        issuer_id=issuer_id,
        display_name=name,
        standing=pb.IssuerStanding.Value(f"ISSUER_STANDING_{standing.upper()}"),
        note=note,
    )
    with connection.channel("credentials") as channel:
        made = CredentialsServiceStub(channel).UpdateIssuer(
            api.UpdateIssuerRequest(issuer=entry, allow_missing=True)
        )
    output.console.print(f"{made.display_name} ({made.issuer_id}) is {standing.lower()} here.", markup=False)


@plainly
def forget(
    issuer_id: Annotated[str, typer.Argument(help="DID or https URL.")],
    data: DataDir = DEFAULT_DATA_DIR,
    tenant: Tenant = "",
) -> None:
    """Take back the tenant's own word; the snapshot's counts again."""
    connection = connect(data, tenant)
    name = connection.name("issuers", _resource_id(issuer_id))
    with connection.channel("credentials") as channel:
        CredentialsServiceStub(channel).DeleteIssuer(api.DeleteIssuerRequest(name=name))
    output.console.print(f"Nothing is said of {issuer_id} here any more.", markup=False)


def _resource_id(issuer_id: str) -> str:
    """The same issuer has the same entry, whoever writes it by this command."""
    return hashlib.sha256(issuer_id.encode()).hexdigest()[:24]
