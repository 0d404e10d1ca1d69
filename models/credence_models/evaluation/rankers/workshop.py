"""Rankers by name. What several of them share is made once."""

from collections.abc import Mapping
from functools import cached_property

from ...encoder import Encoder
from ...similarity import ConceptSpace
from ..candidates import Candidates
from .dense import DenseRanker, label_ranker
from .fused import FusedRanker
from .model import Ranker
from .ngrams import NgramRanker
from .product import PRODUCT, ProductRanker

PLAIN = "minilm"
"""The untrained all-MiniLM-L6-v2."""

LEXICAL = ("bm25", "ngrams", "rapidfuzz")
_DENSE, _SPARSE = 0.7, 0.3
"""Weights of the two parts of a fused ranker; the design's, not tuned."""


def with_encoder(encoder: str) -> tuple[str, str, str]:
    """Names of the rankers that an encoder gives: labels alone, all names, all names fused with n-grams."""
    return f"{encoder}-labels", f"{encoder}-aliases", f"{encoder}+ngrams"


BASELINES = (*LEXICAL, *with_encoder(PLAIN))


class Workshop:
    """Makes rankers over one set of candidates.

    `encoders` are those by whose names rankers are called, `product` is the product's own; `space` holds the vectors
    of its taxonomy where they need not be computed.
    """

    def __init__(
        self,
        candidates: Candidates,
        encoders: Mapping[str, Encoder],
        product: Encoder,
        space: ConceptSpace | None = None,
    ) -> None:
        self.candidates = candidates
        self._encoders = encoders
        self._product = product
        self._space = space
        self._dense: dict[str, DenseRanker] = {}

    def names(self) -> tuple[str, ...]:
        """All rankers that differ: without aliases, those by all names are those by labels."""
        dense = [name for encoder in self._encoders for name in with_encoder(encoder)]
        if not self.candidates.has_aliases:
            dense = [name for name in dense if not name.endswith("-aliases")]
        return (*LEXICAL, *dense, PRODUCT)

    def make(self, name: str) -> Ranker:
        """Raises `KeyError` where no ranker has this name."""
        if name == PRODUCT:
            return ProductRanker(self._product, self.candidates, self._space)
        if name == "bm25":
            from .bm25 import Bm25Ranker  # only who asks for a baseline needs its package

            return Bm25Ranker(self.candidates)
        if name == "rapidfuzz":
            from .fuzzy import FuzzyRanker

            return FuzzyRanker(self.candidates)
        if name == "ngrams":
            return self._ngrams
        for encoder in self._encoders:
            labels, aliases, fused = with_encoder(encoder)
            if name == labels:
                return label_ranker(name, self._encoders[encoder], self.candidates)
            if name == aliases:
                return self._all_names(encoder)
            if name == fused:
                return FusedRanker(name, ((_DENSE, self._all_names(encoder)), (_SPARSE, self._ngrams)))
        raise KeyError(name)

    @cached_property
    def _ngrams(self) -> NgramRanker:
        return NgramRanker(self.candidates)

    def _all_names(self, encoder: str) -> DenseRanker:
        if encoder not in self._dense:
            name = with_encoder(encoder)[1]
            self._dense[encoder] = DenseRanker(name, self._encoders[encoder], self.candidates)
        return self._dense[encoder]
