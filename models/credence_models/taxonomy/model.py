"""The taxonomy as values: concepts and the ways to find one."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

ESCO_SKILL_URI = "http://data.europa.eu/esco/skill/"
"""What precedes the UUID in the URI of an ESCO skill; our ids carry the UUID alone, as `esco:<uuid>`."""


class TaxonomyError(Exception):
    """The table of concepts cannot be used."""


class TaxonomyMissing(TaxonomyError):  # noqa: N818 - says which error, as KeyError's kin do
    """No table where one is expected; the message says how to build it."""


class TaxonomyCorrupt(TaxonomyError):  # noqa: N818 - as above
    """A table that is not what its own checksum or layout promises."""


class ConceptKind(StrEnum):
    """What sort of thing a concept names. It decides how fast evidence of it ages, nothing else."""

    SKILL = "skill"
    KNOWLEDGE = "knowledge"
    TRANSVERSAL = "transversal"
    LANGUAGE = "language"
    TECHNOLOGY = "technology"


@dataclass(frozen=True, slots=True)
class Concept:
    """One entry of the taxonomy.

    `id` is `esco:<uuid>` or `onet:<slug>`. `aliases` are other names, never the label itself, in the order
    of the source. `broader` holds ids or URIs of broader concepts and is empty where the source has none.
    """

    id: str
    label: str
    kind: ConceptKind
    aliases: tuple[str, ...]
    description: str
    broader: tuple[str, ...]


class Taxonomy:
    """Concepts in a fixed order, with a version that changes exactly when their content does.

    The position of a concept (`index`) is the row of everything computed from it, such as its vector.
    """

    def __init__(self, version: str, concepts: Sequence[Concept]) -> None:
        self.version = version
        self.concepts = tuple(concepts)
        self._index = {concept.id: position for position, concept in enumerate(self.concepts)}
        if len(self._index) != len(self.concepts):
            raise TaxonomyCorrupt(f"taxonomy {version} holds an id twice")
        self._labels: dict[str, int] | None = None

    def __len__(self) -> int:
        return len(self.concepts)

    def __repr__(self) -> str:
        return f"Taxonomy({self.version!r}, {len(self)} concepts)"

    def get(self, concept_id: str) -> Concept | None:
        position = self._index.get(concept_id)
        return None if position is None else self.concepts[position]

    def index(self, concept_id: str) -> int | None:
        return self._index.get(concept_id)

    def resolve(self, uri_or_code: str) -> Concept | None:
        """The concept that an outside system means: by ESCO URI, by id, or by its exact label.

        Labels are compared without regard to case; where two concepts share one, neither is returned.
        """
        text = uri_or_code.strip()
        if text.lower().startswith(
            ("http://data.europa.eu/esco/skill/", "https://data.europa.eu/esco/skill/")
        ):
            return self.get("esco:" + text.rpartition("/")[2].lower())
        return self.get(text) or self._by_label(text)

    def _by_label(self, text: str) -> Concept | None:
        if self._labels is None:
            labels: dict[str, int] = {}
            for position, concept in enumerate(self.concepts):
                key = concept.label.casefold()
                labels[key] = -1 if key in labels else position
            self._labels = labels
        position = self._labels.get(text.casefold(), -1)
        return None if position < 0 else self.concepts[position]
