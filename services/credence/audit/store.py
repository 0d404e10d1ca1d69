"""Profiles, roles, cohorts, programmes and audits in PostgreSQL. Row-level security and column defaults name the tenant."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import orjson
from sqlalchemy import text

from credence.platform.sql.database import Transaction
from credence.platform.sql.requests import forget_answers
from credencepb.audit.v1 import audit_pb2 as pb
from credencepb.credentials.v1.profile_pb2 import Profile
from credencepb.matching.v1.role_pb2 import Role

_PUT_PROFILES = text("""
INSERT INTO profiles (id, revision, population, labels, body)
SELECT id, revision, population, labels::jsonb, body
FROM unnest(CAST(:ids AS text[]), CAST(:revisions AS bigint[]), CAST(:populations AS text[]), CAST(:labels AS text[]),
  CAST(:bodies AS bytea[])) AS new (id, revision, population, labels, body) ORDER BY id
ON CONFLICT (tenant, id) DO UPDATE SET revision = excluded.revision, population = excluded.population, labels = excluded.labels,
  body = excluded.body WHERE profiles.revision < excluded.revision
""")
_PUT_ROLE = text("""
INSERT INTO roles (id, revision, body) VALUES (:id, :revision, :body)
ON CONFLICT (tenant, id) DO UPDATE SET revision = excluded.revision, body = excluded.body WHERE roles.revision < excluded.revision
""")
_MEMBERS = text("""
SELECT body FROM profiles WHERE body IS NOT NULL AND (id = ANY(:ids) OR (:selecting AND labels @> CAST(:labels AS jsonb)
  AND (:population = '' OR population = :population))) ORDER BY id
""")
_COHORT = text("SELECT body FROM cohorts WHERE id = :id")
_LOCK_COHORT = text("SELECT body FROM cohorts WHERE id = :id FOR UPDATE")
_PUT_COHORT = text("""
INSERT INTO cohorts (id, revision, body) VALUES (:id, :revision, :body)
ON CONFLICT (tenant, id) DO UPDATE SET revision = excluded.revision, body = excluded.body
""")
_PUT_PROGRAMME = text("""
INSERT INTO programmes (id, external_id, revision, body) VALUES (:id, :external_id, :revision, :body)
ON CONFLICT (tenant, id) DO UPDATE SET revision = excluded.revision, body = excluded.body
""")
_PUT_AUDIT = text("""
INSERT INTO audits (id, cohort, role, audit_time, total_gap, people, body)
VALUES (:id, :cohort, :role, :audit_time, :total_gap, :people, :body)
""")
_SERIES = text(
    "SELECT id, audit_time, total_gap, people FROM audits WHERE cohort = :cohort AND role = :role ORDER BY audit_time, id"
)
_AUDITS = text("""
SELECT id, audit_time, body FROM audits
WHERE (:cohort = '' OR cohort = :cohort) AND (:role = '' OR role = :role)
  AND (CAST(:before AS timestamptz) IS NULL OR (audit_time, id) < (CAST(:before AS timestamptz), :before_id))
