"""Takes profiles in from `profiles.v1`: into the database, which the indexes of all replicas follow."""

from collections.abc import Sequence

from google.protobuf.message import Message

from credence.matching.decision_store import DecisionStore
from credence.matching.profile_store import ProfileRow, ProfileStore, State
from credence.matching.profiles import InvalidProfileError, check
from credence.matching.ranking_store import RankingStore
from credence.platform.errors import NeverRetry
from credence.platform.kafka.consumer import BatchHandler
from credence.platform.kafka.events import Received
from credence.platform.names import last_id
from credence.platform.sql.database import Transaction
from credence.platform.sql.requests import forget_answers
from credencepb.credentials.v1.credential_events_pb2 import ProfileChanged, ProfileDeleted


class ProfileHandler(BatchHandler[ProfileRow | None]):
    """Each event becomes one row, None for a tombstone. Older revisions change nothing, so any event may come twice.

    A tombstone erases the person from what refers to people: rankings given and decisions keep that they happened, not to whom.
    """

    consumes = {  # noqa: RUF012 - the protocol's attribute
        ProfileChanged.DESCRIPTOR.full_name: ProfileChanged,
        ProfileDeleted.DESCRIPTOR.full_name: ProfileDeleted,
    }

    def __init__(self, profiles: ProfileStore, rankings: RankingStore, decisions: DecisionStore) -> None:
        self._profiles = profiles
        self._rankings = rankings
        self._decisions = decisions

    def prepare(self, events: Sequence[Received]) -> Sequence[ProfileRow | None]:
        return [_row(received) for received in events]

    def apply(
        self, tx: Transaction, events: Sequence[Received], prepared: Sequence[ProfileRow | None]
    ) -> None:
        newest: dict[str, ProfileRow] = {}
        for received, row in zip(events, prepared, strict=True):
            if row is None:
                # the order of changes and erasures of one person matters: after one, revisions begin anew
                self._profiles.put(tx, list(newest.values()))
                newest = {}
                self._erase(tx, _candidate_of_key(received))
            elif row.candidate not in newest or row.revision > newest[row.candidate].revision:
                newest[row.candidate] = row
        self._profiles.put(tx, list(newest.values()))

    def _erase(self, tx: Transaction, candidate: str) -> None:
        self._profiles.erase(tx, [candidate])
        self._rankings.erase(tx, candidate)
        self._decisions.erase(tx, candidate)
        forget_answers(tx, f"tenants/{tx.tenant}/candidates/{candidate}")


def _row(received: Received) -> ProfileRow | None:
    match received.message:
        case None:
            return None
        case ProfileChanged(profile=profile):
            if profile.revision != received.event.revision:
                raise NeverRetry("INVALID_PROFILE", "the profile's revision is not its event's")
            try:
                check(profile)
            except InvalidProfileError as error:
                raise NeverRetry("INVALID_PROFILE", str(error)) from error
            content = profile.SerializeToString(deterministic=True)
            return ProfileRow(_id(profile.candidate, received), profile.revision, State.LIVE, content)
        case ProfileDeleted(candidate=name):
            return ProfileRow(_id(name, received), received.event.revision, State.DELETED, None)
        case other:
            raise _unexpected(other)


def _id(name: str, received: Received) -> str:
    """The id in a candidate's name, which must be the tenant's and the record key's."""
    expected = f"tenants/{received.event.tenant}/candidates/{_candidate_of_key(received)}"
    if name != expected:
        raise NeverRetry("INVALID_PROFILE", "the candidate is not the one of the record's key")
    return last_id(name)


def _candidate_of_key(received: Received) -> str:
    return received.event.key.partition("/")[2]


def _unexpected(message: Message) -> TypeError:
    return TypeError(f"the consumer gave a {message.DESCRIPTOR.full_name}, which is not consumed")
