"""Bars: solid is verified, hatched is not, the rest is missing. Widths are per cent of the bar."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Segment:
    x: float
    width: float
    verified: bool
    title: str = ""


@dataclass(frozen=True, slots=True)
class Bar:
    """`label` says in words what the picture shows. `mark`: where a target line stands, None for none. `length`: of the whole bar."""

    label: str
    segments: tuple[Segment, ...]
    mark: float | None = None
    length: float = 100.0


def two_part(whole: float, verified: float, label: str, *, mark: float | None = None) -> Bar:
    """Shares 0..1, `verified` within `whole`."""
    whole = min(max(whole, 0.0), 1.0)
    verified = min(max(verified, 0.0), whole)
    parts = [
        Segment(0.0, _percent(verified), verified=True),
        Segment(_percent(verified), _percent(whole - verified), verified=False),
    ]
    return Bar(
        label, tuple(s for s in parts if s.width > 0), None if mark is None else _percent(min(mark, 1.0))
    )


def stacked(parts: Sequence[tuple[float, bool, str]], scale: float, longest: float, label: str) -> Bar:
    """Parts (points, verified, title) side by side, verified ones first, on a bar of `scale` points; one of `longest` points is full."""
    segments, x = [], 0.0
    for points, verified, title in sorted(parts, key=lambda part: not part[1]):
        width = _percent(points / scale) if scale else 0.0
        if width > 0:
            segments.append(Segment(round(x, 2), width, verified, title))
        x += width
    return Bar(label, tuple(segments), length=_percent(scale / longest) if longest else 0.0)


def _percent(share: float) -> float:
    return round(100 * share, 2)
