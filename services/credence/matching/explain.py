"""A candidate's place in a ranking with all reasons for it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from credence.matching import sentences
from credence.matching.index import Line, Place
from credence_models.coverage import CompetencyCoverage, Contribution, Piece, Policy, Score, score
from credencepb.credentials.v1.profile_pb2 import Evidence, Profile
from credencepb.matching.v1 import ranking_pb2 as pb
from credencepb.matching.v1.role_pb2 import Competency, Role

STRONGEST = 5
"""Contributions that a page shows of each candidate."""


@dataclass(frozen=True)
class Target:
    """A role made ready to be ranked against; `lines` in the order of the role."""

    tenant: str
    role: Role
    lines: tuple[Line, ...]
    policy: Policy

    @cached_property
    def near(self) -> Mapping[str, list[tuple[str, float]]]:
        """For each concept the competencies that it counts for: (competency id, similarity)."""
        near: dict[str, list[tuple[str, float]]] = {}
        for line in self.lines:
            for concept, similarity in line.neighbours:
                near.setdefault(concept, []).append((line.competency.id, similarity))
        return near

    @cached_property
    def competencies(self) -> Mapping[str, Competency]:
        return {competency.id: competency for competency in self.role.competencies}

    def score(self, profile: Profile) -> Score:
        """What the index gives for the same profile, bit for bit, with the contributions."""
        pieces = [
            Piece(piece.id, competency, similarity, piece.strength, piece.level, piece.verified)
            for piece in profile.evidence
            for competency, similarity in self.near.get(piece.concept, ())
        ]
        return score([line.competency for line in self.lines], pieces, self.policy)


def ranked_candidate(target: Target, place: Place, *, full: bool) -> pb.RankedCandidate:
    """The candidate with every contribution and factor, or, unless `full`, the strongest contributions without factors."""
    profile = Profile.FromString(place.profile.document)
    result = target.score(profile)
    evidence = {piece.id: piece for piece in profile.evidence}
    counted = {contribution.evidence_id for contribution in result.contributions}
    lines = {line.competency_id: line for line in result.coverages}
    shown = result.contributions if full else result.contributions[:STRONGEST]
    return pb.RankedCandidate(
        candidate=f"tenants/{target.tenant}/candidates/{place.profile.candidate}",
        external_id=place.profile.external_id,
        rank=place.rank,
        score=result.total,
        verified_score=result.verified_only,
        must_haves_met=result.must_haves_met,
        competencies=[_competency(c, lines[c.id]) for c in target.role.competencies],
        contributions=[
            _contribution(target, item, evidence[item.evidence_id], lines[item.competency_id], full=full)
            for item in shown
        ],
        flags=profile.flags,
        evidence_count=len(counted),
        verified_count=sum(evidence[piece].verified for piece in counted),
        facets=profile.facets,
    )


def page(target: Target, places: Sequence[Place], max_bytes: int) -> list[pb.RankedCandidate]:
    """These candidates from the first on, at least one, as many as fit into `max_bytes` on the wire."""
    candidates: list[pb.RankedCandidate] = []
    for place in places:
        candidate = ranked_candidate(target, place, full=False)
        max_bytes -= candidate.ByteSize()
        if max_bytes < 0 and candidates:
            break
        candidates.append(candidate)
    return candidates


def _competency(competency: Competency, line: CompetencyCoverage) -> pb.CompetencyResult:
    return pb.CompetencyResult(
        competency=competency.id,
        wording=competency.wording,
        necessity=competency.necessity,
        coverage=line.coverage,
        verified_coverage=line.verified_coverage,
        met=line.met,
        gate=line.gate,
        points=line.points,
        max_points=line.max_points,
        missing=sentences.missing(line, competency.wording, competency.required_level),
    )


def _contribution(
    target: Target, item: Contribution, evidence: Evidence, line: CompetencyCoverage, *, full: bool
) -> pb.Contribution:
    competency = target.competencies[item.competency_id]
    similarity = next(s for c, s in target.near[evidence.concept] if c == item.competency_id)
    sentence = sentences.contribution(
        evidence, competency.wording, competency.required_level, similarity, item.points, line.max_points
    )
    answer = pb.Contribution(
        competency=item.competency_id,
        evidence=evidence,
        points=item.points,
        similarity=similarity,
        x=item.x,
        sentence=sentence,
    )
    if not full:
        answer.evidence.ClearField("factors")
    return answer
