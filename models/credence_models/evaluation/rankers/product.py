"""What the product itself does: its linker's names and meanings, for every candidate instead of the best alone."""

from collections.abc import Sequence

from ...encoder import TokenEncoder
from ...linker import Linker
from ...linker.ranking import LabelRanking
from ...similarity import ConceptSpace
from ..candidates import Candidates
from ..encoders import Remembering
from ..metrics import Scores
from .dense import label_ranker
from .fused import FusedRanker
from .model import Ranker
from .ngrams import NgramRanker

PRODUCT, STRETCHES = "credence", "trained-stretches"

_MEANING, _LETTERS = 0.7, 0.3
"""Weights of both for phrases."""
_SAME, _NAMED = 100.0, 1.0
"""What an exact name adds to its concept, in standard deviations, times the linker's confidence: a phrase that is a name means
nothing else; a text that has one in it may mean something else besides. Chosen on validation data (models/cards/linker.md)."""


class StretchRanker:
    """By what a text and its nearest stretch mean, without regard to names: a step on the way to the product."""

    name = STRETCHES

    def __init__(self, encoder: Remembering[TokenEncoder], candidates: Candidates) -> None:
        self._ranking = LabelRanking(encoder.encoder, candidates.labels)

    def rank_scores(self, texts: Sequence[str]) -> Scores:
        return self._ranking.scores(texts)


class ProductRanker:
    """All concepts by what the text means, and by which of their names it has.

    The linker abstains, a ranking must not, so what is unlikely takes part too. It knows the names that the
    candidates' taxonomy has, so not the held-out ones where that is without them. Texts are phrases, each of which means
    one concept at most, or running text, in which several may be meant. Candidates of no taxonomy are compared by meaning alone.
    """

    name = PRODUCT

    def __init__(
        self,
        encoder: Remembering[TokenEncoder],
        candidates: Candidates,
        *,
        space: ConceptSpace | None,
        phrases: bool,
    ) -> None:
        self._candidates = candidates
        self._phrases = phrases
        taxonomy = candidates.taxonomy
        self._linker = Linker(taxonomy, encoder.encoder, space=space) if taxonomy else None
        self._ranker: Ranker
        if taxonomy is None:
            self._ranker = label_ranker(PRODUCT, encoder, candidates)
        elif phrases:
            near, alike = label_ranker(PRODUCT, encoder, candidates), NgramRanker(candidates)
            self._ranker = FusedRanker(PRODUCT, ((_MEANING, near), (_LETTERS, alike)))
        else:
            self._ranker = StretchRanker(encoder, candidates)

    def rank_scores(self, texts: Sequence[str]) -> Scores:
        scores = self._ranker.rank_scores(texts)
        if self._linker:
            links = (
                [[link] if link else [] for link in self._linker.link_phrases(texts)]
                if self._phrases
                else self._linker.link_texts(texts)
            )
            weight = _SAME if self._phrases else _NAMED
            for row, found in zip(scores, links, strict=True):
                for link in found:
                    if link.method == "exact":
                        for position in self._candidates.of_concepts([link.concept_id]):
                            row[position] += weight * link.confidence
        return scores
