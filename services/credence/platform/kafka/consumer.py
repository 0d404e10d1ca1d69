"""The consumer: batches of events, each applied in one SQL transaction together with the note that it was.
    poll -> parse -> handler.prepare -> one transaction: inbox, handler.apply for each tenant
         -> handler.committed -> offsets
Delivery is at least once, effects happen once: the inbox removes repeats inside the transaction. A record
that cannot be processed goes to the dead-letter topic; in a batch it is found by halving. Processing is
synchronous, so a rebalance finds nothing in flight but the batch at hand; if its partitions move meanwhile,
the other member's repeats meet the same inbox.
"""

import logging
import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Generic, Protocol, TypeVar

from google.protobuf.message import Message
from kafka import ConsumerRebalanceListener, KafkaConsumer, TopicPartition
from kafka.errors import KafkaError
from kafka.structs import OffsetAndMetadata

from credence.platform import metrics
from credence.platform.errors import Malformed, NeverRetry, NotReady, Overloaded, SlowDown
from credence.platform.kafka.dead_letters import DeadLetters
from credence.platform.kafka.events import Event, Received, parse_message, parse_record
from credence.platform.kafka.topics import Topic
from credence.platform.parts import StopToken, Worker
from credence.platform.sql.database import Database, Transaction
from credence.platform.sql.inbox import first_seen
from credence.platform.telemetry import span_from

_log = logging.getLogger(__name__)

T = TypeVar("T")

_IDLE_POLL_MS = 500
_ATTEMPTS = 3
_FIRST_PAUSE_S = 0.1
_LONGEST_PAUSE_S = 5.0
_COMMIT_MS = 5_000