ORDER BY audit_time DESC, id DESC LIMIT :limit
""")
_ERASE_PERSON = text("DELETE FROM profiles WHERE id = ANY(:ids)")


@dataclass(frozen=True, slots=True)
class ProfileRow:
    """`profile` is None while the person is soft-deleted."""

    id: str
    revision: int
    profile: Profile | None


@dataclass(frozen=True, slots=True)
class SeriesPoint:
    id: str
    audit_time: datetime
    total_gap: float
    people: int


class AuditStore:
    """All methods run inside the caller's transaction."""

    def put_profiles(self, tx: Transaction, rows: Sequence[ProfileRow]) -> None:
        """Each id once; a row with a revision that is not newer changes nothing."""
        if not rows:
            return
        tx.execute(
            _PUT_PROFILES,
            {
                "ids": [r.id for r in rows],
                "revisions": [r.revision for r in rows],
                "populations": [r.profile.facets.population if r.profile else "" for r in rows],
                "labels": [
                    orjson.dumps(dict(r.profile.facets.labels) if r.profile else {}).decode() for r in rows
                ],
                "bodies": [
                    r.profile.SerializeToString(deterministic=True) if r.profile else None for r in rows
                ],
            },
        )

    def erase_people(self, tx: Transaction, ids: Sequence[str]) -> None:
        """Profiles for good, and the people out of every stored audit and answer; an audit's sums stay."""
        tx.execute(_ERASE_PERSON, {"ids": list(ids)})
        gone = {f"tenants/{tx.tenant}/candidates/{i}" for i in ids}
        for name in gone:
            forget_answers(tx, name)
        for row in tx.execute(text("SELECT id, body FROM audits")).all():
            audit = pb.Audit.FromString(row.body)
            named = {p.candidate for p in audit.person_gaps} | {e.candidate for e in audit.expiring}
            if named & gone:
                kept = [p for p in audit.person_gaps if p.candidate not in gone]
                ending = [e for e in audit.expiring if e.candidate not in gone]
                del audit.person_gaps[:], audit.expiring[:]
                audit.person_gaps.extend(kept)
                audit.expiring.extend(ending)
                tx.execute(
                    text("UPDATE audits SET body = :body WHERE id = :id"),
                    {"id": row.id, "body": audit.SerializeToString(deterministic=True)},
                )
        for row in tx.execute(text("SELECT id, body FROM cohorts")).all():
            cohort = pb.Cohort.FromString(row.body)
            if gone.intersection(cohort.candidates):
                others = [c for c in cohort.candidates if c not in gone]
                del cohort.candidates[:]
                cohort.candidates.extend(others)
                self.put_cohort(tx, row.id, cohort)

    def members(
        self, tx: Transaction, *, ids: Sequence[str], labels: Mapping[str, str], population: str
    ) -> list[Profile]:
        """The named people and, when labels or a population are given, all who have them; in the order of ids."""
        rows = tx.execute(
            _MEMBERS,
            {
                "ids": list(ids),
                "selecting": bool(labels or population),
                "labels": orjson.dumps(dict(labels)).decode(),
                "population": population,
            },
        )
        return [Profile.FromString(row.body) for row in rows]

    def put_role(self, tx: Transaction, role_id: str, revision: int, role: Role) -> None:
        tx.execute(
            _PUT_ROLE,
            {"id": role_id, "revision": revision, "body": role.SerializeToString(deterministic=True)},
        )

    def erase_role(self, tx: Transaction, role_id: str) -> None:
        tx.execute(text("DELETE FROM roles WHERE id = :id"), {"id": role_id})

    def role(self, tx: Transaction, role_id: str) -> Role | None:
        body = tx.execute(text("SELECT body FROM roles WHERE id = :id"), {"id": role_id}).scalar()
        return None if body is None else Role.FromString(body)

    def cohort(self, tx: Transaction, cohort_id: str, *, lock: bool = False) -> pb.Cohort | None:
        body = tx.execute(_LOCK_COHORT if lock else _COHORT, {"id": cohort_id}).scalar()
        return None if body is None else pb.Cohort.FromString(body)

    def put_cohort(self, tx: Transaction, cohort_id: str, cohort: pb.Cohort) -> None:
        body = cohort.SerializeToString(deterministic=True)
        tx.execute(_PUT_COHORT, {"id": cohort_id, "revision": cohort.revision, "body": body})

    def cohorts(self, tx: Transaction, after: str, limit: int) -> list[pb.Cohort]:
        return [pb.Cohort.FromString(body) for body in self._page(tx, "cohorts", after, limit)]

    def programme(self, tx: Transaction, programme_id: str) -> pb.Programme | None:
        statement = text("SELECT body FROM programmes WHERE id = :id FOR UPDATE")
        body = tx.execute(statement, {"id": programme_id}).scalar()
        return None if body is None else pb.Programme.FromString(body)

    def put_programme(self, tx: Transaction, programme_id: str, programme: pb.Programme) -> None:
        tx.execute(
            _PUT_PROGRAMME,
            {
                "id": programme_id,
                "external_id": programme.external_id,
                "revision": programme.revision,
                "body": programme.SerializeToString(deterministic=True),
            },
        )

    def programmes(self, tx: Transaction, after: str = "", limit: int = 10_000) -> list[pb.Programme]:
        return [pb.Programme.FromString(body) for body in self._page(tx, "programmes", after, limit)]

    def put_audit(
        self, tx: Transaction, audit_id: str, audit: pb.Audit, time: datetime, total_gap: float
    ) -> None:
        tx.execute(
            _PUT_AUDIT,
            {
                "id": audit_id,
                "cohort": audit.cohort,
                "role": audit.role,
                "audit_time": time,
                "total_gap": total_gap,
                "people": audit.people,
                "body": audit.SerializeToString(deterministic=True),
            },
        )

    def audit(self, tx: Transaction, audit_id: str) -> pb.Audit | None:
        body = tx.execute(text("SELECT body FROM audits WHERE id = :id"), {"id": audit_id}).scalar()
        return None if body is None else pb.Audit.FromString(body)

    def series(self, tx: Transaction, cohort: str, role: str) -> list[SeriesPoint]:
        """All audits of the same cohort against the same role, oldest first."""
        rows = tx.execute(_SERIES, {"cohort": cohort, "role": role})
        return [SeriesPoint(row.id, row.audit_time, row.total_gap, row.people) for row in rows]

    def audits(
        self, tx: Transaction, *, cohort: str, role: str, before: tuple[str, str] | None, limit: int
    ) -> list[tuple[tuple[str, str], pb.Audit]]:
        """The next audits, newest first, each with its place; `before` is the place of the last one seen."""
        rows = tx.execute(
            _AUDITS,
            {
                "cohort": cohort,
                "role": role,
                "before": before[0] if before else None,
                "before_id": before[1] if before else "",
                "limit": limit,
            },
        )
        return [((row.audit_time.isoformat(), row.id), pb.Audit.FromString(row.body)) for row in rows]

    def _page(
        self, tx: Transaction, table: Literal["cohorts", "programmes"], after: str, limit: int
    ) -> list[bytes]:
        statement = text(f"SELECT body FROM {table} WHERE id > :after ORDER BY id LIMIT :limit")  # noqa: S608
        return list(tx.execute(statement, {"after": after, "limit": limit}).scalars())
