"""One candidate against one role: contributions that add up to the score, and every factor behind each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from credence.web import words
from credence.web.views.bars import Bar, stacked
from credence.web.views.links import Link, link
from credence.web.views.rounding import add_up, hundredths
from credencepb.credentials.v1.profile_pb2 import Evidence, Factor
from credencepb.matching.v1.ranking_pb2 import CompetencyResult, Contribution, RankedCandidate
from credencepb.matching.v1.role_pb2 import NECESSITY_MUST


@dataclass(frozen=True, slots=True)
class FactorView:
    """`plain`: the factor changes nothing."""

    name: str
    value: str
    sentence: str
    plain: bool


@dataclass(frozen=True, slots=True)
class PieceView:
    """One piece of evidence for one competency. `points` are rounded so that all of a table add up."""

    points: str
    kind: str
    title: str
    sentence: str
    verified: bool
    strength: str
    factors: tuple[FactorView, ...]
    reading: str
    counts: str
    expires: str
    link: Link | None
    platform: str
    verification: str


@dataclass(frozen=True, slots=True)
class CompetencyPart:
    """One line of the sum."""

    id: str
    wording: str
    necessity: str
    must: bool
    met: bool
    points: str
    max_points: str
    coverage: str
    gate: str
    bar: Bar
    pieces: tuple[PieceView, ...]
    missing: str


@dataclass(frozen=True, slots=True)
class Breakdown:
    """`total` is the sum of `parts[].points`, and each of those the sum of its pieces, to the last digit shown."""

    parts: tuple[CompetencyPart, ...]
    total: str
    verified_total: str

    @property
    def missing(self) -> tuple[tuple[str, str], ...]:
        return tuple((part.wording, part.missing) for part in self.parts if part.missing)


def breakdown(candidate: RankedCandidate, *, links: bool) -> Breakdown:
    """`links`: whether addresses of work may be shown. They often hold their owner's name."""
    lines = candidate.competencies
    by_competency: dict[str, list[Contribution]] = {line.competency: [] for line in lines}
    for contribution in candidate.contributions:
        by_competency[contribution.competency].append(contribution)
    total = round(100 * candidate.score)
    shown = add_up([100 * line.points for line in lines], total)
    longest = max((line.max_points for line in lines), default=1.0)
    parts = tuple(
        _part(line, cents, by_competency[line.competency], longest, links=links)
        for line, cents in zip(lines, shown, strict=True)
    )
    return Breakdown(parts, hundredths(total), hundredths(round(100 * candidate.verified_score)))


def _part(
    line: CompetencyResult, cents: int, contributions: Sequence[Contribution], longest: float, *, links: bool
) -> CompetencyPart:
    ordered = sorted(contributions, key=lambda c: -c.points)
    pieces = add_up([100 * c.points for c in ordered], cents) if ordered else []
    said = f"{hundredths(cents)} of {line.max_points:.2f} points"
    bar = stacked(
        [(c.points, c.evidence.verified, f"{c.points:.2f}: {_title(c.evidence)}") for c in ordered],
        line.max_points,
        longest,
        f"{line.wording}: {said}",
    )
    return CompetencyPart(
        id=line.competency,
        wording=line.wording,
        necessity=words.NECESSITY.get(line.necessity, ""),
        must=line.necessity == NECESSITY_MUST,
        met=line.met,
        points=hundredths(cents),
        max_points=f"{line.max_points:.2f}",
        coverage=words.percent(line.coverage),
        gate=words.percent(line.gate),
        bar=bar,
        pieces=tuple(_piece(c, points, line, links=links) for c, points in zip(ordered, pieces, strict=True)),
        missing=line.missing,
    )


def _piece(contribution: Contribution, cents: int, line: CompetencyResult, *, links: bool) -> PieceView:
    evidence = contribution.evidence
    return PieceView(
        points=hundredths(cents),
        kind=words.KIND.get(evidence.kind, "Evidence"),
        title=_title(evidence),
        sentence=contribution.sentence,
        verified=evidence.verified,
        strength=f"{evidence.strength:.2f}",
        factors=tuple(_factor(f) for f in evidence.factors),
        reading=_reading(evidence, line.wording, contribution.similarity),
        counts=_counts(contribution),
        expires=words.day(evidence.expires_on) if evidence.expires_on else "",
        link=link(evidence.source.url, shown=links),
        platform=evidence.source.platform,
        verification=evidence.source.verification.rsplit("/", 1)[-1],
    )


def _title(evidence: Evidence) -> str:
    if evidence.source.title:
        by = f", {evidence.source.issuer}" if evidence.source.issuer else ""
        return f"{evidence.source.title}{by}"
    return words.KIND.get(evidence.kind, "Evidence")


def _factor(factor: Factor) -> FactorView:
    return FactorView(
        words.code(factor.name),
        f"{factor.value:.3f}".rstrip("0").rstrip("."),
        factor.sentence,
        factor.value == 1,
    )


_SOURCES: Mapping[str, str] = {
    "result": " in its results",
    "description": " in its public description",
    "tag": " in its tags",
    "name": " in its name",
    "criteria": " in its criteria",
}
_METHODS: Mapping[str, str] = {
    "exact": "by its name",
    "nearest": "as the nearest skill of the taxonomy",
    "alignment": "because its issuer says so",
}


def _reading(evidence: Evidence, competency: str, similarity: float) -> str:
    """How the wording came to count for the competency."""
    how = _METHODS.get(evidence.link_method, "")
    sure = "" if evidence.link_confidence >= 1 else f", {words.percent(evidence.link_confidence)} sure"
    where = _SOURCES.get(evidence.link_source, "")
    read = f"“{evidence.wording}”{where} was read as {evidence.concept_label}"
    read += f" {how}{sure}." if how else f"{sure}."
    if similarity < 1 and evidence.concept_label.casefold() != competency.casefold():
        read += f" That is {words.percent(similarity)} similar to {competency}."
    return read


def _counts(contribution: Contribution) -> str:
    """What remains of the strength after similarity and level."""
    if abs(contribution.x - contribution.evidence.strength) < 5e-4:
        return ""
    return f"After similarity and level, {contribution.x:.3f} of it counts here."
