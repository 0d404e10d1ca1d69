"""Names that pose as other names: by letters that look alike, by hidden characters, by a slip of the pen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, Generic, TypeVar

from .confusables import hidden_characters, mixed_scripts, skeleton
from .verdicts import Flag, Severity

__all__ = ["NameIndex", "alike", "one_edit_apart", "poses"]

T = TypeVar("T")

_LEAST: Final = 8
"""letters of a skeleton that is compared by edits; in a shorter name one letter makes another word"""
_REMEMBERED: Final = 4096
"""names whose neighbour is known: looking through ten thousand takes 2 ms, and the same issuers come again and again"""
_LONGEST: Final = 300
"""characters of a name that are looked at"""


class NameIndex(Generic[T]):
    """Things by their names, to be found by how a name looks; the first thing of a look counts."""

    def __init__(self, named: Iterable[tuple[str, T]]) -> None:
        self._by_skeleton: dict[str, T] = {}
        self._by_length: dict[int, list[str]] = {}
        self._near: dict[str, str | None] = {}
        for name, thing in named:
            look = skeleton(name)
            if look and look not in self._by_skeleton:
                self._by_skeleton[look] = thing
                if len(look) >= _LEAST:
                    self._by_length.setdefault(len(look), []).append(look)

    def twin(self, name: str) -> T | None:
        """The thing whose name a reader can hardly tell from `name`."""
        return self._by_skeleton.get(skeleton(name[:_LONGEST]))

    def neighbour(self, name: str) -> T | None:
        """The thing whose name differs in one letter: another one, one too many or too few, or two that changed places."""
        look = skeleton(name[:_LONGEST])
        if len(look) < _LEAST:
            return None
        if look not in self._near:
            if len(self._near) >= _REMEMBERED:
                self._near.clear()
            self._near[look] = self._one_away(look)
        near = self._near[look]
        return None if near is None else self._by_skeleton[near]

    def _one_away(self, look: str) -> str | None:
        for length in (len(look), len(look) - 1, len(look) + 1):
            for known in self._by_length.get(length, ()):
                if one_edit_apart(look, known):
                    return known
        return None


def alike(one: str, other: str) -> bool:
    return skeleton(one[:_LONGEST]) == skeleton(other[:_LONGEST])


def one_edit_apart(one: str, other: str) -> bool:
    """Whether exactly one letter was replaced, added or left out, or two neighbours changed places. Digits that differ make other
    names ("Academy 1", "Academy 2"), so those do not count."""
    if len(one) > len(other):
        one, other = other, one
    if len(other) - len(one) > 1:
        return False
    start = 0
    while start < len(one) and one[start] == other[start]:
        start += 1
    end = 0
    while end < len(one) - start and one[-1 - end] == other[-1 - end]:
        end += 1
    left, right = one[start : len(one) - end], other[start : len(other) - end]
    if any(c.isdigit() for c in left + right):
        return False
    if len(right) == 2:
        return len(left) == 2 and left == right[::-1]
    return len(left) <= 1 and len(right) == 1


def poses(name: str) -> Iterator[Flag]:
    """What is suspicious about a name as such, whoever bears it."""
    if hidden := hidden_characters(name):
        yield Flag(
            "HIDDEN_CHARACTERS_IN_ISSUER_NAME",
            Severity.RED,
            f"The issuer's name {name!a} holds invisible characters: {', '.join(hidden[:3])}.",
            "/issuer/name",
        )
    if scripts := mixed_scripts(name):
        yield Flag(
            "MIXED_SCRIPTS_IN_ISSUER_NAME",
            Severity.RED,
            f"A word of the issuer's name {name!a} mixes {' and '.join(scripts)} letters.",
            "/issuer/name",
        )
