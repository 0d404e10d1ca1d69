"""`python -m credence_models.taxonomy build | path | show | import | diff`."""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from ..wheels import WheelError
from . import TaxonomyError, default_path, install, load
from .diff import compare
from .install import find
from .official import import_table
from .report import concept_lines, diff_lines, import_lines
from .table import read_about


def main(argv: Sequence[str] | None = None) -> int:
    asked = _parser().parse_args(argv)
    try:
        lines = _answer(asked)
    except (TaxonomyError, WheelError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m credence_models.taxonomy", description="The skills taxonomy."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("build", help="build the table from packages, unless it is there")
    commands.add_parser("path", help="of the table in use")
    show = commands.add_parser("show", help="the table in use, or a concept of it")
    show.add_argument("concept", nargs="?", help="id, ESCO URI or label")
    importing = commands.add_parser("import", help="a table from the downloads of ESCO and O*NET")
    importing.add_argument("sources", nargs="+", type=Path, metavar="SOURCE", help="folder or zip archive")
    importing.add_argument("--out", type=Path, metavar="FILE", help="by default in the cache")
    diff = commands.add_parser("diff", help="what differs between two versions")
    diff.add_argument("old", help="a table, or a version that is in the cache")
    diff.add_argument("new", help="the same")
    diff.add_argument("--json", action="store_true", help="all of it, for programs")
    return parser


def _answer(asked: argparse.Namespace) -> list[str]:
    if asked.command == "path":
        return [str(default_path())]
    if asked.command == "build":
        return [read_about(install(_say))["version"]]
    if asked.command == "import":
        return import_lines(import_table(asked.sources, asked.out, _say))
    if asked.command == "diff":
        old, new = load(find(asked.old)), load(find(asked.new))
        diff = compare(old, new)
        return [json.dumps(diff.as_json(), ensure_ascii=False)] if asked.json else diff_lines(diff, old, new)
    taxonomy = load()
    if asked.concept is None:
        kinds = Counter(concept.kind.value for concept in taxonomy.concepts)
        aliases = sum(len(concept.aliases) for concept in taxonomy.concepts)
        return [json.dumps({**read_about(default_path()), "kinds": kinds, "aliases": aliases}, indent=1)]
    concept = taxonomy.resolve(asked.concept)
    if concept is None:
        raise TaxonomyError(f"{asked.concept!r} is no id, ESCO URI or label in {taxonomy.version}")
    return concept_lines(taxonomy, asked.concept, concept)


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
