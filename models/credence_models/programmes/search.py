"""The search behind programme recommendation: the best set of a few options under a monotone submodular
gain, a limit on how many, and two budgets.

Small catalogues: every set is tried, depth first; a branch is cut where even the sum of the best remaining
gains cannot reach the best set found (gains only diminish, so their sum is an upper bound).

Large ones: every seed of one or two options is completed greedily, once by gain and once by gain for the
share of the budget used, and the best result stands. Alone, either rule can be arbitrarily bad under a
budget (a cheap trifle first, or one expensive option for the whole budget); starting from every seed mends
both (Sviridenko 2004 proves 1 - 1/e for one budget with seeds of three; without a budget plain greedy has
it, Nemhauser, Wolsey and Fisher 1978). Two budgets have no such proof, so each answer carries a bound on the
optimum computed for it.
"""

from dataclasses import dataclass
from itertools import combinations
from math import comb

import numpy as np
from numpy.typing import NDArray

from credence_models.programmes.options import DIGITS, Array, Options

# Array elements that an exact search may touch: about a second on one core.
EXACT_WORK = 5e8
GREEDY_WORK = 4e8
# Differences in gain under this are noise of floating point.
_NOISE = 1e-9


@dataclass(frozen=True, slots=True)
class Choice:
    """`chosen` are indexes of options, the largest marginal gain first."""

    chosen: tuple[int, ...]
    exact: bool
    at_most: float


def choose(options: Options, most: int) -> Choice:
    """The best set of up to `most` options."""
    every = np.arange(options.count)
    alone = options.gains(options.left(()), every)
    useful = every[(alone > _NOISE) & options.fits(options.use(every))]
    if not len(useful):
        return Choice((), True, 0.0)
    n = len(useful)
    nodes = sum(comb(n, size) for size in range(min(most, n)))
    exact = nodes * n * options.cells <= EXACT_WORK
    best = _greedy(options, useful, most)
    if exact:
        best = _exact(options, useful, most, best)
    at_most = options.gain(best) if exact else _bound(options, useful, most, best)
    return Choice(_by_marginal_gain(options, best), exact, at_most)


def _exact(options: Options, useful: NDArray[np.intp], most: int, start: tuple[int, ...]) -> tuple[int, ...]:
    best, best_rank = start, options.rank(start)

    def extend(
        chosen: tuple[int, ...], left: Array, gain: float, used: Array, later: NDArray[np.intp]
    ) -> None:
        nonlocal best, best_rank
        later = later[options.fits(used + options.use(later))]
        if not len(later):
            return
        gains = options.gains(left, later)
        marginal = np.sort(gains - gain)[::-1][: most - len(chosen)]
        if gain + marginal.sum() < -best_rank[0] - _NOISE:
            return
        for position, option in enumerate(later):
            longer = (*chosen, int(option))
            if gains[position] >= -best_rank[0] - _NOISE:
                rank = options.rank(longer)
                if rank < best_rank:
                    best, best_rank = longer, rank
            if len(longer) < most:
                after = left * options.missed[option]
                extend(
                    longer,
                    after,
                    float(gains[position]),
                    used + options.use(later[position]),
                    later[position + 1 :],
                )

    extend((), options.left(()), 0.0, options.used(()), useful)
    return best


def _greedy(options: Options, useful: NDArray[np.intp], most: int) -> tuple[int, ...]:
    n = len(useful)
    completion = 2 * most * n * options.cells
    pairs = most >= 2 and comb(n, 2) * completion <= GREEDY_WORK
    seeds: list[tuple[int, ...]] = [()]
    for size in (1, 2) if pairs else (1,):
        seeds += [tuple(int(option) for option in seed) for seed in combinations(useful, size)]
    runs = {
        _completed(options, useful, most, seed, by_share)
        for seed in seeds
        if options.fits(options.used(seed))
        for by_share in (False, True)
    }
    return min(runs, key=options.rank)


def _completed(
    options: Options, useful: NDArray[np.intp], most: int, seed: tuple[int, ...], by_share: bool
) -> tuple[int, ...]:
    chosen, left, used = seed, options.left(seed), options.used(seed)
    while len(chosen) < most:
        candidates = np.setdiff1d(useful, chosen)
        candidates = candidates[options.fits(used + options.use(candidates))]
        if not len(candidates):
            break
        marginal = options.gains(left, candidates) - options.gain(chosen)
        if marginal.max() <= _NOISE:
            break
        value = marginal
        if by_share:
            value = marginal / np.maximum(options.share_of_budget(candidates), 1e-12)
        option = int(candidates[np.argmax(np.where(marginal > _NOISE, value, -1.0))])
        chosen, left, used = (
            (*chosen, option),
            options.left((*chosen, option)),
            used + options.use(np.array(option)),
        )
    return _without_idle(options, chosen)


def _without_idle(options: Options, chosen: tuple[int, ...]) -> tuple[int, ...]:
    """A seed can turn out to add nothing to what was added to it."""
    for option in sorted(chosen):
        rest = tuple(other for other in chosen if other != option)
        if options.gain(rest) >= options.gain(chosen) - _NOISE:
            chosen = rest
    return tuple(sorted(chosen))


def _bound(options: Options, useful: NDArray[np.intp], most: int, best: tuple[int, ...]) -> float:
    """No choice closes more than this: for every set S, the optimum is at most gain(S) plus the marginal
    gains over S of the options in it (submodularity), and those are at most the best that fit by count, and
    by fractions of each budget. Taken over the empty set and the greedy prefixes of the best set."""
    ordered = _by_marginal_gain(options, best)
    bounds = [options.gap]
    for size in range(len(ordered) + 1):
        prefix = ordered[:size]
        gain = options.gain(prefix)
        marginal = np.maximum(0.0, options.gains(options.left(prefix), useful) - gain)
        use = options.use(useful)
        by_count = float(np.sort(marginal)[::-1][:most].sum())
        by_budget = (_fractional_knapsack(marginal, use[:, k], float(options.limits[k])) for k in range(2))
        bounds.append(gain + min(by_count, *by_budget))
    return min(bounds)


def _fractional_knapsack(values: Array, sizes: Array, room: float) -> float:
    if np.isinf(room):
        return float(values.sum())
    total = float(values[sizes <= 0.0].sum())
    positive = np.flatnonzero(sizes > 0.0)
    for index in positive[np.argsort(-values[positive] / sizes[positive], kind="stable")]:
        part = min(1.0, room / float(sizes[index]))
        total += part * float(values[index])
        room -= part * float(sizes[index])
        if room <= 0.0:
            break
    return total


def _by_marginal_gain(options: Options, chosen: tuple[int, ...]) -> tuple[int, ...]:
    ordered: tuple[int, ...] = ()
    while len(ordered) < len(chosen):
        rest = [option for option in sorted(chosen) if option not in ordered]
        ordered = (
            *ordered,
            max(rest, key=lambda option: (round(options.gain((*ordered, option)), DIGITS), -option)),
        )
    return ordered
