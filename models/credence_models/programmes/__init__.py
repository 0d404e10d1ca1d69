"""Which programmes close most of a cohort's gap within a budget, what each adds and costs."""

from credence_models.programmes.recommend import (
    FEWEST,
    MOST,
    Budget,
    PersonCoverage,
    Programme,
    Recommendation,
    RecommendedProgramme,
    evidence_of_programme,
    payback_months,
    recommend,
)

__all__ = [
    "FEWEST",
    "MOST",
    "Budget",
    "PersonCoverage",
    "Programme",
    "Recommendation",
    "RecommendedProgramme",
    "evidence_of_programme",
    "payback_months",
    "recommend",
]
