"""Rows of figures for people and for programs."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from .bench import Row


def as_text(rows: Sequence[Row]) -> str:
    """A table for each set of data, figures in percent, the best of each column marked."""
    blocks = []
    for name, group in groupby(rows, key=lambda row: row.data):
        block = list(group)
        columns = list(block[0].figures)
        best = {column: max(row.figures[column] for row in block) for column in columns}
        width = max(len(row.ranker) for row in block)
        lines = [f"{name}: {block[0].queries} texts, {block[0].candidates} candidates, percent"]
        lines.append(" " * width + "".join(f"{column:>11} " for column in columns).rstrip())
        for row in block:
            cells = (_cell(row.figures[column], best[column], len(block) > 1) for column in columns)
            lines.append((f"{row.ranker:{width}}" + "".join(cells)).rstrip())
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks)


def as_json(rows: Sequence[Row], **about: Any) -> dict[str, Any]:
    """One object: `results` holds a row for each set and ranker; the first of them stands at the top level too, for
    who asks for one.
    """
    return {**about, **rows[0].flat(), "results": [row.flat() for row in rows]}


def _cell(value: float, best: float, marked: bool) -> str:
    return f"{value:11.2f}{'*' if marked and value == best else ' '}"
