"""What a service writes to consume events, and how a batch of them is applied to its database once."""

import time
from collections.abc import Mapping, Sequence
from typing import Any, Protocol, TypeVar

from google.protobuf.message import Message

from credence.platform import metrics
from credence.platform.kafka.events import Event, Received, parse_message, parse_record
from credence.platform.sql.database import Database, Transaction
from credence.platform.sql.inbox import first_seen
from credence.platform.telemetry import span_from

T = TypeVar("T")


class BatchHandler(Protocol[T]):
    """What a consumer does with its events; T is what `prepare` makes of one. Subclass it, for the defaults.

    `prepare` and `apply` may raise SlowDown (the batch is tried again) or NeverRetry (about one event among
    several: it is found by halving the batch, so that only it is lost). Every call may see an event again
    that it has seen before a failure.
    """

    consumes: Mapping[str, type[Message]]
    """Event types (full names) and their classes. Another type is a dead letter unless it is ignorable.
    Tombstones always come."""

    def prepare(self, events: Sequence[Received]) -> Sequence[T]:
        """Outside any transaction, for what is slow: one result for each event, in order."""
        ...

    def apply(self, tx: Transaction, events: Sequence[Received], prepared: Sequence[T]) -> None:
        """Inside the batch's transaction: state and `tx.publish`. All events are of `tx.tenant`, in order,
        none applied before.
        """
        ...

    def committed(self, events: Sequence[Received], prepared: Sequence[T]) -> None:
        """After the commit, for what lives in memory. Never misses an event that was applied while the
        process lives, and may see one again. An exception here stops the process, whose memory would be wrong.
        """
        return  # optional: most handlers keep nothing in memory


def parse(record: Any, consumes: Mapping[str, type[Message]]) -> Received | None:
    """The event of a record as kafka-python gives it; None for one that may be ignored. Raises Malformed."""
    event = parse_record(
        record.topic,
        record.partition,
        record.offset,
        record.key,
        record.value,
        record.headers,
        record.timestamp,
    )
    if event.ignorable and event.type not in consumes:
        return None
    return Received(event, parse_message(event, consumes), record.partition, record.offset)


def apply_once(
    handler: BatchHandler[T], database: Database, group: str, batch: Sequence[Received]
) -> Sequence[T]:
    """Applies the batch in one transaction, leaving out what `group` has applied before; gives what was
    prepared, one for each event. Nothing is applied when it raises.
    """
    started = time.monotonic()
    first = batch[0].event
    applied: list[Event] = []
    with span_from(first.traceparent, f"{group} {first.topic}", records=len(batch)):
        prepared = handler.prepare(batch)
        if len(prepared) != len(batch):
            raise TypeError(f"prepare gave {len(prepared)} results for {len(batch)} events")
        with database.transaction() as tx:
            for tenant, places in _by_tenant(batch).items():
                tx.set_tenant(tenant)
                new = first_seen(tx, group, [batch[i].event.id for i in places])
                fresh = []
                for i in places:
                    if batch[i].event.id in new:
                        new.remove(batch[i].event.id)  # the batch itself may hold an event twice
                        fresh.append(i)
                if fresh:
                    handler.apply(tx, [batch[i] for i in fresh], [prepared[i] for i in fresh])
                applied += [batch[i].event for i in fresh]
    _measure(batch, applied, time.monotonic() - started)
    return prepared


def _by_tenant(batch: Sequence[Received]) -> dict[str, list[int]]:
    places: dict[str, list[int]] = {}
    for i, received in enumerate(batch):
        places.setdefault(received.event.tenant, []).append(i)
    return places


def _measure(batch: Sequence[Received], applied: Sequence[Event], seconds: float) -> None:
    topic = batch[0].event.topic
    metrics.CONSUMER_BATCH.labels(topic).observe(len(batch))
    metrics.CONSUMER_SECONDS.labels(topic).observe(seconds)
    now = time.time()
    for event in applied:
        metrics.CONSUMED.labels(event.topic, "applied").inc()
        metrics.FRESHNESS.labels(event.topic).observe(max(0.0, now - event.time.timestamp()))
    if len(batch) > len(applied):
        metrics.CONSUMED.labels(topic, "repeated").inc(len(batch) - len(applied))
