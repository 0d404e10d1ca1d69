"""The window in which a credential holds. Where two dates differ, the narrower window counts: the earliest end wins."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple

from .verdicts import Code, Verdict, invalid, valid

__all__ = ["Window", "jwt_time", "parse_time", "validity_at", "window_of"]

# xsd:dateTimeStamp, with the zone optional: data model 1.1 asks for it, issuers forget it; UTC is then meant
_TIME: Final = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)?", re.ASCII | re.IGNORECASE
)


class Window(NamedTuple):
    valid_from: datetime | None
    valid_until: datetime | None
    problem: Verdict | None
    """a date that cannot be read, or a window that ends before it begins"""


def parse_time(value: Any) -> datetime | None:
    """None for None. ValueError: not an XML Schema dateTime that Python can hold."""
    if value is None:
        return None
    match = _TIME.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise ValueError("not an RFC 3339 time")
    year, month, day, hour, minute, second = (int(part) for part in match.groups()[:6])
    fraction = int((match[7] or "0")[:6].ljust(6, "0"))
    zone = (match[8] or "Z").upper()
    offset = timedelta(0)
    if zone != "Z":
        hours, minutes = int(zone[1:3]), int(zone[4:])
        if hours * 60 + minutes > 14 * 60 or minutes > 59:
            raise ValueError("not a time zone")
        offset = (1 if zone[0] == "+" else -1) * timedelta(hours=hours, minutes=minutes)
    if second > 60:  # a leap second is the last instant that a calendar without them can name
        raise ValueError("not a time of the day")
    midnight_of_next_day = hour == 24 and minute == second == fraction == 0
    time = datetime(
        year, month, day, 0 if midnight_of_next_day else hour, minute, min(second, 59), fraction, tzinfo=UTC
    )
    try:
        return time - offset + (timedelta(days=1) if midnight_of_next_day else timedelta(0))
    except OverflowError:
        raise ValueError("a time outside the calendar") from None


def jwt_time(value: Any) -> datetime | None:
    """A NumericDate (RFC 7519). ValueError: not a number, or outside the calendar."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError("not a NumericDate")
    try:
        return datetime.fromtimestamp(value, UTC)
    except (OverflowError, OSError):
        raise ValueError("a time outside the calendar") from None


def window_of(
    starts: Iterable[tuple[str, Any]],
    ends: Iterable[tuple[str, Any]],
    jwt_claims: frozenset[str] = frozenset(),
) -> Window:
    """The intersection of all stated windows, from (pointer, raw value) pairs; None values are not stated.

    Pointers in `jwt_claims` hold NumericDates, the others XML Schema times. A date that cannot be read is a problem, never ignored.
    """
    problem: Verdict | None = None
    found: list[list[datetime]] = [[], []]
    for side, stated in enumerate((starts, ends)):
        for pointer, raw in stated:
            try:
                time = jwt_time(raw) if pointer in jwt_claims else parse_time(raw)
            except ValueError as error:
                problem = problem or invalid(
                    Code.DATE_MALFORMED, f"{pointer} cannot be read: {error}.", pointer
                )
                continue
            if time is not None:
                found[side].append(time)
    valid_from = max(found[0], default=None)
    valid_until = min(found[1], default=None)
    if problem is None and valid_from and valid_until and valid_until < valid_from:
        problem = invalid(Code.WINDOW_EMPTY, "The credential ends before it begins.")
    return Window(valid_from, valid_until, problem)


def validity_at(valid_from: datetime | None, valid_until: datetime | None, at: datetime) -> Verdict:
    """Both ends belong to the window. Without an end a credential holds for ever; without a beginning, always."""
    if valid_from is not None and at < valid_from:
        return invalid(Code.NOT_YET_VALID, f"The credential holds from {valid_from.date()} on.", "/validFrom")
    if valid_until is not None and at > valid_until:
        return invalid(Code.EXPIRED, f"The credential expired on {valid_until.date()}.", "/validUntil")
    return valid(Code.OK, "The credential holds at this time.")
