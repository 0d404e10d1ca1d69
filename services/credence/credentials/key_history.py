"""The tenant's memory of issuers' keys, in PostgreSQL: what makes a credential outlive the key that signed it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text

from credence.credentials.domain import State
from credence.credentials.verifier import FormerKey, KeyHistory, Remembered, SigningKey, Verification
from credence.platform.sql.database import Database, Transaction

_KEYS = text(
    "SELECT method_id, multikey, last_seen FROM issuer_keys WHERE issuer_id = :issuer_id AND NOT revoked"
    " ORDER BY last_seen DESC LIMIT 16"
)
_DOCUMENT = text(
    "SELECT multikey, min(first_seen) AS first_seen FROM seen_credentials WHERE content_hash = :content_hash GROUP BY multikey LIMIT 64"
)
# an hour's precision is enough for a key, and saves a write for nearly every credential
_PUT_KEYS = text("""
INSERT INTO issuer_keys AS known (issuer_id, method_id, multikey, first_seen, last_seen, revoked)
SELECT * FROM unnest(CAST(:issuer_ids AS text[]), CAST(:method_ids AS text[]), CAST(:multikeys AS text[]),
  CAST(:seen AS timestamptz[]), CAST(:seen AS timestamptz[]), CAST(:revoked AS boolean[]))
ON CONFLICT (tenant, issuer_id, method_id, multikey) DO UPDATE
  SET last_seen = greatest(known.last_seen, excluded.last_seen), revoked = known.revoked OR excluded.revoked
  WHERE excluded.last_seen > known.last_seen + interval '1 hour' OR (excluded.revoked AND NOT known.revoked)
""")
_PUT_DOCUMENTS = text("""
INSERT INTO seen_credentials (candidate_id, content_hash, multikey, first_seen)
SELECT * FROM unnest(CAST(:candidate_ids AS text[]), CAST(:content_hashes AS text[]), CAST(:multikeys AS text[]),
  CAST(:seen AS timestamptz[]))
ON CONFLICT (tenant, candidate_id, content_hash, multikey) DO NOTHING
""")
_FORGET = text("DELETE FROM seen_credentials WHERE candidate_id = ANY(:ids)")


@dataclass(frozen=True, slots=True)
class TenantKeyHistory:
    """What one tenant's service has seen; each question is a transaction of its own."""

    database: Database
    tenant: str

    def remembered(self, issuer_id: str, content_hash: str) -> Remembered:
        with self.database.transaction(self.tenant, read_only=True) as tx:
            keys = tx.execute(_KEYS, {"issuer_id": issuer_id})
            former = tuple(FormerKey(row.method_id, row.multikey, row.last_seen) for row in keys)
            if not former:
                return Remembered()
            verified = tx.execute(_DOCUMENT, {"content_hash": content_hash})
            return Remembered(former, tuple((row.multikey, row.first_seen) for row in verified))


@dataclass(frozen=True, slots=True)
class KeyHistoryStore:
    """`of` gives a tenant's history; the other methods run inside the caller's transaction."""

    database: Database

    def of(self, tenant: str) -> KeyHistory:
        return TenantKeyHistory(self.database, tenant)

    def remember(self, tx: Transaction, states: Iterable[tuple[str, State | None]]) -> None:
        """Keys and documents of the credentials that (candidate id, state) hold, as far as issuers' documents vouch for the keys.

        A key of which the issuer's document says that it is revoked is remembered as such, for good.
        """
        found = [
            _Sighting(candidate_id, verification.content_hash, verification, verification.signing_key)
            for candidate_id, state in states
            if state is not None
            for check in state.checks
            for verification in (check.verification, *check.verification.members)
            if verification.signing_key is not None and verification.verdicts["integrity"].valid
        ]
        self._put_keys(tx, [sighting for sighting in found if sighting.key.revoked or sighting.authenticated])
        self._put_documents(tx, [sighting for sighting in found if sighting.authenticated])

    def forget(self, tx: Transaction, candidate_ids: Sequence[str]) -> None:
        if candidate_ids:
            tx.execute(_FORGET, {"ids": list(candidate_ids)})

    def _put_keys(self, tx: Transaction, sightings: Sequence[_Sighting]) -> None:
        latest = {
            (sighting.issuer_id, sighting.key.method_id, sighting.key.multikey): sighting
            for sighting in sorted(sightings, key=lambda sighting: sighting.at)
        }
        if latest:
            # in one order, so that writers wait for each other instead of deadlocking; one statement may not write a row twice
            rows = sorted(latest.items(), key=lambda row: row[0])
            tx.execute(
                _PUT_KEYS,
                {
                    "issuer_ids": [issuer_id for (issuer_id, _, _), _ in rows],
                    "method_ids": [method_id for (_, method_id, _), _ in rows],
                    "multikeys": [multikey for (_, _, multikey), _ in rows],
                    "seen": [sighting.at for _, sighting in rows],
                    "revoked": [sighting.key.revoked for _, sighting in rows],
                },
            )

    def _put_documents(self, tx: Transaction, sightings: Sequence[_Sighting]) -> None:
        first = {(s.candidate_id, s.content_hash, s.key.multikey): s.at for s in reversed(sightings)}
        if first:
            rows = sorted(first.items())
            tx.execute(
                _PUT_DOCUMENTS,
                {
                    "candidate_ids": [candidate_id for (candidate_id, _, _), _ in rows],
                    "content_hashes": [content_hash for (_, content_hash, _), _ in rows],
                    "multikeys": [multikey for (_, _, multikey), _ in rows],
                    "seen": [at for _, at in rows],
                },
            )


@dataclass(frozen=True, slots=True)
class _Sighting:
    """One credential, or one within it, that was verified with a key of its issuer's document."""

    candidate_id: str
    content_hash: str
    """of what was handed in"""
    verification: Verification
    key: SigningKey

    @property
    def issuer_id(self) -> str:
        return self.verification.issuer_id or ""

    @property
    def at(self) -> datetime:
        return self.verification.verified_at

    @property
    def authenticated(self) -> bool:
        return self.verification.verdicts["issuer_authenticated"].valid
