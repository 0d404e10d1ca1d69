"""An immutable part of the index: posting lists by concept over the rows of some profiles."""

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from credence.matching.index.model import Condition, Floats, IndexedProfile, Line
from credence_models.coverage import Policy, level_factor, similarity_weight

Rows = NDArray[np.int64]
Mask = NDArray[np.bool_]


class Segment:
    """Profiles in the order of their keys; row i is `profiles[i]`.

    The pieces of evidence lie in flat arrays, sorted by concept, so that the pieces of one concept are one slice.
    """

    def __init__(self, profiles: Sequence[IndexedProfile]) -> None:
        ordered = sorted(profiles, key=lambda profile: profile.key)
        self.keys = [profile.key for profile in ordered]
        self.profiles = np.empty(len(ordered), dtype=object)
        self.profiles[:] = ordered
        codes: dict[str, int] = {}
        pieces = [codes.setdefault(c, len(codes)) for profile in ordered for c in profile.concepts]
        concept = np.array(pieces, dtype=np.int32)
        order = np.argsort(concept, kind="stable")
        counts = [len(profile.concepts) for profile in ordered]
        self._row = np.repeat(np.arange(len(ordered)), counts)[order]
        self._strength = np.frombuffer(b"".join(p.strengths.tobytes() for p in ordered), np.float64)[order]
        self._level = np.frombuffer(b"".join(p.levels for p in ordered), np.uint8)[order]
        self._verified = np.frombuffer(b"".join(p.verified for p in ordered), np.bool_)[order]
        ends = np.cumsum(np.bincount(concept, minlength=len(codes))).tolist()
        self._spans = dict(zip(codes, zip([0, *ends], ends, strict=False), strict=True))
        self._facets = {facet: _Facet(facet, ordered) for facet in {f for p in ordered for f, _ in p.facets}}

    def __len__(self) -> int:
        return len(self.keys)

    def coverage(self, line: Line, policy: Policy) -> tuple[Floats, Floats]:
        """Coverage of one competency by each row: from all evidence, and from verified evidence alone.

        The same operations on the same float64 numbers in the same order as `credence_models.coverage.score`, hence the same bits.
        """
        spans, weights = [], []
        for concept, similarity in line.neighbours:
            span = self._spans.get(concept)
            weight = similarity_weight(similarity, policy)
            if span is not None and weight > 0.0:
                spans.append(np.arange(*span))
                weights.append(weight)
        left, verified_left = np.ones(len(self)), np.ones(len(self))
        if spans:
            pieces = np.concatenate(spans)
            weight_of = np.repeat(weights, [len(span) for span in spans])
            required = line.competency.required_level
            factors = np.array([level_factor(level, required, policy) for level in range(6)])
            x = weight_of * self._strength[pieces] * factors[self._level[pieces]]
            falling = np.argsort(-x)  # equal factors may change places: that changes no product
            rows, rest = self._row[pieces][falling], (1.0 - x)[falling]
            # unbuffered, so a row that comes several times is multiplied several times, in this order
            np.multiply.at(left, rows, rest)
            verified = self._verified[pieces][falling]
            np.multiply.at(verified_left, rows[verified], rest[verified])
        return 1.0 - left, 1.0 - verified_left

    def passing(self, conditions: Sequence[Condition]) -> Mask:
        """Which rows pass all conditions."""
        mask = np.ones(len(self), dtype=np.bool_)
        for condition in conditions:
            facet = self._facets.get(condition.facet)
            mask &= facet.passing(condition) if facet is not None else False
        return mask

    def count_facets(self, rows: Rows) -> Counter[tuple[str, str]]:
        """How many of `rows` have each value of each facet."""
        counted: Counter[tuple[str, str]] = Counter()
        for name, facet in self._facets.items():
            counts = np.bincount(facet.codes[rows], minlength=len(facet.values)).tolist()
            counted.update({(name, v): n for v, n in zip(facet.values, counts, strict=True) if v and n})
        return counted


class _Facet:
    """The values of one facet: row i has `values[codes[i]]`; the empty one is for who has none."""

    def __init__(self, name: str, profiles: Sequence[IndexedProfile]) -> None:
        known = {"": 0}
        of_rows = (dict(profile.facets).get(name, "") for profile in profiles)
        self.codes = np.array([known.setdefault(value, len(known)) for value in of_rows], dtype=np.int32)
        self.values = list(known)

    def passing(self, condition: Condition) -> Mask:
        passes = [bool(value) and condition.passes(value) for value in self.values]
        return np.array(passes, dtype=np.bool_)[self.codes]
