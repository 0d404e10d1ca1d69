"""The sets by which this project measures itself, in a folder of test data, and their recorded figures."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import orjson

from .. import cache
from . import candidates as listed
from . import data, tasks
from .bench import Bench, Row
from .tasks import Task

CARDS = Path(__file__).parents[2] / "cards"
FIGURES = CARDS / "figures.json"

_LABELS = "skill-linking/skills_en_label.txt"
_ANNOTATIONS = {
    "tech": "skill-linking/tech_validation_annotations.csv",
    "house": "skill-linking/house_validation_annotations.csv",
    "skillskape-test": "skill-linking/skillskape/test.csv",
}
_TITLES = ("job-titles/queries.tsv", "job-titles/corpus_documents.tsv", "job-titles/annotations.tsv")
SETS = (*_ANNOTATIONS, "held-out-aliases", "job-titles")


def load(folder: Path, bench: Bench, names: Iterable[str] = SETS) -> dict[str, Task]:
    """The sets with these names. Raises `DataError`, and `KeyError` where a name is of no set."""
    found: dict[str, Task] = {}
    labels = None
    for name in names:
        if name == "held-out-aliases":
            found[name] = tasks.held_out_aliases(bench.taxonomy)
        elif name == "job-titles":
            found[name] = tasks.retrieval(*(folder / part for part in _TITLES))
        else:
            labels = labels or listed.of_labels(data.read_labels(folder / _LABELS), bench.taxonomy)
            found[name] = tasks.linking(folder / _ANNOTATIONS[name], labels)
    return found


def document(folder: Path, bench: Bench, sets: Mapping[str, Task], rows: Iterable[Row]) -> dict[str, Any]:
    """Rows of `sets` as they are kept: with the versions and the files that they are of."""
    name_of = {task.data: name for name, task in sets.items()}
    found: dict[str, Any] = {}
    for row in rows:
        task = sets[name_of[row.data]]
        entry = found.setdefault(
            name_of[row.data],
            {
                "task": row.task,
                "queries": row.queries,
                "candidates": row.candidates,
                "left_out": dict(task.left_out),
            },
        )
        entry.setdefault("percent", {})[row.ranker] = dict(row.figures)
    files = sorted({_LABELS, *_ANNOTATIONS.values(), *_TITLES})
    return {
        "versions": bench.versions,
        "sha256": {name: cache.sha256(folder / name)[:12] for name in files},
        "sets": found,
    }


def write(path: Path, figures: Mapping[str, Any]) -> None:
    path.write_bytes(orjson.dumps(figures, option=orjson.OPT_INDENT_2) + b"\n")
