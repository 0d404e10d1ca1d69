"""What a ranker is, however it scores."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ..candidates import Candidates
from ..metrics import Scores


class Ranker(Protocol):
    """Scores every candidate for every text.

    The score of a candidate depends on the text and the candidates alone, not on the other texts of the batch.
    """

    name: str

    def rank_scores(self, texts: Sequence[str]) -> Scores:
        """Shape (len(texts), number of candidates), higher is better; of one text or more.

        Takes memory for len(texts) times the number of all names, so callers bound it by the batch.
        """
        ...


def best_name(scores: NDArray[np.float32], candidates: Candidates) -> Scores:
    """Scores of names, shape (texts, all names) -> of candidates: that of the best name of each."""
    if not candidates.has_aliases:
        return scores
    best: Scores = np.maximum.reduceat(scores, candidates.starts, axis=1)
    return best
