"""What time it is, as a thing that can be handed over: tests and the demo stand still on a date."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    def now(self) -> datetime:
        """The present in UTC, timezone-aware."""
        ...


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class FixedClock:
    """Stands still at `at`, which must be timezone-aware."""

    at: datetime

    def __post_init__(self) -> None:
        if self.at.tzinfo is None:
            raise ValueError("FixedClock needs a timezone-aware time")

    def now(self) -> datetime:
        return self.at.astimezone(UTC)


def clock_of(at: datetime | None) -> Clock:
    """The clock that `Settings.clock_at` asks for."""
    return SystemClock() if at is None else FixedClock(at)
