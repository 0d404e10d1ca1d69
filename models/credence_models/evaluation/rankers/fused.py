"""A weighted sum of rankers."""

from collections.abc import Sequence

import numpy as np

from ..metrics import Scores
from .model import Ranker


class FusedRanker:
    """Scores of each part, made comparable by their mean and deviation over all candidates of a text (z-scores)."""

    def __init__(self, name: str, parts: Sequence[tuple[float, Ranker]]) -> None:
        self.name = name
        self._parts = tuple(parts)

    def rank_scores(self, texts: Sequence[str]) -> Scores:
        weighted = (weight * standardised(ranker.rank_scores(texts)) for weight, ranker in self._parts)
        total: Scores = np.sum(list(weighted), axis=0, dtype=np.float32)
        return total


def standardised(scores: Scores) -> Scores:
    """Each row with mean 0 and deviation 1; zeros where all its scores are the same."""
    deviation = scores.std(axis=1, keepdims=True)
    result: Scores = (scores - scores.mean(axis=1, keepdims=True)) / np.where(deviation > 0, deviation, 1)
    return result
