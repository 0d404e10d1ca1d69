"""Heat maps as tables: a shade and a number in every cell, a letter where something is missing."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from credence.web.resources import last
from credence.web.views.people import Label, label
from credencepb.audit.v1.audit_pb2 import Audit, CompetencyGap

CAUSES = {
    "NO_EVIDENCE": ("N", "no evidence"),
    "UNVERIFIED_ONLY": ("U", "unverified only"),
    "STALE_OR_EXPIRING": ("O", "old or expired"),
    "LEVEL_TOO_LOW": ("L", "level too low"),
    "ISSUER_OR_RIGOR_WEAK": ("W", "weakly assessed"),
}
"""A letter for each cause, and what it means."""


@dataclass(frozen=True, slots=True)
class HeatCell:
    """`shade` 0..9, -1 when suppressed; `text` the coverage in per cent; `letter` the main cause where the target is missed."""

    shade: int
    text: str
    letter: str = ""
    cause: str = ""


@dataclass(frozen=True, slots=True)
class HeatRow:
    label: Label
    href: str
    cells: tuple[HeatCell, ...]
    present: bool = False


@dataclass(frozen=True, slots=True)
class HeatMap:
    columns: tuple[str, ...]
    rows: tuple[HeatRow, ...]

    @property
    def letters(self) -> tuple[tuple[str, str], ...]:
        """The letters that occur."""
        used = {cell.letter for row in self.rows for cell in row.cells}
        return tuple(pair for pair in CAUSES.values() if pair[0] in used)

    @property
    def hides(self) -> bool:
        return any(cell.shade < 0 for row in self.rows for cell in row.cells)


def people_map(audit: Audit, names: Mapping[str, str]) -> HeatMap | None:
    """Person by competency, who is furthest from the target first; None for a caller who may not see people."""
    if not audit.person_gaps:
        return None
    order = [gap.competency for gap in audit.gaps]
    weights = {gap.competency: gap.weight for gap in audit.gaps}
    cells: dict[str, dict[str, HeatCell]] = {}
    short: dict[str, float] = {}
    ids: dict[str, str] = {}
    for person in audit.person_gaps:
        letter, cause = CAUSES.get(person.cause, ("", "")) if person.shortfall > 0 else ("", "")
        cells.setdefault(person.candidate, {})[person.competency] = _cell(person.coverage, letter, cause)
        weighted = person.shortfall * weights.get(person.competency, 0.0)
        short[person.candidate] = short.get(person.candidate, 0.0) + weighted
        ids[person.candidate] = person.external_id
    blank = HeatCell(-1, "–")
    rows = tuple(
        HeatRow(
            label(name, ids[name], names),
            f"/people/{last(name)}",
            tuple(cells[name].get(competency, blank) for competency in order),
        )
        for name in sorted(cells, key=lambda name: (-short[name], ids[name]))
    )
    return HeatMap(tuple(gap.wording for gap in audit.gaps), rows)


def newest_of_teams(audit: Audit, others: Iterable[Audit]) -> list[Audit]:
    """The newest audit of every other team against the same revision of the role; `others` newest first."""
    newest: dict[str, Audit] = {}
    for other in others:
        if other.role_revision == audit.role_revision and other.cohort != audit.cohort:
            newest.setdefault(other.cohort, other)
    return list(newest.values())


def team_map(audit: Audit, teams: Iterable[Audit]) -> HeatMap:
    """Team by competency, `audit`'s own among them."""
    rows = tuple(
        HeatRow(
            Label(team.cohort_display_name),
            f"/audits/{last(team.name)}",
            _team_cells(team, audit.gaps),
            present=team.name == audit.name,
        )
        for team in sorted([audit, *teams], key=lambda team: team.cohort_display_name.casefold())
    )
    return HeatMap(tuple(gap.wording for gap in audit.gaps), rows)


def _team_cells(team: Audit, columns: Sequence[CompetencyGap]) -> tuple[HeatCell, ...]:
    gaps = {gap.competency: gap for gap in team.gaps}
    cells = []
    for column in columns:
        gap = gaps.get(column.competency)
        if gap is None or gap.suppressed:
            cells.append(HeatCell(-1, "–"))
            continue
        missed = gap.mean_coverage < team.target_coverage and gap.causes
        letter, cause = CAUSES.get(gap.causes[0].code, ("", "")) if missed else ("", "")
        cells.append(_cell(gap.mean_coverage, letter, cause))
    return tuple(cells)


def _cell(coverage: float, letter: str, cause: str) -> HeatCell:
    percent = int(100 * coverage + 1e-9)
    return HeatCell(min(9, percent // 10), str(percent), letter, cause)
