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
from .ngrams import NgramRanker

PRODUCT = "credence"

_MEANING, _LETTERS = 0.7, 0.3
"""Weights of both for phrases."""
_NAMED = 100.0
"""Above every score in standard deviations."""


class ProductRanker:
    """Concepts that the text names first, by the linker's confidence; all others by what the text means.

    The linker abstains, a ranking must not, so what is unlikely takes part too. It knows the names that the
    candidates' taxonomy has, so not the held-out ones where that is without them. Texts are phrases, each of which means
    one concept at most, or running text, in which several may be meant.
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
        self._names: FusedRanker | None = None
        self._texts: LabelRanking | None = None
        if phrases or taxonomy is None:
            near, alike = label_ranker(PRODUCT, encoder, candidates), NgramRanker(candidates)
            self._names = FusedRanker(PRODUCT, ((_MEANING, near), (_LETTERS, alike)))
        else:
            self._texts = LabelRanking(encoder.encoder, candidates.labels)

    def rank_scores(self, texts: Sequence[str]) -> Scores:
        if self._texts:
            scores = self._texts.scores(texts)
        else:
            assert self._names  # noqa: S101 - one of the two is there
            scores = self._names.rank_scores(texts)
        if self._linker:
            links = (
                [[link] if link else [] for link in self._linker.link_phrases(texts)]
                if self._phrases
                else self._linker.link_texts(texts)
            )
            for row, found in enumerate(links):
                for link in found:
                    if link.method == "exact":
                        for position in self._candidates.of_concepts([link.concept_id]):
                            scores[row, position] = max(scores[row, position], _NAMED + link.confidence)
        return scores
