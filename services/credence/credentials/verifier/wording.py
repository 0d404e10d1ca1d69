"""What in an achievement's own words is a warning; every flag carries the sentence that raised it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from .model import Achievement
from .rigor import rigor_of
from .verdicts import Flag, Severity

__all__ = ["content_flags"]

_MOST_READ: Final = 60_000
"""characters of all texts together; the patterns take a tenth of a second for them at worst"""
_SENTENCE: Final = re.compile(r"[^.!?\n]+[.!?]?")
_NUMBER_WORDS: Final = r"(?:one|two|three|four|five|six|1|2|3|4|5|6)"
_OF_AN_EXAM: Final = (
    r"[\s-]+(?:\w+[\s-]+){0,3}?(?:exam|examination|test|assessment|interview|viva|defence|defense)\b"
)
_PAPER: Final = (
    r"(?:degree|diploma|certificate|certification|transcript|badge|credential|doctorate|ph\.?d|mba)s?"
)
_DEGREE: Final = r"(?:degree|diploma|doctorate|ph\.?d|mba|bachelor['’]?s|master['’]?s)s?"
_RED: Final = (
    (
        "DIPLOMA_MILL_WORDING",
        re.compile(
            rf"\blife[\s-]experience\b.{{0,80}}\b{_DEGREE}\b|\b{_DEGREE}\b.{{0,80}}\blife[\s-]experience\b|"
            rf"\b(?:no|without(?: any)?)\s+(?:class(?:es|room)?|course ?work|study(?:ing)?|studies|attendance|lectures?|thesis|homework)\b"
            rf"(?=.{{0,80}}\b(?:required|needed|necessary|{_DEGREE})\b)|"
            rf"\b(?:instant|overnight|same[\s-]day|novelty|replica|fake|back-?dated)\s+(?:\w+\s+){{0,2}}?{_PAPER}\b|"
            rf"\b{_DEGREE}\b.{{0,40}}\b(?:in|within|in just|in only)\s+(?:\d{{1,2}}|{_NUMBER_WORDS})\s+(?:days?|hours?)\b|"
            rf"\b{_PAPER}\s+for\s+sale\b",
            re.IGNORECASE,
        ),
    ),
    (
        "CREDENTIAL_FOR_MONEY",
        re.compile(
            # what one pays for an examination that has to be passed is no price of the paper
            r"^(?!.*\b(?:pass(?:es|ed|ing)?|exam\w*|assess\w*|complet\w+|earn\w*|project)\b)(?:.*?)(?:"
            rf"\b(?:buy|purchase|order)\s+(?:a|an|your|this|the|any)?\s*(?:\w+\s+){{0,3}}?{_PAPER}\b|"
            rf"\b(?:pay|paying|paid|payment|donat\w+|fee)\b.{{0,60}}\b(?:receive|get|obtain|issued?|awarded|granted)\b.{{0,40}}\b{_PAPER}\b|"
            rf"\b{_PAPER}\b.{{0,40}}\b(?:issued|awarded|granted|sent|delivered)\s+(?:up)?on\s+"
            r"(?:receipt of\s+)?(?:payment|purchase|donation)\b|"
            rf"\b{_PAPER}\b.{{0,40}}\b(?:issued|awarded|granted)\s+(?:for|against|in return for)\s+(?:a\s+)?(?:payment|fee|donation)\b)",
            re.IGNORECASE,
        ),
    ),
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


_VAGUE: Final = re.compile(
    # all that it asks is to be through with it: nothing that one could check, and no standard to check it by
    r"\W*(?:(?:you|learners?|students?|participants?|earners?|the|must|have|has|to|successfully|need)\s+){0,6}"
    r"(?:complet\w+|finish\w*|attend\w*|participat\w+|tak(?:e|en|ing)|earn\w*|award\w*)\s+"
    r"(?:(?:in|of|for|the|this|that|an?|all|entire|whole|required|online|training)\s+){0,5}"
    r"(?:course|class|programme|program|module|modules|lessons|training|workshop|webinar|path|requirements|it)\W*",
    re.IGNORECASE,
)
"""criteria that say no more than that something was completed"""


def content_flags(achievement: Achievement | None) -> tuple[Flag, ...]:
    """Flags from the achievement's texts, at most one of a kind, each with the sentence that raised it."""
    if achievement is None:
        return ()
    where = "/credentialSubject/achievement"
    texts = _within_bounds(
        (f"{where}/name", achievement.name),
        (f"{where}/description", achievement.description),
        (f"{where}/criteria/narrative", achievement.criteria),
        *((f"{where}/resultDescription", text) for text in achievement.assessment),
    )
    found = list((_known if sum(len(text) for _, text in texts) <= _SHORT else _hits)(texts))
    if achievement.criteria and _VAGUE.fullmatch(achievement.criteria[:300]):
        found.append(
            Flag(
                "CRITERIA_VAGUE",
                Severity.YELLOW,
                achievement.criteria.strip()[:300],
                f"{where}/criteria/narrative",
            )
        )
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


def _hits(texts: tuple[tuple[str, str], ...]) -> tuple[Flag, ...]:
    return tuple(
        Flag(code, severity, hit[1], hit[0])
        for severity, patterns in ((Severity.RED, _RED), (Severity.YELLOW, _YELLOW))
        for code, pattern in patterns
        if (hit := _first(pattern, texts)) is not None
    )


_SHORT: Final = 8_000
_known = lru_cache(maxsize=1024)(_hits)
"""all holders of a badge have its texts in common"""


def _within_bounds(*texts: tuple[str, str | None]) -> tuple[tuple[str, str], ...]:
    """The texts in their order, as far as they are read."""
    left = _MOST_READ
    found = []
    for pointer, text in texts:
        found.append((pointer, (text or "")[:left]))
        left -= len(found[-1][1])
    return tuple(found)


def _first(pattern: re.Pattern[str], texts: Iterable[tuple[str, str]]) -> tuple[str, str] | None:
    for pointer, text in texts:
        for sentence in _SENTENCE.findall(text):
            if pattern.search(sentence):
                return pointer, sentence.strip()[:300]
    return None
