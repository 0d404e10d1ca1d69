"""Text -> skill concepts with a reason, or nothing."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Literal

from ..encoder import Encoder
from ..lru import BatchCache
from ..similarity import ConceptSpace
from ..taxonomy import ConceptKind, Taxonomy
from .aliases import AliasTable, Name
from .text import Span, core, is_boilerplate, items, phrase_key, segments, trimmed

REVISION = 1
"""Raise it with any change of rules here, in aliases.py or in text.py: it is part of the version of every
ranking.
"""

THRESHOLD = 0.8
"""Least cosine of a phrase and the label that it is linked to; chosen on validation data, see the model
card.
"""

TECHNOLOGY_THRESHOLD = 0.9
"""A product is not another product with a similar name."""

TEXT_THRESHOLD = 0.85
"""The same for a bullet in running text, which may be no skill at all."""

CACHED_PHRASES = 100_000
CACHED_TEXTS = 20_000

_MIN_LETTERS, _MAX_WORDS = 4, 12
"""What a phrase must have to be compared by meaning: shorter is an acronym, longer is a text."""
_ITEM_WORDS = 4
_BULLET_WORDS = range(2, 7)
_NOT_A_BULLET = frozenset(
    (
        "a",
        "an",
        "as",
        "at",
        "he",
        "i",
        "if",
        "in",
        "it",
        "my",
        "our",
        "she",
        "the",
        "they",
        "this",
        "to",
        "we",
        "you",
    )
)

_LABEL, _ALIAS, _SPELLING = 0.95, 0.9, 0.87
"""Confidence of exact hits: the label itself, another name, another way to write a product's name."""
_SLOPE, _MIDDLE = 12.0, 0.79
"""Logistic curve from cosine to the share of right links among nearest hits on validation data."""

Method = Literal["exact", "nearest"]


@dataclass(frozen=True, slots=True)
class Link:
    """A skill found in text[start:end], which reads `surface`. `confidence` is in 0..1."""

    concept_id: str
    confidence: float
    method: Method
    start: int
    end: int
    surface: str
    reason: str


@dataclass(frozen=True, slots=True)
class _Match:
    """What a phrase means, wherever it stands."""

    concept_id: str
    confidence: float
    method: Method
    similarity: float
    reason: str


