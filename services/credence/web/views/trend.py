"""How the gap of a team moved from audit to audit."""

from collections.abc import Sequence
from dataclasses import dataclass

from credence.web import words
from credence.web.resources import last
from credencepb.audit.v1.audit_pb2 import TrendPoint

WIDTH, HEIGHT, PAD = 640, 150, 12


@dataclass(frozen=True, slots=True)
class Point:
    """`x`, `y` in the picture's units."""

    id: str
    when: str
    total: str
    people: int
    x: float
    y: float
    present: bool


@dataclass(frozen=True, slots=True)
class Trend:
    """`path` is empty for fewer than two points: there is no line to draw."""

    points: tuple[Point, ...]
    path: str
    sentence: str


def trend(series: Sequence[TrendPoint], present: str) -> Trend:
    """`series` oldest first; the y axis begins at 0."""
    top = max((point.total_gap for point in series), default=0.0) or 1.0
    step = (WIDTH - 2 * PAD) / max(1, len(series) - 1)
    points = tuple(
        Point(
            last(point.audit),
            words.moment(point.audit_time),
            f"{point.total_gap:.1f}",
            point.people,
            round(PAD + i * step, 1),
            round(HEIGHT - PAD - (HEIGHT - 2 * PAD) * point.total_gap / top, 1),
            point.audit == present,
        )
        for i, point in enumerate(series)
    )
    path = "M" + " L".join(f"{p.x} {p.y}" for p in points) if len(points) > 1 else ""
    return Trend(points, path, _sentence(series, present))


def _sentence(series: Sequence[TrendPoint], present: str) -> str:
    at = next((i for i, point in enumerate(series) if point.audit == present), 0)
    if at == 0:
        return "This is the first audit of the team against this role. The trend begins with the next one."
    now, before = series[at], series[at - 1]
    moved = now.total_gap - before.total_gap
    day = words.moment(before.audit_time).split(",")[0]
    if abs(moved) < 0.05:
        return f"The gap is what it was on {day}: {now.total_gap:.1f} points."
    direction = "smaller" if moved < 0 else "larger"
    note = (
        ""
        if now.people == before.people
        else f" The team then had {words.count(before.people, 'person', 'people')}."
    )
    return f"The gap is {abs(moved):.1f} points {direction} than on {day}.{note}"
