"""Where a set of people falls short of a role's profile, how far, and why.

    shortfall of a person = max(0, target coverage - coverage)
    gap of a competency   = SUM over people of shortfall x weight

A cause is found by asking what would have had to be different. A piece of evidence is repaired in one
respect by setting the factors of its strength that speak of this respect to their best, everything else left
as it is:

    UNVERIFIED_ONLY        kind as a verified credential, verification 1; only where nothing verified counts
    STALE_OR_EXPIRING      recency 1: neither old, nor expired, nor undated
    LEVEL_TOO_LOW          level factor 1
    ISSUER_OR_RIGOR_WEAK   issuer 1, rigor 1; only where the three above together do not suffice

The causes are the repairs in the smallest sets with which the coverage reaches the target: one that suffices
alone, else two together, and so on; where several sets of the same size suffice, all of them are named.
NO_EVIDENCE: nothing counts, or what counts is only for neighbouring skills and would not reach the target
however good it were. Evidence for the very skill that no repair lifts to the target (everybody holds it, it
repeats another) is ISSUER_OR_RIGOR_WEAK.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import combinations
from typing import TypeVar

from credence_models.coverage import Competency, EvidenceKind, Piece, Policy, score
from credence_models.coverage.scoring import covers, noisy_or

SMALLEST_CELL = 5

K = TypeVar("K")


class Cause(StrEnum):
    NO_EVIDENCE = "NO_EVIDENCE"
    UNVERIFIED_ONLY = "UNVERIFIED_ONLY"
    STALE_OR_EXPIRING = "STALE_OR_EXPIRING"
    LEVEL_TOO_LOW = "LEVEL_TOO_LOW"
    ISSUER_OR_RIGOR_WEAK = "ISSUER_OR_RIGOR_WEAK"


@dataclass(frozen=True, slots=True)
class Holding:
    """A piece of evidence as it was scored, with the factors of its strength by name (as in its grade)."""

    piece: Piece
    factors: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Shortfall:
    """One person on one competency. `causes` is empty where nothing is short, else the first is the
    plainest."""

    person_id: str
    competency_id: str
    coverage: float
    verified_coverage: float
    shortfall: float
    causes: tuple[Cause, ...]


@dataclass(frozen=True, slots=True)
class CompetencyGap:
    """`mean_shortfall` is over the people who are short (0 if none is), the mean coverages over all.
    `causes` counts people, most frequent first; one person can have several."""

    competency_id: str
    weight: float
    gap: float
    people: int
    people_short: int
    mean_shortfall: float
    mean_coverage: float
    mean_verified_coverage: float
    causes: tuple[tuple[Cause, int], ...]


@dataclass(frozen=True, slots=True)
class GapAudit:
    """`gaps` in the order of the profile, `shortfalls` by person id and then in that order."""

    target: float
    gaps: tuple[CompetencyGap, ...]
    shortfalls: tuple[Shortfall, ...]


def audit_gaps(
    people: Mapping[str, Sequence[Holding]],
    competencies: Sequence[Competency],
    policy: Policy,
    *,
    target: float | None = None,
) -> GapAudit:
    """The gaps of `people` (person id -> evidence) against one profile; `target` is a coverage over 0 and up
    to 1, None for the policy's. The order of people and evidence does not matter. Errors as those of
    `score`."""
    wanted = policy.target_coverage if target is None else target
    if not 0.0 < wanted <= 1.0:
        raise ValueError(f"a target coverage lies over 0 and up to 1, not {wanted}")
    shortfalls = [
        line
        for person_id in sorted(people)
        for line in _person(person_id, people[person_id], competencies, policy, wanted)
    ]
    gaps = tuple(
        _gap(competency, [line for line in shortfalls if line.competency_id == competency.id])
        for competency in competencies
    )
    return GapAudit(wanted, gaps, tuple(shortfalls))


def top_gaps(gaps: Iterable[CompetencyGap], count: int = 3) -> tuple[CompetencyGap, ...]:
    """The largest, largest first, ties by competency id; a competency without a gap is none of them."""
    ordered = sorted((gap for gap in gaps if gap.gap > 0.0), key=lambda gap: (-gap.gap, gap.competency_id))
    return tuple(ordered[:count])


def suppress_small_cells(cells: Mapping[K, int], smallest: int = SMALLEST_CELL) -> dict[K, int | None]:
    """Counts of people in cells that part a group whose size is known; None for a cell that must not be
    shown.

    Hidden are cells of 1 to `smallest` - 1 people. Where that hides one cell only, the next smallest is
    hidden too, or a subtraction from the group's size would give it away.
    """
    hidden = {key for key, people in cells.items() if 0 < people < smallest}
    if len(hidden) == 1 and len(cells) > 1:
        shown = [
            (people == 0, people, position, key)
            for position, (key, people) in enumerate(cells.items())
            if key not in hidden
        ]
        hidden.add(min(shown, key=lambda cell: cell[:3])[3])
    return {key: None if key in hidden else people for key, people in cells.items()}


def _person(
    person_id: str,
    holdings: Sequence[Holding],
    competencies: Sequence[Competency],
    policy: Policy,
    target: float,
) -> list[Shortfall]:
    lines = {
        line.competency_id: line
        for line in score(competencies, [h.piece for h in holdings], policy).coverages
    }
    result = []
    for competency in competencies:
        line = lines[competency.id]
        short = max(0.0, target - line.coverage)
        held = [holding for holding in holdings if holding.piece.competency_id == competency.id]
        causes = _causes(held, competency, policy, target) if short > 0.0 else ()
        result.append(
            Shortfall(person_id, competency.id, line.coverage, line.verified_coverage, short, causes)
        )
    return result


def _gap(competency: Competency, lines: Sequence[Shortfall]) -> CompetencyGap:
    short = [line.shortfall for line in lines if line.shortfall > 0.0]
    causes = Counter(cause for line in lines for cause in line.causes)
    order = list(Cause)
    return CompetencyGap(
        competency.id,
        competency.weight,
        math.fsum(short) * competency.weight,
        len(lines),
        len(short),
        _mean(short),
        _mean([line.coverage for line in lines]),
        _mean([line.verified_coverage for line in lines]),
        tuple(sorted(causes.items(), key=lambda item: (-item[1], order.index(item[0])))),
    )


def _mean(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values) if values else 0.0


def _causes(
    holdings: Sequence[Holding], competency: Competency, policy: Policy, target: float
) -> tuple[Cause, ...]:
    counting = [h for h in holdings if covers(h.piece, competency.required_level, policy) > 0.0]
    if not counting:
        return (Cause.NO_EVIDENCE,)
    repairs = [Cause.STALE_OR_EXPIRING, Cause.LEVEL_TOO_LOW]
    if not any(holding.piece.verified for holding in counting):
        repairs.insert(0, Cause.UNVERIFIED_ONLY)

    def suffices(repaired: tuple[Cause, ...]) -> bool:
        xs = (_repaired(holding, repaired, competency.required_level, policy) for holding in counting)
        return noisy_or(sorted(xs, reverse=True)) >= target

    for always in ((), (Cause.ISSUER_OR_RIGOR_WEAK,)):
        for size in range(len(repairs) + 1):
            sufficient = [chosen for chosen in combinations(repairs, size) if suffices((*chosen, *always))]
            if sufficient:
                named = {cause for chosen in sufficient for cause in chosen} | set(always)
                return tuple(cause for cause in Cause if cause in named)
    same_skill = any(holding.piece.similarity >= 1.0 for holding in counting)
    return (Cause.ISSUER_OR_RIGOR_WEAK if same_skill else Cause.NO_EVIDENCE,)


def _repaired(holding: Holding, repaired: tuple[Cause, ...], required_level: int, policy: Policy) -> float:
    factors = dict(holding.factors)
    piece = holding.piece
    if Cause.UNVERIFIED_ONLY in repaired:
        factors["kind"] = max(factors.get("kind", 1.0), policy.kind[EvidenceKind.VERIFIED_CREDENTIAL])
        factors["verification"] = 1.0
    if Cause.STALE_OR_EXPIRING in repaired:
        factors["recency"] = 1.0
    if Cause.ISSUER_OR_RIGOR_WEAK in repaired:
        factors["issuer"] = factors["rigor"] = 1.0
    if Cause.LEVEL_TOO_LOW in repaired:
        piece = replace(piece, level=max(piece.level, required_level))
    strength = math.prod(factors.values()) if repaired else piece.strength
    return covers(replace(piece, strength=min(1.0, strength)), required_level, policy)
