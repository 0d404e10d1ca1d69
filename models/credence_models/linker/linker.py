"""Text -> skill concepts with a reason, or nothing."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Literal

from ..encoder import TokenEncoder
from ..lru import BatchCache
from ..similarity import ConceptSpace
from ..taxonomy import ConceptKind, Taxonomy
from .aliases import AliasTable, Name
from .meaning import Candidate, Meaning, Reading
from .negation import is_denied
from .text import Span, core, items, phrase_key, segments, trimmed

REVISION = 2
"""Raise it with any change of rules in this package, or of calibration.json and boilerplate.json: it is part of the version of every
ranking.
"""

THRESHOLD = 0.6
"""Least probability with which a phrase that is nobody's name is linked; chosen on validation data, see the model
card.
"""

TEXT_THRESHOLD = 0.7
"""The same for a stretch of running text, which may be no skill at all."""

SIMILARITY = 0.55
"""Least cosine besides, whatever the probability, which was fitted among 21,677 skills: among few, a skill that is far
away is still far ahead of the next.
"""

TECHNOLOGY_SIMILARITY = 0.9
"""Least cosine besides for a product: it is not another product with a similar name."""

ALTERNATIVES = 3
"""How many other skills a link by meaning names at most."""
_UNLIKELY = 0.05
"""What is less likely is no alternative."""

CACHED_PHRASES = 100_000
CACHED_TEXTS = 20_000
CACHED_SEGMENTS = 50_000

_MIN_LETTERS, _MAX_WORDS = 4, 12
"""What a phrase must have to be compared by meaning: shorter is an acronym, longer is a text."""
_ITEM_WORDS = 4
_MIN_WORDS = 3
"""Of a segment of text that is read for what it means; a shorter one is a name."""

_LABEL, _ALIAS, _SPELLING = 0.95, 0.9, 0.87
"""Confidence of exact hits: the label itself, another name, another way to write a product's name."""

_UNREAD = Reading(boilerplate=False)

Method = Literal["exact", "nearest"]


@dataclass(frozen=True, slots=True)
class Link:
    """A skill found in text[start:end], which reads `surface`. `confidence` is in 0..1, of links by meaning a calibrated
    probability. `alternatives` are what else it may mean: (concept id, confidence), the likeliest first.
    """

    concept_id: str
    confidence: float
    method: Method
    start: int
    end: int
    surface: str
    reason: str
    alternatives: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class _Match:
    """What a phrase means, wherever it stands."""

    concept_id: str
    confidence: float
    method: Method
    reason: str
    alternatives: tuple[tuple[str, float], ...] = ()


