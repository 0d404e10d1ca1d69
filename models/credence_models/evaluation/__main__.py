"""`python -m credence_models.evaluation linking | normalisation | retrieval | all | record`: rankers on test data;
`... trial`: the linker on sentences with and without skills.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import orjson

from ..encoder import EncoderError
from ..linker import load_linker
from ..taxonomy import TaxonomyError
from ..wheels import WheelError
from . import candidates as listed
from . import data, suite, tasks, trial
from .bench import Bench, Row, UnknownRanker
from .rankers import BASELINES, PRODUCT
from .table import as_json, as_text
from .tasks import Task

_RANKERS = f"""rankers: {PRODUCT} (the product's, the default), {", ".join(BASELINES)}, or all. An --encoder DIR adds
DIR-labels, DIR-aliases and DIR+ngrams. Figures are in percent."""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m credence_models.evaluation",
        description="How well rankers find what is right.",
        epilog=_RANKERS,
    )
    commands = parser.add_subparsers(dest="command", required=True)

    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--ranker", nargs="+", default=[], metavar="NAME", help="one or more, or all")
    shared.add_argument(
        "--encoder",
        type=Path,
        action="append",
        default=[],
        metavar="DIR",
        help="an encoder that takes part besides",
    )
    shared.add_argument("--json", action="store_true", help="one object on standard output, no progress")

    def command(name: str, text: str, parents: Sequence[argparse.ArgumentParser]) -> argparse.ArgumentParser:
        return commands.add_parser(name, help=text, description=text, epilog=_RANKERS, parents=parents)

    linking = command("linking", "the labels annotated in a sentence, among all labels", [shared])
    linking.add_argument("--annotations", type=Path, nargs="+", required=True, metavar="FILE.csv")
    linking.add_argument("--labels", type=Path, required=True, metavar="FILE.txt")

    normalisation = command("normalisation", "the label that another name means", [shared])
    asked = normalisation.add_mutually_exclusive_group(required=True)
    asked.add_argument("--pairs", type=Path, metavar="FILE.csv", help="columns text, label")
    asked.add_argument("--held-out-aliases", action="store_true", help="those of the installed taxonomy")
    normalisation.add_argument(
        "--labels", type=Path, metavar="FILE.txt", help="what is ranked; else all labels of the taxonomy"
    )

    retrieval = command("retrieval", "the documents relevant to a query, among a corpus", [shared])
    for name in ("queries", "corpus", "qrels"):
        retrieval.add_argument(f"--{name}", type=Path, required=True, metavar="FILE.tsv")

    folder = argparse.ArgumentParser(add_help=False)
    folder.add_argument(
        "--data", type=Path, required=True, metavar="DIR", help="with skill-linking/ and job-titles/"
    )
    folder.add_argument("--set", nargs="+", default=suite.SETS, choices=suite.SETS, help="only these sets")
    command("all", "every set of a folder in one table", [shared, folder])
    record = command("record", "every set and ranker; keeps the figures that a test compares with", [])
    record.add_argument(
        "--data", type=Path, required=True, metavar="DIR", help="with skill-linking/ and job-titles/"
    )
    record.add_argument("--out", type=Path, default=suite.FIGURES, metavar="FILE.json")
    sentences = command("trial", "what the linker finds in 200 sentences, half of them boilerplate", [])
    sentences.add_argument("--verbose", action="store_true", help="with each sentence that came out wrong")
    sentences.add_argument("--json", action="store_true", help="one object on standard output")
    sentences.add_argument("--record", type=Path, metavar="FILE.json", help="keep the counts")
    return parser


def _tasks(args: argparse.Namespace, bench: Bench) -> list[Task]:
    if args.command == "linking":
        labels = listed.of_labels(data.read_labels(args.labels), bench.taxonomy)
        return [tasks.linking(path, labels) for path in args.annotations]
    if args.command == "retrieval":
        return [tasks.retrieval(args.queries, args.corpus, args.qrels)]
    if args.command == "all":
        return list(suite.load(args.data, bench, args.set).values())
    lines = data.read_labels(args.labels) if args.labels else None
    if args.held_out_aliases:
        return [tasks.held_out_aliases(bench.taxonomy, lines)]
    chosen = listed.of_labels(lines, bench.taxonomy) if lines else listed.of_taxonomy(bench.taxonomy)
    return [tasks.normalisation(args.pairs, chosen)]


def _record(args: argparse.Namespace, bench: Bench) -> list[Row]:
    sets = suite.load(args.data, bench)
    rows = list(bench.rows(list(sets.values()), ["all"]))
    suite.write(args.out, suite.document(args.data, bench, sets, rows))
    return rows


def _run(args: argparse.Namespace, bench: Bench) -> str:
    if args.command == "record":
        return as_text(_record(args, bench))
    if args.command == "trial":
        return trial.report(
            load_linker(), as_json=args.json, verbose=args.verbose, record=args.record, say=_progress
        )
    asked = _tasks(args, bench)
    rows = list(bench.rows(asked, args.ranker))
    if args.json:
        left_out = {task.data: dict(task.left_out) for task in asked}
        return orjson.dumps(as_json(rows, left_out=left_out), option=orjson.OPT_INDENT_2).decode()
    notes = [
        f"{task.data}: left out: {count} {what}" for task in asked for what, count in task.left_out.items()
    ]
    return "\n".join([as_text(rows), *([""] if notes else []), *notes])


def main(arguments: Sequence[str] | None = None) -> int:
    args = _parser().parse_args(arguments)
    quiet = getattr(args, "json", False)
    bench = Bench(getattr(args, "encoder", ()), say=_nothing if quiet else _progress)
    try:
        sys.stdout.write(_run(args, bench) + "\n")
    except (data.DataError, UnknownRanker) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    except (TaxonomyError, EncoderError, WheelError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except ModuleNotFoundError as error:
        if error.name not in {"bm25s", "rapidfuzz"}:
            raise
        sys.stderr.write(f"{error.name} is not installed: pip install 'credence[dev]'\n")
        return 1
    return 0


def _progress(line: str) -> None:
    sys.stderr.write(f"{line}\n")


def _nothing(_: str) -> None:
    """Say nothing."""


if __name__ == "__main__":
    sys.exit(main())
