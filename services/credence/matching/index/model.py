"""What goes into a ranking index and what comes out, whichever engine ranks."""

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from credence_models.coverage import Competency, Policy

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class IndexedProfile:
    """One candidate as the index sees it. The i-th piece of evidence is `concepts[i]`, `strengths[i]` (0..1), `levels[i]`
    (0..5) and `verified[i]` (0 or 1).

    `fingerprint` is a 64-bit digest of candidate, revision and content. `facets` are (facet, value) pairs. `document` comes back with the
    ranking, untouched: what an explanation needs, exactly as it was when it was ranked.
    """

    candidate: str
    external_id: str
    revision: int
    fingerprint: int
    concepts: tuple[str, ...]
    strengths: "array[float]"
    levels: bytes
    verified: bytes
    facets: tuple[tuple[str, str], ...] = ()
    document: bytes = b""

    @property
    def key(self) -> tuple[str, str]:
        """What decides between equal scores."""
        return (self.external_id, self.candidate)


@dataclass(frozen=True, slots=True)
class Line:
    """One competency of a role with the concepts that count for it: (concept, similarity), each concept once."""

    competency: Competency
    neighbours: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Condition:
    """Passes those whose value of `facet` is one of `values`; with `below`, also what is below one in a hierarchy (`DE-BE` of `DE`)."""

    facet: str
    values: tuple[str, ...]
    below: bool = False

    def passes(self, value: str) -> bool:
        if self.below and any(value.startswith(f"{wanted}-") for wanted in self.values):
            return True
        return value in self.values


@dataclass(frozen=True, slots=True)
class Query:
    """A role to rank against. All conditions must pass; `met_only` leaves out who misses a must-have."""

    lines: tuple[Line, ...]
    policy: Policy
    conditions: tuple[Condition, ...] = ()
    met_only: bool = False


class State(NamedTuple):
    """Which profiles an index holds: `position` is the sum of their revisions, `digest` tells any two sets apart."""

    position: int
    digest: str
    size: int


class Place(NamedTuple):
    """One candidate in a ranking; `rank` counts from 1."""

    rank: int
    profile: IndexedProfile
    score: float
    verified_score: float
    must_haves_met: bool


@dataclass(frozen=True, slots=True)
class FacetCount:
    facet: str
    value: str
    count: int


@dataclass(frozen=True, slots=True, eq=False)
class Ranking:
    """All candidates that passed, best first: `met` candidates who meet every must-have, then those who do not.

    It stays as it is while the index moves on.
    """

    state: State
    profiles: Sequence[IndexedProfile]
    scores: Floats
    verified_scores: Floats
    met: int
    facets: tuple[FacetCount, ...]
    _places: dict[str, int] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.profiles)

    def place(self, position: int) -> Place:
        """The candidate at `position`, from 0."""
        return Place(
            position + 1,
            self.profiles[position],
            float(self.scores[position]),
            float(self.verified_scores[position]),
            position < self.met,
        )

    def page(self, start: int, count: int) -> list[Place]:
        return [self.place(i) for i in range(start, min(start + count, len(self)))]

    def find(self, candidate: str) -> Place | None:
        if not self._places:
            self._places.update((profile.candidate, i) for i, profile in enumerate(self.profiles))
        position = self._places.get(candidate)
        return None if position is None else self.place(position)


class RankingIndex(Protocol):
    """The profiles of one tenant, ranked exactly.

    `rank` gives what `credence_models.coverage.score` gives for every candidate, bit for bit, in the order of `ranking_key` (ties by
    external id, then by candidate): the order of changes and the number of threads do not matter. Thread-safe: one writer at a time,
    and a reader sees all of an `apply` or `remove`, or nothing.
    """

    def apply(self, profiles: Iterable[IndexedProfile]) -> None:
        """Adds or replaces; a revision at or below the present one of the same candidate is ignored."""

    def remove(self, candidates: Iterable[str]) -> None:
        """Forgets; unknown ones are ignored."""

    def get(self, candidate: str) -> IndexedProfile | None:
        """The profile as it is now."""

    def state(self) -> State:
        """Of what `rank` would rank now."""

    def rank(self, query: Query) -> Ranking:
        """Ranks all. ValueError where `coverage.score` raises it for the competencies."""


def digest_of(fingerprints: int) -> str:
    """The digest of a set of profiles, from the sum of their fingerprints (independent of order, cheap to keep up to date)."""
    return f"{fingerprints % 2**64:016x}"
