"""Candidates in PostgreSQL. No statement names the tenant: row-level security and column defaults do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Row, text
from sqlalchemy.exc import IntegrityError

from credence.candidates.convert import content_to_proto, from_proto
from credence.candidates.domain import Candidate
from credence.platform.errors import AlreadyExists
from credence.platform.sql.database import Transaction
from credence.platform.sql.requests import forget_answers
from credencepb.candidates.v1 import candidate_pb2 as pb

_COLUMNS = "id, content, revision, create_time, update_time, delete_time"

_GET = f"SELECT {_COLUMNS} FROM candidates WHERE id = ANY(:ids)"  # noqa: S608 - columns are a constant
# locked in the order of ids, so that two batches wait for each other instead of deadlocking
_LOCK = text(f"{_GET} ORDER BY id FOR UPDATE")
_LOCK_EXTERNAL = text(
    f"SELECT {_COLUMNS} FROM candidates WHERE external_id = ANY(:external_ids) ORDER BY id FOR UPDATE"  # noqa: S608
)
_LIST = text(
    f"SELECT {_COLUMNS} FROM candidates"  # noqa: S608
    " WHERE id > :after AND labels @> CAST(:labels AS jsonb)"
    " AND (:show_deleted OR delete_time IS NULL)"
    " AND (:population = '' OR population = :population)"
    " AND (:external_id = '' OR external_id = :external_id)"
    " ORDER BY id LIMIT :limit"
)
# whole columns at once: one statement for a batch of any size
_NEW = """unnest(CAST(:ids AS text[]), CAST(:external_ids AS text[]), CAST(:populations AS text[]), CAST(:labels AS text[]),
  CAST(:contents AS bytea[]), CAST(:revisions AS bigint[]), CAST(:create_times AS timestamptz[]), CAST(:update_times AS timestamptz[]),
  CAST(:delete_times AS timestamptz[])
) AS new (id, external_id, population, labels, content, revision, create_time, update_time, delete_time)"""
_INSERT = text(f"""
INSERT INTO candidates (id, external_id, population, labels, content, revision, create_time, update_time, delete_time)
SELECT id, external_id, population, labels::jsonb, content, revision, create_time, update_time, delete_time FROM {_NEW} ORDER BY id
ON CONFLICT DO NOTHING RETURNING id
""")  # noqa: S608
_UPDATE = text(f"""
UPDATE candidates c SET external_id = new.external_id, population = new.population, labels = new.labels::jsonb,
  content = new.content, revision = new.revision, update_time = new.update_time, delete_time = new.delete_time
FROM {_NEW} WHERE c.id = new.id
""")  # noqa: S608
_NOTE = text("""
INSERT INTO candidate_changes (id, revision, change_time, actor, action)
SELECT * FROM unnest(CAST(:ids AS text[]), CAST(:revisions AS bigint[]), CAST(:times AS timestamptz[]),
  CAST(:actors AS text[]), CAST(:actions AS text[]))
""")
_CHANGES = text(
    "SELECT revision, change_time, actor, action FROM candidate_changes WHERE id = :id ORDER BY revision"
)
_PURGE = text("DELETE FROM candidates WHERE id = :id")


@dataclass(frozen=True, slots=True)
class Change:
    """One entry of a candidate's history."""

    candidate_id: str
    revision: int
    time: datetime
    actor: str
    action: str


class CandidateStore:
    """All methods run inside the caller's transaction."""

    def get(self, tx: Transaction, ids: Sequence[str]) -> dict[str, Candidate]:
        return _by_id(tx.execute(text(_GET), {"ids": list(ids)}).all())

    def lock(self, tx: Transaction, ids: Sequence[str]) -> dict[str, Candidate]:
        """As `get`; nobody else changes these until the transaction ends."""
        return _by_id(tx.execute(_LOCK, {"ids": list(ids)}).all())

    def lock_external(self, tx: Transaction, external_ids: Sequence[str]) -> dict[str, Candidate]:
        """Candidates by external id, locked; deleted ones too."""
        rows = tx.execute(_LOCK_EXTERNAL, {"external_ids": list(external_ids)}).all()
        return {c.content.external_id: c for c in _by_id(rows).values()}

    def page(
        self,
        tx: Transaction,
        *,
        after: str,
        limit: int,
        labels: Mapping[str, str],
        population: str,
        external_id: str,
        show_deleted: bool,
    ) -> list[Candidate]:
        """The next `limit` candidates after the id `after`, in the order of ids."""
        rows = tx.execute(
            _LIST,
            {
                "after": after,
                "limit": limit,
                "labels": orjson.dumps(dict(labels)).decode(),
                "population": population,
                "external_id": external_id,
                "show_deleted": show_deleted,
            },
        ).all()
        return [_candidate(row) for row in rows]

    def insert(self, tx: Transaction, candidates: Sequence[Candidate]) -> set[str]:
        """Stores new candidates and returns the ids that are in; one whose id or external_id is taken is left out."""
        if not candidates:
            return set()
        return set(tx.execute(_INSERT, _columns(candidates)).scalars())

    def update(self, tx: Transaction, candidates: Sequence[Candidate]) -> None:
        """Writes locked candidates. Raises AlreadyExists when an external_id is another candidate's."""
        if not candidates:
            return
        try:
            tx.execute(_UPDATE, _columns(candidates))
        except IntegrityError:
            taken = ", ".join(c.content.external_id for c in candidates[:3])
            raise AlreadyExists(taken, f"another candidate has the external_id {taken}") from None

    def note(self, tx: Transaction, changes: Sequence[Change]) -> None:
        """Appends to the history."""
        if changes:
            tx.execute(
                _NOTE,
                {
                    "ids": [c.candidate_id for c in changes],
                    "revisions": [c.revision for c in changes],
                    "times": [c.time for c in changes],
                    "actors": [c.actor for c in changes],
                    "actions": [c.action for c in changes],
                },
            )

    def changes(self, tx: Transaction, candidate_id: str) -> list[Change]:
        """The whole history, oldest first."""
        return [
            Change(candidate_id, row.revision, row.change_time, row.actor, row.action)
            for row in tx.execute(_CHANGES, {"id": candidate_id})
        ]

    def purge(self, tx: Transaction, candidate_id: str, name: str) -> None:
        """Erases the candidate, its history and every answer that is kept about it."""
        tx.execute(_PURGE, {"id": candidate_id})
        forget_answers(tx, name)


def _columns(candidates: Sequence[Candidate]) -> dict[str, list[Any]]:
    return {
        "ids": [c.id for c in candidates],
        "external_ids": [c.content.external_id or None for c in candidates],
        "populations": [c.content.population for c in candidates],
        "labels": [orjson.dumps(dict(c.content.labels)).decode() for c in candidates],
        "contents": [content_to_proto(c.content).SerializeToString(deterministic=True) for c in candidates],
        "revisions": [c.revision for c in candidates],
        "create_times": [c.create_time for c in candidates],
        "update_times": [c.update_time for c in candidates],
        "delete_times": [c.delete_time for c in candidates],
    }


def _by_id(rows: Sequence[Row[Any]]) -> dict[str, Candidate]:
    return {row.id: _candidate(row) for row in rows}


def _candidate(row: Row[Any]) -> Candidate:
    return Candidate(
        id=row.id,
        content=from_proto(pb.Candidate.FromString(row.content)),
        revision=row.revision,
        create_time=row.create_time,
        update_time=row.update_time,
        delete_time=row.delete_time,
    )
