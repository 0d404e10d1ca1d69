"""Where Credence answers otherwise than the material expects, and why: `divergences.toml`, each entry with its paths."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

from conformance.answers import Given, answer_to, expected_of
from conformance.material import Row, contexts_of_the_material, rows

LIST = Path(__file__).with_name("divergences.toml")


@dataclass(frozen=True, slots=True)
class Compared:
    row: Row
    expected: str
    given: Given
    explanation: str | None

    @property
    def agrees(self) -> bool:
        return self.expected == self.given.answer

    @property
    def explained(self) -> bool:
        return self.agrees or self.explanation is not None


def explanations() -> dict[str, tuple[str, str]]:
    """path -> (what is given, why). ValueError: a path stands in two entries."""
    found: dict[str, tuple[str, str]] = {}
    for entry in tomllib.loads(LIST.read_text(encoding="utf-8"))["divergence"]:
        for path in entry["paths"]:
            if path in found:
                raise ValueError(f"{path} is explained twice")
            found[path] = (entry["given"], entry["why"])
    return found


def compared() -> list[Compared]:
    """Every row of the manifest. An explanation counts only where it says just what is given."""
    known = explanations()
    with contexts_of_the_material():
        given = [(row, answer_to(row)) for row in rows()]
    return [
        Compared(row, expected_of(row), answer, _explanation(known.get(row.path), answer))
        for row, answer in given
    ]


def _explanation(known: tuple[str, str] | None, given: Given) -> str | None:
    return known[1] if known is not None and known[0] == str(given) else None
