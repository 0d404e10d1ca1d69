"""Evidence to score: how far a candidate covers each competency of a role, and which evidence brings how
many points.

    x_ij = sim(j, i) ** p * strength_i * level_factor(level_i, required_j)       multiplied from left to right
    c_j  = 1 - PRODUCT_i (1 - x_ij)                                              largest x first
    score = 100 * SUM_j w_j c_j / SUM_j w_j                                      competencies by id
    contribution of i to j = c_j * log(1 - x_ij) / SUM_i log(1 - x_ij)           in points: * 100 w_j / SUM w

Coverage uses only + - * /, in the order above, so the same pieces give the same bits on any machine and in
any order of input, and one more piece can never lower it, not even by a rounding: the sorted factors only
fall. Logarithms only share a coverage out among its pieces.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from credence_models.coverage.policy import Policy


class Necessity(StrEnum):
    MUST = "must"
    SHOULD = "should"
    NICE = "nice"


@dataclass(frozen=True, slots=True)
class Competency:
    """One line of a role's profile. `required_level` is 1..5, 0 for any; `gate` is the coverage from which
    it counts as met, None for the policy's."""

    id: str
    weight: float
    required_level: int
    necessity: Necessity
    gate: float | None


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of evidence seen from one competency. `level` is 1..5, 0 for unknown; `verified` lets it
    count in the score from verified evidence alone. `evidence_id` names the piece among all of the
    candidate's."""

    evidence_id: str
    competency_id: str
    similarity: float
    strength: float
    level: int
    verified: bool


@dataclass(frozen=True, slots=True)
class Contribution:
    """`x` is what the piece would cover on its own, `points` its share of the score."""

    evidence_id: str
    competency_id: str
    x: float
    points: float


@dataclass(frozen=True, slots=True)
class CompetencyCoverage:
    """`pieces` counts the evidence that covers anything of it at all."""

    competency_id: str
    coverage: float
    verified_coverage: float
    met: bool
    gate: float
    points: float
    max_points: float
    pieces: int


@dataclass(frozen=True, slots=True)
class Score:
    """`total` and `verified_only` are 0..100. `coverages` stand by competency id, `contributions` (of
    evidence that covers something) largest first, ties by competency and evidence id; their points sum to
    `total`."""

    total: float
    verified_only: float
    must_haves_met: bool
    coverages: tuple[CompetencyCoverage, ...]
    contributions: tuple[Contribution, ...]


def similarity_weight(similarity: float, policy: Policy) -> float:
    """sim ** p from the policy's threshold on, 0 under it. Values past 1 are rounding noise of cosines."""
    if not -1.001 <= similarity <= 1.001:
        raise ValueError(f"a similarity lies between -1 and 1, not {similarity}")
    if similarity < policy.similarity.threshold:
        return 0.0
    return 1.0 if similarity >= 1.0 else similarity**policy.similarity.exponent


def level_factor(level: int, required: int, policy: Policy) -> float:
    """1 at or over the required level, else `below` ** (levels missing); an unknown level (0) counts as the
    one that the policy names. Never falls with a rising known level, never rises with a rising
    requirement."""
    missing = required - (level or policy.level.unknown_counts_as)
    return 1.0 if missing <= 0 else policy.level.below**missing


def covers(piece: Piece, required_level: int, policy: Policy) -> float:
    """x of one piece: the share of the competency that it covers on its own."""
    if not 0.0 <= piece.strength <= 1.0:
        raise ValueError(
            f"evidence {piece.evidence_id!r}: a strength lies between 0 and 1, not {piece.strength}"
        )
    if not 0 <= piece.level <= 5:
        raise ValueError(f"evidence {piece.evidence_id!r}: the level must be 0 to 5, not {piece.level}")
    weight = similarity_weight(piece.similarity, policy)
    return weight * piece.strength * level_factor(piece.level, required_level, policy)


def noisy_or(falling: Iterable[float]) -> float:
    """1 - PRODUCT (1 - x) over values in 0..1 that come largest first."""
    remaining = 1.0
    for x in falling:
        remaining *= 1.0 - x
    return 1.0 - remaining


