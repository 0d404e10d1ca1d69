"""Numbers as issuers write them: values of results, and the unit of credits where one is stated."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from typing import Any, Final

__all__ = ["finite", "unit_of"]

MAX_TEXT: Final = 20_000
"""characters of one text that are searched for a unit"""


def finite(value: Any) -> float | None:
    """A finite number, also one written as a text."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        number = float(value[:32] if isinstance(value, str) else value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


_UNIT: Final = re.compile(
    r"(?<![\d.,])(\d{1,6}(?:[.,]\d{1,3})?)\s{0,3}"
    r"(ECTS|CEUs?|PDUs?|CPEs?|(?:contact|credit|semester|learning|training)?[ -]?hours?|credits?)\b",
    re.IGNORECASE,
)
_UNIT_TAGS: Final = {"ects": "ECTS", "ceu": "CEU", "pdu": "PDU", "cpe": "CPE"}


def unit_of(amount: float | None, tags: Iterable[str], *texts: str | None) -> str | None:
    """The unit that is stated for that very number; a bare "credits" is no unit."""
    if amount is None:
        return None
    for text in texts:
        for number, unit in _UNIT.findall((text or "")[:MAX_TEXT]):
            if float(number.replace(",", ".")) == amount and unit.lower() not in ("credit", "credits"):
                return str(" ".join(unit.replace("-", " ").split()))
    found = {_UNIT_TAGS[tag.strip().lower()] for tag in tags if tag.strip().lower() in _UNIT_TAGS}
    return found.pop() if len(found) == 1 else None
