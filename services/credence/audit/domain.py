"""What an audit compares: people by their evidence, a role by its competencies, programmes by what they teach. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from credence_models.coverage import Competency, Necessity, Piece
from credence_models.gaps import Holding

Neighbours = Mapping[str, Mapping[str, float]]
"""Competency id to concept id to similarity, for all concepts above the policy's threshold."""

EXPIRING_WITHIN = timedelta(days=180)


@dataclass(frozen=True, slots=True)
class HeldEvidence:
    """One piece of a person's evidence, as its profile says."""

    evidence_id: str
    concept: str
    strength: float
    level: int
    verified: bool
    factors: Mapping[str, float]
    title: str
    issuer: str
    expires_on: date | None


@dataclass(frozen=True, slots=True)
class Person:
    candidate_id: str
    external_id: str
    revision: int
    evidence: tuple[HeldEvidence, ...]


@dataclass(frozen=True, slots=True)
class RoleLine:
    """One competency of the role, with the employer's wording and its concept, empty for free text."""

    competency: Competency
    wording: str
    concept: str


@dataclass(frozen=True, slots=True)
class AuditedRole:
    name: str
    title: str
    revision: int
    lines: tuple[RoleLine, ...]


@dataclass(frozen=True, slots=True)
class Expiring:
    """A credential that stops counting in full within `EXPIRING_WITHIN`."""

    candidate_id: str
    title: str
    issuer: str
    expires_on: date
    competencies: tuple[str, ...]


def holdings_of(person: Person, neighbours: Neighbours) -> list[Holding]:
    """The person's evidence seen from each competency that it bears on."""
    return [
        Holding(
            Piece(
                piece.evidence_id,
                competency_id,
                similar[piece.concept],
                piece.strength,
                piece.level,
                piece.verified,
            ),
            piece.factors,
        )
        for competency_id, similar in neighbours.items()
        for piece in person.evidence
        if piece.concept in similar
    ]


def expiring(people: Sequence[Person], neighbours: Neighbours, today: date) -> list[Expiring]:
    """Credentials that bear on the role and expire soon, the soonest first; each credential of a person once."""
    found: dict[tuple[str, str, str, date], set[str]] = {}
    for person in people:
        for piece in person.evidence:
            until = piece.expires_on
            if until is None or not today <= until <= today + EXPIRING_WITHIN or not piece.verified:
                continue
            bears_on = {c for c, similar in neighbours.items() if piece.concept in similar}
            if bears_on:
                found.setdefault((person.candidate_id, piece.title, piece.issuer, until), set()).update(
                    bears_on
                )
    return [
        Expiring(candidate, title, issuer, until, tuple(sorted(competencies)))
        for (candidate, title, issuer, until), competencies in sorted(
            found.items(), key=lambda item: (item[0][3], item[0])
        )
    ]


@dataclass(frozen=True, slots=True)
class TaughtSkill:
    concept: str
    level: int


def coverage_taught(
    taught: Sequence[TaughtSkill],
    line: RoleLine,
    similar: Mapping[str, float],
    x_of: Callable[[float, int, int], float],
) -> float:
    """How far a programme's evidence would cover a competency: by the best of what it teaches, 0..1.

    `x_of(similarity, level, required level)` is the policy's strength of such evidence.
    """
    return max(
        (
            x_of(similar[skill.concept], skill.level, line.competency.required_level)
            for skill in taught
            if skill.concept in similar
        ),
        default=0.0,
    )


NECESSITIES = {1: Necessity.MUST, 2: Necessity.SHOULD, 3: Necessity.NICE}
"""Necessities by their proto number."""
