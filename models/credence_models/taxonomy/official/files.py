"""Tables in the folders and archives of a download, with the place of everything that is wrong in them."""

import csv
import hashlib
import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, NoReturn

from ..model import TaxonomyError

MAX_BYTES = 128 * 2**20
"""Of one table, unpacked: five times ESCO's largest."""

MAX_MEMBERS = 1000
"""Of one archive; ESCO's has some twenty, O*NET's some sixty."""

_TABLE = re.compile(r"(?i)(?P<stem>.+?)(?:_(?P<language>[a-z]{2}))?\.(?:csv|tsv|txt)")

_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1b\x7f]")
"""What would act on a terminal that prints it, or end a text; other control characters count as space."""


class DownloadError(TaxonomyError):
    """A download cannot be read; the message is one line with file, line, column and reason, as far as they
    are known.
    """


@dataclass(frozen=True, slots=True)
class Row:
    """A row with the line of the file that it begins in. A column that the file or the row lacks is empty."""

    file: str
    line: int
    cells: dict[str, str]

    def __getitem__(self, column: str) -> str:
        """Without surrounding space."""
        return self.cells.get(column, "").strip()

    def needed(self, column: str) -> str:
        """Raises `DownloadError` where it is empty."""
        value = self[column]
        if not value:
            self.refuse(column, "is empty")
        return value

    def one_of(self, column: str, values: Sequence[str]) -> str:
        """Raises `DownloadError` where it is none of `values`."""
        value = self[column]
        if value not in values:
            self.refuse(column, f"{value[:60]!r} is none of {', '.join(map(repr, values))}")
        return value

    def refuse(self, column: str, reason: str) -> NoReturn:
        raise DownloadError(f"{self.file}, line {self.line}, column {column}: {reason}")


class Notes:
    """What was left out, counted, each with the place where it was first seen."""

    def __init__(self) -> None:
        self._first: dict[str, tuple[Row, int]] = {}

    def add(self, what: str, row: Row) -> None:
        first, count = self._first.get(what, (row, 0))
        self._first[what] = first, count + 1

    def lines(self) -> list[str]:
        return [
            f"left out: {count} {what}, the first in {row.file}, line {row.line}"
            for what, (row, count) in self._first.items()
        ]


class Download:
    """The tables of one or several folders and zip archives, found by name: `skills` is skills_en.csv or
    skills.csv, `technology skills` is Technology Skills.txt or technology_skills.csv.

    Raises `DownloadError` where a source cannot be opened or two tables have one name.
    """

    def __init__(self, sources: Sequence[Path]) -> None:
        self.used: dict[str, str] = {}
        """SHA-256 of each table that was read, by name."""
        self._at: dict[str, tuple[Path, str]] = {}
        self._other_languages: set[str] = set()
        for source in sources:
            for member in _members(source):
                self._note(source, member)

    def __contains__(self, table: str) -> bool:
        return table.lower() in self._at

    @property
    def tables(self) -> list[str]:
        return sorted(self._at)

    @property
    def other_languages(self) -> list[str]:
        """Names of tables in other languages than English."""
        return sorted(self._other_languages)

    def rows(self, table: str, needs: Sequence[str]) -> Iterator[Row]:
        """The rows of a table that has the columns `needs`.

        Raises `DownloadError` where it has not, is too large, no UTF-8, or no table.
        """
        source, member = self._at[table.lower()]
        name = PurePosixPath(member).name
        content = _read(source, member)
        self.used[name] = hashlib.sha256(content).hexdigest()
        text = _decoded(content, name)
        reader = csv.reader(io.StringIO(text, newline=""), **_layout(text))
        line = 1
        try:
            header = [column.strip() for column in next(reader, [])]
            for column in needs:
                if column not in header:
                    raise DownloadError(f"{name}, line 1: there is no column {column}")
            line = reader.line_num + 1
            for cells in reader:
                if len(cells) > len(header):
                    raise DownloadError(
                        f"{name}, line {line}: {len(cells)} cells in a table of {len(header)} columns"
                    )
                if cells:
                    yield Row(name, line, dict(zip(header, cells, strict=False)))
                line = reader.line_num + 1
        except csv.Error as error:
            raise DownloadError(f"{name}, line {line}: {error}") from None

    def _note(self, source: Path, member: str) -> None:
        name = PurePosixPath(member).name
        match = _TABLE.fullmatch(name)
        if match is None:
            return
        if (match["language"] or "en").lower() != "en":
            self._other_languages.add(name)
            return
        table = re.sub(r"[ _-]+", " ", match["stem"]).lower()
        if table in self._at:
            other, there = self._at[table]
            raise DownloadError(f"there are two tables {table!r}: {other}: {there} and {source}: {member}")
        self._at[table] = source, member


def _members(source: Path) -> list[str]:
    """Names of files directly in a folder, or anywhere in an archive."""
    if source.is_dir():
        return sorted(path.name for path in source.iterdir() if path.is_file())
    if not source.is_file():
        raise DownloadError(f"{source}: there is no such folder or archive")
    try:
        with zipfile.ZipFile(source) as archive:
            members = [info.filename for info in archive.infolist() if not info.is_dir()]
    except zipfile.BadZipFile:
        raise DownloadError(f"{source}: neither a folder nor a zip archive") from None
    if len(members) > MAX_MEMBERS:
        raise DownloadError(f"{source}: {len(members)} files, more than {MAX_MEMBERS}")
    return [name for name in members if not name.startswith("__MACOSX/")]


def _read(source: Path, member: str) -> bytes:
    name = PurePosixPath(member).name
    try:
        if source.is_dir():
            with (source / member).open("rb") as file:
                content = file.read(MAX_BYTES + 1)
        else:
            # what the archive says of its sizes may be untrue: what counts is what comes out
            with zipfile.ZipFile(source) as archive, archive.open(member) as packed:
                content = packed.read(MAX_BYTES + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError) as error:  # RuntimeError: encrypted
        raise DownloadError(f"{source}: {member} cannot be unpacked: {error}") from None
    if len(content) > MAX_BYTES:
        raise DownloadError(f"{name}: more than {MAX_BYTES >> 20} MiB")
    return content


def _decoded(content: bytes, name: str) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise DownloadError(f"{name}, line {line}: not UTF-8 at byte {error.start}") from None
    if control := _CONTROL.search(text):
        line = text.count("\n", 0, control.start()) + 1
        raise DownloadError(f"{name}, line {line}: holds the control character {control[0]!r}")
    return text


def _layout(text: str) -> dict[str, Any]:
    """Commas and quotes as ESCO writes, or tabs without quotes as O*NET does, by what the first line has."""
    head = text[: text.find("\n") + 1]
    if "\t" in head:
        return {"delimiter": "\t", "quoting": csv.QUOTE_NONE}
    return {"delimiter": ";" if head.count(";") > head.count(",") else ",", "strict": True}
