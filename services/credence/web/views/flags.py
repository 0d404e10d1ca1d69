"""Flags: a word for how much each weighs, and what raised it."""

from collections.abc import Iterable
from dataclasses import dataclass

from credence.web import words
from credencepb.credentials.v1.profile_pb2 import ProfileFlag
from credencepb.credentials.v1.verification_pb2 import Flag


@dataclass(frozen=True, slots=True)
class FlagView:
    """`severity` is `red` or `yellow`; `title` the credential that it stands on; `count` how often the same stands there."""

    severity: str
    name: str
    text: str
    title: str = ""
    count: int = 1


def flag_view(flag: Flag, title: str = "") -> FlagView:
    red = flag.severity == Flag.SEVERITY_RED
    return FlagView("red" if red else "yellow", words.code(flag.code), flag.text, title)


def summed_up(flags: Iterable[ProfileFlag]) -> tuple[FlagView, ...]:
    """One for each code, red ones first, in the order in which they came."""
    kept: dict[str, FlagView] = {}
    for item in flags:
        view = flag_view(item.flag, item.title)
        before = kept.get(item.flag.code)
        kept[item.flag.code] = (
            view
            if before is None
            else FlagView(before.severity, before.name, before.text, before.title, before.count + 1)
        )
    return tuple(sorted(kept.values(), key=lambda flag: flag.severity != "red"))
