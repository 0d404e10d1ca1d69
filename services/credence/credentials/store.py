"""Profiles and verifications in PostgreSQL. No statement names the tenant: row-level security and column defaults do."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Row, text

from credence.credentials.domain import State
from credence.platform.sql.database import Transaction
from credencepb.credentials.v1 import profile_pb2 as pb
from credencepb.credentials.v1 import verification_pb2

_STATES = TypeAdapter(State)

_COLUMNS = "id, revision, candidate_revision, body, state, graded_with, next_evaluation"
_GET = text(f"SELECT {_COLUMNS} FROM profiles WHERE id = :id")  # noqa: S608
# in the order of ids, so that consumer and clock wait for each other instead of deadlocking
_LOCK = text(f"SELECT {_COLUMNS} FROM profiles WHERE id = ANY(:ids) ORDER BY id FOR UPDATE")  # noqa: S608
_DUE = text(
    f"SELECT {_COLUMNS} FROM profiles WHERE state IS NOT NULL"  # noqa: S608
    " AND (next_evaluation <= :now OR graded_with <> :grading) ORDER BY id LIMIT :limit"
)
_PUT = text("""
INSERT INTO profiles (id, revision, candidate_revision, body, state, graded_with, next_evaluation)
SELECT * FROM unnest(CAST(:ids AS text[]), CAST(:revisions AS bigint[]), CAST(:candidate_revisions AS bigint[]),
  CAST(:bodies AS bytea[]), CAST(:states AS bytea[]), CAST(:graded_withs AS text[]), CAST(:next_evaluations AS timestamptz[]))
ON CONFLICT (tenant, id) DO UPDATE SET revision = excluded.revision, candidate_revision = excluded.candidate_revision,
  body = excluded.body, state = excluded.state, graded_with = excluded.graded_with, next_evaluation = excluded.next_evaluation
""")
_ERASE = text("DELETE FROM profiles WHERE id = ANY(:ids)")
_CLEAR_VERIFICATIONS = text("DELETE FROM verifications WHERE candidate_id = ANY(:ids)")
_PUT_VERIFICATIONS = text("""
INSERT INTO verifications (id, candidate_id, achievement_key, outcome, expires_on, body)
SELECT * FROM unnest(CAST(:ids AS text[]), CAST(:candidate_ids AS text[]), CAST(:keys AS text[]), CAST(:outcomes AS int[]),
  CAST(:ends AS date[]), CAST(:bodies AS bytea[]))
