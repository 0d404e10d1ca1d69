"""A tenant's registry of issuers: whom it recognises, knows, or warns of."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.exc import IntegrityError

from credence.credentials.verifier import RegistryEntry, Standing, StaticRegistry
from credence.platform.errors import AlreadyExists
from credence.platform.sql.database import Transaction

_COLUMNS = "id, issuer_id, display_name, standing, aliases, note, revision"
_ALL = text(f"SELECT {_COLUMNS} FROM issuers ORDER BY id")  # noqa: S608
_GET = text(f"SELECT {_COLUMNS} FROM issuers WHERE id = :id")  # noqa: S608
_LOCK = text(f"SELECT {_COLUMNS} FROM issuers WHERE id = :id FOR UPDATE")  # noqa: S608
_PAGE = text(f"SELECT {_COLUMNS} FROM issuers WHERE id > :after ORDER BY id LIMIT :limit")  # noqa: S608
_PUT = text("""
INSERT INTO issuers (id, issuer_id, display_name, standing, aliases, note, revision)
VALUES (:id, :issuer_id, :display_name, :standing, :aliases, :note, :revision)
ON CONFLICT (tenant, id) DO UPDATE SET issuer_id = excluded.issuer_id, display_name = excluded.display_name,
  standing = excluded.standing, aliases = excluded.aliases, note = excluded.note, revision = excluded.revision
""")


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


@dataclass(frozen=True, slots=True)
class Registry:
    """A snapshot. `version` changes exactly when an entry does."""

    version: str
    issuers: StaticRegistry
    ids: dict[str, str]
    """Resource id by issuer id."""


class IssuerStore:
    """All methods run inside the caller's transaction."""

    def snapshot(self, tx: Transaction) -> Registry:
        issuers = [_issuer(row) for row in tx.execute(_ALL)]
        digest = hashlib.sha256(repr(issuers).encode()).hexdigest()[:12]
        return Registry(
            f"{len(issuers)}-{digest}",
            StaticRegistry(_entry(issuer) for issuer in issuers),
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
                    "revision": issuer.revision,
                },
            )
        except IntegrityError:
            raise AlreadyExists(
                issuer.issuer_id, f"another entry of the registry has the issuer_id {issuer.issuer_id}"
            ) from None


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
    )
