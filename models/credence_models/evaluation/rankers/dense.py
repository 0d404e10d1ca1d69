"""Cosine of sentence vectors."""

from collections.abc import Sequence
from dataclasses import replace

from ...encoder import Encoder
from ..candidates import Candidates
from ..metrics import Scores
from .model import best_name


class DenseRanker:
    """The best name of each candidate by the cosine of an encoder's vectors."""

    def __init__(self, name: str, encoder: Encoder, candidates: Candidates) -> None:
        self.name = name
        self._encoder = encoder
        self._candidates = candidates
        self._vectors = encoder.encode(candidates.all_names)

    def rank_scores(self, texts: Sequence[str]) -> Scores:
        return best_name(self._encoder.encode(texts) @ self._vectors.T, self._candidates)


def label_ranker(name: str, encoder: Encoder, candidates: Candidates) -> DenseRanker:
    """By the label of each candidate alone."""
    return DenseRanker(
        name, encoder, replace(candidates, names=tuple((label,) for label in candidates.labels))
    )
