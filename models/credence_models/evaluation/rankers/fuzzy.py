"""Edit distance with reordered words, as rapidfuzz computes it."""

from collections.abc import Sequence

import numpy as np
from rapidfuzz import fuzz, process, utils

from ..candidates import Candidates
from ..metrics import Scores
from .model import best_name

WORKERS = 2


class FuzzyRanker:
    """The best name of each candidate by rapidfuzz's token_set_ratio, 0..100."""

    name = "rapidfuzz"

    def __init__(self, candidates: Candidates) -> None:
        self._candidates = candidates
        self._names = [utils.default_process(name) for name in candidates.all_names]

    def rank_scores(self, texts: Sequence[str]) -> Scores:
        queries = [utils.default_process(text) for text in texts]
        scores = process.cdist(
            queries, self._names, scorer=fuzz.token_set_ratio, dtype=np.float32, workers=WORKERS
        )
        return best_name(scores, self._candidates)
