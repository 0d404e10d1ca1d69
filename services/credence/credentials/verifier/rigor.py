"""How demanding an achievement's assessment was, as far as its own words say.

Words are what an issuer chose to publish, so they weigh as hints: rigor is NOT_STATED unless something is said.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final

from .model import Achievement, Endorsement

__all__ = ["rigor_of", "vouchers"]

# a statement that there is no such thing must not count as the thing
_DENIED: Final = re.compile(
    r"\b(?:no|without|not|never|nor)\b(?:\s+\w+){0,3}?\s+(?:exams?|tests?|quiz(?:zes)?|assessments?|projects?|grad(?:ed|ing))\b",
    re.IGNORECASE,
)
_PROCTORED: Final = re.compile(
    r"\b(proctored|invigilated|supervised (?:exam|test)|test cent(?:er|re))", re.IGNORECASE
)
_EXAM: Final = re.compile(
    r"\b(exam|exams|examination|graded (?:test|assessment|assignment)s?|final test|passing score|written test|"
    r"coding (?:test|assessment)|practical test|ExternalExam)\b",
    re.IGNORECASE,
)
_PROJECT: Final = re.compile(
    r"\b(capstone|project|projects|case study|case studies|scenario|scenarios|thesis|portfolio|lab exercises?|hands-on labs?|"
    r"dissertation|artifact)\b",
    re.IGNORECASE,
)
_PORTFOLIO: Final = re.compile(r"\bportfolio\b", re.IGNORECASE)
_REVIEWED: Final = re.compile(
    r"\b(review(?:ed|ers?|s)?|evaluated by|assessed by|graded by|marked by|jury|panel|expert|experts|peer|peers|mentor|"
    r"instructor|supervisor|nominated)\b",
    re.IGNORECASE,
)
_QUIZ: Final = re.compile(r"\b(quiz|quizzes|multiple[- ]choice|knowledge checks?)\b", re.IGNORECASE)
_VIDEO: Final = re.compile(r"\b(video|videos|watch(?:ed|ing)?|webinar|lecture recordings?)\b", re.IGNORECASE)
_PARTICIPATION: Final = re.compile(
    r"\b(attend(?:ed|ance|ing)?|participat(?:e|ed|ion|ing)|completion of all (?:videos|modules|lessons)|"
    r"complete (?:all|the) (?:videos|modules|lessons))\b",
    re.IGNORECASE,
)


def vouchers(endorsements: Iterable[Endorsement], issuer_id: str | None) -> int:
    """How many others than the issuer are shown to vouch for the achievement or for its award."""
    return len(
        {
            endorsement.issuer_id
            for endorsement in endorsements
            if endorsement.result.valid
            and endorsement.endorsed != "issuer"
            and endorsement.issuer_id not in (None, issuer_id)
        }
    )


def rigor_of(achievement: Achievement | None, vouched_by: int = 0) -> str:
    """A member name of credence_models.coverage.Rigor. A project counts as reviewed where others than the issuer vouch for it
    (`vouchers`), else where its own words say so."""
    if achievement is None:
        return "NOT_APPLICABLE"
    text = " \n ".join(_statements(achievement))
    return (_known if len(text) <= _SHORT else _stated)(text, bool(vouched_by))


def _stated(text: str, vouched: bool) -> str:
    text = _DENIED.sub(" ", text)
    project, exam = bool(_PROJECT.search(text)), bool(_EXAM.search(text))
    proctored = bool(_PROCTORED.search(text))
    if proctored and project and _PORTFOLIO.search(text):
        return "PROCTORED_EXAM_PROJECT_PORTFOLIO"
    if project:
        return "REVIEWED_PROJECT" if vouched or _REVIEWED.search(text) else "PROJECT"
    if exam or proctored:
        return "AUTOMATED_EXAM"
    if _QUIZ.search(text):
        return "VIDEO_QUIZ" if _VIDEO.search(text) else "QUIZ"
    if _VIDEO.search(text) or _PARTICIPATION.search(text):
        return "PARTICIPATION"
    return "NOT_STATED"


_SHORT: Final = 8_000
_known = lru_cache(maxsize=1024)(_stated)
"""all holders of a badge have its texts in common"""


def _statements(achievement: Achievement) -> Iterator[str]:
    """Criteria and assessment say how it was earned; the description only counts where they are silent."""
    earned = [text for text in (achievement.criteria, *achievement.assessment) if text]
    yield from earned or filter(None, [achievement.description])
    for link in achievement.evidence:
        yield from filter(None, (link.name, link.narrative, link.genre))