def score(competencies: Sequence[Competency], pieces: Iterable[Piece], policy: Policy) -> Score:
    """The score of one candidate for one role, and all that explains it.

    ValueError where a competency is given twice, a weight is negative or none is positive, a level or a gate
    is out of range, or a piece has a strength outside 0..1 or names a competency that the role does not
    have.
    """
    profile = sorted(competencies, key=lambda competency: competency.id)
    total_weight = _checked_weight(profile)
    found: dict[str, list[tuple[float, str, bool]]] = {competency.id: [] for competency in profile}
    required = {competency.id: competency.required_level for competency in profile}
    for piece in pieces:
        if piece.competency_id not in found:
            raise ValueError(
                f"evidence {piece.evidence_id!r} is for {piece.competency_id!r}, not in this role"
            )
        x = covers(piece, required[piece.competency_id], policy)
        if x > 0.0:
            found[piece.competency_id].append((-x, piece.evidence_id, piece.verified))

    coverages: list[CompetencyCoverage] = []
    contributions: list[Contribution] = []
    weighted = verified_weighted = 0.0
    for competency in profile:
        entries = sorted(found[competency.id])
        coverage = noisy_or(-negative_x for negative_x, _, _ in entries)
        verified_coverage = noisy_or(-negative_x for negative_x, _, verified in entries if verified)
        weighted += competency.weight * coverage
        verified_weighted += competency.weight * verified_coverage
        gate = getattr(policy.gate, competency.necessity) if competency.gate is None else competency.gate
        max_points = 100.0 * competency.weight / total_weight
        contributions += _shared(competency.id, entries, max_points * coverage)
        coverages.append(
            CompetencyCoverage(
                competency.id,
                coverage,
                verified_coverage,
                coverage >= gate,
                gate,
                max_points * coverage,
                max_points,
                len(entries),
            )
        )
    musts = {competency.id for competency in profile if competency.necessity is Necessity.MUST}
    return Score(
        100.0 * weighted / total_weight,
        100.0 * verified_weighted / total_weight,
        all(line.met for line in coverages if line.competency_id in musts),
        tuple(coverages),
        tuple(sorted(contributions, key=lambda c: (-c.points, c.competency_id, c.evidence_id))),
    )


def missing(result: Score, competencies: Sequence[Competency]) -> tuple[CompetencyCoverage, ...]:
    """What a candidate lacks for the role: the competencies under their gate, must-haves first, then by the
    points that are lost on them."""
    order = list(Necessity)
    necessity = {competency.id: order.index(competency.necessity) for competency in competencies}
    lacking = [line for line in result.coverages if not line.met]
    return tuple(
        sorted(
            lacking,
            key=lambda line: (
                necessity[line.competency_id],
                line.points - line.max_points,
                line.competency_id,
            ),
        )
    )


def ranking_key(result: Score, external_id: str) -> tuple[bool, float, str]:
    """Sorts candidates: those with every must-have first, then by score, ties by external id."""
    return (not result.must_haves_met, -result.total, external_id)


def _checked_weight(profile: Sequence[Competency]) -> float:
    total = 0.0
    previous = None
    for competency in profile:
        if competency.id == previous:
            raise ValueError(f"competency {competency.id!r} is given twice")
        if not 0.0 <= competency.weight < math.inf:
            raise ValueError(
                f"competency {competency.id!r}: the weight must be 0 or more, not {competency.weight}"
            )
        if not 0 <= competency.required_level <= 5:
            raise ValueError(
                f"competency {competency.id!r}: the level must be 0 to 5, not {competency.required_level}"
            )
        if competency.gate is not None and not 0.0 <= competency.gate <= 1.0:
            raise ValueError(f"competency {competency.id!r}: the gate must be 0 to 1, not {competency.gate}")
        previous = competency.id
        total += competency.weight
    if total <= 0.0:
        raise ValueError("a role needs a competency with a positive weight")
    return total


def _shared(
    competency_id: str, entries: Sequence[tuple[float, str, bool]], points: float
) -> Iterable[Contribution]:
    """The points of one competency, shared out in proportion to log(1 - x).

    At x = 1 the logarithm is infinite: in the limit such pieces share everything evenly and the rest gets
    nothing.
    """
    complete = sum(1 for negative_x, _, _ in entries if negative_x == -1.0)
    if complete:
        shares = [(1.0 if negative_x == -1.0 else 0.0) / complete for negative_x, _, _ in entries]
    else:
        logs = [math.log1p(negative_x) for negative_x, _, _ in entries]
        whole = math.fsum(logs)
        shares = [log / whole for log in logs]
    for (negative_x, evidence_id, _), share in zip(entries, shares, strict=True):
        yield Contribution(evidence_id, competency_id, -negative_x, points * share)
