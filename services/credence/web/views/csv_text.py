"""CSV that a spreadsheet can open without harm."""

import csv
import io
import re
from collections.abc import Iterable

MARK = "\ufeff"
"""Before the first line: tells spreadsheets that the text is UTF-8."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def lines(rows: Iterable[Iterable[object]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    for row in rows:
        writer.writerow([inert(cell) for cell in row])
    return out.getvalue()


def inert(cell: object) -> object:
    """A spreadsheet runs text that begins like a formula; an apostrophe keeps it text."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell


def file_name(what: str, whose: str) -> str:
    """Safe in a header and on a disk."""
    return f"{what}-{re.sub(r'[^A-Za-z0-9-]+', '-', whose)[:80]}.csv"
