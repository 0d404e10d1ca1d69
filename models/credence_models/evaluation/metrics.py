"""Figures of a ranking, from the ranks of what is right in it. All are in 0..1; tables show percent.

Where scores tie, what is right comes last: nothing is won by scores that do not tell candidates apart, and
the order in which candidates are listed changes no figure.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float32]
"""Shape (texts, candidates); higher is better, minus infinity is allowed."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """Where the right candidates of one query came: ranks from 1, rising, and the relevance of each."""

    ranks: tuple[int, ...]
    relevance: tuple[float, ...]


Metric = Callable[[Ranked], float]


def ranked(scores: NDArray[np.floating], gold: Mapping[int, float]) -> Ranked:
    """The ranks of `gold` (candidate -> relevance above 0, at least one) among all candidates of one query.

    Raises `ValueError` where there is no gold or a score is not a number.
    """
    if not gold:
        raise ValueError("a query without a right candidate has no figures")
    if np.isnan(scores).any():
        raise ValueError("a score is not a number")
    right = np.fromiter(gold, dtype=np.intp)
    relevance = np.fromiter(gold.values(), dtype=np.float64)
    order = np.lexsort((relevance, -scores[right]))
    own = scores[right][order]
    others = np.delete(scores, right)
    before = np.count_nonzero(others >= own[:, np.newaxis], axis=1)
    ranks = before + np.arange(1, len(right) + 1)
    return Ranked(tuple(map(int, ranks)), tuple(map(float, relevance[order])))


def reciprocal_rank(of: Ranked) -> float:
    """1 / rank of the first right candidate."""
    return 1 / of.ranks[0]


def r_precision(of: Ranked, k: int) -> float:
    """Right candidates in the top k, of those that could be there: hits / min(k, number of right ones)."""
    return _hits(of, k) / min(k, len(of.ranks))


def precision(of: Ranked, k: int) -> float:
    """Share of the top k that is right."""
    return _hits(of, k) / k


def average_precision(of: Ranked) -> float:
    """Mean over all right candidates of the precision at the rank of each, over the whole ranking."""
    return sum(found / rank for found, rank in enumerate(of.ranks, start=1)) / len(of.ranks)


def ndcg(of: Ranked, k: int) -> float:
    """Discounted gain of the top k over that of the best order; gain = relevance, discount = log2(rank + 1).

    Järvelin and Kekäläinen, Cumulated gain-based evaluation of IR techniques, 2002, as trec_eval computes it.
    """
    gain = sum(
        value / math.log2(rank + 1) for rank, value in zip(of.ranks, of.relevance, strict=True) if rank <= k
    )
    best = sorted(of.relevance, reverse=True)[:k]
    return gain / sum(value / math.log2(rank + 1) for rank, value in enumerate(best, start=1))


def _hits(of: Ranked, k: int) -> int:
    return sum(rank <= k for rank in of.ranks)


LINKING: Mapping[str, Metric] = {
    "mrr": reciprocal_rank,
    "rp@1": partial(r_precision, k=1),
    "rp@5": partial(r_precision, k=5),
    "rp@10": partial(r_precision, k=10),
}
NORMALISATION: Mapping[str, Metric] = {
    "mrr": reciprocal_rank,
    "accuracy@1": partial(r_precision, k=1),
    "rp@5": partial(r_precision, k=5),
    "rp@10": partial(r_precision, k=10),
}
RETRIEVAL: Mapping[str, Metric] = {
    "map": average_precision,
    "mrr": reciprocal_rank,
    "ndcg@10": partial(ndcg, k=10),
    "p@1": partial(precision, k=1),
    "p@5": partial(precision, k=5),
    "p@10": partial(precision, k=10),
}
