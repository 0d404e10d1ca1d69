"""Skills that a text means without naming them: candidates by the encoder, each with a probability."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ..encoder import Span, TokenEncoder, Tokens, Vectors
from ..similarity import ConceptSpace
from . import boilerplate
from .calibration import FEATURES, Kind, curve, dice, trigrams
from .ranking import STRETCH, WHOLE
from .windows import Windows, windows_of

_NEAR, _SHOWN = 200, 12
"""Labels near a whole segment that its stretches are compared with, and how many of them are weighed."""
_PHRASE_NEAR = 6
_AT_ONCE = 128
"""Segments whose tokens are in memory together: 50 MB of them at most."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """The concept at `position`, meant by text[start:end] with `probability`, 0..1; `similarity` is the cosine."""

    position: int
    start: int
    end: int
    similarity: float
    probability: float


@dataclass(frozen=True, slots=True)
class Reading:
    """A segment of text: the skills that stretches of it may mean, the likeliest first, each once. None in boilerplate."""

    boilerplate: bool
    candidates: tuple[Candidate, ...] = ()


@dataclass(frozen=True, slots=True)
class Weighed:
    """A candidate before it has a probability: `features` as in `calibration.FEATURES`."""

    position: int
    span: Span
    features: tuple[float, ...]


class Meaning:
    """Finds what phrases and segments of text mean. The same text gives the same candidates in any batch."""

    def __init__(self, space: ConceptSpace, encoder: TokenEncoder) -> None:
        self._space = space
        self._encoder = encoder
        self._trigrams = lru_cache(50_000)(self._label_trigrams)

    def of_phrases(self, phrases: Sequence[str]) -> list[list[Candidate]]:
        """For each the nearest skills, the likeliest first."""
        return [self._judged("phrase", found) for found in self.weigh_phrases(phrases)]

    def read(self, segments: Sequence[str]) -> dict[str, Reading]:
        """What each segment of running text may mean, unless it is boilerplate."""
        found: dict[str, Reading] = {}
        for start in range(0, len(segments), _AT_ONCE):
            found |= self._read(segments[start : start + _AT_ONCE])
        return found

    def _read(self, segments: Sequence[str]) -> dict[str, Reading]:
        vectors, tokens = self._encoder.encode_tokens(segments)
        # rounded, because a product of float32 depends on the batch that it was computed in
        likely = boilerplate.probabilities(segments, vectors, self._encoder.version)
        dull = np.round(likely, 4) >= boilerplate.LIKELY
        telling = [i for i in range(len(segments)) if not dull[i]]
        weighed = self._weigh_all(
            [segments[i] for i in telling], vectors[telling], [tokens[i] for i in telling]
        )
        found = dict.fromkeys(segments, Reading(boilerplate=True))
        for i, candidates in zip(telling, weighed, strict=True):
            found[segments[i]] = Reading(False, tuple(self._judged("text", candidates)))
        return found

    def weigh_phrases(self, phrases: Sequence[str]) -> list[list[Weighed]]:
        if not phrases:
            return []
        positions, similarities = self._space.nearest_of(self._encoder.encode(phrases), _PHRASE_NEAR)
        found: list[list[Weighed]] = []
        for phrase, near, cosines in zip(phrases, positions, similarities, strict=True):
            letters, words = trigrams(phrase), len(phrase.split())
            found.append(
                [
                    self._weighed(
                        int(position), (0, len(phrase)), cosine, cosine, lead, lead, i, letters, words, words
                    )
                    for i, (position, cosine, lead) in enumerate(
                        zip(near, cosines, _leads(cosines), strict=True)
                    )
                ]
            )
        return found

    def weigh_segments(self, segments: Sequence[str]) -> list[list[Weighed]]:
        return self._weigh_all(segments, *self._encoder.encode_tokens(segments)) if segments else []

    def _weigh_all(
        self, segments: Sequence[str], vectors: Vectors, tokens: Sequence[Tokens]
    ) -> list[list[Weighed]]:
        if not segments:
            return []
        positions, wholes = self._space.nearest_of(vectors, _NEAR)
        return [
            self._weigh(segment, windows_of(segment, own), near, whole)
            for segment, own, near, whole in zip(segments, tokens, positions, wholes, strict=True)
        ]

    def _weigh(
        self, segment: str, windows: Windows, near: NDArray[np.int64], whole: Vectors
    ) -> list[Weighed]:
        if not windows.spans:
            return []
        scores = windows.vectors @ self._space.vectors_of(near).T
        nearest, best = scores.max(axis=0), scores.argmax(axis=0)
        total = WHOLE * whole + STRETCH * nearest
        order = np.argsort(-total, kind="stable")[:_SHOWN]
        second, highest = _two_highest(scores)
        words, letters = len(segment.split()), {}
        found = []
        for rank, (i, margin) in enumerate(zip(order, _leads(total[order]), strict=True)):
            window = int(best[i])
            start, end = windows.spans[window]
            if window not in letters:
                letters[window] = trigrams(segment[start:end])
            rival = second[window] if nearest[i] >= highest[window] else highest[window]
            found.append(
                self._weighed(
                    int(near[i]),
                    (start, end),
                    nearest[i],
                    whole[i],
                    nearest[i] - rival,
                    margin,
                    rank,
                    letters[window],
                    len(segment[start:end].split()),
                    words,
                )
            )
        return found

    def _weighed(
        self,
        position: int,
        span: Span,
        similarity: float,
        whole: float,
        lead: float,
        margin: float,
        rank: int,
        letters: frozenset[str],
        words: int,
        of_words: int,
    ) -> Weighed:
        features = (
            float(similarity),
            float(whole),
            float(lead),
            float(margin),
            math.log2(1 + rank),
            dice(letters, self._trigrams(position)),
            math.log2(max(1, words)),
            words / max(1, of_words),
        )
        return Weighed(position, span, features)

    def _judged(self, kind: Kind, weighed: Sequence[Weighed]) -> list[Candidate]:
        if not weighed:
            return []
        features = np.array([one.features for one in weighed]).reshape(len(weighed), len(FEATURES))
        # rounded, because a product of float32 depends on the batch that it was computed in
        likely = np.round(curve(kind, self._encoder.version).probabilities(features), 4)
        found = [
            Candidate(one.position, *one.span, one.features[0], float(p))
            for one, p in zip(weighed, likely, strict=True)
        ]
        return sorted(found, key=lambda one: (-one.probability, one.position))

    def _label_trigrams(self, position: int) -> frozenset[str]:
        return trigrams(self._space.taxonomy.concepts[position].label)


def _leads(falling: Vectors) -> list[float]:
    """By how much each of falling numbers is above the best of the others; a lone one is all lead."""
    if len(falling) < 2:
        return [float(x) for x in falling]
    return [float(falling[0] - falling[1]), *(float(x - falling[0]) for x in falling[1:])]


def _two_highest(scores: Vectors) -> tuple[Vectors, Vectors]:
    """Of each row the second highest (0 where there is one score alone) and the highest."""
    if scores.shape[1] == 1:
        return np.zeros_like(scores[:, 0]), scores[:, 0]
    top = np.partition(scores, -2, axis=1)
    return top[:, -2], top[:, -1]
