"""How demanding an achievement's assessment was, as far as its own words say, and what in them is a warning.

Words are what an issuer chose to publish, so they weigh as hints: rigor is NOT_STATED unless something is said, and every flag
carries the sentence that raised it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from .model import Achievement, Endorsement
from .verdicts import Flag, Severity

__all__ = ["content_flags", "rigor_of", "vouchers"]

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
    text = _DENIED.sub(" ", " \n ".join(_statements(achievement)))
    project, exam = bool(_PROJECT.search(text)), bool(_EXAM.search(text))
    proctored = bool(_PROCTORED.search(text))
    if proctored and project and _PORTFOLIO.search(text):
        return "PROCTORED_EXAM_PROJECT_PORTFOLIO"
    if project:
        return "REVIEWED_PROJECT" if vouched_by or _REVIEWED.search(text) else "PROJECT"
    if exam or proctored:
        return "AUTOMATED_EXAM"
    if _QUIZ.search(text):
        return "VIDEO_QUIZ" if _VIDEO.search(text) else "QUIZ"
    if _VIDEO.search(text) or _PARTICIPATION.search(text):
        return "PARTICIPATION"
    return "NOT_STATED"


def _statements(achievement: Achievement) -> Iterator[str]:
    """Criteria and assessment say how it was earned; the description only counts where they are silent."""
    earned = [text for text in (achievement.criteria, *achievement.assessment) if text]
    yield from earned or filter(None, [achievement.description])
    for link in achievement.evidence:
        yield from filter(None, (link.name, link.narrative, link.genre))


_SENTENCE: Final = re.compile(r"[^.!?\n]+[.!?]?")
_NUMBER_WORDS: Final = r"(?:one|two|three|four|five|six|1|2|3|4|5|6)"
_OF_AN_EXAM: Final = (
    r"[\s-]+(?:\w+[\s-]+){0,3}?(?:exam|examination|test|assessment|interview|viva|defence|defense)\b"
)
_RED: Final = (
    (
        "COMPLETION_GUARANTEED",
        re.compile(
            r"\b(?:completion|certificate|certification|pass(?:ing)?|success|badge|credential|result)s?\s+(?:is\s+|are\s+)?guaranteed\b|"
            r"\bguaranteed\s+(?:completion|certificate|certification|pass|success|badge|result)|\b(?:pass|certif\w+) guarantee\b|"
            r"\beveryone (?:passes|receives|gets)\b|\b100\s?% pass",
            re.IGNORECASE,
        ),
    ),
    (
        "NO_ASSESSMENT",
        re.compile(
            r"\b(?:no|without(?: any| an)?|zero)\s+(?:\w+\s+){0,2}?(?:assessment|exam|examination|test|quiz|evaluation|grading)s?\b|"
            r"\bnot (?:assessed|graded|evaluated|tested)\b",
            re.IGNORECASE,
        ),
    ),
    (
        "VERY_SHORT",
        re.compile(
            r"\b(?:in|within|only|just|takes?|under|about|less than|a|an|the|duration:?)\s+(?:only\s+|just\s+)?"
            rf"{_NUMBER_WORDS}[\s-]+hours?\b(?!{_OF_AN_EXAM})|"
            r"\b(?:in|within|only|just|takes?|under)\s+(?:\w+\s+)?\d{1,2}\s+minutes\b|\b(?:one|half)[\s-]day (?:course|workshop)\b|"
            rf"^\s*{_NUMBER_WORDS}[\s-]+hours?\b(?!{_OF_AN_EXAM})",
            re.IGNORECASE,
        ),
    ),
)
_YELLOW: Final = (
    (
        "UNEXPLAINED_PRICE",
        re.compile(
            r"(?:[$€£]\s?\d|\b\d[\d,.]{0,20}\s?(?:USD|EUR|GBP|dollars|euros)\b)|\b(?:pay|paid|purchase|buy)\b[^.]{0,40}\b"
            r"(?:certificate|badge|credential)\b",
            re.IGNORECASE,
        ),
    ),
    (
        "NO_TRACK_RECORD",
        re.compile(
            r"\b(?:new(?:ly)? (?:founded|launched|established) (?:institute|academy|provider|programme|program)|first cohort|"
            r"no (?:graduates|alumni|outcomes?|track record)|founded this year)\b",
            re.IGNORECASE,
        ),
    ),
)


def content_flags(achievement: Achievement | None) -> tuple[Flag, ...]:
    """Flags from the achievement's texts, at most one of a kind, each with the sentence that raised it."""
    if achievement is None:
        return ()
    where = "/credentialSubject/achievement"
    texts: tuple[tuple[str, str | None], ...] = (
        (f"{where}/name", achievement.name),
        (f"{where}/description", achievement.description),
        (f"{where}/criteria/narrative", achievement.criteria),
        *((f"{where}/resultDescription", text) for text in achievement.assessment),
    )
    found: list[Flag] = []
    for severity, patterns in ((Severity.RED, _RED), (Severity.YELLOW, _YELLOW)):
        for code, pattern in patterns:
            if (hit := _first(pattern, texts)) is not None:
                found.append(Flag(code, severity, hit[1], hit[0]))
    if rigor_of(achievement) == "NOT_STATED" and not any(flag.code == "NO_ASSESSMENT" for flag in found):
        found.append(
            Flag(
                "ASSESSMENT_NOT_STATED",
                Severity.YELLOW,
                "Nothing says how the achievement was assessed.",
                f"{where}/criteria",
            )
        )
    return tuple(found)


def _first(pattern: re.Pattern[str], texts: Iterable[tuple[str, str | None]]) -> tuple[str, str] | None:
    for pointer, text in texts:
        for sentence in _SENTENCE.findall((text or "")[:20_000]):
            if pattern.search(sentence):
                return pointer, sentence.strip()[:300]
    return None
