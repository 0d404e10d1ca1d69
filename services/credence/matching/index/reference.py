"""The definition of a ranking, written out: every candidate through `credence_models.coverage.score`, then sorted.

Engines are tested against it and measured beside it.
"""

import threading
from collections import Counter
from collections.abc import Iterable

import numpy as np

from credence.matching.index.model import (
    FacetCount,
    IndexedProfile,
    Query,
    Ranking,
    State,
    digest_of,
)
from credence_models.coverage import Piece, Score, ranking_key, score


class ReferenceIndex:
    """A `RankingIndex` that takes milliseconds for every ten candidates."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._profiles: dict[str, IndexedProfile] = {}

    def apply(self, profiles: Iterable[IndexedProfile]) -> None:
        with self._lock:
            for profile in profiles:
                present = self._profiles.get(profile.candidate)
                if present is None or profile.revision > present.revision:
                    self._profiles[profile.candidate] = profile

    def remove(self, candidates: Iterable[str]) -> None:
        with self._lock:
            for candidate in candidates:
                self._profiles.pop(candidate, None)

    def get(self, candidate: str) -> IndexedProfile | None:
        return self._profiles.get(candidate)

    def state(self) -> State:
        with self._lock:
            return _state(list(self._profiles.values()))

    def rank(self, query: Query) -> Ranking:
        with self._lock:
            everyone = list(self._profiles.values())
        scored = [(profile, score_profile(profile, query)) for profile in everyone if _passes(profile, query)]
        if query.met_only:
            scored = [(profile, result) for profile, result in scored if result.must_haves_met]
        scored.sort(key=lambda pair: (*ranking_key(pair[1], pair[0].external_id), pair[0].candidate))
        facets = Counter(pair for profile in everyone for pair in profile.facets)
        return Ranking(
            _state(everyone),
            [profile for profile, _ in scored],
            np.array([result.total for _, result in scored], dtype=np.float64),
            np.array([result.verified_only for _, result in scored], dtype=np.float64),
            sum(result.must_haves_met for _, result in scored),
            tuple(FacetCount(facet, value, n) for (facet, value), n in sorted(facets.items())),
        )


def score_profile(profile: IndexedProfile, query: Query) -> Score:
    """The score of one candidate by the definition."""
    pieces = [
        Piece(
            str(i),
            line.competency.id,
            similarity,
            profile.strengths[i],
            profile.levels[i],
            bool(profile.verified[i]),
        )
        for line in query.lines
        for near, similarity in line.neighbours
        for i, concept in enumerate(profile.concepts)
        if concept == near
    ]
    return score([line.competency for line in query.lines], pieces, query.policy)


def _passes(profile: IndexedProfile, query: Query) -> bool:
    facets = dict(profile.facets)
    return all(
        condition.facet in facets and condition.passes(facets[condition.facet])
        for condition in query.conditions
    )


def _state(profiles: list[IndexedProfile]) -> State:
    return State(
        sum(profile.revision for profile in profiles),
        digest_of(sum(profile.fingerprint for profile in profiles)),
        len(profiles),
    )
