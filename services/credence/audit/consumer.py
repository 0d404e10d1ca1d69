"""Profiles and roles as other services tell of them, into this service's own tables."""

from collections.abc import Sequence
from dataclasses import dataclass

from credence.audit.store import AuditStore, ProfileRow
from credence.platform.kafka.consumer import BatchHandler
from credence.platform.kafka.events import Received
from credence.platform.names import last_id
from credence.platform.sql.database import Transaction
from credence.topics import ROLES
from credencepb.credentials.v1.credential_events_pb2 import ProfileChanged, ProfileDeleted
from credencepb.matching.v1.matching_events_pb2 import RoleChanged


@dataclass(frozen=True)
class FactsHandler(BatchHandler[None]):
    """Keeps the newest revision of each; a tombstone erases the person, or the role."""

    store: AuditStore

    consumes = {  # noqa: RUF012 - the protocol's attribute
        cls.DESCRIPTOR.full_name: cls for cls in (ProfileChanged, ProfileDeleted, RoleChanged)
    }

    def prepare(self, events: Sequence[Received]) -> Sequence[None]:
        return [None] * len(events)

    def apply(self, tx: Transaction, events: Sequence[Received], prepared: Sequence[None]) -> None:
        newest: dict[str, ProfileRow] = {}
        for received in events:
            event = received.event
            subject_id = event.key.partition("/")[2]
            match received.message:
                case RoleChanged(role=role):
                    self.store.put_role(tx, subject_id, event.revision, role)
                case ProfileChanged(profile=profile):
                    _newer(newest, ProfileRow(last_id(profile.candidate), event.revision, profile))
                case ProfileDeleted(candidate=name):
                    _newer(newest, ProfileRow(last_id(name), event.revision, None))
                case None if event.topic == ROLES.name:
                    self.store.erase_role(tx, subject_id)
                case None:
                    # revisions begin anew after an erasure, so what came before it is written first
                    self.store.put_profiles(tx, list(newest.values()))
                    newest = {}
                    self.store.erase_people(tx, [subject_id])
        self.store.put_profiles(tx, list(newest.values()))


def _newer(rows: dict[str, ProfileRow], row: ProfileRow) -> None:
    known = rows.get(row.id)
    if known is None or row.revision > known.revision:
        rows[row.id] = row
