"""How common each achievement is in a tenant's pool: measured at the turn of each UTC day, so that a strength changes for this reason
at most once a day, and never while an import runs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import text

from credence.platform.sql.database import Transaction

MIN_POOL = 50
"""In a smaller pool a share says nothing."""

_GET = text("SELECT taken_on, shares FROM pool_shares")
_LOCK = text("SELECT taken_on, shares FROM pool_shares FOR UPDATE")
_FIRST = text("INSERT INTO pool_shares (taken_on, shares) VALUES (:today, '{}') ON CONFLICT DO NOTHING")
# only what is verified: a credential that proves nothing makes no other one common
_MEASURE = text("""
WITH pool AS (SELECT count(*)::float AS size FROM profiles WHERE state IS NOT NULL)
UPDATE pool_shares SET taken_on = :today, shares = COALESCE((
  SELECT jsonb_object_agg(achievement_key, round((holders / pool.size)::numeric, 2))
  FROM (SELECT achievement_key, count(DISTINCT candidate_id) AS holders FROM verifications
        WHERE outcome = :verified AND achievement_key <> '' GROUP BY achievement_key) held, pool
  WHERE pool.size >= :smallest
), '{}')
""")


@dataclass(frozen=True, slots=True)
class PoolShares:
    """Share (0..1, whole percents) of the pool that holds an achievement, by its key; empty before the first measurement."""

    taken_on: date | None = None
    shares: Mapping[str, float] = field(default_factory=dict)

    @property
    def version(self) -> str:
        return self.taken_on.isoformat() if self.taken_on and self.shares else "unmeasured"

    def share(self, achievement_key: str) -> float | None:
        """None where nothing was measured: that is no statement about how common it is."""
        return self.shares.get(achievement_key, 0.0) if self.shares and achievement_key else None


NOT_MEASURED = PoolShares()


class PoolStore:
    """All methods run inside the caller's transaction."""

    def snapshot(self, tx: Transaction) -> PoolShares:
        row = tx.execute(_GET).one_or_none()
        return NOT_MEASURED if row is None else PoolShares(row.taken_on, row.shares)

    def measure(self, tx: Transaction, today: date, verified_outcome: int) -> None:
        """Measures anew when a day has passed. The day on which a tenant's pool begins is not measured: it is still filling."""
        row = tx.execute(_LOCK).one_or_none()
        if row is None:
            tx.execute(_FIRST, {"today": today})
        elif row.taken_on < today:
            tx.execute(_MEASURE, {"today": today, "verified": verified_outcome, "smallest": MIN_POOL})
