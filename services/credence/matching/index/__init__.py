"""The ranking index: the interface, and the engine behind it."""

from credence.matching.index.model import (
    Condition,
    FacetCount,
    IndexedProfile,
    Line,
    Place,
    Query,
    Ranking,
    RankingIndex,
    State,
)
from credence.matching.index.postings import PostingIndex

__all__ = [
    "Condition",
    "FacetCount",
    "IndexedProfile",
    "Line",
    "Place",
    "PostingIndex",
    "Query",
    "Ranking",
    "RankingIndex",
    "State",
]
