"""What the product itself does: the skills that the linker finds, then the labels nearest in meaning."""

from collections.abc import Sequence

from ...encoder import Encoder
from ...linker import Linker
from ...similarity import ConceptSpace
from ..candidates import Candidates
from ..metrics import Scores
from .dense import label_ranker

PRODUCT = "credence"
_ABOVE_ALL_COSINES = 2.0


class ProductRanker:
    """Linked concepts first, by the linker's confidence; all others by the cosine of their labels.

    The linker abstains, a ranking must not, so cosines below its threshold take part too. It knows the names that the
    candidates' taxonomy has, so not the held-out ones where that is without them.
    """

    name = PRODUCT

    def __init__(self, encoder: Encoder, candidates: Candidates, space: ConceptSpace | None = None) -> None:
        self._nearest = label_ranker(PRODUCT, encoder, candidates)
        self._candidates = candidates
        taxonomy = candidates.taxonomy
        self._linker = Linker(taxonomy, encoder, space=space) if taxonomy else None

    def rank_scores(self, texts: Sequence[str]) -> Scores:
        scores = self._nearest.rank_scores(texts)
        if self._linker is None:
            return scores
        found = zip(self._linker.link_phrases(texts), self._linker.link_texts(texts), strict=True)
        for row, (phrase, links) in enumerate(found):
            for link in (*links, *((phrase,) if phrase else ())):
                for position in self._candidates.of_concepts([link.concept_id]):
                    scores[row, position] = max(scores[row, position], _ABOVE_ALL_COSINES + link.confidence)
        return scores