class BatchHandler(Protocol[T]):
    """What a consumer does with its events; T is what `prepare` makes of one. Subclass it, for the defaults.
    Any of the three may raise SlowDown (the batch is tried again) or NeverRetry (if it is about one event
    among several, that one is found by halving the batch, so that only it is lost). Every call may see an
    event again that it has seen before a failure.
    """

    consumes: Mapping[str, type[Message]]
    """Event types (full names) and their classes. Another type is a dead letter unless it is ignorable.
    Tombstones always come.
    """

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
        process lives, and may see one again. An exception here stops the process, whose memory would be
        wrong.
        """


class BatchConsumer(Worker, Generic[T]):
    """Part that reads `topics` as the consumer group `group`, at most `max_batch` records in one transaction.
    A batch is what has arrived: an idle consumer takes a single event at once, a busy one finds more each
    time; `max_wait_ms` bounds how long a batch may be filled after its first record. Ready once it has joined
    the group.
    """

    def __init__(
        self,
        bootstrap: str,
        topics: Sequence[Topic],
        group: str,
        handler: BatchHandler[T],
        database: Database,
        *,
        max_batch: int = 500,
        max_wait_ms: int = 5,
    ) -> None:
        super().__init__(f"consumer-{group}")
        self._bootstrap = bootstrap
        self._topics = [topic.name for topic in topics]
        self._group = group
        self._handler = handler
        self._database = database
        self._max_batch = max_batch
        self._max_wait_s = max_wait_ms / 1000
        self._dead_letters = DeadLetters(bootstrap, group)
        self._early: list[Any] = []  # records that a poll gave while the consumer was pausing

    def run(self, stop: StopToken) -> None:
        self._stop = stop
        self._consumer = _connect(self._bootstrap, self._group, stop)
        if self._consumer is None:
            return
        try:
            self._consumer.subscribe(self._topics, listener=_Joined(self))
            while not stop.is_set():
                records = self._poll()
                if records and self._settle(records):
                    self._commit(records)
        finally:
            self._dead_letters.close()
            self._consumer.close(autocommit=False, timeout_ms=2_000)

    def _poll(self) -> list[Any]:
        records, self._early = self._early, []
        if not records:
            records = _flat(self._consumer.poll(timeout_ms=_IDLE_POLL_MS, max_records=self._max_batch))
        deadline = time.monotonic() + self._max_wait_s
        while records and len(records) < self._max_batch and (left := deadline - time.monotonic()) > 0:
            more = self._consumer.poll(
                timeout_ms=max(1, int(left * 1000)), max_records=self._max_batch - len(records)
            )
            records += _flat(more)
        return records

    def _settle(self, records: list[Any]) -> bool:
        """Applies the records or writes their dead letters; False when the consumer was told to stop before
        all were.
        """
        by_place = {(record.topic, record.partition, record.offset): record for record in records}
        received: list[Received] = []
        for record in records:
            try:
                event = self._parse(record)
            except Malformed as malformed:
                self._dead_letters.write(record, malformed)
                _log.warning("dead letter: %s", malformed, extra={"place": _place(record)})
                metrics.CONSUMED.labels(record.topic, "dead").inc()
                continue
            if event is not None:
                received.append(event)

        waiting = (
            [received] if received else []
        )  # a stack; the halves of a batch are worked on in their order
        failures = pause = 0
        while waiting:
            batch = waiting.pop()
            try:
                prepared = self._apply(batch)
            except (SlowDown, NotReady, Overloaded) as busy:
                metrics.CONSUMER_SLOWDOWNS.labels(batch[0].event.topic).inc()
                seconds = min(_LONGEST_PAUSE_S, _FIRST_PAUSE_S * 2**pause)
                pause += 1
                _log.warning("%s: %s; again in %.1f s", self.name, busy, seconds)
                waiting.append(batch)
                if not self._pause(seconds):
                    return False
            except Exception as error:
                if len(batch) > 1:
                    middle = len(batch) // 2
                    waiting += [batch[middle:], batch[:middle]]
                    continue
                cause = error if isinstance(error, NeverRetry) else None
                failures += 1
                if cause is None and failures < _ATTEMPTS:
                    _log.warning("%s: attempt %d failed", self.name, failures, exc_info=error)
                    waiting.append(batch)
                    if not self._pause(_FIRST_PAUSE_S * 2**failures):
                        return False
                    continue
                event = batch[0]
                record = by_place[event.event.topic, event.partition, event.offset]
                _log.error(
                    "dead letter: %s",
                    error,
                    exc_info=None if cause else error,
                    extra={"place": _place(record)},
                )
                # the text of an unexpected exception may hold personal data: only its type leaves the log
                self._dead_letters.write(record, cause or NeverRetry("UNEXPECTED", type(error).__name__))
                metrics.CONSUMED.labels(event.event.topic, "dead").inc()
                failures = 0
            else:
                self._handler.committed(batch, prepared)
                failures = pause = 0
                for _ in batch:
                    self._dead_letters.count(dead=False)
        return True

    def _parse(self, record: Any) -> Received | None:
        event = parse_record(
            record.topic,
            record.partition,
            record.offset,
            record.key,
            record.value,
            record.headers,
            record.timestamp,
        )
        if event.ignorable and event.type not in self._handler.consumes:
            metrics.CONSUMED.labels(record.topic, "ignored").inc()
            return None
        return Received(event, parse_message(event, self._handler.consumes), record.partition, record.offset)

    def _apply(self, batch: Sequence[Received]) -> Sequence[T]:
        started = time.monotonic()
        first = batch[0].event
        with span_from(first.traceparent, f"{self._group} {first.topic}", records=len(batch)):
            prepared = self._handler.prepare(batch)
            if len(prepared) != len(batch):
                raise TypeError(f"prepare gave {len(prepared)} results for {len(batch)} events")
            applied: list[Event] = []
            with self._database.transaction() as tx:
                for tenant, places in _by_tenant(batch).items():
                    tx.set_tenant(tenant)
                    new = first_seen(tx, self._group, [batch[i].event.id for i in places])
                    fresh = []
                    for i in places:
                        if batch[i].event.id in new:
                            new.remove(batch[i].event.id)  # the batch itself may hold an event twice
                            fresh.append(i)
                    if fresh:
                        self._handler.apply(tx, [batch[i] for i in fresh], [prepared[i] for i in fresh])
                    applied += [batch[i].event for i in fresh]
        self._measure(batch, applied, time.monotonic() - started)
        return prepared

    def _measure(self, batch: Sequence[Received], applied: Sequence[Event], seconds: float) -> None:
        topic = batch[0].event.topic
        metrics.CONSUMER_BATCH.labels(topic).observe(len(batch))
        metrics.CONSUMER_SECONDS.labels(topic).observe(seconds)
        now = time.time()
        for event in applied:
            metrics.CONSUMED.labels(event.topic, "applied").inc()
            metrics.FRESHNESS.labels(event.topic).observe(max(0.0, now - event.time.timestamp()))
        if len(batch) > len(applied):
            metrics.CONSUMED.labels(topic, "repeated").inc(len(batch) - len(applied))

    def _pause(self, seconds: float) -> bool:
        """Waits without leaving the group; False when told to stop."""
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            self._consumer.pause(*self._consumer.assignment())
            # keeps membership; gives records only of partitions that a rebalance has just brought
            self._early += _flat(self._consumer.poll(timeout_ms=0))
            if self._stop.wait(min(left, 0.2)):
                return False
        self._consumer.resume(*self._consumer.paused())
        return True

    def _commit(self, records: Iterable[Any]) -> None:
        mine = self._consumer.assignment()
        ends: dict[TopicPartition, OffsetAndMetadata] = {}
        for record in records:
            partition = TopicPartition(record.topic, record.partition)
            if partition in mine:
                ends[partition] = OffsetAndMetadata(record.offset + 1, "", record.leader_epoch)
        if not ends:
            return
        try:
            self._consumer.commit(ends, timeout_ms=_COMMIT_MS)
        except KafkaError as error:  # a rebalance, or the broker is away: what comes again is in the inbox
            _log.warning("%s: offsets not committed: %s", self.name, error)
            return
        for partition, end in ends.items():
            highwater = self._consumer.highwater(partition)
            if highwater is not None:
                metrics.CONSUMER_LAG.labels(partition.topic, partition.partition).set(highwater - end.offset)


class _Joined(ConsumerRebalanceListener):  # type: ignore[misc] # kafka-python has no types
    """Marks the consumer ready at its first assignment, an empty one too: a spare member waits for work."""

    def __init__(self, consumer: BatchConsumer[Any]) -> None:
        self._consumer = consumer

    def on_partitions_revoked(self, revoked: object) -> None:
        pass

    def on_partitions_assigned(self, assigned: object) -> None:
        self._consumer.mark_ready()


def _connect(bootstrap: str, group: str, stop: StopToken) -> Any:
    """A KafkaConsumer, as soon as a broker answers; None when told to stop before."""
    while not stop.is_set():
        try:
            return KafkaConsumer(
                bootstrap_servers=bootstrap.split(","),
                group_id=group,
                enable_auto_commit=False,
                auto_offset_reset="earliest",
                session_timeout_ms=6_000,
                heartbeat_interval_ms=1_000,
                allow_auto_create_topics=False,
                metadata_max_age_ms=10_000,  # topics that are created later are found
                reconnect_backoff_max_ms=1_000,
                bootstrap_timeout_ms=2_000,
                isolation_level="read_committed",
            )
        except KafkaError as error:
            _log.warning("no broker at %s yet: %s", bootstrap, error)
            stop.wait(1.0)
    return None


def _flat(polled: Mapping[Any, list[Any]]) -> list[Any]:
    return [record for records in polled.values() for record in records]


def _by_tenant(batch: Sequence[Received]) -> dict[str, list[int]]:
    places: dict[str, list[int]] = {}
    for i, received in enumerate(batch):
        places.setdefault(received.event.tenant, []).append(i)
    return places


def _place(record: Any) -> str:
    return f"{record.topic}/{record.partition}/{record.offset}"
