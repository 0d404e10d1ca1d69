"""Roles. A deleted one leaves its revision, so that a role made again under its name goes on counting."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import text

from credence.platform.sql.database import Transaction
from credencepb.matching.v1.role_pb2 import Role

_GET = text("SELECT content FROM roles WHERE role = :role AND content IS NOT NULL")
_LOCK = text("SELECT revision, content FROM roles WHERE role = :role FOR UPDATE")
_BY_EXTERNAL_ID = text("SELECT role FROM roles WHERE external_id = :external_id")
_LIST = text(
    "SELECT content FROM roles WHERE content IS NOT NULL AND role > :after ORDER BY role LIMIT :limit"
)
_PUT = text("""
INSERT INTO roles (role, external_id, revision, content) VALUES (:role, nullif(:external_id, ''), :revision, :content)
ON CONFLICT (tenant, role) DO UPDATE SET external_id = excluded.external_id, revision = excluded.revision, content = excluded.content
WHERE roles.revision < excluded.revision
RETURNING role
""")


@dataclass(frozen=True, slots=True)
class Kept:
    """What is known under a role's id: `role` is None once it was deleted."""

    revision: int
    role: Role | None


class RoleStore:
    def get(self, tx: Transaction, role: str) -> Role | None:
        content = tx.execute(_GET, {"role": role}).scalar_one_or_none()
        return None if content is None else Role.FromString(content)

    def lock(self, tx: Transaction, role: str) -> Kept:
        """The same, and nobody else writes it until this transaction ends; revision 0: never was."""
        row = tx.execute(_LOCK, {"role": role}).one_or_none()
        if row is None:
            return Kept(0, None)
        return Kept(row.revision, None if row.content is None else Role.FromString(row.content))

    def holder(self, tx: Transaction, external_id: str) -> str | None:
        """The id of the role that has this external id."""
        return tx.execute(_BY_EXTERNAL_ID, {"external_id": external_id}).scalar_one_or_none()

    def page(self, tx: Transaction, after: str, limit: int) -> Sequence[Role]:
        """Roles in the order of their ids, after one id."""
        rows = tx.execute(_LIST, {"after": after, "limit": limit}).scalars()
        return [Role.FromString(content) for content in rows]

    def put(self, tx: Transaction, role_id: str, role: Role) -> bool:
        """Writes the role as it is now; False when somebody else was faster. The external id must be free."""
        return self._put(
            tx, role_id, role.external_id, role.revision, role.SerializeToString(deterministic=True)
        )

    def delete(self, tx: Transaction, role_id: str, revision: int) -> None:
        self._put(tx, role_id, "", revision, None)

    def _put(
        self, tx: Transaction, role: str, external_id: str, revision: int, content: bytes | None
    ) -> bool:
        row = {"role": role, "external_id": external_id, "revision": revision, "content": content}
        return tx.execute(_PUT, row).one_or_none() is not None
