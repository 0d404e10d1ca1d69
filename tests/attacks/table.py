"""The table of attacks and answers, as Markdown."""

from __future__ import annotations

from collections.abc import Iterable

from attacks.model import Attack, Row

_HEAD = """# Attacks and answers

Written by `python -m tests.attacks --markdown`; a test compares it with the cases in `cases/`. Every document is made and signed by this
folder, every answer is asserted, and no run reaches a network. `python -m tests.attacks` shows how long each takes.
"""


def markdown(attacks: Iterable[Attack]) -> str:
    by_row: dict[Row, list[Attack]] = {row: [] for row in Row}
    for attack in attacks:
        by_row[attack.row].append(attack)
    parts = [_HEAD]
    for row, cases in by_row.items():
        parts.append(
            f"\n## {row} ({len(cases)})\n\n| attack | outcome | verdict | code |\n| --- | --- | --- | --- |\n"
        )
        parts.extend(
            f"| {_cell(case.name)} | {case.outcome} | {case.verdict}{_flag(case)} | {case.code} |\n"
            for case in cases
        )
    return "".join(parts)


def _flag(case: Attack) -> str:
    return f", flag {case.flag}" if case.flag else ""


def _cell(text: str) -> str:
    printable = "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)
    return printable.replace("|", "\\|").replace("<", "&lt;").replace("`", "'")
