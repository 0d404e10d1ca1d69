"""What needs no service: verify, and the taxonomy."""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Final

import typer

from credence.cli import output, registry_files
from credence.cli.options import AsJson, plainly
from credence.cli.verify import verify_files
from credence.credentials.verifier.validity import parse_time

_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_ZONED: Final = re.compile(r"(.*)([zZ]|[+-]\d\d:?\d\d)", re.ASCII)


def _moment(text: str) -> datetime:
    """RFC 3339: a time, its zone with or without a colon; or a day, which begins in UTC."""
    zoned = _ZONED.fullmatch(f"{text}T00:00:00Z" if _DAY.fullmatch(text) else text)
    try:
        found = parse_time(zoned[1] + re.sub(r"(\d\d):?(\d\d)$", r"\1:\2", zoned[2])) if zoned else None
    except ValueError:
        found = None
    if found is None:
        raise typer.BadParameter(f"{text!r} is not a time of RFC 3339, like 2026-01-31T12:00:00Z")
    return found


@plainly
def verify(
    files: Annotated[
        list[str],
        typer.Argument(
            help="Credentials: JSON, tokens, or PNG and SVG with one in them; - is standard input."
        ),
    ],
    recipient: Annotated[str, typer.Option(help="Whose it should be: an e-mail address or a DID.")] = "",
    at: Annotated[
        datetime | None, typer.Option(parser=_moment, metavar="TIME", help="As of this time (RFC 3339).")
    ] = None,
    documents: Annotated[
        Path | None,
        typer.Option(
            help="DID documents, issuer profiles, status lists at DIR/<host>/<path>.",
            file_okay=False,
            exists=True,
        ),
    ] = None,
    online: Annotated[
        bool, typer.Option("--online", help="Fetch issuers' documents and status lists.")
    ] = False,
    registry: Annotated[
        Path | None,
        typer.Option(help="A signed snapshot of an issuer registry to judge issuers by.", exists=True),
    ] = None,
    registry_key: Annotated[
        list[str] | None, typer.Option(help="did:key that may have signed it; several: once for each.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Verify credentials here, without any service. Exit status 0: all verified, 1: some not, 2: usage."""
    moment = at or datetime.now(UTC)
    known = registry_files.read(registry, registry_key or ()).registry() if registry else None
    good = verify_files(
        files,
        recipient=recipient,
        at=moment,
        documents_dir=documents,
        online=online,
        as_json=as_json,
        registry=known,
    )
    raise typer.Exit(0 if good else 1)


@plainly
def taxonomy_build() -> None:
    """Build the taxonomy, and fetch the encoder, into this user's cache; instant when they are there."""
    from credence_models.setup import main as set_up

    raise typer.Exit(set_up())


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
