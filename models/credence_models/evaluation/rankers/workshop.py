"""Rankers by name. Each is made once, also as a part of another."""

from collections.abc import Callable, Mapping

from ...encoder import Encoder, TokenEncoder
from ...similarity import ConceptSpace
from ..candidates import Candidates
from ..encoders import Remembering
from .dense import DenseRanker, label_ranker
from .fused import FusedRanker
from .model import Ranker
from .ngrams import NgramRanker
from .product import PRODUCT, STRETCHES, ProductRanker, StretchRanker

PLAIN = "minilm"
"""The untrained all-MiniLM-L6-v2."""

OWN = "trained"
"""The encoder that the product serves with."""

LEXICAL = ("bm25", "ngrams", "rapidfuzz")
_DENSE, _SPARSE = 0.7, 0.3
"""Weights of the two parts of a fused ranker; the design's, not tuned."""


def with_encoder(encoder: str) -> tuple[str, str, str]:
    """Names of the rankers that an encoder gives: labels alone, all names, all names fused with n-grams."""
    return f"{encoder}-labels", f"{encoder}-aliases", f"{encoder}+ngrams"


BASELINES = (*LEXICAL, *with_encoder(PLAIN), *with_encoder(OWN))


class Workshop:
    """Makes rankers over one set of candidates.

    `encoders` gives those by whose names rankers are called; each is loaded when a ranker needs it. `product` is the
    product's own, and `space` holds its vectors of the candidates' taxonomy. `phrases` says that the texts to come are
    phrases, not running text.
    """

    def __init__(
        self,
        candidates: Candidates,
        encoders: Mapping[str, Callable[[], Encoder]],
        product: Remembering[TokenEncoder],
        *,
        space: ConceptSpace | None,
        phrases: bool,
    ) -> None:
        self.candidates = candidates
        self._encoders = encoders
        self._product = product
        self._space = space
        self._phrases = phrases
        self._made: dict[str, Ranker] = {}

    def names(self) -> tuple[str, ...]:
        """All rankers that differ: without aliases, those by all names are those by labels."""
        dense = [name for encoder in self._encoders for name in with_encoder(encoder)]
        if not self.candidates.has_aliases:
            dense = [name for name in dense if not name.endswith("-aliases")]
        if not self._phrases and self.candidates.taxonomy:
            dense.append(STRETCHES)
        return (*LEXICAL, *dense, PRODUCT)

    def make(self, name: str) -> Ranker:
        """Raises `KeyError` where no ranker has this name."""
        if name not in self._made:
            self._made[name] = self._new(name)
        return self._made[name]

    def _new(self, name: str) -> Ranker:
        if name == PRODUCT:
            return ProductRanker(self._product, self.candidates, space=self._space, phrases=self._phrases)
        if name == STRETCHES:
            return StretchRanker(self._product, self.candidates)
        if name == "bm25":
            from .bm25 import Bm25Ranker  # only who asks for a baseline needs its package

            return Bm25Ranker(self.candidates)
        if name == "rapidfuzz":
            from .fuzzy import FuzzyRanker

            return FuzzyRanker(self.candidates)
        if name == "ngrams":
            return NgramRanker(self.candidates)
        for key, load in self._encoders.items():
            labels, aliases, fused = with_encoder(key)
            if name == labels:
                return label_ranker(name, load(), self.candidates)
            if name == aliases:
                return DenseRanker(name, load(), self.candidates)
            if name == fused:
                return FusedRanker(name, ((_DENSE, self.make(aliases)), (_SPARSE, self.make("ngrams"))))
        raise KeyError(name)