class Linker:
    """Finds concepts in phrases and in running text; abstains where it is not sure.

    The same text gives the same links, in whatever batch and order. Safe to use from several threads.
    """

    def __init__(
        self,
        taxonomy: Taxonomy,
        encoder: Encoder,
        *,
        threshold: float | None = None,
        space: ConceptSpace | None = None,
    ) -> None:
        self.taxonomy = taxonomy
        self.threshold = THRESHOLD if threshold is None else threshold
        self.space = space or ConceptSpace(taxonomy, encoder)
        self.version = f"{taxonomy.version}/{encoder.version}/linker.{REVISION}-{self.threshold:g}"
        self._table: AliasTable | None = None
        self._building = Lock()
        self._phrases: BatchCache[_Match | None] = BatchCache(CACHED_PHRASES)
        self._texts: BatchCache[tuple[Link, ...]] = BatchCache(CACHED_TEXTS)

    @property
    def _aliases(self) -> AliasTable:
        """Built at its first use, which takes a second or two: a service can be ready before."""
        if self._table is None:
            with self._building:
                self._table = self._table or AliasTable(self.taxonomy)
        return self._table

    def warm(self) -> None:
        """Builds what the first text would build; from a thread of its own, so that nobody waits for it."""
        _ = self._aliases

    def link_phrase(self, text: str) -> Link | None:
        """A short phrase or tag: its exact name, else the nearest label above the threshold, else None."""
        return self.link_phrases([text])[0]

    def link_phrases(self, texts: Sequence[str]) -> list[Link | None]:
        """`link_phrase` of each, with one call of the encoder for all that are new."""
        keys = [phrase_key(text) for text in texts]
        matches = self._phrases.get_all(keys, self._match_phrases)
        return [self._placed(matches[key], text, _whole(text)) for key, text in zip(keys, texts, strict=True)]

    def link_text(self, text: str) -> tuple[Link, ...]:
        """All skills in sentences or paragraphs, in order of place, not overlapping."""
        return self.link_texts([text])[0]

    def link_texts(self, texts: Sequence[str]) -> list[tuple[Link, ...]]:
        """`link_text` of each, with one call of the encoder for all that are new."""
        found = self._texts.get_all(texts, self._link_new_texts)
        return [found[text] for text in texts]

    def _match_phrases(self, phrases: list[str]) -> Mapping[str, _Match | None]:
        found: dict[str, _Match | None] = {phrase: self._exact(phrase) for phrase in phrases}
        unknown = [phrase for phrase in phrases if found[phrase] is None and self._sayable(phrase)]
        for phrase, nearest in zip(
            unknown, self.space.nearest([core(phrase) for phrase in unknown]), strict=True
        ):
            found[phrase] = self._near(phrase, *nearest)
        return found

    def _exact(self, phrase: str) -> _Match | None:
        for form in dict.fromkeys((phrase, trimmed(phrase), core(phrase))):
            name = self._aliases.of_phrase(form)
            if name:
                return self._named(name, form)
        return None

    def _named(self, name: Name, surface: str) -> _Match:
        concept = self.taxonomy.concepts[name.position]
        if name.surface.casefold() != surface.casefold():
            return _Match(
                concept.id, _SPELLING, "exact", 1.0, f"“{surface}” is a spelling of {concept.label}"
            )
        if name.is_label:
            return _Match(concept.id, _LABEL, "exact", 1.0, f"“{surface}” is the name of the skill")
        return _Match(concept.id, _ALIAS, "exact", 1.0, f"“{surface}” is another name of {concept.label}")

    def _sayable(self, phrase: str) -> bool:
        """Whether a phrase means something by itself: not one everyday word, nor a text, nor boilerplate."""
        words = core(phrase).split()
        if len(words) == 1 and (len(words[0]) < _MIN_LETTERS or self._aliases.is_ordinary(words[0])):
            return False
        return len(words) <= _MAX_WORDS and not is_boilerplate(phrase)

    def _near(self, phrase: str, position: int, similarity: float) -> _Match | None:
        concept = self.taxonomy.concepts[position]
        technology = concept.kind is ConceptKind.TECHNOLOGY
        if similarity < (max(self.threshold, TECHNOLOGY_THRESHOLD) if technology else self.threshold):
            return None
        reason = f"nothing is called “{core(phrase)}”; {concept.label} is nearest in meaning (cosine {similarity:.2f})"
        return _Match(concept.id, _confidence(similarity), "nearest", similarity, reason)

    def _link_new_texts(self, texts: list[str]) -> Mapping[str, tuple[Link, ...]]:
        exact: dict[str, list[Link]] = {}
        bullets: dict[str, list[Span]] = {}
        for text in texts:
            exact[text], bullets[text] = self._scan(text)
        phrases = [phrase_key(text[slice(*span)]) for text in texts for span in bullets[text]]
        matches = self._phrases.get_all(phrases, self._match_phrases) if phrases else {}
        for text in texts:
            for span in bullets[text]:
                match = matches[phrase_key(text[slice(*span)])]
                if match and (
                    match.method == "exact" or match.similarity >= max(TEXT_THRESHOLD, self.threshold)
                ):
                    exact[text].extend(self._links([(span, match)], text))
        return {text: tuple(sorted(links, key=lambda link: link.start)) for text, links in exact.items()}

    def _scan(self, text: str) -> tuple[list[Link], list[Span]]:
        """Exact links in a text, and the bullets in which there are none."""
        links: list[Link] = []
        bullets: list[Span] = []
        for start, end in segments(text):
            segment = text[start:end]
            hits = self._aliases.in_text(text, start, end)
            found = [((hit.start, hit.end), self._named(hit.name, text[hit.start : hit.end])) for hit in hits]
            found.extend(self._listed(text, (start, end), [span for span, _ in found]))
            bullet = not found and _is_bullet(segment)
            if not (found or bullet) or is_boilerplate(segment):  # asked last: it is the slowest
                continue
            links.extend(self._links(found, text))
            if bullet:
                bullets.append((start, end))
        return links, bullets

    def _listed(self, text: str, segment: Span, taken: Sequence[Span]) -> list[tuple[Span, _Match]]:
        """Items of an enumeration that are names as a whole ("Excel, communication, R"), and were not found
        before.
        """
        spans = items(text, *segment)
        if any(len(text[slice(*span)].split()) > _ITEM_WORDS for span in spans):
            return []
        found = []
        for span in spans:
            if not any(span[0] < end and start < span[1] for start, end in taken):
                match = self._exact(phrase_key(text[slice(*span)]))
                if match:
                    found.append((span, match))
        return found

    def _links(self, found: Iterable[tuple[Span, _Match]], text: str) -> list[Link]:
        return [link for span, match in found if (link := self._placed(match, text, span))]

    @staticmethod
    def _placed(match: _Match | None, text: str, span: Span) -> Link | None:
        if match is None:
            return None
        start, end = span
        return Link(
            match.concept_id, match.confidence, match.method, start, end, text[start:end], match.reason
        )


def _whole(text: str) -> Span:
    start = len(text) - len(text.lstrip())
    return start, max(start, len(text.rstrip()))


def _is_bullet(segment: str) -> bool:
    words = segment.split()
    return len(words) in _BULLET_WORDS and words[0].lower() not in _NOT_A_BULLET and not segment.endswith("?")


def _confidence(similarity: float) -> float:
    return round(1 / (1 + math.exp(-_SLOPE * (similarity - _MIDDLE))), 3)
