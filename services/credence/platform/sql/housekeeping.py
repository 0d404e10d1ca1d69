"""Deletes what the platform's tables need no more."""

from datetime import timedelta

from sqlalchemy import text

from credence.platform.parts import Loop
from credence.platform.sql.database import Database

INBOX_KEPT = timedelta(days=30)
"""Longer than Kafka redelivers: past it, an event that comes again meets the store's check of its revision.
"""
REQUEST_IDS_KEPT = timedelta(days=1)

_INBOX = text("DELETE FROM inbox WHERE receive_time < now() - :kept")
_REQUEST_IDS = text("DELETE FROM request_ids WHERE create_time < now() - :kept")


def forget_old(
    database: Database, *, inbox: timedelta = INBOX_KEPT, request_ids: timedelta = REQUEST_IDS_KEPT
) -> None:
    """Deletes inbox rows and request ids of all tenants that are older."""
    with database.system() as connection:
        connection.execute(_INBOX, {"kept": inbox})
        connection.execute(_REQUEST_IDS, {"kept": request_ids})


def housekeeping(database: Database) -> Loop:
    """The part that does so every hour."""
    return Loop("housekeeping", lambda: forget_old(database), every=3600.0)
