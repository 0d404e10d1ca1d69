"""A role's competency profile."""

from dataclasses import dataclass

from credence.web import words
from credence.web.resources import last
from credencepb.matching.v1.role_pb2 import NECESSITY_MUST, Role


@dataclass(frozen=True, slots=True)
class CompetencyView:
    """`share` is the weight's share of all weights, 0..1: how many of the 100 points it is worth."""

    id: str
    wording: str
    concept: str
    necessity: str
    must: bool
    share: float
    level: int
    gate: str
    conditions: str
    standard: str


@dataclass(frozen=True, slots=True)
class RoleView:
    id: str
    title: str
    summary: str
    competencies: tuple[CompetencyView, ...]
    revision: int
    updated: str
    warnings: tuple[str, ...]

    @property
    def musts(self) -> tuple[str, ...]:
        return tuple(c.wording for c in self.competencies if c.must)


def role_view(role: Role) -> RoleView:
    whole = sum(c.weight for c in role.competencies) or 1.0
    competencies = tuple(
        CompetencyView(
            id=c.id,
            wording=c.wording,
            # said only where it adds something to the employer's own wording
            concept=c.concept_label if c.concept_label.casefold() != c.wording.casefold() else "",
            necessity=words.NECESSITY.get(c.necessity, "not stated"),
            must=c.necessity == NECESSITY_MUST,
            share=c.weight / whole,
            level=c.required_level,
            gate=words.percent(c.gate) if c.gate else "",
            conditions=c.conditions,
            standard=c.standard,
        )
        for c in role.competencies
    )
    return RoleView(
        last(role.name),
        role.title,
        role.summary,
        competencies,
        role.revision,
        words.moment(role.update_time),
        tuple(role.warnings),
    )
