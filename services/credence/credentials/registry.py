"""A tenant's registry of issuers: whom it recognises, knows, or warns of, over the snapshot that it took from elsewhere."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.exc import IntegrityError

from credence.credentials.snapshots import SnapshotStore
from credence.credentials.verifier import (
    IssuerRegistry,
    LayeredRegistry,
    RegistryEntry,
    Standing,
    StaticRegistry,
)
from credence.platform.errors import AlreadyExists
from credence.platform.sql.database import Transaction

_COLUMNS = "id, issuer_id, display_name, standing, aliases, note, active_since, revision"
_ALL = text(f"SELECT {_COLUMNS} FROM issuers ORDER BY id")  # noqa: S608
_GET = text(f"SELECT {_COLUMNS} FROM issuers WHERE id = :id")  # noqa: S608
_LOCK = text(f"SELECT {_COLUMNS} FROM issuers WHERE id = :id FOR UPDATE")  # noqa: S608
_PAGE = text(f"SELECT {_COLUMNS} FROM issuers WHERE id > :after ORDER BY id LIMIT :limit")  # noqa: S608
_PUT = text("""
INSERT INTO issuers (id, issuer_id, display_name, standing, aliases, note, active_since, revision)
VALUES (:id, :issuer_id, :display_name, :standing, :aliases, :note, :active_since, :revision)
ON CONFLICT (tenant, id) DO UPDATE SET issuer_id = excluded.issuer_id, display_name = excluded.display_name,
  standing = excluded.standing, aliases = excluded.aliases, note = excluded.note, active_since = excluded.active_since,
  revision = excluded.revision
""")
_DELETE = text("DELETE FROM issuers WHERE id = :id")


@dataclass(frozen=True, slots=True)
class Issuer:
    """One entry. `aliases` are other ids (did:..., https://...) and other names under which it issues."""

    id: str
    issuer_id: str
    display_name: str
    standing: Standing
    aliases: tuple[str, ...]
    note: str
    revision: int
    active_since: date | None = None
    """The day from which it is known to issue; None: not known."""


@dataclass(frozen=True, slots=True)
class Registry:
    """What a tenant judges issuers by at one moment."""

    issuers: IssuerRegistry
    ids: dict[str, str]
    """Resource id by issuer id, of the tenant's own entries."""

    @property
    def version(self) -> str:
        """The snapshot's version, then number and digest of the tenant's entries; changes exactly when one of them does."""
        return self.issuers.version


@dataclass(frozen=True)
class IssuerStore:
    """All methods run inside the caller's transaction."""

    snapshots: SnapshotStore = field(default_factory=SnapshotStore)

    def present(self, tx: Transaction) -> Registry:
        """The tenant's own entries over its snapshot: where both speak of an issuer, the tenant's word counts."""
        issuers = [_issuer(row) for row in tx.execute(_ALL)]
        digest = hashlib.sha256(repr(issuers).encode()).hexdigest()[:12]
        own = StaticRegistry(_entry(issuer) for issuer in issuers)
        stored = self.snapshots.get(tx)
        layers, below = [own], "0"
        if stored is not None:
            layers, below = (
                [own, self.snapshots.registry(tx, stored)],
                f"{stored.version}.{stored.digest[:8]}",
            )
        return Registry(
            LayeredRegistry(*layers, version=f"{below}+{len(issuers)}.{digest}"),
            {issuer_id: i.id for i in issuers for issuer_id in _ids(i)},
        )

    def get(self, tx: Transaction, issuer_id: str, *, lock: bool = False) -> Issuer | None:
        row = tx.execute(_LOCK if lock else _GET, {"id": issuer_id}).one_or_none()
        return None if row is None else _issuer(row)

    def page(self, tx: Transaction, after: str, limit: int) -> list[Issuer]:
        return [_issuer(row) for row in tx.execute(_PAGE, {"after": after, "limit": limit})]

    def put(self, tx: Transaction, issuer: Issuer) -> None:
        """Raises AlreadyExists when another entry has the issuer_id."""
        try:
            tx.execute(
                _PUT,
                {
                    "id": issuer.id,
                    "issuer_id": issuer.issuer_id,
                    "display_name": issuer.display_name,
                    "standing": issuer.standing.value,
                    "aliases": list(issuer.aliases),
                    "note": issuer.note,
                    "active_since": issuer.active_since,
                    "revision": issuer.revision,
                },
            )
        except IntegrityError:
            raise AlreadyExists(
                issuer.issuer_id, f"another entry of the registry has the issuer_id {issuer.issuer_id}"
            ) from None

    def delete(self, tx: Transaction, issuer_id: str) -> None:
        tx.execute(_DELETE, {"id": issuer_id})


def _ids(issuer: Issuer) -> Iterable[str]:
    yield issuer.issuer_id
    yield from (alias for alias in issuer.aliases if alias.startswith(("did:", "https://")))


def _entry(issuer: Issuer) -> RegistryEntry:
    ids = tuple(_ids(issuer))
    return RegistryEntry(
        issuer_ids=ids,
        name=issuer.display_name,
        standing=issuer.standing,
        aliases=tuple(alias for alias in issuer.aliases if alias not in ids),
        note=issuer.note,
        since=issuer.active_since,
    )


def _issuer(row: Row[Any]) -> Issuer:
    return Issuer(
        row.id,
        row.issuer_id,
        row.display_name,
        Standing(row.standing),
        tuple(row.aliases),
        row.note,
        row.revision,
        row.active_since,
    )
