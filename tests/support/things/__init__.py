"""A service as small as one can be: what the platform's tests run. A thing is a text with a revision."""

from collections.abc import Sequence
from pathlib import Path

from google.protobuf.wrappers_pb2 import StringValue
from sqlalchemy import text

from credence.platform.kafka.consumer import BatchHandler
from credence.platform.kafka.events import Event, Received, new_event, tombstone
from credence.platform.kafka.topics import Topic
from credence.platform.names import last_id
from credence.platform.sql.database import Database, Transaction

VERSIONS = Path(__file__).parent / "versions"
STRING = StringValue.DESCRIPTOR.full_name

_PUT = text("""
INSERT INTO things (thing, revision, body, applied) VALUES (:thing, :revision, :body, 1)
ON CONFLICT (tenant, thing) DO UPDATE
SET revision = excluded.revision, body = excluded.body, applied = things.applied + 1
WHERE things.revision < excluded.revision
""")


def thing_event(
    topic: Topic, tenant: str, thing: str, body: str, revision: int = 1, **options: object
) -> Event:
    return new_event(
        topic,
        StringValue(value=body),
        tenant=tenant,
        subject=f"tenants/{tenant}/things/{thing}",
        revision=revision,
        **options,
    )


def thing_erased(topic: Topic, tenant: str, thing: str, revision: int) -> Event:
    return tombstone(topic, tenant=tenant, subject=f"tenants/{tenant}/things/{thing}", revision=revision)


def put(tx: Transaction, thing: str, body: str, revision: int = 1) -> None:
    tx.execute(_PUT, {"thing": thing, "revision": revision, "body": body})


def things(database: Database, tenant: str) -> dict[str, str]:
    with database.transaction(tenant, read_only=True) as tx:
        return {
            row.thing: row.body for row in tx.execute(text("SELECT thing, body FROM things ORDER BY thing"))
        }


class ThingHandler(BatchHandler[str]):
    """Keeps each event's text in upper case; a tombstone removes its thing."""

    consumes = {STRING: StringValue}  # noqa: RUF012 - as services write it

    def __init__(self) -> None:
        self.applied: list[str] = []
        self.seen_after_commit: list[str] = []

    def prepare(self, events: Sequence[Received]) -> Sequence[str]:
        return [
            received.message.value.upper() if isinstance(received.message, StringValue) else ""
            for received in events
        ]

    def apply(self, tx: Transaction, events: Sequence[Received], prepared: Sequence[str]) -> None:
        for received, body in zip(events, prepared, strict=True):
            thing = last_id(received.event.subject)
            if received.event.tombstone:
                tx.execute(text("DELETE FROM things WHERE thing = :thing"), {"thing": thing})
            else:
                put(tx, thing, body, received.event.revision)

    def committed(self, events: Sequence[Received], prepared: Sequence[str]) -> None:
        self.seen_after_commit += [received.event.id for received in events]
