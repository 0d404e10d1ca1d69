"""The standing clock: credentials expire, are revoked, age, and issuers come back without anybody sending an event."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from credence.credentials.ctdl_store import DescriptionStore
from credence.credentials.domain import Check, State
from credence.credentials.findings import each_once, with_findings
from credence.credentials.key_history import KeyHistoryStore
from credence.credentials.profiles import Grader, cause_of, changed_event
from credence.credentials.registry import IssuerStore
from credence.credentials.scarcity import PoolStore
from credence.credentials.store import ProfileStore, StoredProfile
from credence.credentials.unreached import checked_again, status_read_again
from credence.credentials.verifier import Documents, outcome_of, recheck_status
from credence.credentials.verifier.pool import Request, VerifierPool
from credence.platform.clock import Clock
from credence.platform.sql.database import Database
from credence_models.linker import Linker
from credencepb.credentials.v1.verification_pb2 import OUTCOME_VERIFIED

BATCH = 200
PATIENCE_S = 5.0
"""With issuers that are slow to answer, before other tenants have their turn; the rest is due again in the next round."""


@dataclass(frozen=True)
class Reevaluation:
    """Looks at every profile that is due: by its own time, or because registry, policy or pool are others than it was graded with."""

    database: Database
    grader: Grader
    store: ProfileStore
    issuers: IssuerStore
    pools: PoolStore
    pool: VerifierPool
    histories: KeyHistoryStore
    documents: Documents
    clock: Clock
    linker: Linker

    def run(self) -> None:
        """One round over all tenants, in batches, until nothing is due."""
        for tenant in self.database.tenants():
            with self.database.transaction(tenant) as tx:
                self.pools.measure(tx, self.clock.now().date(), OUTCOME_VERIFIED)
            while self._batch(tenant) == BATCH:
                pass

    def _batch(self, tenant: str) -> int:
        now = self.clock.now()
        with self.database.transaction(tenant, read_only=True) as tx:
            grading = self.grader.grading(self.issuers.present(tx), self.pools.snapshot(tx))
            due = self.store.due(tx, now, grading, BATCH)
        # outside any transaction: documents and status lists may have to be fetched
        states: list[tuple[StoredProfile, State]] = []
        until = time.monotonic() + PATIENCE_S
        for profile in due:
            if profile.state is not None:
                states.append((profile, self._looked_again(tenant, profile.state, now)))
            if time.monotonic() > until:
                break
        if states:
            self._write(tenant, states, now)
        return len(states)

    def _looked_again(self, tenant: str, state: State, now: datetime) -> State:
        """`state` after issuers were asked again about the checks that are due. One after the other: issuers that keep everybody waiting
        must not take all workers from what comes in."""
        checks, findings = [], list(state.findings)
        for known in state.checks:
            check = self._looked_at(tenant, known, now)
            if known.verification.achievement is None and check.verification.achievement is not None:
                described = DescriptionStore(self.database).named_by(tenant, [check.verification])
                check, found = with_findings(check, self.linker, described)
                findings += found
            checks.append(check)
        return replace(state, checks=tuple(checks), findings=each_once(findings))

    def _looked_at(self, tenant: str, check: Check, now: datetime) -> Check:
        moment = self.grader.due(check)
        if moment is None or moment > now:
            return check
        if check.unreached is not None and check.unreached.document is not None:
            asked = Request(check.unreached.document, None, now, tenant)
            (again,) = self.pool.verify_many([asked], self.histories.of)
            return checked_again(check, again)
        known = check.verification
        status = recheck_status(known.status_entries, known.issuer_id or "", now, self.documents)
        verdicts = {**known.verdicts, "status": status}
        return status_read_again(
            check, replace(known, verdicts=verdicts, outcome=outcome_of(verdicts), verified_at=now)
        )

    def _write(self, tenant: str, states: Sequence[tuple[StoredProfile, State]], now: datetime) -> None:
        with self.database.transaction(tenant) as tx:
            registry, shares = self.issuers.present(tx), self.pools.snapshot(tx)
            present = self.store.lock(tx, [profile.id for profile, _ in states])
            written, told, verifications, reached = [], [], [], []
            for seen, state in states:
                before = present.get(seen.id)
                if before is None or (before.revision, before.candidate_revision) != (
                    seen.revision,
                    seen.candidate_revision,
                ):
                    continue  # changed meanwhile: graded with what is present, or due again
                after, changed, checked = self.grader.next_profile(
                    tenant,
                    seen.id,
                    state,
                    registry,
                    now,
                    before=before,
                    candidate_revision=before.candidate_revision,
                    cause=cause_of(before, state, self.grader.grading(registry, shares), now),
                    pool=shares,
                )
                written.append(after)
                verifications += [(seen.id, v) for v in checked]
                reached.append((seen.id, _reached(before.state, state)))
                if changed:
                    told.append(changed_event(tenant, after))
            self.store.put(tx, written)
            self.store.replace_verifications(tx, [p.id for p in written], verifications)
            self.histories.remember(tx, reached)
            tx.publish(*told)


def _reached(before: State | None, after: State) -> State:
    """`after` with those checks alone whose issuer's document was read now: a status read again says nothing about keys."""
    known = {} if before is None else {c.credential_id: c.verification.signing_key for c in before.checks}
    return replace(after, checks=tuple(c for c in after.checks if known.get(c.credential_id) is None))
