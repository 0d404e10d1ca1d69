"""What can be done with cohorts and audits. Each use case runs inside the caller's transaction."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from credence.audit import convert
from credence.audit.domain import AuditedRole, Neighbours, Person, expiring, holdings_of
from credence.audit.store import AuditStore
from credence.platform.clock import Clock
from credence.platform.errors import InvalidField, NotFound
from credence.platform.kafka.events import new_event
from credence.platform.names import last_id, new_id
from credence.platform.sql.database import Transaction
from credence.topics import AUDITS
from credence_models.coverage import Policy
from credence_models.gaps import audit_gaps
from credence_models.linker import Linker
from credencepb.audit.v1 import audit_pb2 as pb
from credencepb.audit.v1.audit_events_pb2 import AuditCompleted

MAX_PEOPLE = 5_000


@dataclass(frozen=True)
class Auditor:
    """Computes audits. `audit` stores and publishes what it computed; nothing of it changes afterwards."""

    store: AuditStore
    linker: Linker
    policy: Policy
    clock: Clock

    def audit(self, tx: Transaction, cohort_id: str, role_id: str, target: float) -> pb.Audit:
        """One audit, with single people. Raises NotFound, and InvalidField for a cohort without people or a target out of range."""
        cohort = self.cohort(tx, cohort_id)
        role = self.role(tx, role_id)
        if target and not 0.0 < target <= 1.0:
            raise InvalidField(
                "target_coverage", f"must be over 0 and at most 1, or 0 for the policy's, not {target:g}"
            )
        people = self._members(tx, cohort)
        neighbours = self.neighbours(role)
        now = self.clock.now()
        found = audit_gaps(
            {person.candidate_id: holdings_of(person, neighbours) for person in people},
            [line.competency for line in role.lines],
            self.policy,
            target=target or None,
        )
        audit = convert.audit_of(found, role, people, expiring(people, neighbours, now.date()), tx.tenant)
        audit_id = new_id()
        audit.name = f"tenants/{tx.tenant}/audits/{audit_id}"
        audit.cohort = cohort.name
        audit.cohort_display_name = cohort.display_name
        audit.audit_time.CopyFrom(convert.timestamp(now))
        audit.policy_version = self.policy.version
        audit.taxonomy_version = self.linker.taxonomy.version
        self.store.put_audit(tx, audit_id, audit, now, math.fsum(gap.gap for gap in audit.gaps))
        self._add_trend(tx, audit)
        told = AuditCompleted(audit=convert.visible(audit, people=False))
        tx.publish(new_event(AUDITS, told, tenant=tx.tenant, subject=audit.name, revision=1))
        return audit

    def get(self, tx: Transaction, audit_id: str) -> pb.Audit:
        """A stored audit with single people, its trend up to today. Raises NotFound."""
        audit = self.store.audit(tx, audit_id)
        if audit is None:
            raise NotFound(f"tenants/{tx.tenant}/audits/{audit_id}")
        self._add_trend(tx, audit)
        return audit

    def cohort(self, tx: Transaction, cohort_id: str) -> pb.Cohort:
        cohort = self.store.cohort(tx, cohort_id)
        if cohort is None:
            raise NotFound(f"tenants/{tx.tenant}/cohorts/{cohort_id}")
        return cohort

    def role(self, tx: Transaction, role_id: str) -> AuditedRole:
        role = self.store.role(tx, role_id)
        if role is None:
            raise NotFound(f"tenants/{tx.tenant}/roles/{role_id}")
        return convert.role_of(role)

    def neighbours(self, role: AuditedRole) -> Neighbours:
        """The concepts whose evidence bears on each competency."""
        space, threshold = self.linker.space, self.policy.similarity.threshold
        return {
            line.competency.id: dict(
                space.neighbours_of_concept(line.concept, threshold=threshold)
                if line.concept
                else space.neighbours_of_text(line.wording, threshold=threshold)
            )
            for line in role.lines
        }

    def _members(self, tx: Transaction, cohort: pb.Cohort) -> Sequence[Person]:
        profiles = self.store.members(
            tx,
            ids=[last_id(name) for name in cohort.candidates],
            labels=cohort.labels,
            population=cohort.population,
        )
        if not profiles:
            raise InvalidField("cohort", f"{cohort.name} has no people with a profile")
        if len(profiles) > MAX_PEOPLE:
            raise InvalidField(
                "cohort", f"{cohort.name} has {len(profiles)} people, the limit is {MAX_PEOPLE}"
            )
        return [convert.person_of(profile) for profile in profiles]

    def _add_trend(self, tx: Transaction, audit: pb.Audit) -> None:
        for point in self.store.series(tx, audit.cohort, audit.role):
            audit.trend.add(
                audit=f"tenants/{tx.tenant}/audits/{point.id}",
                audit_time=convert.timestamp(point.audit_time),
                total_gap=point.total_gap,
                people=point.people,
            )
