"""Dates as people write them, counted back from the reference date."""

from datetime import UTC, date, datetime
from random import Random


def add_months(day: date, months: int) -> date:
    """The day of the month is kept, at most the 28th, so that no date is impossible."""
    total = day.year * 12 + day.month - 1 + months
    return date(total // 12, total % 12 + 1, min(day.day, 28))


def written(day: date, rng: Random) -> str:
    """ISO 8601, as partial as people remember it: mostly the month, sometimes the day or the year alone."""
    form = rng.choices(("%Y-%m", "%Y-%m-%d", "%Y"), weights=(70, 15, 15))[0]
    return day.strftime(form)


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def timestamp(day: date) -> str:
    """XML Schema dateTimeStamp, as credentials want it."""
    return noon(day).strftime("%Y-%m-%dT%H:%M:%SZ")
