"""The level that a credential states, on the scale 1..5 of competency profiles."""

import re
from collections.abc import Sequence

from credence.credentials.verifier import Achievement, Result

_WORDS = {
    1: ("beginner", "basic", "foundation", "foundational", "introductory", "entry", "novice", "a1"),
    2: ("elementary", "associate", "practitioner", "a2"),
    3: ("intermediate", "proficient", "competent", "b1"),
    4: ("advanced", "professional", "b2"),
    5: ("expert", "mastery", "master", "distinguished", "c1", "c2"),
}
_LEVELS = {word: level for level, words in _WORDS.items() for word in words}
_NUMBER = re.compile(r"(?:level|stage|grade)?\s*([1-5])(?:\s*(?:of|/)\s*5)?")
_NOT_PASSED = frozenset({"failed", "withdrew", "enrolled", "inprogress", "onhold"})
"""Of OB 3.0's ResultStatusType; Provisional is a pass that may be taken back, and its issuer's affair."""


def level_of(text: str | None) -> int:
    """1..5 for a number on that scale or a usual word for a level, 0 (unknown) for anything else.

    A number on another scale ("7 of 10") is unknown rather than guessed.
    """
    if not text:
        return 0
    folded = text.strip().casefold()
    if match := _NUMBER.fullmatch(folded):
        return int(match[1])
    found = {_LEVELS[word] for word in re.findall(r"[a-z0-9]+", folded) if word in _LEVELS}
    return found.pop() if len(found) == 1 else 0


def level_of_result(result: Result) -> int:
    """1..5, 0 unknown: the level's own words, else its place in the rubric, else the value between its bounds.

    A mark tells how well somebody did on this achievement's own scale, not where that scale lies: it gives 1..4, and never makes an expert.
    A rubric of five levels is taken as the scale of five.
    """
    if known := level_of(result.achieved_level):
        return known
    if result.rubric_place is not None:
        place, levels = result.rubric_place
        return place + 1 if levels == 5 else _of_share(place / (levels - 1))
    share = _share(result)
    return 0 if share is None else _of_share(share)


def level_of_achievement(achievement: Achievement) -> int:
    """The level stated for the whole: of the first result that gives one."""
    return level_of(achievement.achieved_level) or _first(achievement.results)


def passed(result: Result) -> bool:
    """False where the result says of itself that nothing was achieved (yet), or its value lies under the one required."""
    if (result.status or "").replace(" ", "").casefold() in _NOT_PASSED:
        return False
    value = _number(result.value)
    return value is None or result.required is None or value >= result.required


def _first(results: Sequence[Result]) -> int:
    return next((level for result in results if passed(result) and (level := level_of_result(result))), 0)


def _of_share(share: float) -> int:
    """1, 2, 3 by thirds; 4 is the top alone."""
    return 1 + int(3 * min(max(share, 0.0), 1.0) + 1e-9)


def _share(result: Result) -> float | None:
    """How far the value lies between the least (or required) and the greatest one."""
    value = _number(result.value)
    if value is not None and result.scale is not None:
        least, most = result.scale
        if not least <= value <= most:
            return None  # on another scale than it says
        return (value - least) / (most - least)
    if result.value in result.allowed and len(result.allowed) > 1:
        return result.allowed.index(result.value) / (len(result.allowed) - 1)
    return None


def _number(text: str | None) -> float | None:
    """Of `87`, `87.5`, `87 %`."""
    match = re.fullmatch(r"\s*(-?\d{1,9}(?:\.\d{1,9})?)\s*%?\s*", text or "")
    return float(match[1]) if match else None
