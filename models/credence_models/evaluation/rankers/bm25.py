"""Okapi BM25 over names."""

import re
from collections.abc import Sequence

import bm25s  # type: ignore[import-untyped, unused-ignore]  # no type information is published
import numpy as np
from bm25s.stopwords import STOPWORDS_EN  # type: ignore[import-untyped, unused-ignore]  # as above

from ..candidates import Candidates
from ..metrics import Scores
from .model import best_name

_STOP_WORDS = frozenset(STOPWORDS_EN)


class Bm25Ranker:
    """The best name of each candidate by BM25 as Lucene computes it, k1 = 1.5, b = .75, without its English stop
    words; no stemming.
    """

    name = "bm25"

    def __init__(self, candidates: Candidates) -> None:
        self._candidates = candidates
        self._index = bm25s.BM25(method="lucene", k1=1.5, b=0.75)
        self._index.index([_words(name) for name in candidates.all_names], show_progress=False)

    def rank_scores(self, texts: Sequence[str]) -> Scores:
        scores = np.zeros((len(texts), len(self._candidates.all_names)), dtype=np.float32)
        for row, text in enumerate(texts):
            if words := _words(text):
                scores[row] = self._index.get_scores(words)
        return best_name(scores, self._candidates)


def _words(text: str) -> list[str]:
    words: list[str] = re.findall(r"[^\W_]+[+#]*", text.casefold())
    return [word for word in words if word not in _STOP_WORDS]
