"""Registry snapshots of a tenant: kept as they were signed, read once, and never exchanged for an older one."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock
from typing import Any

from sqlalchemy import Row, text

from credence.credentials.verifier import StaticRegistry
from credence.credentials.verifier.snapshot import MAX_BYTES, Snapshot, SnapshotRefused, read_snapshot
from credence.platform.errors import InvalidField, TooLarge
from credence.platform.sql.database import Transaction

_HEAD = "version, digest, signed_by, import_time"
_LATEST = text(f"SELECT {_HEAD} FROM registry_snapshots ORDER BY version DESC LIMIT 1")  # noqa: S608
_GET = text(f"SELECT {_HEAD} FROM registry_snapshots WHERE version = :version")  # noqa: S608
_DOCUMENT = text("SELECT document FROM registry_snapshots WHERE version = :version")
_PUT = text("""
INSERT INTO registry_snapshots (version, digest, signed_by, import_time, document)
VALUES (:version, :digest, :signed_by, :import_time, :document)
""")
_KEPT = 8
"""Snapshots that stay in memory: tenants mostly share one."""


@dataclass(frozen=True, slots=True)
class StoredSnapshot:
    version: int
    digest: str
    signed_by: str
    import_time: datetime


@dataclass
class SnapshotStore:
    """All methods with a Transaction run inside the caller's. Thread-safe."""

    _read: dict[str, StaticRegistry] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def get(self, tx: Transaction, version: int | None = None) -> StoredSnapshot | None:
        """The snapshot of this version; None: the one that is judged by."""
        found = tx.execute(_LATEST) if version is None else tx.execute(_GET, {"version": version})
        row = found.one_or_none()
        return None if row is None else _stored(row)

    def document(self, tx: Transaction, version: int) -> bytes:
        return bytes(tx.execute(_DOCUMENT, {"version": version}).scalar_one())

    def registry(self, tx: Transaction, stored: StoredSnapshot) -> StaticRegistry:
        """Its entries; read from the database once for each content, whichever tenant asks."""
        with self._lock:
            known = self._read.get(stored.digest)
        if known is None:
            document = self.document(tx, stored.version)
            # its key was trusted when it came in; taking a key out of the settings stops new ones
            known = read_snapshot(document, [stored.signed_by]).registry()
            with self._lock:
                while len(self._read) >= _KEPT:
                    self._read.pop(next(iter(self._read)))
                self._read[stored.digest] = known
        return known

    def import_(
        self,
        tx: Transaction,
        document: bytes,
        snapshot: Snapshot,
        now: datetime,
        *,
        validate_only: bool = False,
    ) -> StoredSnapshot:
        """Makes a checked snapshot the present one; the same again changes nothing. InvalidField: it would go back."""
        present = self.get(tx)
        if present is not None and snapshot.version < present.version:
            raise InvalidField(
                "document",
                f"has version {snapshot.version}; version {present.version} is present, and a registry never goes back",
            )
        if present is not None and snapshot.version == present.version:
            if snapshot.digest != present.digest:
                raise InvalidField(
                    "document", f"says something else than the present snapshot of version {present.version}"
                )
            return present
        stored = StoredSnapshot(snapshot.version, snapshot.digest, snapshot.signed_by, now)
        if not validate_only:
            tx.execute(
                _PUT,
                {
                    "version": stored.version,
                    "digest": stored.digest,
                    "signed_by": stored.signed_by,
                    "import_time": stored.import_time,
                    "document": document,
                },
            )
        return stored


def checked(document: bytes, trusted_keys: Collection[str]) -> Snapshot:
    """The snapshot in what a caller sent. InvalidField says why it is none; TooLarge."""
    if len(document) > MAX_BYTES:
        raise TooLarge("document", limit=MAX_BYTES, actual=len(document))
    try:
        return read_snapshot(document, trusted_keys)
    except SnapshotRefused as refused:
        raise InvalidField("document", f"{refused.code}: {refused.message}") from None


def _stored(row: Row[Any]) -> StoredSnapshot:
    return StoredSnapshot(row.version, row.digest, row.signed_by, row.import_time)
