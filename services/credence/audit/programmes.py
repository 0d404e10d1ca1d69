"""The catalogue of programmes, and which of them close most of an audit's gap."""

import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from credence.audit import convert
from credence.audit.domain import AuditedRole, TaughtSkill, coverage_taught
from credence.audit.handlers import Auditor
from credence.audit.store import AuditStore
from credence.platform.errors import AlreadyExists, CredenceError, InvalidField
from credence.platform.names import last_id
from credence.platform.sql.database import Transaction
from credence_models.coverage import IssuerStanding, Policy, Rigor
from credence_models.linker import Linker
from credence_models.programmes import (
    Budget,
    PersonCoverage,
    Programme,
    RecommendedProgramme,
    evidence_of_programme,
    recommend,
)
from credencepb.audit.v1 import audit_pb2 as pb

_IDS = uuid.UUID("0a1f6a52-6a0a-5c4e-8f5e-2d7f0d9c6b11")
_STANDINGS = {s.value for s in IssuerStanding} - {IssuerStanding.NOT_APPLICABLE.value}
_RIGORS = {r.value for r in Rigor} - {Rigor.NOT_APPLICABLE.value}
_LAYERS = {"", "foundation", "technical_depth", "complementary", "industry"}
_NOT_ADVISED = {
    "ISSUER_RED_FLAGGED": "a red flag on the provider",
    "ASSESSMENT_WEAK": "an assessment that would not show who learned anything",
    "ASSESSMENT_NOT_STATED": "no word on how it is assessed",
}
"""Flags of programmes that nobody is sent to, however cheap; they stay in the catalogue."""
_WEAK = {Rigor.QUIZ.value, Rigor.VIDEO_QUIZ.value, Rigor.PARTICIPATION.value}


@dataclass(frozen=True)
class Catalogue:
    store: AuditStore
    linker: Linker

    def upsert(
        self, tx: Transaction, programmes: Sequence[pb.Programme]
    ) -> list[tuple[pb.Programme, CredenceError | None]]:
        """Each by its external_id, with the error of those that were refused; a refused one harms no other."""
        results: list[tuple[pb.Programme, CredenceError | None]] = []
        seen: set[str] = set()
        for i, programme in enumerate(programmes):
            try:
                if programme.external_id in seen:
                    raise AlreadyExists(
                        programme.external_id, f"{programme.external_id!r} stands earlier in this batch"
                    )
                results.append((self._upsert(tx, programme, f"programmes[{i}]"), None))
            except CredenceError as error:
                results.append((programme, error))
            seen.add(programme.external_id)
        return results

    def _upsert(self, tx: Transaction, wanted: pb.Programme, field: str) -> pb.Programme:
        programme = pb.Programme()
        programme.CopyFrom(wanted)
        found = [*_violations(programme), *self._settle(programme)]
        if found:
            raise InvalidField.several([(f"{field}.{path}", text) for path, text in found])
        programme_id = uuid.uuid5(_IDS, f"{tx.tenant}/{programme.external_id}").hex
        programme.name = f"tenants/{tx.tenant}/programmes/{programme_id}"
        present = self.store.programme(tx, programme_id)
        programme.revision = present.revision if present else 0
        if programme != present:
            programme.revision += 1
            self.store.put_programme(tx, programme_id, programme)
        return programme

    def _settle(self, programme: pb.Programme) -> list[tuple[str, str]]:
        """Gives every competency its concept; what the taxonomy does not know is refused, not guessed."""
        problems = []
        for i, taught in enumerate(programme.competencies):
            if taught.concept:
                concept = self.linker.taxonomy.resolve(taught.concept)
            else:
                link = self.linker.link_phrase(taught.text) if taught.text else None
                concept = self.linker.taxonomy.get(link.concept_id) if link else None
            if concept is None:
                named = taught.concept or taught.text
                problems.append((f"competencies[{i}]", f"{named[:100]!r} is no skill of the taxonomy"))
            else:
                taught.concept = concept.id
                taught.text = taught.text or concept.label
        return problems


def _violations(programme: pb.Programme) -> list[tuple[str, str]]:
    found = [
        (name, "must have 1 to 200 characters")
        for name in ("external_id", "title")
        if not 0 < len(getattr(programme, name)) <= 200
    ]
    if not 0 < len(programme.competencies) <= 50:
        found.append(("competencies", "must be 1 to 50"))
    for i, taught in enumerate(programme.competencies):
        if not 0 <= taught.level <= 5:
            found.append((f"competencies[{i}].level", "must be 1 to 5, or 0 when unknown"))
    if programme.cost_minor < 0:
        found.append(("cost_minor", "must not be negative"))
    if not 0 <= programme.hours < 100_000:
        found.append(("hours", "must be 0 or more"))
    if programme.issuer_standing not in _STANDINGS:
        found.append(("issuer_standing", f"must be one of {', '.join(sorted(_STANDINGS))}"))
    if programme.rigor not in _RIGORS:
        found.append(("rigor", f"must be one of {', '.join(sorted(_RIGORS))}"))
    if programme.layer not in _LAYERS:
        found.append(("layer", f"must be empty or one of {', '.join(sorted(_LAYERS - {''}))}"))
    if programme.url and not programme.url.startswith(("https://", "http://")):
        found.append(("url", "must be an http or https URL"))
    return found


