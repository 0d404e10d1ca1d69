"""Rounding that keeps sums: what a table shows adds up to the total that it shows."""

from collections.abc import Sequence
from math import floor


def add_up(values: Sequence[float], total: int) -> list[int]:
    """Whole numbers next to `values` whose sum is exactly `total` (largest remainder).

    For values in hundredths, for example. `total` is the rounded sum of `values`, or differs from the sum by less than one per value.
    """
    down = [floor(value) for value in values]
    missing = total - sum(down)
    order = sorted(range(len(values)), key=lambda i: (down[i] - values[i], i))
    if not 0 <= missing <= len(values):
        raise ValueError(f"{values} cannot be rounded to a sum of {total}")
    for i in order[:missing]:
        down[i] += 1
    return down


def hundredths(number: int) -> str:
    """1234 as `12.34`."""
    return f"{number // 100}.{number % 100:02}"
