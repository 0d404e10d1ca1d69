"""Ranking with numpy over posting lists: only the evidence on concepts near the role's competencies is touched.

A large segment and a small one with what changed since; both immutable. A change builds the small one anew and swaps one reference; when
it has grown to the square root of the whole, they become one. So a reader never waits, and a change costs about its share of a merge.
"""

import math
import threading
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from credence.matching.index.model import (
    FacetCount,
    Floats,
    IndexedProfile,
    Query,
    Ranking,
    State,
    digest_of,
)
from credence.matching.index.segment import Mask, Rows, Segment
from credence_models.coverage import Necessity, score

_SMALL_AT_LEAST = 256
_SMALL_ROOTS = 4


class PostingIndex:
    """A `RankingIndex`."""

    def __init__(self) -> None:
        self._writing = threading.Lock()
        self._profiles: dict[str, IndexedProfile] = {}
        self._changed: dict[str, IndexedProfile] = {}  # since the large segment was built
        self._large = Segment([])
        self._row_of: dict[str, int] = {}
        self._alive = np.ones(0, dtype=np.bool_)
        self._position = self._fingerprints = 0
        self._view = _View(self._large, self._alive, Segment([]), State(0, digest_of(0), 0))

    def apply(self, profiles: Iterable[IndexedProfile]) -> None:
        with self._writing:
            changed = 0
            for profile in profiles:
                present = self._profiles.get(profile.candidate)
                if present is None or profile.revision > present.revision:
                    self._drop(profile.candidate)
                    self._profiles[profile.candidate] = self._changed[profile.candidate] = profile
                    self._position += profile.revision
                    self._fingerprints += profile.fingerprint
                    changed += 1
            if changed:
                self._publish()

    def remove(self, candidates: Iterable[str]) -> None:
        with self._writing:
            dropped = [self._drop(candidate) for candidate in candidates]
            if any(dropped):
                self._publish()

    def get(self, candidate: str) -> IndexedProfile | None:
        return self._profiles.get(candidate)

    def state(self) -> State:
        return self._view.state

    def rank(self, query: Query) -> Ranking:
        score([line.competency for line in query.lines], [], query.policy)  # refuses what cannot be scored
        return self._view.rank(query)

    def _drop(self, candidate: str) -> bool:
        profile = self._profiles.pop(candidate, None)
        if profile is None:
            return False
        self._position -= profile.revision
        self._fingerprints -= profile.fingerprint
        if self._changed.pop(candidate, None) is None:
            self._alive[self._row_of[candidate]] = False
        return True

    def _publish(self) -> None:
        if len(self._changed) > max(_SMALL_AT_LEAST, _SMALL_ROOTS * math.isqrt(len(self._profiles))):
            self._large = Segment(list(self._profiles.values()))
            self._alive = np.ones(len(self._large), dtype=np.bool_)
            self._row_of = {profile.candidate: row for row, profile in enumerate(self._large.profiles)}
            self._changed = {}
        state = State(self._position, digest_of(self._fingerprints), len(self._profiles))
        self._view = _View(self._large, self._alive, Segment(list(self._changed.values())), state)


class _View:
    """What one reader sees: the living rows of both segments, in the order of their keys."""

    def __init__(
        self,
        large: Segment,
        alive: Mask,
        small: Segment,
        state: State,
    ) -> None:
        self.state = state
        self._segments = (large, small)
        self._living = (np.flatnonzero(alive), np.arange(len(small)))
        between = np.array([bisect_left(large.keys, key) for key in small.keys], dtype=np.int64)
        keys = np.concatenate([2 * self._living[0] + 1, 2 * between])
        rows = np.concatenate([self._living[0], len(large) + self._living[1]])
        self._rows: Rows = rows[np.argsort(keys, kind="stable")]

    @cached_property
    def _profiles(self) -> NDArray[np.object_]:
        return np.concatenate([segment.profiles for segment in self._segments])[self._rows]

    @cached_property
    def _facets(self) -> tuple[FacetCount, ...]:
        counted: Counter[tuple[str, str]] = Counter()
        for segment, rows in zip(self._segments, self._living, strict=True):
            counted += segment.count_facets(rows)
        return tuple(FacetCount(facet, value, n) for (facet, value), n in sorted(counted.items()))

    def rank(self, query: Query) -> Ranking:
        parts = [self._score(segment, query) for segment in self._segments]
        totals, verified, met, passing = (np.concatenate(p)[self._rows] for p in zip(*parts, strict=True))
        if query.met_only:
            passing = passing & met
        chosen = np.flatnonzero(passing)
        # rows come in the order of their keys, and both sorts keep it where scores are equal
        chosen = chosen[np.argsort(-totals[chosen], kind="stable")]
        chosen = np.concatenate([chosen[met[chosen]], chosen[~met[chosen]]])
        return Ranking(
            self.state,
            self._profiles[chosen].tolist(),
            totals[chosen],
            verified[chosen],
            int(np.count_nonzero(met[chosen])),
            self._facets,
        )

    def _score(self, segment: Segment, query: Query) -> tuple[Floats, Floats, Mask, Mask]:
        """Score, verified score, must-haves met and filter passed of each row; see `credence_models.coverage.score`."""
        weighted, verified = np.zeros(len(segment)), np.zeros(len(segment))
        met = np.ones(len(segment), dtype=np.bool_)
        weight = 0.0
        for line in sorted(query.lines, key=lambda line: line.competency.id):
            competency = line.competency
            covered, covered_verified = segment.coverage(line, query.policy)
            weighted += competency.weight * covered
            verified += competency.weight * covered_verified
            weight += competency.weight
            if competency.necessity is Necessity.MUST:
                met &= covered >= (query.policy.gate.must if competency.gate is None else competency.gate)
        return 100.0 * weighted / weight, 100.0 * verified / weight, met, segment.passing(query.conditions)
