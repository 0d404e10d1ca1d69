"""The log of rankings given: the first places of each, once."""

from dataclasses import dataclass
from datetime import UTC

from sqlalchemy import text

from credence.platform.sql.database import Transaction
from credencepb.matching.v1.ranking_pb2 import RankingRecord

_INSERT = text("""
INSERT INTO rankings (ranking, role, record, rank_time, candidates, scores)
VALUES (:ranking, :role, :record, :rank_time, :candidates, :scores)
ON CONFLICT DO NOTHING RETURNING ranking
""")
_PLACE = text("""
SELECT role, array_position(candidates, :candidate) AS rank, scores[array_position(candidates, :candidate)] AS score
FROM rankings WHERE ranking = :ranking
""")
_ERASE = text("""
UPDATE rankings SET candidates = array_replace(candidates, :candidate, '') WHERE candidates @> ARRAY[CAST(:candidate AS text)]
""")


@dataclass(frozen=True, slots=True)
class LoggedPlace:
    """Where a candidate stands in a ranking given; `rank` None: not among its first places."""

    role: str
    rank: int | None
    score: float | None


class RankingStore:
    def add(self, tx: Transaction, ranking: str, role: str, record: RankingRecord) -> bool:
        """Notes a ranking; False when it stands there already."""
        bare = RankingRecord()
        bare.CopyFrom(record)
        bare.ClearField("entries")
        added = tx.execute(
            _INSERT,
            {
                "ranking": ranking,
                "role": role,
                "record": bare.SerializeToString(deterministic=True),
                "rank_time": record.rank_time.ToDatetime(UTC),
                "candidates": [entry.candidate.rpartition("/")[2] for entry in record.entries],
                "scores": [entry.score for entry in record.entries],
            },
        )
        return added.one_or_none() is not None

    def place(self, tx: Transaction, ranking: str, candidate: str) -> LoggedPlace | None:
        """Where the candidate stood; None when no such ranking was given."""
        row = tx.execute(_PLACE, {"ranking": ranking, "candidate": candidate}).one_or_none()
        return None if row is None else LoggedPlace(row.role, row.rank, row.score)

    def erase(self, tx: Transaction, candidate: str) -> None:
        """Empties the places of a person in all rankings; scores and ranks stay."""
        tx.execute(_ERASE, {"candidate": candidate})
