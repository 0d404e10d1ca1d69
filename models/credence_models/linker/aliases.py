"""Every name of every concept, and where a name may be believed.

A name that is also an ordinary word (Excel, Go, LESS, Spark) names the product only in its own case and
place; a short one (R, C, JS) only beside other tools; an ordinary lower-case word that some concept lists
as an alternative label ("clean", "processes") names nothing in running text. Which words are ordinary is
read off the descriptions of the taxonomy itself.
"""

import re
from collections import Counter
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache

import ahocorasick

from ..taxonomy import Concept, ConceptKind, Taxonomy
from ..taxonomy.segmentation import stem
from .text import Span, compact, folded

_ORDINARY, _EVERYDAY, _COMMON = 3, 55, 100
"""In so many ESCO descriptions a lower-case word is an ordinary one; in so many it names no knowledge when it stands
alone ("history"); in so many it says next to nothing ("access")."""
_ALSO_ORDINARY = frozenset(
    (
        *("access", "assembly", "bash", "chef", "confluence", "dart", "edge", "excel", "express", "flask"),
        *("go", "helm", "hive", "illustrator", "julia", "keynote", "less", "make", "notion", "oracle"),
        *("outlook", "puppet", "react", "rest", "ruby", "rust", "safari", "sage", "salt", "sketch", "slack"),
        *("source", "spark", "spring", "swift", "teams", "unity", "word", "workday", "zoom"),
    )
)
"""Names of products that are words of English, which descriptions of skills hardly use."""
_SHORT = 2
_MIN_COMPACT = 4

_TOOL_WORDS = re.compile(
    r"\b(?:cod(?:e|ing)|develop(?:er|ment)|language|librar(?:y|ies)|program(?:ming|mer)?|script(?:s|ing)?)\b"
)
_NEAR = 60
"""Characters within which another tool vouches for a short name."""


class Where(IntEnum):
    """In what a name is believed, from most to least."""

    ANYWHERE = 0
    IN_ITS_CASE = 1
    AMONG_TOOLS = 2
    AS_A_PHRASE = 3


@dataclass(frozen=True, slots=True)
class Name:
    """A name of the concept at `position`."""

    position: int
    surface: str
    is_label: bool
    where: Where
    overlap: float
    """Share of words that name and label have in common; tells apart concepts that list the same name."""


@dataclass(frozen=True, slots=True)
class Hit:
    start: int
    end: int
    name: Name


