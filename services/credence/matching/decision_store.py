"""The log of decisions."""

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import text

from credence.platform.sql.database import Transaction
from credencepb.matching.v1.ranking_pb2 import Decision

_INSERT = text("""
INSERT INTO decisions (decision, role, candidate, decide_time, content) VALUES (:decision, :role, :candidate, :decide_time, :content)
""")
_LIST = text("""
SELECT content FROM decisions
WHERE (:role = '' OR role = :role) AND (:candidate = '' OR candidate = :candidate)
  AND (CAST(:time AS timestamptz) IS NULL OR (decide_time, decision) < (CAST(:time AS timestamptz), :decision))
ORDER BY decide_time DESC, decision DESC LIMIT :limit
""")
_OF_CANDIDATE = text("SELECT decision, content FROM decisions WHERE candidate = :candidate FOR UPDATE")
_ERASE = text("UPDATE decisions SET candidate = '', content = :content WHERE decision = :decision")


class DecisionStore:
    def add(self, tx: Transaction, decision: str, role: str, candidate: str, content: Decision) -> None:
        row = {
            "decision": decision,
            "role": role,
            "candidate": candidate,
            "decide_time": content.decide_time.ToDatetime(UTC),
            "content": content.SerializeToString(deterministic=True),
        }
        tx.execute(_INSERT, row)

    def newest(
        self,
        tx: Transaction,
        *,
        role: str = "",
        candidate: str = "",
        before: tuple[datetime, str] | None = None,
        limit: int,
    ) -> Sequence[Decision]:
        """Newest first, those of a role or a candidate or of all, older than `before` (time, id)."""
        time, decision = before or (None, "")
        given = {"role": role, "candidate": candidate, "time": time, "decision": decision, "limit": limit}
        return [Decision.FromString(content) for content in tx.execute(_LIST, given).scalars()]

    def erase(self, tx: Transaction, candidate: str) -> None:
        """Takes the person out of the decisions about them: the id, and the reason, which is free text about a person."""
        for row in tx.execute(_OF_CANDIDATE, {"candidate": candidate}).all():
            decision = Decision.FromString(row.content)
            decision.ClearField("candidate")
            decision.ClearField("reason")
            content = decision.SerializeToString(deterministic=True)
            tx.execute(_ERASE, {"decision": row.decision, "content": content})
