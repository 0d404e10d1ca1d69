"""Test data from files of anyone's: what is wrong with one is said with its name, line and column."""

import ast
import csv
import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

NO_SKILL = frozenset({"LABELNOTPRESENT", "UNDERSPECIFIED", "UNK"})
"""Annotations that name no skill, without spaces."""

Answers = dict[str, dict[str, None]]
"""Text -> its right labels, as they are written; both in the order of the file."""


class DataError(Exception):
    """A file of test data cannot be used. The message is one line: file, line, column, what is wrong."""


def squeezed(label: str) -> str:
    """A label without any space, which is how labels are compared."""
    return "".join(label.split())


def read_sentences(path: Path) -> Answers:
    """Sentences and the labels annotated in them; none where the annotators saw no skill of the list.

    A CSV with columns sentence and label, a row for each annotation, or with columns sentence and skills, a list
    as Python writes it. Raises `DataError`.
    """
    header, rows = _csv(path, ("sentence",))
    column = "label" if "label" in header else "skills"
    if column not in header:
        raise DataError(f"{path}:1: no column label, nor skills; there are: {', '.join(header)}")
    found: Answers = {}
    for line, row in rows:
        sentence = _filled(path, line, row, "sentence")
        cell = _filled(path, line, row, column)
        labels = [cell] if column == "label" else _listed(path, line, cell)
        answers = found.setdefault(sentence, {})
        answers.update((label.strip(), None) for label in labels if squeezed(label) not in NO_SKILL)
    return found


def read_pairs(path: Path) -> Answers:
    """Texts and their labels: a CSV with columns text and label. Raises `DataError`."""
    _, rows = _csv(path, ("text", "label"))
    found: Answers = {}
    for line, row in rows:
        answers = found.setdefault(_filled(path, line, row, "text"), {})
        answers[_filled(path, line, row, "label")] = None
    return found


def read_labels(path: Path) -> list[str]:
    """One label a line; empty lines do not count, one that stands twice counts once. Raises `DataError`."""
    with _readable(path):
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    labels = {squeezed(line): line.strip() for line in reversed(lines) if line.strip()}
    if not labels:
        raise DataError(f"{path}:1: no label in it")
    return list(reversed(labels.values()))


def read_texts(path: Path) -> dict[str, str]:
    """Id -> text, from lines of both with a tab between; a first line `id<tab>text` is a heading.

    Raises `DataError`.
    """
    found: dict[str, str] = {}
    for line, cells in _tsv(path):
        if line == 1 and cells[-1].casefold() == "text":
            continue
        if len(cells) != 2:
            raise DataError(f"{path}:{line}: {len(cells)} columns, where an id and a text are needed")
        key, text = (cell.strip() for cell in cells)
        if not key or not text:
            raise DataError(f"{path}:{line}: column {'text' if key else 'id'} is empty")
        if key in found:
            raise DataError(f"{path}:{line}: column id: {key} stands there a second time")
        found[key] = text
    if not found:
        raise DataError(f"{path}:1: no text in it")
    return found


def read_judgements(path: Path) -> dict[str, dict[str, float]]:
    """Query id -> document id -> relevance above 0, from lines with tabs: query, doc; or query, doc, relevance;
    or query, (iteration), doc, relevance as TREC writes them. A first line of names is a heading.

    Raises `DataError`.
    """
    found: dict[str, dict[str, float]] = {}
    for line, cells in _tsv(path):
        if not 2 <= len(cells) <= 4:
            raise DataError(
                f"{path}:{line}: {len(cells)} columns, where query, (0), doc, relevance are needed"
            )
        if line == 1 and cells[-1].casefold() in {"doc", "relevance", "score"}:
            continue
        query, doc = cells[0].strip(), cells[2 if len(cells) == 4 else 1].strip()
        relevance = _number(path, line, cells[-1]) if len(cells) > 2 else 1.0
        if not query or not doc:
            raise DataError(f"{path}:{line}: column {'doc' if query else 'query'} is empty")
        if relevance > 0:  # what is judged irrelevant is as what is not judged
            found.setdefault(query, {})[doc] = relevance
    if not found:
        raise DataError(f"{path}:1: nothing in it is relevant to anything")
    return found


Row = dict[str | Any, str | Any]
"""Column -> cell, or None where the row is too short, as csv.DictReader gives it."""


def _csv(path: Path, needed: Sequence[str]) -> tuple[list[str], list[tuple[int, Row]]]:
    """The heading, and every row with the number of the line on which it starts."""
    with _readable(path), path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file, strict=True)
        try:
            header = list(reader.fieldnames or ())
            for column in needed:
                if column not in header:
                    raise DataError(f"{path}:1: no column {column}; there are: {', '.join(header) or 'none'}")
            rows, line = [], reader.line_num + 1
            for row in reader:
                rows.append((line, row))
                line = reader.line_num + 1
        except csv.Error as error:
            raise DataError(f"{path}:{reader.line_num}: {error}") from error
    if not rows:
        raise DataError(f"{path}:2: no row in it")
    return header, rows


def _tsv(path: Path) -> Iterator[tuple[int, list[str]]]:
    with _readable(path):
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield number, line.rstrip("\r").split("\t")


def _filled(path: Path, line: int, row: Row, column: str) -> str:
    cell = row.get(column)
    if cell is None or not cell.strip():
        raise DataError(f"{path}:{line}: column {column} is {'missing' if cell is None else 'empty'}")
    return cell.strip()


def _number(path: Path, line: int, cell: str) -> float:
    try:
        value = float(cell)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise DataError(f"{path}:{line}: column relevance: {cell!r} is no number")
    return value


def _listed(path: Path, line: int, cell: str) -> list[str]:
    try:
        value = ast.literal_eval(cell)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        value = None
    if not isinstance(value, list) or not all(isinstance(item, str) and item.strip() for item in value):
        shown = cell if len(cell) <= 40 else f"{cell[:40]}…"
        raise DataError(f"{path}:{line}: column skills: {shown!r} is no list of texts")
    return value


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    try:
        yield
    except UnicodeDecodeError as error:
        raise DataError(f"{path}: not UTF-8: {error.reason} at byte {error.start}") from error
    except OSError as error:
        raise DataError(f"{path}: {error.strerror or error}") from error
