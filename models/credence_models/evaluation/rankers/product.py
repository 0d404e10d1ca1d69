"""What the product itself does: the skills that the linker finds, then the labels nearest in meaning."""

from collections.abc import Iterable, Sequence

from ...encoder import Encoder
from ...linker import Link, Linker
from ...similarity import ConceptSpace
from ..candidates import Candidates
from ..metrics import Scores
from .dense import label_ranker

PRODUCT = "credence"
_ABOVE_ALL_COSINES = 2.0


class ProductRanker:
    """Linked concepts first, by the linker's confidence; all others by the cosine of their labels.

    The linker abstains, a ranking must not, so cosines below its threshold take part too. It knows the names that the
    candidates' taxonomy has, so not the held-out ones where that is without them. Texts are phrases, each of which means
    one concept at most, or running text, in which several may be named.
    """

    name = PRODUCT

    def __init__(
        self, encoder: Encoder, candidates: Candidates, *, space: ConceptSpace | None, phrases: bool
    ) -> None:
        self._nearest = label_ranker(PRODUCT, encoder, candidates)
        self._candidates = candidates
        self._phrases = phrases
        taxonomy = candidates.taxonomy
        self._linker = Linker(taxonomy, encoder, space=space) if taxonomy else None

    def rank_scores(self, texts: Sequence[str]) -> Scores:
        scores = self._nearest.rank_scores(texts)
        for row, links in enumerate(self._links(texts)):
            for link in links:
                for position in self._candidates.of_concepts([link.concept_id]):
                    scores[row, position] = max(scores[row, position], _ABOVE_ALL_COSINES + link.confidence)
        return scores

    def _links(self, texts: Sequence[str]) -> Iterable[Sequence[Link]]:
        if self._linker is None:
            return ()
        if self._phrases:
            return [[link] if link else [] for link in self._linker.link_phrases(texts)]
        return self._linker.link_texts(texts)
