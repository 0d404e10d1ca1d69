"""`credence taxonomy`: what the table of skills holds, and where it comes from."""

import json
from pathlib import Path
from typing import Annotated

import typer

from credence.cli import output
from credence.cli.options import plainly
from credence_models import taxonomy
from credence_models.taxonomy import diff, official, report
from credence_models.taxonomy.install import find

AsJson = Annotated[bool, typer.Option("--json", help="All of it, as one JSON object.")]


@plainly
def import_(
    sources: Annotated[
        list[Path], typer.Argument(help="Folders or zip archives: ESCO's CSV download, O*NET's, or both.")
    ],
    out: Annotated[Path | None, typer.Option(help="Where to write; by default into the cache.")] = None,
) -> None:
    """Make a table from official downloads; ids of the table in use keep their meaning in it."""
    imported = official.import_table(sources, out, lambda line: output.errors.print(line, markup=False))
    _print(report.import_lines(imported))


@plainly
def diff_(
    old: Annotated[str, typer.Argument(help="A table, or a version that is in the cache.")],
    new: Annotated[str, typer.Argument(help="The same.")],
    as_json: AsJson = False,
) -> None:
    """What differs between two versions: concepts, names, kinds, hierarchy, and what replaces what."""
    before, after = taxonomy.load(find(old)), taxonomy.load(find(new))
    found = diff.compare(before, after)
    if as_json:
        output.console.out(json.dumps(found.as_json(), ensure_ascii=False))
    else:
        _print(report.diff_lines(found, before, after))


@plainly
def show(
    concept: Annotated[str, typer.Argument(help="Its id, ESCO URI or label.")],
) -> None:
    """A concept with its names, what is above it, what it rests on and who needs it."""
    table = taxonomy.load()
    found = table.resolve(concept)
    if found is None:
        raise ValueError(f"{concept!r} is no id, ESCO URI or label in {table.version}")
    _print(report.concept_lines(table, concept, found))


def _print(lines: list[str]) -> None:
    for line in lines:
        output.console.print(line, markup=False, soft_wrap=True)
