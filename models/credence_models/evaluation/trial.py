"""The product's linker on sentences written for it: what it finds, what it misses, and what it finds where nothing is.

`trials/boilerplate.txt` has a sentence of postings a line, none of which asks for a skill. `trials/skills.tsv` has sentences of
postings, CVs, portfolios and courses, the skills that each means by their labels (" ; " between skills, " | " between labels of which
any is right, "-" for none, where a skill is named and not asked for), and its kind: the skill is named, it is not named, a word of it
means something else besides (tricky), or there is none.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from itertools import chain
from pathlib import Path
from typing import Any

import orjson

from ..linker import Linker
from .suite import CARDS

FOLDER = Path(__file__).parent / "trials"
RECORDED = CARDS / "trial.json"
BOILERPLATE, NONE = "boilerplate", "none"

_WIDTHS = (10, 8, 13, 8, 8, 8, 9, 11, 12)


@dataclass(frozen=True, slots=True)
class Trial:
    """A sentence and its skills, each as the labels of which any is right."""

    sentence: str
    kind: str
    wanted: tuple[frozenset[str], ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """A link, by the label of its concept."""

    label: str
    surface: str
    method: str


@dataclass(frozen=True, slots=True)
class Outcome:
    trial: Trial
    found: tuple[Found, ...]

    @property
    def missed(self) -> tuple[frozenset[str], ...]:
        labels = {found.label for found in self.found}
        return tuple(wanted for wanted in self.trial.wanted if not wanted & labels)

    @property
    def extra(self) -> tuple[Found, ...]:
        """Links to what the sentence does not mean: phantoms, where it means nothing."""
        right = frozenset(chain.from_iterable(self.trial.wanted))
        return tuple(found for found in self.found if found.label not in right)


@dataclass(frozen=True, slots=True)
class Counts:
    """Of sentences of one kind. In `complete` all skills were found, in `partial` some, in `empty` none;
    `with_extra` have a link that they should not have.
    """

    sentences: int
    complete: int
    partial: int
    empty: int
    skills: int
    missed: int
    extra: int
    with_extra: int


def load(folder: Path = FOLDER) -> list[Trial]:
    """Boilerplate first, then the others in the order of the file."""
    boilerplate = (folder / "boilerplate.txt").read_text(encoding="utf-8").splitlines()
    _, *rows = (folder / "skills.tsv").read_text(encoding="utf-8").splitlines()
    trials = [Trial(sentence, BOILERPLATE) for sentence in boilerplate]
    for row in rows:
        sentence, labels, kind = row.split("\t")
        skills = () if labels == "-" else labels.split(" ; ")
        trials.append(Trial(sentence, kind, tuple(frozenset(skill.split(" | ")) for skill in skills)))
    return trials


def run(linker: Linker, trials: Sequence[Trial]) -> list[Outcome]:
    def label(concept_id: str) -> str:
        concept = linker.taxonomy.get(concept_id)
        return concept.label if concept else concept_id

    return [
        Outcome(
            trial,
            tuple(
                Found(label(link.concept_id), link.surface, link.method)
                for link in linker.link_text(trial.sentence)
            ),
        )
        for trial in trials
    ]


def counted(outcomes: Iterable[Outcome]) -> Counts:
    asked = list(outcomes)
    missing = [(len(outcome.missed), len(outcome.trial.wanted)) for outcome in asked]
    extra = [len(outcome.extra) for outcome in asked]
    return Counts(
        sentences=len(asked),
        complete=sum(wanted > 0 and not missed for missed, wanted in missing),
        partial=sum(0 < missed < wanted for missed, wanted in missing),
        empty=sum(0 < missed == wanted for missed, wanted in missing),
        skills=sum(wanted for _, wanted in missing),
        missed=sum(missed for missed, _ in missing),
        extra=sum(extra),
        with_extra=sum(map(bool, extra)),
    )


def by_kind(outcomes: Sequence[Outcome]) -> dict[str, Counts]:
    """The kinds in the order in which they come, then `skills`: all sentences that ask for some."""
    kinds = dict.fromkeys(outcome.trial.kind for outcome in outcomes)
    counts = {kind: counted(outcome for outcome in outcomes if outcome.trial.kind == kind) for kind in kinds}
    return {**counts, "skills": counted(outcome for outcome in outcomes if outcome.trial.wanted)}


def document(version: str, outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """The counts as they are kept."""
    return {
        "linker": version,
        "counts": {kind: asdict(counts) for kind, counts in by_kind(outcomes).items()},
    }


def report(
    linker: Linker, *, as_json: bool, verbose: bool, record: Path | None, say: Callable[[str], None]
) -> str:
    """What the command prints; writes the counts to `record` besides."""
    outcomes = run(linker, load())
    counts = document(linker.version, outcomes)
    if record:
        record.write_bytes(orjson.dumps(counts, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
        say(f"recorded in {record}")
    wrong = [outcome for outcome in outcomes if outcome.missed or outcome.extra]
    if as_json:
        listed = {"wrong": [_as_json(outcome) for outcome in wrong]} if verbose else {}
        return orjson.dumps({**counts, **listed}, option=orjson.OPT_INDENT_2).decode()
    return "\n".join(
        (*_table(by_kind(outcomes)), *(chain.from_iterable(map(_told, wrong)) if verbose else ()))
    )


def _table(counts: dict[str, Counts]) -> list[str]:
    heads = ("", "sentences", "all", "some", "none", "skills", "missed", "links", "sentences", "a sentence")
    lines = [_line(("", "", "", "skills found", "", "", "", "", "links too many", "")), _line(heads)]
    for kind, row in counts.items():
        skills = (row.complete, row.partial, row.empty, row.skills, row.missed) if row.skills else [""] * 5
        rate = f"{row.extra / row.sentences:.2f}"
        lines.append(_line((kind, row.sentences, *skills, row.extra, row.with_extra, rate)))
    return lines


def _line(cells: Sequence[object]) -> str:
    first, *others = cells
    return f"{first!s:12}" + "".join(
        f"{cell!s:>{width}}" for cell, width in zip(others, _WIDTHS, strict=True)
    )


def _told(outcome: Outcome) -> list[str]:
    return [
        "",
        f"[{outcome.trial.kind}] {outcome.trial.sentence}",
        *(f"    missed: {_either(wanted)}" for wanted in outcome.missed),
        *(f"    extra: {found.label} for “{found.surface}” ({found.method})" for found in outcome.extra),
    ]


def _as_json(outcome: Outcome) -> dict[str, Any]:
    return {
        "sentence": outcome.trial.sentence,
        "kind": outcome.trial.kind,
        "missed": [sorted(wanted) for wanted in outcome.missed],
        "extra": [asdict(found) for found in outcome.extra],
    }


def _either(labels: frozenset[str]) -> str:
    return " or ".join(sorted(labels))
