"""The budget form of a recommendation."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from credencepb.audit.v1.audit_pb2 import Audit

FEWEST, MOST = 3, 5
_NUMBER: Final = "Give a number of 0 or more, or leave it empty."
_FIELDS: Final = {"budget_minor": "budget", "budget_hours": "hours", "max_programmes": "most"}


@dataclass(frozen=True, slots=True)
class BudgetForm:
    """`budget` (whole units of money for all participants) and `hours` (for one person) as typed; empty: no limit.

    `competencies`: (id, wording, chosen), those with a gap.
    """

    competencies: tuple[tuple[str, str, bool], ...]
    budget: str = ""
    hours: str = ""
    most: int = FEWEST
    budget_minor: int = 0
    budget_hours: float = 0.0
    errors: Mapping[str, str] = field(default_factory=dict)

    @property
    def chosen(self) -> tuple[str, ...]:
        return tuple(name for name, _, chosen in self.competencies if chosen)

    def refused(self, violations: Iterable[tuple[str, str]]) -> "BudgetForm":
        return replace(self, errors={_FIELDS.get(name, "budget"): text for name, text in violations})


def read_budget(items: Iterable[tuple[str, str]], audit: Audit) -> BudgetForm:
    """The top gaps are chosen unless the address chooses others."""
    sent: dict[str, list[str]] = {}
    for name, value in items:
        sent.setdefault(name, []).append(value.strip())
    top = [gap.competency for gap in audit.top_gaps if gap.gap > 0]
    wanted = set(sent.get("close", ())) or set(top)
    errors: dict[str, str] = {}
    budget, hours = sent.get("budget", [""])[-1], sent.get("hours", [""])[-1]
    money, time = _number(budget), _number(hours)
    if money is None or money > 1e12:
        errors["budget"] = _NUMBER
    if time is None or time > 1e6:
        errors["hours"] = _NUMBER
    most = sent.get("most", [str(FEWEST)])[-1]
    if most not in ("3", "4", "5"):
        errors["most"] = f"Choose {FEWEST} to {MOST}."
    ordered = sorted((gap for gap in audit.gaps if gap.gap > 0), key=lambda gap: -gap.gap)
    return BudgetForm(
        tuple((gap.competency, gap.wording, gap.competency in wanted) for gap in ordered),
        budget,
        hours,
        int(most) if "most" not in errors else FEWEST,
        round(100 * (money or 0)) if "budget" not in errors else 0,
        (time or 0.0) if "hours" not in errors else 0.0,
        errors,
    )


def _number(text: str) -> float | None:
    """0 for an empty text, None for what is no number from 0 on. Spaces and commas may group digits."""
    if not text:
        return 0.0
    try:
        number = float(text.replace(" ", "").replace(",", ""))
    except ValueError:
        return None
    return number if 0 <= number < float("inf") else None
