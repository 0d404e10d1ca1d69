"""The taxonomy as values: concepts and the ways to find one."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Literal

from .relations import Relations

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
    of the source. `broader` holds the ids of broader concepts and of the groups that it is in
    (relations.py), and is empty where the source has none. `reuse_level` is ESCO's (transversal,
    cross-sector, sector-specific, occupation-specific), empty where the source has none.
    """

    id: str
    label: str
    kind: ConceptKind
    aliases: tuple[str, ...]
    description: str
    broader: tuple[str, ...]
    reuse_level: str = ""


Rule = Literal["declared", "label", "alias"]
"""Why a concept counts as the successor of another: its source says so; it has the same label; it has that
label among its aliases.
"""


@dataclass(frozen=True, slots=True)
class Replacement:
    """Evidence of the concept `old`, which is no more, is evidence of `new`. A chain of replacements is one
    step here, and has the weakest of its rules.
    """

    old: str
    new: str
    rule: Rule


class Taxonomy:
    """Concepts in a fixed order, with a version that changes exactly when their content does.

    The position of a concept (`index`) is the row of everything computed from it, such as its vector.

    Ids that earlier versions gave out keep their meaning: a concept that is gone has a replacement, or is
    `retired`, which is to say known by its id and URI and by nothing else: it has no position, and nothing
    is linked to it. Raises `TaxonomyCorrupt` where a replacement leads anywhere but to a concept or a
    retired one, so that following one is always one step.
    """

    def __init__(
        self,
        version: str,
        concepts: Sequence[Concept],
        *,
        replaced: Sequence[Replacement] = (),
        retired: Sequence[Concept] = (),
        relations: Callable[[], Relations] = Relations,
    ) -> None:
        self.version = version
        self.concepts = tuple(concepts)
        self.retired = {concept.id: concept for concept in retired}
        self.replaced = {replacement.old: replacement for replacement in replaced}
        self._index = {concept.id: position for position, concept in enumerate(self.concepts)}
        self._read_relations = relations
        self._labels: dict[str, int] | None = None
        known = self._index.keys() | self.retired.keys()
        ids = len(self._index) + len(self.retired) + len(self.replaced)
        if ids != len(known | self.replaced.keys()) or ids != len(concepts) + len(retired) + len(replaced):
            raise TaxonomyCorrupt(f"taxonomy {version} holds an id twice")
        if lost := {replacement.new for replacement in replaced} - known:
            raise TaxonomyCorrupt(f"taxonomy {version} replaces concepts by unknown ones: {min(lost)}")

    def __len__(self) -> int:
        return len(self.concepts)

    def __repr__(self) -> str:
        return f"Taxonomy({self.version!r}, {len(self)} concepts)"

    def get(self, concept_id: str) -> Concept | None:
        """The concept of this version with this id. For an id that was stored, `resolve` is the one to ask."""
        position = self._index.get(concept_id)
        return None if position is None else self.concepts[position]

    def index(self, concept_id: str) -> int | None:
        return self._index.get(concept_id)

    def resolve(self, uri_or_code: str) -> Concept | None:
        """The concept that an outside system or an earlier version means: by ESCO URI, by id, or by its exact
        label.

        A concept that was replaced gives its replacement, a retired one itself. Labels are compared without
        regard to case; where two concepts share one, neither is returned.
        """
        text = uri_or_code.strip()
        if text.lower().startswith(
            ("http://data.europa.eu/esco/skill/", "https://data.europa.eu/esco/skill/")
        ):
            return self._standing("esco:" + text.rpartition("/")[2].lower())
        return self._standing(text) or self._by_label(text)

    def ids_of(self, concept_id: str) -> tuple[str, ...]:
        """All ids under which evidence of a concept may have been stored: its own in this version first, then
        those of the concepts that it replaced.
        """
        concept = self._standing(concept_id)
        own = concept_id if concept is None else concept.id
        return (own, *self._predecessors.get(own, ()))

    @cached_property
    def relations(self) -> Relations:
        """Groups, occupations and related skills; all empty in a table that was built from packages."""
        return self._read_relations()

    @cached_property
    def _predecessors(self) -> dict[str, list[str]]:
        predecessors: dict[str, list[str]] = {}
        for replacement in self.replaced.values():
            predecessors.setdefault(replacement.new, []).append(replacement.old)
        return predecessors

    def _standing(self, concept_id: str) -> Concept | None:
        replacement = self.replaced.get(concept_id)
        now = replacement.new if replacement else concept_id
        return self.get(now) or self.retired.get(now)

    def _by_label(self, text: str) -> Concept | None:
        if self._labels is None:
            labels: dict[str, int] = {}
            for position, concept in enumerate(self.concepts):
                key = concept.label.casefold()
                labels[key] = -1 if key in labels else position
            self._labels = labels
        position = self._labels.get(text.casefold(), -1)
        return None if position < 0 else self.concepts[position]
