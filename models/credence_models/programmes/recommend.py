"""Which programmes close most of a cohort's gap within a budget.

A participant of a programme gets one new piece of evidence for each competency that it teaches, of the
strength that the programme's evidence has, so for a set S of programmes and person p on competency j
(noisy-or, as in scoring)

    c_pj(S) = 1 - (1 - c_pj) PRODUCT_{m in S, p takes m} (1 - x_mj)
    gain(S) = SUM_pj w_j (min(target, c_pj(S)) - min(target, c_pj))

gain is monotone and submodular (a product of chances to miss has diminishing returns, and cutting a monotone
submodular function off at a constant keeps that) as long as the people who take a programme do not depend on
S: they are the people most short, before any programme, on what it teaches.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from credence_models.coverage import (
    EvidenceFacts,
    EvidenceKind,
    IssuerStanding,
    Piece,
    Policy,
    Rigor,
    VerificationOutcome,
    grade,
)
from credence_models.coverage.scoring import covers
from credence_models.programmes.options import Options
from credence_models.programmes.search import choose

MOST = 5
FEWEST = 3


@dataclass(frozen=True, slots=True)
class Programme:
    """`cost_minor` is for one person in minor units of one currency, `hours` for one person. `teaches` maps
    competency ids to the x (0..1) that its evidence would cover of them; `seats` limits the participants,
    None: no limit."""

    id: str
    cost_minor: int
    hours: float
    teaches: Mapping[str, float]
    seats: int | None = None

    def __post_init__(self) -> None:
        if self.cost_minor < 0 or not 0.0 <= self.hours < float("inf"):
            raise ValueError(f"programme {self.id!r}: cost and hours must be 0 or more")
        if self.seats is not None and self.seats < 1:
            raise ValueError(f"programme {self.id!r}: seats must be 1 or more, not {self.seats}")
        if not all(0.0 <= x <= 1.0 for x in self.teaches.values()):
            raise ValueError(f"programme {self.id!r}: what it covers must lie between 0 and 1")


@dataclass(frozen=True, slots=True)
class Budget:
    """Money for all participants together, hours for one person; None: no limit."""

    cost_minor: int | None = None
    hours: float | None = None


@dataclass(frozen=True, slots=True)
class PersonCoverage:
    """How far one person covers one competency now; a pair that is left out counts as 0."""

    person_id: str
    competency_id: str
    coverage: float


@dataclass(frozen=True, slots=True)
class RecommendedProgramme:
    """`gap_closed` is what it adds to those above it; `cost_minor` is for all its participants, and
    `cost_per_point_minor` that cost for one gap point closed. `hours` are for one person. `competencies` are
    those on which it closes something, the most first."""

    programme_id: str
    participants: tuple[str, ...]
    gap_closed: float
    cost_minor: int
    hours: float
    cost_per_point_minor: float
    competencies: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Recommendation:
    """The most useful first; the gaps they close sum to `gap_before - gap_after`. `at_most` is a bound on
    what any choice within the budget could close: equal to what is closed where the method is exact."""

    programmes: tuple[RecommendedProgramme, ...]
    gap_before: float
    gap_after: float
    total_cost_minor: int
    total_hours: float
    method: Literal["exact", "greedy"]
    at_most: float
    notes: tuple[str, ...]


def recommend(
    people: Iterable[PersonCoverage],
    weights: Mapping[str, float],
    target: float,
    catalogue: Sequence[Programme],
    budget: Budget,
    *,
    most: int = MOST,
) -> Recommendation:
    """Up to `most` programmes that together close most of the weighted shortfall of `people` on the
    competencies in `weights`. Ties go to the cheaper, then the shorter, then the fewer programmes, so none
    is recommended that closes nothing: there are fewer than three only where more would not fit or not help,
    and `notes` says which.

    Exact where trying every set is affordable, else the best of many greedy runs (see search.py). The
    order of input does not matter. ValueError on a competency id that has no weight, or a programme id given
    twice.
    """
    if not 0.0 < target <= 1.0:
        raise ValueError(f"a target coverage lies over 0 and up to 1, not {target}")
    if most < 1:
        raise ValueError(f"at least one programme must be allowed, not {most}")
    programmes = sorted(catalogue, key=lambda programme: programme.id)
    if len({programme.id for programme in programmes}) < len(programmes):
        raise ValueError("a programme id is given twice")
    options = Options.of(
        {(line.person_id, line.competency_id): line.coverage for line in people},
        weights,
        target,
        [(programme.teaches, programme.seats) for programme in programmes],
        [(programme.cost_minor, programme.hours) for programme in programmes],
        (budget.cost_minor, budget.hours),
    )
    choice = choose(options, most)
    recommended = []
    for position, index in enumerate(choice.chosen):
        programme = programmes[index]
        closed = options.closed_by(choice.chosen[:position], index)
        cost = options.cost[index]
        ordered = sorted(closed.items(), key=lambda item: (-item[1], item[0]))
        gap_closed = sum(closed.values())
        recommended.append(
            RecommendedProgramme(
                programme.id,
                options.participants(index),
                gap_closed,
                int(cost),
                programme.hours,
                cost / gap_closed,
                tuple(competency for competency, gain in ordered if gain > 0.0),
            )
        )
    before = options.gap
    return Recommendation(
        tuple(recommended),
        before,
        before - options.gain(choice.chosen),
        sum(line.cost_minor for line in recommended),
        sum(line.hours for line in recommended),
        "exact" if choice.exact else "greedy",
        choice.at_most,
        _notes(options, choice.chosen, most),
    )


def evidence_of_programme(
    similarity: float,
    issuer: IssuerStanding,
    rigor: Rigor,
    level: int,
    required_level: int,
    policy: Policy,
) -> float:
    """x of the evidence that a programme gives on one competency: a new, verified credential of this issuer
    and rigor, nothing known about how many hold it."""
    today = date(2000, 1, 1)  # only the difference of the two days counts
    facts = EvidenceFacts(
        EvidenceKind.VERIFIED_CREDENTIAL, VerificationOutcome.VALID, issuer, rigor, "", today, False, None, 1
    )
    piece = Piece("", "", similarity, grade(facts, policy, today).strength, level, True)
    return covers(piece, required_level, policy)


def payback_months(cost: float, gain_per_year: float) -> float | None:
    """Months until a yearly gain has paid a cost: cost / (gain / 12). None where there is no gain."""
    return cost / (gain_per_year / 12.0) if gain_per_year > 0.0 else None


def _notes(options: Options, chosen: tuple[int, ...], most: int) -> tuple[str, ...]:
    if options.gap <= 0.0:
        return ("Nobody is short of the target.",)
    if len(chosen) >= min(FEWEST, most):
        return ()
    closed = options.gain(chosen)
    rest = (index for index in range(options.count) if index not in chosen)
    useful = any(options.gain((*chosen, index)) > closed + 1e-9 for index in rest)
    if not useful:
        return ("No further programme of the catalogue would close more of the gap.",)
    return ("The budget allows no further programme that would close more of the gap.",)
