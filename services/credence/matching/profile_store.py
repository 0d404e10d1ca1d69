"""Profiles as they arrived, and which of them an index has not seen yet.

Each row carries the number of the transaction that wrote it last. A reader that has seen everything below transaction n asks for the rows
from n on, takes them all, and goes on from the oldest transaction that was still open when it asked (`pg_snapshot_xmin`): whatever that one
commits later is at or above it. So nothing is skipped, nothing waits for a slow transaction, and some rows are seen twice.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import text

from credence.platform.sql.database import Transaction

CHANNEL = "credence_profiles"
"""A transaction that changed profiles NOTIFYs its tenant here."""

ERASED_KEPT = timedelta(days=7)
"""How long the bare id of an erased person stays, so that every replica's index hears of it."""

_CHUNK = 1000


class State(StrEnum):
    LIVE = "live"
    DELETED = "deleted"
    ERASED = "erased"


@dataclass(frozen=True, slots=True)
class ProfileRow:
    """`content` is the Profile as protobuf, None unless `state` is LIVE."""

    candidate: str
    revision: int
    state: State
    content: bytes | None


class Change(NamedTuple):
    """`changed` is the number of the transaction that wrote the row last: a different one is a different content."""

    candidate: str
    revision: int
    state: State
    changed: int


# in one order, so that two writers of the same candidates wait instead of deadlocking; an erased person may come back from revision 1
_PUT = text("""
INSERT INTO profiles (candidate, revision, state, content)
SELECT candidate, revision, state, content
FROM unnest(CAST(:candidates AS text[]), CAST(:revisions AS bigint[]), CAST(:states AS text[]), CAST(:contents AS bytea[]))
  AS new (candidate, revision, state, content)
ORDER BY candidate
ON CONFLICT (tenant, candidate) DO UPDATE SET revision = excluded.revision, state = excluded.state, content = excluded.content,
  changed = pg_current_xact_id(), change_time = now()
WHERE profiles.state = 'erased' OR profiles.revision < excluded.revision
""")
_ERASE = text("""
INSERT INTO profiles (candidate, revision, state) SELECT candidate, 0, 'erased'
FROM unnest(CAST(:candidates AS text[])) AS new (candidate) ORDER BY candidate
ON CONFLICT (tenant, candidate) DO UPDATE SET state = 'erased', content = NULL, changed = pg_current_xact_id(), change_time = now()
WHERE profiles.state <> 'erased'
""")
_NOTIFY = text("SELECT pg_notify(:channel, :tenant)")
_HORIZON = text("SELECT CAST(CAST(pg_snapshot_xmin(pg_current_snapshot()) AS text) AS bigint)")
_CHANGES = text("""
SELECT candidate, revision, state, CAST(CAST(changed AS text) AS bigint) AS changed FROM profiles
WHERE changed >= CAST(CAST(:since AS text) AS xid8) ORDER BY candidate
""")
_STATES = text("SELECT candidate, state FROM profiles WHERE candidate = ANY(:candidates)")
_READ = text("""
SELECT candidate, revision, state, CAST(CAST(changed AS text) AS bigint) AS changed, content FROM profiles
WHERE candidate = ANY(:candidates)
""")
_FORGET = text(
    "DELETE FROM profiles WHERE state = 'erased' AND change_time < now() - CAST(:kept AS interval)"
)


class ProfileStore:
    def put(self, tx: Transaction, rows: Sequence[ProfileRow]) -> None:
        """Adds or replaces, unless the present revision is as new; each candidate at most once. Wakes the readers at the commit."""
        if rows:
            tx.execute(
                _PUT,
                {
                    "candidates": [row.candidate for row in rows],
                    "revisions": [row.revision for row in rows],
                    "states": [row.state.value for row in rows],
                    "contents": [row.content for row in rows],
                },
            )
            self._notify(tx)

    def erase(self, tx: Transaction, candidates: Sequence[str]) -> None:
        """Leaves the bare ids, for `ERASED_KEPT`."""
        if candidates:
            tx.execute(_ERASE, {"candidates": list(candidates)})
            self._notify(tx)

    def forget_erased(self, tx: Transaction, kept: timedelta = ERASED_KEPT) -> None:
        tx.execute(_FORGET, {"kept": kept})

    def states(self, tx: Transaction, candidates: Iterable[str]) -> dict[str, State]:
        found = tx.execute(_STATES, {"candidates": list(candidates)})
        return {row.candidate: State(row.state) for row in found}

    def horizon(self, tx: Transaction) -> int:
        """From where to ask for changes after having read, in a later statement, all that is visible now."""
        return int(tx.execute(_HORIZON).scalar_one())

    def changes(self, tx: Transaction, since: int) -> list[Change]:
        """The rows that transactions from `since` on wrote; 0: all."""
        rows = tx.execute(_CHANGES, {"since": str(since)})
        return [Change(row.candidate, row.revision, State(row.state), row.changed) for row in rows]

    def read(self, tx: Transaction, candidates: Sequence[str]) -> Iterator[tuple[Change, bytes]]:
        """The live profiles among these, some at a time."""
        for start in range(0, len(candidates), _CHUNK):
            for row in tx.execute(_READ, {"candidates": list(candidates[start : start + _CHUNK])}):
                if row.content is not None:
                    change = Change(row.candidate, row.revision, State(row.state), row.changed)
                    yield change, bytes(row.content)

    def _notify(self, tx: Transaction) -> None:
        tx.execute(_NOTIFY, {"channel": CHANNEL, "tenant": tx.tenant})
