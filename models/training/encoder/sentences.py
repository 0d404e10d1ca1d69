"""The sentences that were written for this project: `models/training/sentences/*.txt`.

A line is `ids|sentence`: the ESCO concepts that the sentence means, each by the first eight characters of its
UUID, separated by commas.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from credence_models.taxonomy import Taxonomy


@dataclass(frozen=True, slots=True)
class Sentence:
    concept_ids: tuple[str, ...]
    text: str


def read_sentences(folder: Path, taxonomy: Taxonomy) -> Iterator[Sentence]:
    """All sentences of a folder, by file name and line; concepts that the taxonomy lacks are left out.

    ValueError names the line that is none.
    """
    esco = [concept.id for concept in taxonomy.concepts if concept.id.startswith("esco:")]
    of_prefix = {concept_id[5:13]: concept_id for concept_id in esco}
    if len(of_prefix) != len(esco):
        raise ValueError("two concepts begin alike: eight characters do not tell them apart")
    for path in sorted(folder.glob("*.txt")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            ids, bar, text = line.partition("|")
            if not (bar and ids and text.strip()):
                raise ValueError(f"{path.name}:{number}: not `ids|sentence`: {line[:60]!r}")
            concepts = tuple(of_prefix[i] for i in ids.split(",") if i in of_prefix)
            if concepts:
                yield Sentence(concepts, text.strip())
