"""Roles between their protobuf form and the domain's."""

from collections.abc import Iterable

from credence.matching import draft as drafts
from credence.matching import vague
from credence.matching.domain import CompetencyLine, RoleProfile
from credence.platform.etags import etag
from credence_models.coverage import Competency, Necessity
from credencepb.matching.v1 import role_pb2 as pb

_TO_NECESSITY = {
    pb.NECESSITY_MUST: Necessity.MUST,
    pb.NECESSITY_SHOULD: Necessity.SHOULD,
    pb.NECESSITY_NICE: Necessity.NICE,
}
_OF_NECESSITY = {domain: wire for wire, domain in _TO_NECESSITY.items()}
_OF_BAND = {
    drafts.Band.PRIORITY: pb.BAND_PRIORITY,
    drafts.Band.COMMON: pb.BAND_COMMON,
    drafts.Band.IGNORED: pb.BAND_IGNORED,
}
_OF_POLICY = {
    drafts.Policy.BANDS: pb.DRAFT_POLICY_BANDS,
    drafts.Policy.TOP_TEN: pb.DRAFT_POLICY_TOP_TEN,
}


def role_name(tenant: str, role: str) -> str:
    return f"tenants/{tenant}/roles/{role}"


def profile_of(role: pb.Role) -> RoleProfile:
    """What the author wrote; output-only fields are left out."""
    return RoleProfile(
        title=role.title,
        competencies=tuple(_line(competency) for competency in role.competencies),
        external_id=role.external_id,
        summary=role.summary,
    )


def with_lines(role: pb.Role, lines: Iterable[CompetencyLine]) -> pb.Role:
    """A copy of `role` with these competencies."""
    changed = pb.Role()
    changed.CopyFrom(role)
    changed.ClearField("competencies")
    changed.competencies.extend(_competency(line) for line in lines)
    return changed


def shown(role: pb.Role) -> pb.Role:
    """A stored role as callers see it: with its etag, and with what an author may want to sharpen."""
    answer = pb.Role()
    answer.CopyFrom(role)
    answer.etag = etag(role)
    answer.warnings.extend(vague.warnings([_line(competency) for competency in role.competencies]))
    return answer


def scored(competency: pb.Competency) -> Competency:
    """The competency as the score takes it."""
    return Competency(
        competency.id,
        competency.weight,
        competency.required_level,
        _TO_NECESSITY[competency.necessity],
        competency.gate or None,
    )


def policy_of(policy: "pb.DraftPolicy.ValueType") -> drafts.Policy:
    """BANDS where none is named."""
    return drafts.Policy.TOP_TEN if policy == pb.DRAFT_POLICY_TOP_TEN else drafts.Policy.BANDS


def drafted(title: str, draft: drafts.Draft, postings: int, policy: drafts.Policy) -> pb.RoleDraft:
    return pb.RoleDraft(
        role=with_lines(pb.Role(title=title), draft.competencies),
        skills=[
            pb.DraftSkill(
                concept=skill.concept,
                label=skill.label,
                count=skill.count,
                share=skill.share,
                band=_OF_BAND[skill.band],
                wordings=skill.wordings,
            )
            for skill in draft.skills
        ],
        postings=postings,
        policy=_OF_POLICY[policy],
        warnings=draft.warnings,
    )


def _line(competency: pb.Competency) -> CompetencyLine:
    return CompetencyLine(
        id=competency.id,
        concept=competency.concept,
        concept_label=competency.concept_label,
        wording=competency.wording,
        weight=competency.weight,
        required_level=competency.required_level,
        necessity=_TO_NECESSITY.get(competency.necessity),
        gate=competency.gate,
        conditions=competency.conditions,
        standard=competency.standard,
    )


def _competency(line: CompetencyLine) -> pb.Competency:
    return pb.Competency(
        id=line.id,
        concept=line.concept,
        concept_label=line.concept_label,
        wording=line.wording,
        weight=line.weight,
        required_level=line.required_level,
        necessity=_OF_NECESSITY[line.necessity] if line.necessity else pb.NECESSITY_UNSPECIFIED,
        gate=line.gate,
        conditions=line.conditions,
        standard=line.standard,
    )
