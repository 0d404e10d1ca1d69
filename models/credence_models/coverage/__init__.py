"""Evidence to score: the policy, the strength of a piece of evidence, coverage, score and what explains
it."""

from credence_models.coverage.facts import (
    EvidenceFacts,
    EvidenceKind,
    IssuerStanding,
    Rigor,
    VerificationOutcome,
)
from credence_models.coverage.grading import Factor, Grade, grade, next_change_on
from credence_models.coverage.policy import Policy, PolicyError, load_policy
from credence_models.coverage.repetition import Repeatable, rank_repetitions
from credence_models.coverage.scoring import (
    Competency,
    CompetencyCoverage,
    Contribution,
    Necessity,
    Piece,
    Score,
    level_factor,
    missing,
    ranking_key,
    score,
    similarity_weight,
)

__all__ = [
    "Competency",
    "CompetencyCoverage",
    "Contribution",
    "EvidenceFacts",
    "EvidenceKind",
    "Factor",
    "Grade",
    "IssuerStanding",
    "Necessity",
    "Piece",
    "Policy",
    "PolicyError",
    "Repeatable",
    "Rigor",
    "Score",
    "VerificationOutcome",
    "grade",
    "level_factor",
    "load_policy",
    "missing",
    "next_change_on",
    "rank_repetitions",
    "ranking_key",
    "score",
    "similarity_weight",
]
