"""The inbox table: which events a consumer has applied. It turns delivery at least once into effects exactly
once.
"""

from collections.abc import Sequence

from sqlalchemy import text

from credence.platform.sql.database import Transaction

# in one order, so that two consumers with the same events wait for each other instead of deadlocking
_INSERT = text("""
INSERT INTO inbox (consumer, event_id)
SELECT :consumer, event_id FROM unnest(CAST(:ids AS text[])) AS new (event_id) ORDER BY event_id
ON CONFLICT DO NOTHING
RETURNING event_id
""")


def first_seen(tx: Transaction, consumer: str, event_ids: Sequence[str]) -> set[str]:
    """Notes the ids as applied by `consumer` for the transaction's tenant; returns those that were not yet."""
    return set(tx.execute(_INSERT, {"consumer": consumer, "ids": list(event_ids)}).scalars())
