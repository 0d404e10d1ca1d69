"""Cohorts, their audits so far, and the form for a new one."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from credence.web import words
from credence.web.resources import last
from credencepb.audit.v1.audit_pb2 import Audit, Cohort


@dataclass(frozen=True, slots=True)
class CohortView:
    id: str
    title: str
    members: str


@dataclass(frozen=True, slots=True)
class PastAudit:
    id: str
    role: str
    when: str
    people: int
    total: str
    top: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AuditForm:
    """What was sent; `target` in per cent as typed, empty for the policy's."""

    role: str = ""
    target: str = ""
    request_id: str = ""
    target_coverage: float = 0.0
    errors: Mapping[str, str] = field(default_factory=dict)

    def refused(self, errors: Iterable[tuple[str, str]]) -> "AuditForm":
        """The form with what the service says against it, and an id of its own: nothing was recorded under the old one."""
        return replace(self, errors=dict(errors), request_id=str(uuid.uuid4()))


def read_audit_form(role: str, target: str, request_id: str) -> AuditForm:
    errors = {}
    coverage = 0.0
    if not role:
        errors["role"] = "Choose the role to audit against."
    if target:
        try:
            coverage = float(target.replace(",", ".").removesuffix("%").strip()) / 100
        except ValueError:
            coverage = -1.0
        if not 0 < coverage <= 1:
            errors["target"] = "Give a number from 1 to 100, or leave it empty."
            coverage = 0.0
    return AuditForm(role, target, request_id or str(uuid.uuid4()), coverage, errors)


def cohort_view(cohort: Cohort) -> CohortView:
    said = [f"{key} {value}" for key, value in sorted(cohort.labels.items())]
    if cohort.population:
        said.append(words.facet_value(cohort.population) + "s")
    if cohort.candidates:
        said.append(words.count(len(cohort.candidates), "named person", "named people"))
    return CohortView(last(cohort.name), cohort.display_name, ", ".join(said))


def past_audits(audits: Iterable[Audit]) -> tuple[PastAudit, ...]:
    """In the order given: newest first."""
    return tuple(
        PastAudit(
            last(audit.name),
            audit.role_title,
            words.moment(audit.audit_time),
            audit.people,
            f"{sum(gap.gap for gap in audit.gaps):.1f}",
            tuple(gap.wording for gap in audit.top_gaps if gap.gap > 0),
        )
        for audit in audits
    )
