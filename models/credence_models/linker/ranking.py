"""All concepts by how well a text fits them: what the linker draws its candidates from, and what is evaluated."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ..encoder import TokenEncoder, Vectors
from .windows import windows_of

Scores = NDArray[np.float32]

WHOLE, STRETCH = 0.3, 0.7
"""Weights of the text as a whole, and of that stretch of it that is nearest; chosen on validation data
(models/cards/linker.md)."""


class LabelRanking:
    """Scores of labels for running text. The score of a label depends on the text and all labels, on nothing else."""

    def __init__(self, encoder: TokenEncoder, labels: Sequence[str]) -> None:
        self._encoder = encoder
        self._labels = encoder.encode(labels)

    def scores(self, texts: Sequence[str]) -> Scores:
        """Shape (texts, labels), in standard deviations over all labels of a text."""
        vectors, tokens = self._encoder.encode_tokens(texts)
        whole = vectors @ self._labels.T
        nearest = np.stack(
            [
                self._best(windows_of(text, own).vectors, row)
                for text, own, row in zip(texts, tokens, whole, strict=True)
            ]
        )
        total: Scores = (WHOLE * _standardised(whole) + STRETCH * _standardised(nearest)).astype(np.float32)
        return total

    def _best(self, vectors: Vectors, otherwise: NDArray[np.float32]) -> NDArray[np.float32]:
        """The nearest of the vectors, for each label; `otherwise` where there are none."""
        if not len(vectors):
            return otherwise
        best: NDArray[np.float32] = (vectors @ self._labels.T).max(axis=0)
        return best


def _standardised(scores: Scores) -> Scores:
    deviation = scores.std(axis=1, keepdims=True)
    result: Scores = (scores - scores.mean(axis=1, keepdims=True)) / np.where(deviation > 0, deviation, 1)
    return result
