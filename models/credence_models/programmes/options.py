"""What every programme of a catalogue would do for every person, as arrays: the gain of any set of them."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

# Gains are compared to so many decimals, so that noise of floating point decides no tie.
DIGITS = 9


class Options:
    """What every option would do for every person and competency. `cost` is the money of each option for all
    its participants, `hours` those for one person."""

    def __init__(
        self,
        people: Sequence[str],
        competencies: Sequence[str],
        base: Array,
        missed: Array,
        takes: NDArray[np.bool_],
        weights: Array,
        target: float,
        use: Array,
        limits: Array,
    ) -> None:
        self._people, self._competencies = people, competencies
        self._base, self.missed, self._takes = base, missed, takes
        self._weights, self._target = weights, target
        self._start = np.minimum(target, 1.0 - base)
        self._use, self.limits = use, limits
        self.count = len(missed)
        self.gap = float(((target - self._start) @ weights).sum())
        self.cost = [float(cost) for cost in use[:, 0]]

    @classmethod
    def of(
        cls,
        coverage: Mapping[tuple[str, str], float],
        weights: Mapping[str, float],
        target: float,
        teaches: Sequence[tuple[Mapping[str, float], int | None]],
        costs: Sequence[tuple[float, float]],
        limits: tuple[float | None, float | None],
    ) -> "Options":
        """`teaches` holds (competency id -> x, seats) for each option, `costs` its money and hours for one
        person, `limits` the budgets of money for all and hours for one."""
        people = sorted({person for person, _ in coverage})
        competencies = sorted(weights)
        column = {competency: j for j, competency in enumerate(competencies)}
        row = {person: p for p, person in enumerate(people)}
        base = np.ones((len(people), len(competencies)))
        for (person, competency), value in coverage.items():
            if competency not in column:
                raise ValueError(f"competency {competency!r} has no weight")
            base[row[person], column[competency]] = 1.0 - value
        weight = np.array([weights[competency] for competency in competencies], dtype=np.float64)
        short = np.maximum(0.0, target - (1.0 - base)) * weight
        missed = np.ones((len(teaches), len(people), len(competencies)))
        takes = np.zeros((len(teaches), len(people)), dtype=np.bool_)
        for m, (strengths, seats) in enumerate(teaches):
            x = np.array([strengths.get(competency, 0.0) for competency in competencies])
            need = short @ (x > 0.0)
            ordered = sorted(
                (p for p in range(len(people)) if need[p] > 0.0), key=lambda p: (-need[p], people[p])
            )
            takers = ordered[:seats]
            takes[m, takers] = True
            missed[m, takers] = 1.0 - x
        use = np.array(costs, dtype=np.float64).reshape(len(teaches), 2)
        use[:, 0] *= takes.sum(axis=1)
        ceiling = np.array([np.inf if limit is None else limit for limit in limits], dtype=np.float64)
        return cls(people, competencies, base, missed, takes, weight, target, use, ceiling)

    def participants(self, option: int) -> tuple[str, ...]:
        return tuple(person for person, takes in zip(self._people, self._takes[option], strict=True) if takes)

    def gain(self, chosen: Sequence[int]) -> float:
        return float(self._closed(self.left(chosen)).sum())

    def closed_by(self, before: Sequence[int], option: int) -> dict[str, float]:
        """What one more option closes after others, by competency id."""
        closed = self._closed(self.left((*before, option))) - self._closed(self.left(before))
        return {c: float(value) for c, value in zip(self._competencies, closed, strict=True)}

    def left(self, chosen: Sequence[int]) -> Array:
        """(people, competencies): 1 - coverage once `chosen` is taken; multiplied in the order of indexes."""
        left = self._base
        for option in sorted(chosen):
            left = left * self.missed[option]
        return left

    def gains(self, left: Array, candidates: NDArray[np.intp]) -> Array:
        """The gain, from the start, of what is `left` with each candidate in addition."""
        after = np.minimum(self._target, 1.0 - left * self.missed[candidates]) - self._start
        return np.asarray(after.sum(axis=1) @ self._weights)

    def fits(self, used: Array) -> NDArray[np.bool_]:
        """Whether each row (or the one vector) of money and hours stays within the budgets."""
        return np.asarray((used <= self.limits * (1 + 1e-12)).all(axis=-1))

    def used(self, chosen: Sequence[int]) -> Array:
        return np.asarray(self._use[sorted(chosen)].sum(axis=0))

    def use(self, candidates: NDArray[np.intp]) -> Array:
        return self._use[candidates]

    def share_of_budget(self, candidates: NDArray[np.intp]) -> Array:
        """The larger of the two shares of the budgets that each candidate takes; 0 where nothing is
        limited."""
        with np.errstate(invalid="ignore", divide="ignore"):
            shares = np.where(self._use[candidates] > 0.0, self._use[candidates] / self.limits, 0.0)
        return np.asarray(shares.max(axis=1))

    def rank(self, chosen: Sequence[int]) -> tuple[float, float, float, int, tuple[int, ...]]:
        """Smaller is better: more gain, else cheaper, shorter, fewer, earlier in the catalogue."""
        cost, hours = self.used(chosen)
        return (
            -round(self.gain(chosen), DIGITS),
            float(cost),
            float(hours),
            len(chosen),
            tuple(sorted(chosen)),
        )

    def _closed(self, left: Array) -> Array:
        return np.asarray((np.minimum(self._target, 1.0 - left) - self._start).sum(axis=0) * self._weights)

    @property
    def cells(self) -> int:
        return max(1, self._base.size)
