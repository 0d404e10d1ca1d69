"""The shortlist: ranked candidates, at a glance."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from credence.web import words
from credence.web.resources import last
from credence.web.views.bars import Bar, two_part
from credence.web.views.flags import FlagView, summed_up
from credence.web.views.people import Label, label
from credence.web.views.provenance import ProvenanceView, provenance_view
from credencepb.credentials.v1.profile_pb2 import Facets
from credencepb.matching.v1.matching_service_pb2 import RankCandidatesResponse
from credencepb.matching.v1.ranking_pb2 import CompetencyResult, Contribution, RankedCandidate
from credencepb.matching.v1.role_pb2 import NECESSITY_MUST

REASONS = 2


@dataclass(frozen=True, slots=True)
class Must:
    wording: str
    met: bool
    coverage: str


@dataclass(frozen=True, slots=True)
class Reason:
    points: str
    sentence: str
    verified: bool


@dataclass(frozen=True, slots=True)
class Row:
    id: str
    label: Label
    rank: int
    score: str
    verified_score: str
    claimed_score: str
    bar: Bar
    musts: tuple[Must, ...]
    musts_met: bool
    musts_said: str
    reasons: tuple[Reason, ...]
    flags: tuple[FlagView, ...]
    pieces: str
    facets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tier:
    """A part of the list: those who meet every must-have, or those who do not."""

    met: bool
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Shortlist:
    tiers: tuple[Tier, ...]
    total: int
    met: int
    first: int
    last: int
    next_token: str
    provenance: ProvenanceView


def shortlist(answer: RankCandidatesResponse, names: Mapping[str, str]) -> Shortlist:
    rows = [row(candidate, names) for candidate in answer.candidates]
    tiers = [
        Tier(met, tuple(r for r in rows if r.musts_met is met))
        for met in (True, False)
        if any(r.musts_met is met for r in rows)
    ]
    return Shortlist(
        tuple(tiers),
        answer.total_size,
        answer.must_haves_met_size,
        rows[0].rank if rows else 0,
        rows[-1].rank if rows else 0,
        answer.next_page_token,
        provenance_view(answer.provenance),
    )


def row(candidate: RankedCandidate, names: Mapping[str, str]) -> Row:
    score, verified = _points(candidate.score), _points(candidate.verified_score)
    musts = must_marks(candidate.competencies)
    return Row(
        id=last(candidate.candidate),
        label=label(candidate.candidate, candidate.external_id, names),
        rank=candidate.rank,
        score=score,
        verified_score=verified,
        claimed_score=_points(candidate.score - candidate.verified_score),
        bar=score_bar(candidate),
        musts=musts,
        musts_met=candidate.must_haves_met,
        musts_said=musts_said(musts),
        reasons=tuple(reason(c) for c in candidate.contributions[:REASONS]),
        flags=summed_up(candidate.flags),
        pieces=f"{words.count(candidate.evidence_count, 'piece')} of evidence, {candidate.verified_count} verified",
        facets=facet_words(candidate.facets),
    )


def score_bar(candidate: RankedCandidate) -> Bar:
    said = f"Score {_points(candidate.score)} of 100, {_points(candidate.verified_score)} from verified evidence alone"
    return two_part(candidate.score / 100, candidate.verified_score / 100, said)


def must_marks(competencies: Sequence[CompetencyResult]) -> tuple[Must, ...]:
    """In the order of the role."""
    return tuple(
        Must(line.wording, line.met, words.percent(line.coverage))
        for line in competencies
        if line.necessity == NECESSITY_MUST
    )


def musts_said(musts: Sequence[Must]) -> str:
    if not musts:
        return "The role has no must-haves"
    met = sum(must.met for must in musts)
    if met == len(musts):
        return f"All {met} must-haves met" if met > 1 else "The must-have is met"
    return f"{met} of {len(musts)} must-haves met"


def reason(contribution: Contribution) -> Reason:
    return Reason(_points(contribution.points), contribution.sentence, contribution.evidence.verified)


def facet_words(facets: Facets) -> tuple[str, ...]:
    known = (facets.region, facets.population, facets.availability)
    return tuple(words.facet_value(value) for value in known if value)


def _points(value: float) -> str:
    return f"{value:.1f}"
