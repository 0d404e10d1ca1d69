"""The outbox table: events that committed together with the state that they tell of, until Kafka has them.

The relay that sends them is `credence.platform.sql.relay`.
"""

from collections.abc import Sequence

import orjson
from sqlalchemy import Connection, text

from credence.platform.errors import TooLarge
from credence.platform.kafka.events import Event, headers_of
from credence.platform.kafka.topics import MAX_RECORD_BYTES

CHANNEL = "credence_outbox"
"""What a committing transaction NOTIFYs, once."""

_ROOM_FOR_ENVELOPE = 16 * 1024
MAX_PAYLOAD_BYTES = MAX_RECORD_BYTES - _ROOM_FOR_ENVELOPE

# bigserial numbers are drawn in the order of the input, which is the order of publishing
_INSERT = text(f"""
WITH written AS (
  INSERT INTO outbox (topic, key, event_id, headers, value)
  SELECT topic, key, event_id, headers::jsonb, value
  FROM unnest(
    CAST(:topics AS text[]), CAST(:keys AS text[]), CAST(:ids AS text[]),
    CAST(:headers AS text[]), CAST(:values AS bytea[])
  ) WITH ORDINALITY AS new (topic, key, event_id, headers, value, place)
  ORDER BY place
)
SELECT pg_notify('{CHANNEL}', '')
""")  # noqa: S608 - the channel is a constant


def insert(connection: Connection, events: Sequence[Event]) -> None:
    """Writes the events in this order and wakes the relay when the transaction commits."""
    connection.execute(
        _INSERT,
        {
            "topics": [event.topic for event in events],
            "keys": [event.key for event in events],
            "ids": [event.id for event in events],
            "headers": [
                orjson.dumps({k: v.decode() for k, v in headers_of(event)}).decode() for event in events
            ],
            "values": [event.value for event in events],
        },
    )


def check_size(event: Event) -> None:
    """Raises TooLarge for an event that the broker would refuse; it would stop all behind it."""
    actual = len(event.payload or b"")
    if actual > MAX_PAYLOAD_BYTES:
        raise TooLarge(f"the {event.type} of {event.subject}", limit=MAX_PAYLOAD_BYTES, actual=actual)