class Linker:
    """Finds concepts in phrases and in running text; abstains where it is not sure.

    The same text gives the same links, in whatever batch and order. Safe to use from several threads.
    """

    def __init__(
        self,
        taxonomy: Taxonomy,
        encoder: TokenEncoder,
        *,
        threshold: float | None = None,
        space: ConceptSpace | None = None,
    ) -> None:
        self.taxonomy = taxonomy
        self.threshold = THRESHOLD if threshold is None else threshold
        self.space = space or ConceptSpace(taxonomy, encoder)
        self.version = f"{taxonomy.version}/{encoder.version}/linker.{REVISION}-{self.threshold:g}"
        self._meaning = Meaning(self.space, encoder)
        self._table: AliasTable | None = None
        self._building = Lock()
        self._phrases: BatchCache[_Match | None] = BatchCache(CACHED_PHRASES)
        self._texts: BatchCache[tuple[Link, ...]] = BatchCache(CACHED_TEXTS)
        self._readings: BatchCache[Reading] = BatchCache(CACHED_SEGMENTS)

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

    def names_in(self, text: str) -> tuple[Link, ...]:
        """What a text names and does not deny, without the encoder, which is what `link_text` takes its time for.

        For people's own texts, of which there are many and which hold no boilerplate.
        """
        found = [link for span in segments(text) for link in self._named_in(text, span)]
        return tuple(sorted(found, key=lambda link: link.start))

    def _match_phrases(self, phrases: list[str]) -> Mapping[str, _Match | None]:
        found: dict[str, _Match | None] = {phrase: self._exact(phrase) for phrase in phrases}
        unknown = [phrase for phrase in phrases if found[phrase] is None and self._sayable(phrase)]
        meant = self._meaning.of_phrases([core(phrase) for phrase in unknown])
        for phrase, candidates in zip(unknown, meant, strict=True):
            credible = (one for one in candidates if self._credible(one, self.threshold))
            if chosen := next(credible, None):
                found[phrase] = self._meant(core(phrase), chosen, candidates)
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
            return _Match(concept.id, _SPELLING, "exact", f"“{surface}” is a spelling of {concept.label}")
        if name.is_label:
            return _Match(concept.id, _LABEL, "exact", f"“{surface}” is the name of the skill")
        return _Match(concept.id, _ALIAS, "exact", f"“{surface}” is another name of {concept.label}")

    def _sayable(self, phrase: str) -> bool:
        """Whether a phrase means something by itself: not one everyday word, nor a text, nor boilerplate."""
        words = core(phrase).split()
        if len(words) == 1 and (len(words[0]) < _MIN_LETTERS or self._aliases.is_ordinary(words[0])):
            return False
        return len(words) <= _MAX_WORDS

    def _credible(self, candidate: Candidate, threshold: float) -> bool:
        product = self.taxonomy.concepts[candidate.position].kind is ConceptKind.TECHNOLOGY
        least = TECHNOLOGY_SIMILARITY if product else SIMILARITY
        return candidate.probability >= threshold and candidate.similarity >= least

    def _meant(self, surface: str, chosen: Candidate, rivals: Iterable[Candidate]) -> _Match:
        concept = self.taxonomy.concepts[chosen.position]
        others = [
            (self.taxonomy.concepts[rival.position].id, rival.probability)
            for rival in rivals
            if rival is not chosen and rival.probability >= _UNLIKELY
        ]
        reason = (
            f"nothing is called “{surface}”; {concept.label} is nearest in meaning "
            f"(cosine {chosen.similarity:.2f}, probability {chosen.probability:.2f})"
        )
        return _Match(concept.id, chosen.probability, "nearest", reason, tuple(others[:ALTERNATIVES]))

    def _link_new_texts(self, texts: list[str]) -> Mapping[str, tuple[Link, ...]]:
        found: dict[str, list[Link]] = {text: [] for text in texts}
        spans = [(text, span) for text in texts for span in segments(text)]
        wordings = dict.fromkeys(text[slice(*span)] for text, span in spans)
        readings = self._readings.get_all(
            [wording for wording in wordings if len(wording.split()) >= _MIN_WORDS], self._meaning.read
        )
        for text, span in spans:
            reading = readings.get(text[slice(*span)], _UNREAD)
            if not reading.boilerplate:
                links = self._named_in(text, span)
                self._add_meant(text, span, reading.candidates, links)
                found[text].extend(links)
        return {text: tuple(sorted(links, key=lambda link: link.start)) for text, links in found.items()}

    def _named_in(self, text: str, span: Span) -> list[Link]:
        hits = self._aliases.in_text(text, *span)
        found = [((hit.start, hit.end), self._named(hit.name, text[hit.start : hit.end])) for hit in hits]
        found.extend(self._listed(text, span, [place for place, _ in found]))
        return self._links(found, text, span)

    def _add_meant(
        self, text: str, segment: Span, candidates: Sequence[Candidate], links: list[Link]
    ) -> None:
        """Adds to `links` what the segment means besides: the likeliest first, where nothing else was found."""
        if text[slice(*segment)].endswith("?"):
            return
        known = {link.concept_id for link in links}
        for candidate in candidates:
            concept_id = self.taxonomy.concepts[candidate.position].id
            start, end = segment[0] + candidate.start, segment[0] + candidate.end
            if concept_id in known or not self._credible(candidate, TEXT_THRESHOLD):
                continue
            if any(link.start < end and start < link.end for link in links):
                continue
            rivals = (one for one in candidates if one.start < candidate.end and candidate.start < one.end)
            match = self._meant(text[start:end], candidate, rivals)
            known.add(concept_id)
            links.extend(self._links([((start, end), match)], text, segment))

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

    def _links(self, found: Iterable[tuple[Span, _Match]], text: str, segment: Span) -> list[Link]:
        at = segment[0]
        wording = text[slice(*segment)]
        return [
            link
            for span, match in found
            if not is_denied(wording, (span[0] - at, span[1] - at))
            and (link := self._placed(match, text, span))
        ]

    @staticmethod
    def _placed(match: _Match | None, text: str, span: Span) -> Link | None:
        if match is None:
            return None
        start, end = span
        return Link(
            match.concept_id,
            match.confidence,
            match.method,
            start,
            end,
            text[start:end],
            match.reason,
            match.alternatives,
        )


def _whole(text: str) -> Span:
    start = len(text) - len(text.lstrip())
    return start, max(start, len(text.rstrip()))
