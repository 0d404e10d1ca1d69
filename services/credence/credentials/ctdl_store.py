"""Descriptions in CTDL that a tenant imported. No statement names the tenant: row-level security and column defaults do."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Row, text

from credence.credentials.ctdl import Competency, Description, Descriptions, ctids_of
from credence.credentials.verifier import Verification
from credence.platform.sql.database import Database, Transaction

_COMPETENCY: TypeAdapter[Competency] = TypeAdapter(Competency)
_DESCRIPTION: TypeAdapter[Description] = TypeAdapter(Description)

_FIND = text("SELECT id, competency, body FROM ctdl WHERE id = ANY(:ctids)")
_PUT = text("""
INSERT INTO ctdl (id, competency, body)
SELECT * FROM unnest(CAST(:ctids AS text[]), CAST(:competencies AS boolean[]), CAST(:bodies AS bytea[]))
ON CONFLICT (tenant, id) DO UPDATE SET competency = excluded.competency, body = excluded.body
""")


@dataclass(frozen=True)
class DescriptionStore:
    """What tenants imported. `put` runs inside the caller's transaction, `named_by` in one of its own."""

    database: Database

    def named_by(self, tenant: str, verifications: Iterable[Verification]) -> Descriptions:
        """What the tenant knows of the CTIDs that these credentials and their members name; no statement where they name none."""
        waiting, ctids = list(verifications), set[str]()
        while waiting:
            verification = waiting.pop()
            waiting += verification.members
            if verification.achievement is not None:
                ctids.update(ctids_of(verification.achievement))
        if not ctids:
            return Descriptions()
        with self.database.transaction(tenant, read_only=True) as tx:
            return self.find(tx, ctids)

    def put(self, tx: Transaction, found: Descriptions) -> None:
        """Keeps all of them; what was known of a CTID before is replaced."""
        rows = [
            *((ctid, False, _DESCRIPTION.dump_json(d)) for ctid, d in sorted(found.descriptions.items())),
            *((ctid, True, _COMPETENCY.dump_json(c)) for ctid, c in sorted(found.competencies.items())),
        ]
        if rows:
            ctids, competencies, bodies = (list(column) for column in zip(*rows, strict=True))
            tx.execute(_PUT, {"ctids": ctids, "competencies": competencies, "bodies": bodies})

    def find(self, tx: Transaction, ctids: Iterable[str]) -> Descriptions:
        """What is known of these, with the competencies that descriptions among them refer to."""
        found = self._find(tx, set(ctids))
        referred = {c for d in found.descriptions.values() for c in d.refers} - found.competencies.keys()
        further = self._find(tx, referred)
        return Descriptions(found.descriptions, {**found.competencies, **further.competencies})

    def _find(self, tx: Transaction, ctids: set[str]) -> Descriptions:
        if not ctids:
            return Descriptions()
        rows: list[Row[Any]] = list(tx.execute(_FIND, {"ctids": sorted(ctids)}))
        return Descriptions(
            {row.id: _DESCRIPTION.validate_json(row.body) for row in rows if not row.competency},
            {row.id: _COMPETENCY.validate_json(row.body) for row in rows if row.competency},
        )
