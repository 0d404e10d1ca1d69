"""Credentials that expire soon, and what each takes with it: coverage with it, against coverage as if it had expired already."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from credence.credentials.convert import candidate_name
from credence.credentials.domain import Evidence, State
from credence.credentials.grading import grade_state
from credence.credentials.registry import IssuerStore, Registry
from credence.credentials.scarcity import PoolShares, PoolStore
from credence.credentials.store import ProfileStore, last_day
from credence.credentials.verifier.trust import lapse
from credence.platform.sql.database import Transaction
from credence_models.coverage import Policy
from credencepb.credentials.v1 import renewal_pb2, verification_pb2


@dataclass(frozen=True, slots=True)
class Renewals:
    store: ProfileStore
    issuers: IssuerStore
    pools: PoolStore
    policy: Policy

    def page(
        self,
        tx: Transaction,
        now: datetime,
        within: timedelta,
        *,
        candidate_id: str,
        after: tuple[date, str],
        limit: int,
    ) -> list[tuple[tuple[date, str], renewal_pb2.Renewal]]:
        """The next renewals of one candidate ("": of all), the soonest first, each with the place that the next page begins after.

        A credential that shows no skill is among them, one that was refuted (tampered with, revoked, somebody else's) is not.
        """
        today = now.astimezone(UTC).date()
        found = self.store.expiring(
            tx, today, today + within, candidate_id=candidate_id, after=after, limit=limit
        )
        registry, pool = self.issuers.present(tx), self.pools.snapshot(tx)
        states: dict[str, State | None] = {}
        renewals = []
        for holder, verification in found:
            if holder not in states:
                stored = self.store.get(tx, holder)
                states[holder] = stored.state if stored else None
            state, end = states[holder], last_day(verification)
            if state is None or end is None:
                continue
            renewal = self._renewal(tx.tenant, holder, state, verification, end, registry, pool, now)
            renewals.append(((end, verification.name.rpartition("/")[2]), renewal))
        return renewals

    def _renewal(
        self,
        tenant: str,
        holder: str,
        state: State,
        verification: verification_pb2.Verification,
        end: date,
        registry: Registry,
        pool: PoolShares,
        now: datetime,
    ) -> renewal_pb2.Renewal:
        check = next((c for c in state.checks if c.credential_id == verification.credential_id), None)
        policy = lapse(check.verification) if check is not None else None
        skills = list(self._skills(state, verification.credential_id, registry, pool, now))
        return renewal_pb2.Renewal(
            candidate=candidate_name(tenant, holder),
            external_id=state.external_id,
            verification=verification.name,
            title=verification.achievement.name or f"credential {verification.credential_id}",
            issuer=verification.issuer.display_name or verification.issuer.issuer_id,
            expires_on=end.isoformat(),
            days_left=(end - now.astimezone(UTC).date()).days,
            by_policy=policy is not None,
            policy_source=policy.source if policy is not None else "",
            skills=sorted(skills, key=lambda s: (s.coverage_without - s.coverage, s.concept)),
        )

    def _skills(
        self, state: State, credential_id: str, registry: Registry, pool: PoolShares, now: datetime
    ) -> Iterator[renewal_pb2.SkillAtRisk]:
        shown = {f.concept_id: f.concept_label for f in state.findings if f.credential_id == credential_id}
        if not shown:
            return
        here = grade_state(state, registry.issuers, self.policy, now, pool).evidence
        gone = grade_state(
            _expired(state, credential_id, now), registry.issuers, self.policy, now, pool
        ).evidence
        for concept, label in shown.items():
            yield renewal_pb2.SkillAtRisk(
                concept=concept,
                concept_label=label,
                coverage=coverage(here, concept),
                coverage_without=coverage(gone, concept),
            )


def coverage(evidence: Sequence[Evidence], concept: str) -> float:
    """1 - PRODUCT (1 - strength) over the evidence for one concept: independent pieces add up and never exceed 1."""
    return 1 - math.prod(1 - e.strength for e in evidence if e.finding.concept_id == concept)


def _expired(state: State, credential_id: str, now: datetime) -> State:
    """`state` with that one credential expired a moment ago."""
    past = now - timedelta(microseconds=1)
    return replace(
        state,
        checks=tuple(
            replace(check, verification=replace(check.verification, valid_until=past))
            if check.credential_id == credential_id
            else check
            for check in state.checks
        ),
    )
