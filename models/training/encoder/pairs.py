"""What the encoder learns from: texts, and the names of what they mean.

Everything is read from files that are given (`--data`), from the installed taxonomy and from the sentences
beside this package. Alternative labels that the evaluation holds out are never here.
"""

import ast
import csv
import random
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from credence_models.evaluation.heldout import known_aliases
from credence_models.taxonomy import Taxonomy

from .sentences import read_sentences

MAX_DESCRIPTION_CHARACTERS = 300


@dataclass(frozen=True, slots=True)
class Pair:
    """`text` means `target`. Other texts with one of `keys` mean the same, so they are no negatives for it."""

    text: str
    target: str
    keys: frozenset[str]
    source: str


def squeezed(label: str) -> str:
    """Labels are compared without regard to spaces and case: data sets lose some."""
    return "".join(label.split()).casefold()


def taxonomy_pairs(taxonomy: Taxonomy) -> Iterator[Pair]:
    """Alternative labels and descriptions of all concepts -> their label."""
    for concept in taxonomy.concepts:
        keys = frozenset([squeezed(concept.label)])
        for alias in known_aliases(concept):
            yield Pair(alias, concept.label, keys, "alias")
        if concept.description and concept.id.startswith("esco:"):
            yield Pair(concept.description[:MAX_DESCRIPTION_CHARACTERS], concept.label, keys, "description")


def skillskape_pairs(path: Path) -> Iterator[Pair]:
    """Sentences of SkillSkape's training part -> each of their labels."""
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            labels = [label for label in ast.literal_eval(row["skills"]) if label != "UNK"]
            keys = frozenset(map(squeezed, labels))
            for label in labels:
                yield Pair(row["sentence"], label, keys, "skillskape")


def sentence_pairs(folder: Path, taxonomy: Taxonomy) -> Iterator[Pair]:
    """Our own sentences -> the label of each concept that they mean."""
    for sentence in read_sentences(folder, taxonomy):
        labels = [concept.label for i in sentence.concept_ids if (concept := taxonomy.get(i))]
        keys = frozenset(map(squeezed, labels))
        for label in labels:
            yield Pair(sentence.text, label, keys, "sentence")


def occupation_pairs(path: Path, *, skills: int, seed: int) -> Iterator[Pair]:
    """Alternative titles of occupations -> their title, and titles -> some of their essential skills.

    `path` is ESCO's occupations as a Parquet table with columns occupation_name, alternative_names,
    essential_skills.
    """
    import pyarrow.parquet as parquet  # type: ignore[import-not-found, unused-ignore]  # only where one trains

    draw = random.Random(seed)  # noqa: S311 - no secret
    columns = ["occupation_name", "alternative_names", "essential_skills", "optional_skills"]
    for row in parquet.read_table(path, columns=columns).to_pylist():
        title = row["occupation_name"].strip()
        keys = frozenset([squeezed(title)])
        for other in row["alternative_names"] or ():
            yield Pair(other.strip(), title, keys, "title")
        essential = row["essential_skills"] or []
        all_keys = keys | set(map(squeezed, essential)) | set(map(squeezed, row["optional_skills"] or ()))
        for label in draw.sample(essential, min(skills, len(essential))):
            yield Pair(title, label, all_keys, "occupation")


def without_contradictions(pairs: Iterable[Pair]) -> list[Pair]:
    """The pairs, each once; a text that stands for several targets knows all their keys."""
    keys: dict[str, set[str]] = defaultdict(set)
    unique: dict[tuple[str, str], Pair] = {}
    for pair in pairs:
        text = " ".join(pair.text.split())
        if not text or squeezed(text) == squeezed(pair.target):
            continue
        keys[text.casefold()] |= pair.keys
        unique.setdefault((text.casefold(), pair.target), Pair(text, pair.target, pair.keys, pair.source))
    return [
        Pair(pair.text, pair.target, frozenset(keys[pair.text.casefold()]), pair.source)
        for pair in unique.values()
    ]