""")
_PAGE = text(
    "SELECT id, body FROM verifications WHERE id > :after AND (:candidate_id = '' OR candidate_id = :candidate_id)"
    " AND (:outcome = 0 OR outcome = :outcome) ORDER BY id LIMIT :limit"
)


_EXPIRING = text(
    "SELECT id, candidate_id, body FROM verifications WHERE expires_on BETWEEN :first AND :last AND outcome <> :failed"
    " AND (:candidate_id = '' OR candidate_id = :candidate_id) AND (expires_on, id) > (:after_day, :after_id)"
    " ORDER BY expires_on, id LIMIT :limit"
)


@dataclass(frozen=True, slots=True)
class StoredProfile:
    """A profile as kept. `body` and `state` are None while the candidate is soft-deleted: only the revisions go on."""

    id: str
    revision: int
    candidate_revision: int
    body: pb.Profile | None
    state: State | None
    graded_with: str
    """Registry and policy under which it was graded last; another present one makes it due."""
    next_evaluation: datetime | None


class ProfileStore:
    """All methods run inside the caller's transaction."""

    def get(self, tx: Transaction, candidate_id: str) -> StoredProfile | None:
        row = tx.execute(_GET, {"id": candidate_id}).one_or_none()
        return None if row is None else _stored(row)

    def lock(self, tx: Transaction, candidate_ids: Sequence[str]) -> dict[str, StoredProfile]:
        """The profiles that exist of these; nobody else changes them until the transaction ends."""
        return {row.id: _stored(row) for row in tx.execute(_LOCK, {"ids": list(candidate_ids)})}

    def due(self, tx: Transaction, now: datetime, grading: str, limit: int) -> list[StoredProfile]:
        """Profiles that time, or another registry or policy than `grading`, may have changed."""
        rows = tx.execute(_DUE, {"now": now, "grading": grading, "limit": limit})
        return [_stored(row) for row in rows]

    def put(self, tx: Transaction, profiles: Sequence[StoredProfile]) -> None:
        """Writes locked or new profiles."""
        if profiles:
            tx.execute(
                _PUT,
                {
                    "ids": [p.id for p in profiles],
                    "revisions": [p.revision for p in profiles],
                    "candidate_revisions": [p.candidate_revision for p in profiles],
                    "bodies": [
                        p.body.SerializeToString(deterministic=True) if p.body is not None else None
                        for p in profiles
                    ],
                    "states": [_STATES.dump_json(p.state) if p.state is not None else None for p in profiles],
                    "graded_withs": [p.graded_with for p in profiles],
                    "next_evaluations": [p.next_evaluation for p in profiles],
                },
            )

    def erase(self, tx: Transaction, candidate_ids: Sequence[str]) -> None:
        """Removes profiles and verifications for good."""
        if candidate_ids:
            tx.execute(_ERASE, {"ids": list(candidate_ids)})
            tx.execute(_CLEAR_VERIFICATIONS, {"ids": list(candidate_ids)})

    def replace_verifications(
        self,
        tx: Transaction,
        candidate_ids: Sequence[str],
        verifications: Sequence[tuple[str, verification_pb2.Verification]],
    ) -> None:
        """These (candidate id, verification) and no others are the verifications of these candidates from now on."""
        if candidate_ids:
            tx.execute(_CLEAR_VERIFICATIONS, {"ids": list(candidate_ids)})
        if verifications:
            tx.execute(
                _PUT_VERIFICATIONS,
                {
                    "ids": [v.name.rpartition("/")[2] for _, v in verifications],
                    "candidate_ids": [candidate_id for candidate_id, _ in verifications],
                    "keys": [_key(v) for _, v in verifications],
                    "outcomes": [v.outcome for _, v in verifications],
                    "ends": [last_day(v) for _, v in verifications],
                    "bodies": [v.SerializeToString(deterministic=True) for _, v in verifications],
                },
            )

    def page(
        self, tx: Transaction, *, candidate_id: str, outcome: int, after: str, limit: int
    ) -> list[verification_pb2.Verification]:
        """The next verifications in the order of ids; candidate_id "" and outcome 0 mean any."""
        rows = tx.execute(
            _PAGE, {"candidate_id": candidate_id, "outcome": outcome, "after": after, "limit": limit}
        )
        return [verification_pb2.Verification.FromString(row.body) for row in rows]

    def expiring(
        self,
        tx: Transaction,
        first: date,
        last: date,
        *,
        candidate_id: str,
        after: tuple[date, str],
        limit: int,
    ) -> list[tuple[str, verification_pb2.Verification]]:
        """(candidate id, verification) of what was not refuted and expires from `first` to `last`, the soonest first; candidate_id "" means
        any. `after`: the last day and id of the page before."""
        rows = tx.execute(
            _EXPIRING,
            {
                "first": first,
                "last": last,
                "failed": verification_pb2.OUTCOME_NOT_VERIFIED,
                "candidate_id": candidate_id,
                "after_day": after[0],
                "after_id": after[1],
                "limit": limit,
            },
        )
        return [(row.candidate_id, verification_pb2.Verification.FromString(row.body)) for row in rows]


def last_day(verification: verification_pb2.Verification) -> date | None:
    """On which it counts in full: as stated, else by policy; None: no end."""
    if verification.HasField("valid_until"):
        return verification.valid_until.ToDatetime(UTC).date()
    return date.fromisoformat(verification.policy_end) if verification.policy_end else None


def _key(verification: verification_pb2.Verification) -> str:
    """As `domain.achievement_key` says it of the verification that this message shows."""
    if not verification.HasField("achievement"):
        return ""
    return verification.achievement.id or f"{verification.issuer.issuer_id}/{verification.achievement.name}"


def _stored(row: Row[Any]) -> StoredProfile:
    return StoredProfile(
        id=row.id,
        revision=row.revision,
        candidate_revision=row.candidate_revision,
        body=None if row.body is None else pb.Profile.FromString(row.body),
        state=None if row.state is None else _STATES.validate_json(row.state),
        graded_with=row.graded_with,
        next_evaluation=row.next_evaluation,
    )
