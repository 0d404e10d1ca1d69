"""The level that a credential states, on the scale 1..5 of competency profiles."""

import re

_WORDS = {
    1: ("beginner", "basic", "foundation", "foundational", "introductory", "entry", "novice", "a1"),
    2: ("elementary", "associate", "practitioner", "a2"),
    3: ("intermediate", "proficient", "competent", "b1"),
    4: ("advanced", "professional", "b2"),
    5: ("expert", "mastery", "master", "distinguished", "c1", "c2"),
}
_LEVELS = {word: level for level, words in _WORDS.items() for word in words}
_NUMBER = re.compile(r"(?:level|stage|grade)?\s*([1-5])(?:\s*(?:of|/)\s*5)?")


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
