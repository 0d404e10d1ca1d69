"""Character n-grams, weighted by tf-idf."""

from collections.abc import Sequence

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

from ..candidates import Candidates
from ..metrics import Scores
from .model import best_name


class NgramRanker:
    """The best name of each candidate by the cosine of n-grams of three to five characters within words."""

    name = "ngrams"

    def __init__(self, candidates: Candidates) -> None:
        self._candidates = candidates
        self._vectoriser = TfidfVectorizer(
            analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True, dtype=np.float32
        )
        self._names = self._vectoriser.fit_transform(candidates.all_names).T.tocsr()

    def rank_scores(self, texts: Sequence[str]) -> Scores:
        scores = (self._vectoriser.transform(texts) @ self._names).toarray()
        return best_name(scores, self._candidates)