@dataclass(frozen=True)
class Recommender:
    store: AuditStore
    auditor: Auditor
    policy: Policy

    def recommend(
        self,
        tx: Transaction,
        audit: pb.Audit,
        *,
        competencies: Sequence[str],
        budget_minor: int,
        budget_hours: float,
        most: int,
    ) -> pb.Recommendation:
        """The programmes that together close most of the audit's gap on `competencies` (none: its top gaps)."""
        role = self.auditor.role(tx, last_id(audit.role))
        weights = convert.weights_of(audit, competencies)
        unknown = sorted(set(competencies) - set(weights))
        if unknown:
            raise InvalidField("competencies", f"{unknown[0]!r} is no competency of this audit")
        catalogue = {last_id(p.name): p for p in self.store.programmes(tx)}
        advisable, left_out = _advisable(catalogue)
        offered, notes = _of_one_currency(advisable)
        notes = [*left_out, *notes]
        teaches = self._teaches(role, weights, offered)
        found = recommend(
            [
                PersonCoverage(last_id(g.candidate), g.competency, g.coverage)
                for g in audit.person_gaps
                if g.competency in weights
            ],
            weights,
            audit.target_coverage,
            [Programme(i, p.cost_minor, p.hours, teaches[i]) for i, p in offered.items() if teaches[i]],
            Budget(budget_minor or None, budget_hours or None),
            most=most,
        )
        wordings = {line.competency.id: line.wording for line in role.lines}
        return pb.Recommendation(
            audit=audit.name,
            programmes=[
                _recommended(line, offered[line.programme_id], wordings) for line in found.programmes
            ],
            gap_before=found.gap_before,
            gap_after=found.gap_after,
            total_cost_minor=found.total_cost_minor,
            total_hours=found.total_hours,
            method=found.method,
            notes=[*notes, *found.notes],
        )

    def _teaches(
        self, role: AuditedRole, weights: Mapping[str, float], programmes: Mapping[str, pb.Programme]
    ) -> dict[str, dict[str, float]]:
        neighbours = self.auditor.neighbours(role)
        lines = [line for line in role.lines if line.competency.id in weights]
        taught: dict[str, dict[str, float]] = {}
        for programme_id, programme in programmes.items():
            standing, rigor = IssuerStanding(programme.issuer_standing), Rigor(programme.rigor)
            skills = [TaughtSkill(c.concept, c.level) for c in programme.competencies]

            def x_of(
                similarity: float,
                level: int,
                required: int,
                standing: IssuerStanding = standing,
                rigor: Rigor = rigor,
            ) -> float:
                return evidence_of_programme(similarity, standing, rigor, level, required, self.policy)

            covered = {
                line.competency.id: coverage_taught(skills, line, neighbours[line.competency.id], x_of)
                for line in lines
            }
            taught[programme_id] = {competency: x for competency, x in covered.items() if x > 0.0}
        return taught


def _advisable(catalogue: Mapping[str, pb.Programme]) -> tuple[dict[str, pb.Programme], list[str]]:
    """The programmes that may be recommended, and a note on each reason why others may not."""
    reasons = {i: next((f for f in _flags(p) if f in _NOT_ADVISED), "") for i, p in catalogue.items()}
    counts = Counter(reason for reason in reasons.values() if reason)
    kept = {i: p for i, p in catalogue.items() if not reasons[i]}
    return kept, [
        f"{_programmes(counts[reason])} not recommended: {why}."
        for reason, why in _NOT_ADVISED.items()
        if counts[reason]
    ]


def _programmes(count: int) -> str:
    return "1 programme is" if count == 1 else f"{count} programmes are"


def _of_one_currency(catalogue: Mapping[str, pb.Programme]) -> tuple[dict[str, pb.Programme], list[str]]:
    """Costs in several currencies cannot be added: the programmes of the most frequent one, and a note on the others."""
    currencies = Counter(programme.currency for programme in catalogue.values())
    if len(currencies) <= 1:
        return dict(catalogue), []
    chosen = min(currencies, key=lambda currency: (-currencies[currency], currency))
    kept = {i: p for i, p in catalogue.items() if p.currency == chosen}
    left = len(catalogue) - len(kept)
    return kept, [f"{left} programmes are priced in another currency than {chosen} and were left out."]


def _recommended(
    line: RecommendedProgramme, programme: pb.Programme, wordings: Mapping[str, str]
) -> pb.RecommendedProgramme:
    closes = ", ".join(wordings.get(c, c) for c in line.competencies)
    people = "one person" if len(line.participants) == 1 else f"{len(line.participants)} people"
    return pb.RecommendedProgramme(
        programme=programme,
        gap_closed=line.gap_closed,
        participants=len(line.participants),
        cost_minor=line.cost_minor,
        hours=line.hours,
        cost_per_point_minor=line.cost_per_point_minor,
        competencies=line.competencies,
        flags=_flags(programme),
        sentence=f"If {people} complete it, {line.gap_closed:.1f} gap points close, on {closes}.",
    )


def _flags(programme: pb.Programme) -> list[str]:
    checks = {
        "ISSUER_RED_FLAGGED": programme.issuer_standing == IssuerStanding.RED_FLAGGED.value,
        "ISSUER_UNKNOWN": programme.issuer_standing == IssuerStanding.UNKNOWN.value,
        "ASSESSMENT_WEAK": programme.rigor in _WEAK,
        "ASSESSMENT_NOT_STATED": programme.rigor == Rigor.NOT_STATED.value,
        "NO_PUBLISHED_OUTCOMES": not programme.outcomes,
    }
    return [code for code, raised in checks.items() if raised]