class AliasTable:
    """Exact look-up of names, for a phrase and over text. Immutable, so safe from several threads."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        self._frequency = frequency = _word_frequency(taxonomy)
        owners: dict[str, list[tuple[int, str]]] = {}
        for position, concept in enumerate(taxonomy.concepts):
            for surface in (concept.label, *concept.aliases):
                owners.setdefault(folded(surface), []).append((position, surface))
        self._names: dict[str, tuple[Name, ...]] = {}
        self._automaton = ahocorasick.Automaton()
        for key, group in owners.items():
            names = _names(taxonomy, group, frequency)
            self._names[key] = names
            if in_text := tuple(name for name in names if name.where < Where.AS_A_PHRASE):
                self._automaton.add_word(key, (len(key), in_text))
        self._automaton.make_automaton()
        self._tools = frozenset(
            position
            for position, concept in enumerate(taxonomy.concepts)
            if concept.kind is ConceptKind.TECHNOLOGY
        )
        self._compact = self._compact_names()

    def __len__(self) -> int:
        return len(self._names)

    def is_ordinary(self, word: str) -> bool:
        """Whether descriptions of skills use this word as one of everyday language."""
        return self._frequency[word.lower()] >= _ORDINARY

    def of_phrase(self, phrase: str) -> Name | None:
        """The concept that is called exactly this, or None; also None where several are and none has the
        better claim.
        """
        group = self._names.get(folded(phrase))
        if group:
            return _chosen(group, phrase)
        squeezed = compact(phrase)
        return self._compact.get(squeezed) if len(squeezed) >= _MIN_COMPACT else None

    def in_text(self, text: str, start: int, end: int) -> list[Hit]:
        """Names in text[start:end], the longest first where they overlap, in order of place."""
        low = folded(text[start:end])
        hits: list[Hit] = []
        for last, (size, group) in self._automaton.iter(low):
            first = last + 1 - size
            if _bounded(low, first, last + 1):
                name = _chosen(group, text[start + first : start + last + 1])
                if name:
                    hits.append(Hit(start + first, start + last + 1, name))
        chosen = _longest(hits)
        sure = [hit for hit in chosen if hit.name.where is Where.ANYWHERE]
        return [hit for hit in chosen if self._believed(hit, text, (start, end), sure)]

    def _believed(self, hit: Hit, text: str, segment: Span, sure: list[Hit]) -> bool:
        where, surface = hit.name.where, text[hit.start : hit.end]
        if where is Where.ANYWHERE:
            return True
        if surface != hit.name.surface or text[slice(*segment)].isupper():
            return False
        vouched = any(
            other.name.position in self._tools
            and other.start - _NEAR < hit.end
            and hit.start - _NEAR < other.end
            for other in sure
        )
        if vouched:
            return True
        around = text[max(segment[0], hit.start - _NEAR // 2) : hit.end + _NEAR // 2].lower()
        if where is Where.AMONG_TOOLS:
            return _TOOL_WORDS.search(around) is not None
        before = text[segment[0] : hit.start].split()
        return bool(before) and before[-1][:1].islower()

    def _compact_names(self) -> dict[str, Name]:
        """Technology names without spaces, dots and hyphens; only where no two technologies collide."""
        found: dict[str, Name | None] = {}
        for group in self._names.values():
            for name in group:
                if name.position in self._tools:
                    key = compact(name.surface)
                    other = found.setdefault(key, name)
                    if other is not None and other.position != name.position:
                        found[key] = None
        return {key: name for key, name in found.items() if name and len(key) >= _MIN_COMPACT}


def _word_frequency(taxonomy: Taxonomy) -> Counter[str]:
    """Lower-case word -> in how many ESCO descriptions it stands."""
    frequency: Counter[str] = Counter()
    word = re.compile(r"(?<![\w-])[a-z]+(?![\w-])")
    for concept in taxonomy.concepts:
        if concept.id.startswith("esco:"):
            frequency.update(set(word.findall(concept.description)))
    return frequency


def _names(taxonomy: Taxonomy, owners: list[tuple[int, str]], frequency: Counter[str]) -> tuple[Name, ...]:
    """What one spelling names, the best claim first."""
    names = []
    for position, surface in owners:
        concept = taxonomy.concepts[position]
        is_label = surface == concept.label
        where = _where(concept, surface, is_label, frequency)
        overlap = 1.0 if is_label else _overlap(concept.label, surface)
        if not is_label and surface == surface.lower():
            rarest = min(frequency[word] for word in surface.split())
            if (
                " " not in surface
                and where is Where.AS_A_PHRASE
                and overlap < (1 if rarest >= _COMMON else 0.1)
            ):
                continue  # a word that could name anything: "design", "equipment"
            if (rarest >= _COMMON and overlap < 0.25) or (rarest >= _ORDINARY and not overlap):
                where = Where.AS_A_PHRASE  # "be responsible", "information and communication"
        names.append(Name(position, surface, is_label, where, overlap))
    return tuple(sorted(names, key=_precedence)) if len(names) > 1 else tuple(names)


def _where(concept: Concept, surface: str, is_label: bool, frequency: Counter[str]) -> Where:
    lower = surface.lower()
    if " " in surface:
        return Where.ANYWHERE
    count = max(frequency[lower], _ORDINARY if lower in _ALSO_ORDINARY else 0)
    if surface != lower:  # a name or an acronym
        if len(surface) <= _SHORT and surface.isalpha():
            return Where.AMONG_TOOLS
        return Where.IN_ITS_CASE if count >= _ORDINARY else Where.ANYWHERE
    if len(surface) <= _SHORT:
        return Where.AS_A_PHRASE
    if not is_label:
        return Where.AS_A_PHRASE if count >= _ORDINARY else Where.ANYWHERE
    is_verb = concept.kind in (ConceptKind.SKILL, ConceptKind.TRANSVERSAL) or (
        count >= _ORDINARY and lower.endswith("ing")
    )
    return Where.AS_A_PHRASE if is_verb or count >= _EVERYDAY else Where.ANYWHERE


def _overlap(label: str, surface: str) -> float:
    """Share of the words of either that both have (Jaccard); words that only begin alike count where no
    other does.
    """
    ours, theirs = _stems(label), frozenset(map(_stem, surface.split()))
    shared = len(ours & theirs) or sum(any(_kindred(word, other) for other in ours) for word in theirs)
    return shared / (len(ours) + len(theirs) - shared)


@lru_cache(50_000)
def _stem(word: str) -> str:
    return stem(word)


@lru_cache(2)  # the names of one concept follow each other
def _stems(label: str) -> frozenset[str]:
    return frozenset(map(_stem, label.split()))


def _kindred(one: str, other: str) -> bool:
    """Whether one begins the other: "lead" and "leadership"."""
    return (len(one) > 3 and other.startswith(one)) or (len(other) > 3 and one.startswith(other))


def _precedence(name: Name) -> tuple[bool, float, int]:
    return not name.is_label, -name.overlap, name.position


def _chosen(group: tuple[Name, ...], surface: str) -> Name | None:
    """The name with the best claim: same case, then a label before an alias, then the more like its label."""
    if len(group) == 1:
        return group[0]
    ranked = sorted(
        group, key=lambda name: (name.surface != surface and name.is_label is False, *_precedence(name))
    )
    exact = [name for name in group if name.surface == surface and name.surface != name.surface.lower()]
    if exact:
        ranked = [*exact, *ranked]
    best, rest = ranked[0], [name for name in ranked[1:] if name.position != ranked[0].position]
    tied = any(not other.is_label and other.overlap == best.overlap for other in rest)
    return None if tied and not best.is_label and best not in exact and best.overlap < 0.5 else best


def _bounded(low: str, start: int, end: int) -> bool:
    """Whether low[start:end] stands on its own: "R" not in "R&D", "Go" not in "Go-to-market", "C" not in
    "C++".
    """
    before = low[start - 1] if start else " "
    after = low[end] if end < len(low) else " "
    if before.isalnum() or before in "_+#@&-'.":
        return False
    if after.isalnum() or after in "_+#&@":
        return False
    following = low[end + 1] if end + 1 < len(low) else " "
    if after in ".'":
        return not following.isalnum() or low[end:].startswith("'s")
    return after != "-" or (end - start > _SHORT and following.isalpha())


def _longest(hits: list[Hit]) -> list[Hit]:
    taken: list[Hit] = []
    for hit in sorted(hits, key=lambda hit: (hit.start - hit.end, hit.start)):
        if all(hit.end <= other.start or other.end <= hit.start for other in taken):
            taken.append(hit)
    return sorted(taken, key=lambda hit: hit.start)
