"""From candidates to profiles: what becomes of each event of `candidates.v1`."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from google.protobuf.message import Message

from credence.credentials import convert
from credence.credentials.ctdl_store import DescriptionStore
from credence.credentials.domain import State
from credence.credentials.dossier import dossier_of
from credence.credentials.findings import state_of, warm_achievements, warm_dossiers
from credence.credentials.key_history import KeyHistoryStore
from credence.credentials.profiles import Grader, changed_event, deleted_event, each_last
from credence.credentials.registry import IssuerStore
from credence.credentials.scarcity import PoolStore
from credence.credentials.store import ProfileStore, StoredProfile
from credence.credentials.verifier.pool import Request, VerifierPool
from credence.platform.clock import Clock
from credence.platform.kafka.consumer import BatchHandler
from credence.platform.kafka.events import Event, Received, tombstone
from credence.platform.names import last_id
from credence.platform.sql.database import Transaction
from credence.topics import PROFILES
from credence_models.linker import Linker
from credencepb.candidates.v1.candidate_events_pb2 import CandidateChanged, CandidateDeleted
from credencepb.credentials.v1 import verification_pb2


@dataclass(frozen=True)
class CandidateHandler(BatchHandler[State | None]):
    """Verifies, links and grades. `prepare` does all that is slow, outside the transaction; grading is quick, and is done inside it
    because the tenant's registry must be the present one.
    """

    pool: VerifierPool
    histories: KeyHistoryStore
    descriptions: DescriptionStore
    linker: Linker
    grader: Grader
    store: ProfileStore
    issuers: IssuerStore
    pools: PoolStore
    clock: Clock
    threads: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, "verifying"))

    @property
    def consumes(self) -> Mapping[str, type[Message]]:  # type: ignore[override]
        return {cls.DESCRIPTOR.full_name: cls for cls in (CandidateChanged, CandidateDeleted)}

    def prepare(self, events: Sequence[Received]) -> Sequence[State | None]:
        """The State of each changed candidate; None for one that was deleted or erased."""
        now = self.clock.now()
        dossiers = [
            dossier_of(r.message.candidate) if isinstance(r.message, CandidateChanged) else None
            for r in events
        ]
        present = [d for d in dossiers if d is not None]
        requests = [
            Request(doc.document, d.recipient, now, received.event.tenant)
            for d, received in zip(dossiers, events, strict=True)
            if d is not None
            for doc in d.documents
        ]
        # the workers verify while this process reads texts
        verifying = self.threads.submit(self.pool.verify_many, requests, self.histories.of)
        warm_dossiers(present, self.linker)
        verifications = verifying.result()
        warm_achievements(verifications, self.linker)
        rest = iter(verifications)
        states: list[State | None] = []
        for dossier, received in zip(dossiers, events, strict=True):
            if dossier is None:
                states.append(None)
                continue
            own = [next(rest) for _ in dossier.documents]
            described = self.descriptions.named_by(received.event.tenant, own)
            states.append(state_of(dossier, own, self.linker, described))
        return states

    def apply(self, tx: Transaction, events: Sequence[Received], prepared: Sequence[State | None]) -> None:
        """Writes profiles and verifications, publishes what changed; an event older than what is stored changes nothing."""
        registry = self.issuers.present(tx)
        shares = self.pools.snapshot(tx)
        now = self.clock.now()
        profiles = self.store.lock(tx, sorted({_candidate_id(r.event) for r in events}))
        erased: set[str] = set()
        verifications: dict[str, list[verification_pb2.Verification]] = {}
        told: list[Event] = []
        shown: dict[str, State | None] = {}
        for received, state in zip(events, prepared, strict=True):
            event = received.event
            candidate_id = _candidate_id(event)
            before = profiles.get(candidate_id)
            if event.tombstone:
                profiles.pop(candidate_id, None)
                verifications.pop(candidate_id, None)
                shown.pop(candidate_id, None)
                erased.add(candidate_id)
                told.append(
                    tombstone(
                        PROFILES,
                        tenant=tx.tenant,
                        subject=convert.profile_name(tx.tenant, candidate_id),
                        revision=before.revision + 1 if before else 1,
                        cause=event,
                    )
                )
            elif before is not None and before.candidate_revision >= event.revision:
                continue
            elif state is None:
                gone = StoredProfile(
                    candidate_id, before.revision + 1 if before else 1, event.revision, None, None, "", None
                )
                profiles[candidate_id] = gone
                verifications[candidate_id] = []
                shown[candidate_id] = None
                told.append(deleted_event(tx.tenant, gone, event))
            else:
                after, changed, checked = self.grader.next_profile(
                    tx.tenant,
                    candidate_id,
                    state,
                    registry,
                    now,
                    before=before,
                    candidate_revision=event.revision,
                    cause="CANDIDATE_CHANGED",
                    pool=shares,
                )
                profiles[candidate_id] = after
                verifications[candidate_id] = checked
                shown[candidate_id] = state
                if changed:
                    told.append(changed_event(tx.tenant, after, event))
        self.store.erase(tx, sorted(erased))
        self.store.put(tx, each_last([profiles[i] for i in verifications]))
        self.store.replace_verifications(
            tx,
            sorted(verifications),
            [(i, v) for i, checked in sorted(verifications.items()) for v in checked],
        )
        self.histories.forget(tx, sorted(erased | {i for i, state in shown.items() if state is None}))
        self.histories.remember(tx, shown.items())
        tx.publish(*told)


def _candidate_id(event: Event) -> str:
    return last_id(event.subject) if event.subject else last_id(event.key)
