"""Audits, roles and profiles between proto and domain."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime

from google.protobuf.timestamp_pb2 import Timestamp

from credence.audit.domain import (
    NECESSITIES,
    AuditedRole,
    Expiring,
    HeldEvidence,
    Person,
    RoleLine,
)
from credence.platform.names import last_id
from credence_models.coverage import Competency, Necessity
from credence_models.gaps import SMALLEST_CELL, Cause, CompetencyGap, GapAudit, suppress_small_cells, top_gaps
from credencepb.audit.v1 import audit_pb2 as pb
from credencepb.credentials.v1 import profile_pb2
from credencepb.matching.v1 import role_pb2

_CAUSES = {
    Cause.NO_EVIDENCE: "nothing shows the skill, or only a neighbouring one",
    Cause.UNVERIFIED_ONLY: "it is claimed, but nobody verified it",
    Cause.STALE_OR_EXPIRING: "what shows it is old, undated or expired",
    Cause.LEVEL_TOO_LOW: "what shows it is of a lower level than the role needs",
    Cause.ISSUER_OR_RIGOR_WEAK: "what shows it was weakly assessed, or comes from an issuer of little standing",
}


def person_of(profile: profile_pb2.Profile) -> Person:
    return Person(
        candidate_id=last_id(profile.candidate),
        external_id=profile.external_id,
        revision=profile.revision,
        evidence=tuple(
            HeldEvidence(
                e.id,
                e.concept,
                e.strength,
                e.level,
                e.verified,
                {f.name: f.value for f in e.factors},
                e.source.title,
                e.source.issuer,
                date.fromisoformat(e.expires_on) if e.expires_on else None,
            )
            for e in profile.evidence
        ),
    )


def role_of(role: role_pb2.Role) -> AuditedRole:
    return AuditedRole(
        role.name,
        role.title,
        role.revision,
        tuple(
            RoleLine(
                Competency(
                    c.id,
                    c.weight,
                    c.required_level,
                    NECESSITIES.get(c.necessity, Necessity.SHOULD),
                    c.gate or None,
                ),
                c.wording,
                c.concept,
            )
            for c in role.competencies
        ),
    )


def audit_of(
    found: GapAudit,
    role: AuditedRole,
    people: Sequence[Person],
    ending: Iterable[Expiring],
    tenant: str,
) -> pb.Audit:
    """The figures of an audit, with single people: `visible` takes those away."""
    lines = {line.competency.id: line for line in role.lines}
    external_ids = {person.candidate_id: person.external_id for person in people}
    gaps = {gap.competency_id: _gap(gap, lines[gap.competency_id]) for gap in found.gaps}
    return pb.Audit(
        role=role.name,
        role_revision=role.revision,
        role_title=role.title,
        people=len(people),
        target_coverage=found.target,
        top_gaps=[gaps[gap.competency_id] for gap in top_gaps(found.gaps)],
        gaps=gaps.values(),
        person_gaps=[
            pb.PersonGap(
                candidate=f"tenants/{tenant}/candidates/{s.person_id}",
                external_id=external_ids[s.person_id],
                competency=s.competency_id,
                coverage=s.coverage,
                verified_coverage=s.verified_coverage,
                shortfall=s.shortfall,
                cause=s.causes[0] if s.causes else "",
            )
            for s in found.shortfalls
        ],
        expiring=[
            pb.ExpiringEvidence(
                title=e.title,
                issuer=e.issuer,
                expires_on=e.expires_on.isoformat(),
                competencies=e.competencies,
                candidate=f"tenants/{tenant}/candidates/{e.candidate_id}",
            )
            for e in ending
        ],
        index_position=sum(person.revision for person in people),
    )


def _gap(gap: CompetencyGap, line: RoleLine) -> pb.CompetencyGap:
    return pb.CompetencyGap(
        competency=gap.competency_id,
        wording=line.wording,
        concept=line.concept,
        weight=gap.weight,
        gap=gap.gap,
        people_short=gap.people_short,
        mean_shortfall=gap.mean_shortfall,
        mean_coverage=gap.mean_coverage,
        mean_verified_coverage=gap.mean_verified_coverage,
        causes=[
            pb.GapCause(code=cause, people=people, sentence=_sentence(people, cause))
            for cause, people in gap.causes
        ],
    )


def _sentence(people: int | None, cause: Cause) -> str:
    who = "For some people" if people is None else "For one person" if people == 1 else f"For {people} people"
    return f"{who}, {_CAUSES[cause]}."


def visible(audit: pb.Audit, *, people: bool) -> pb.Audit:
    """`audit` as a caller may see it: without `people`, no single person and no figure of fewer than five."""
    if people:
        return audit
    shown = pb.Audit()
    shown.CopyFrom(audit)
    shown.ClearField("person_gaps")
    for ending in shown.expiring:
        ending.ClearField("candidate")
    small = 0 < audit.people < SMALLEST_CELL
    if small:
        shown.ClearField("expiring")
    for gap in (*shown.top_gaps, *shown.gaps):
        _suppress(gap, audit.people, whole=small)
    return shown


def _suppress(gap: pb.CompetencyGap, people: int, *, whole: bool) -> None:
    cells = suppress_small_cells({"short": gap.people_short, "not": people - gap.people_short})
    causes = suppress_small_cells({c.code: c.people for c in gap.causes})
    if whole or cells["short"] is None:
        gap.suppressed = True
        for field in ("people_short", "mean_shortfall", "mean_coverage", "mean_verified_coverage"):
            gap.ClearField(field)
        causes = dict.fromkeys(causes)
    if whole:
        gap.ClearField("gap")
    for cause in gap.causes:
        if causes[cause.code] is None:
            cause.ClearField("people")
            cause.sentence = _sentence(None, Cause(cause.code))


def visible_recommendation(found: pb.Recommendation, *, people: bool) -> pb.Recommendation:
    """`found` as a caller may see it: without `people`, nothing that counts fewer than five participants, or lets one count them."""
    small = [line for line in found.programmes if 0 < line.participants < SMALLEST_CELL]
    if people or not small:
        return found
    for line in small:
        for field in ("participants", "cost_minor", "cost_per_point_minor", "gap_closed"):
            line.ClearField(field)
        line.sentence = "Fewer than five people would take it; the figures are not shown."
    found.ClearField("total_cost_minor")
    return found


def timestamp(time: datetime) -> Timestamp:
    message = Timestamp()
    message.FromDatetime(time.astimezone(UTC))
    return message


def weights_of(audit: pb.Audit, wanted: Iterable[str]) -> Mapping[str, float]:
    """Weights of the competencies `wanted`; all of its top gaps when none is."""
    weights = {gap.competency: gap.weight for gap in audit.gaps}
    chosen = list(wanted) or [gap.competency for gap in audit.top_gaps]
    return {competency: weights[competency] for competency in chosen if competency in weights}
