"""The consumer: batches of events, each applied in one SQL transaction together with the note that it was.

    poll -> parse -> handler.prepare -> one transaction: inbox, handler.apply for each tenant
         -> handler.committed -> offsets

Delivery is at least once, effects happen once: the inbox removes repeats inside the transaction. A record
that cannot be processed goes to the dead-letter topic; in a batch it is found by halving. Processing is
synchronous, so a rebalance finds nothing in flight but the batch at hand; if its partitions move meanwhile,
the other member's repeats meet the same inbox.
"""

import contextlib
import logging
import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Generic, TypeVar

from kafka import ConsumerRebalanceListener, KafkaConsumer, TopicPartition
from kafka.errors import IllegalStateError, KafkaError
from kafka.structs import OffsetAndMetadata

from credence.platform import metrics
from credence.platform.errors import Malformed, NeverRetry, NotReady, Overloaded, SlowDown
from credence.platform.kafka.dead_letters import DeadLetters
from credence.platform.kafka.events import Received
from credence.platform.kafka.handler import BatchHandler, apply_once, parse
from credence.platform.kafka.outages import BROKER
from credence.platform.kafka.topics import Topic
from credence.platform.parts import StopToken, Worker
from credence.platform.sql.database import Database

__all__ = ["BatchConsumer", "BatchHandler"]

_log = logging.getLogger(__name__)

T = TypeVar("T")

_IDLE_POLL_MS = 500
_ATTEMPTS = 3
_FIRST_PAUSE_S = 0.1
_LONGEST_PAUSE_S = 5.0
_COMMIT_MS = 5_000
_LEAVE_MS = 2_000
_AWAY_S = 0.25


class BatchConsumer(Worker, Generic[T]):
    """Part that reads `topics` as the consumer group `group`, at most `max_batch` records in one transaction.

    A batch is what has arrived: an idle consumer takes a single event at once, a busy one finds more each
    time; `max_wait_ms` bounds how long a batch may be filled after its first record. Ready once it has
    joined the group.
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
        self._ends: dict[TopicPartition, OffsetAndMetadata] = {}  # applied, not committed yet

    def run(self, stop: StopToken) -> None:
        self._stop = stop
        self._consumer = _connect(self._bootstrap, self._group, stop)
        if self._consumer is None:
            return
        try:
            _await_topics(self._consumer, self._topics, stop)
            self._consumer.subscribe(self._topics, listener=_Joined(self))
            while not stop.is_set():
                records = self._poll()
                if records and self._settle(records):
                    self._note_ends(records)
                self._commit()
        finally:
            self._dead_letters.close()
            self._consumer.close(autocommit=False, timeout_ms=_LEAVE_MS)

    def _poll(self) -> list[Any]:
        records, self._early = self._early, []
        if not records:
            records = self._ask(_IDLE_POLL_MS, self._max_batch)
        deadline = time.monotonic() + self._max_wait_s
        while records and len(records) < self._max_batch and (left := deadline - time.monotonic()) > 0:
            room = self._max_batch - len(records)
            records += self._ask(max(1, int(left * 1000)), room)
        return records

    def _ask(self, timeout_ms: int, max_records: int) -> list[Any]:
        """One poll; nothing while the broker is away. kafka-python gives records or raises, never both, so none is lost."""
        try:
            found = _flat(self._consumer.poll(timeout_ms=timeout_ms, max_records=max_records))
            _resume_rebalance(self._consumer)
            return found
        except KafkaError as error:
            if not error.retriable:
                raise
            BROKER.failed(self.name, error)
            self._stop.wait(_AWAY_S)
            return []

    def _settle(self, records: Sequence[Any]) -> bool:
        """Applies each record or writes its dead letter; False when told to stop before all were."""
        record_of: dict[int, Any] = {}
        batch: list[Received] = []
        for record in records:
            try:
                received = parse(record, self._handler.consumes)
            except Malformed as malformed:
                self._set_aside(record, malformed)
                continue
            if received is None:
                metrics.CONSUMED.labels(record.topic, "ignored").inc()
                continue
            record_of[id(received)] = record
            batch.append(received)

        waiting = [batch] if batch else []  # a stack: the halves of a batch are worked on in their order
        slowdowns = failures = 0
        while waiting:
            batch = waiting.pop()
            try:
                prepared = apply_once(self._handler, self._database, self._group, batch)
            except (SlowDown, NotReady, Overloaded) as busy:
                metrics.CONSUMER_SLOWDOWNS.labels(batch[0].event.topic).inc()
                seconds = min(_LONGEST_PAUSE_S, _FIRST_PAUSE_S * 2**slowdowns)
                slowdowns += 1
                _log.warning("%s: %s; again in %.1f s", self.name, busy, seconds)
                waiting.append(batch)
                if not self._pause(seconds):
                    return False
            except Exception as error:
                failures += 1
                if len(batch) > 1:
                    middle = len(batch) // 2
                    waiting += [batch[middle:], batch[:middle]]
                    failures = 0
                elif isinstance(error, NeverRetry) or failures == _ATTEMPTS:
                    self._set_aside(record_of[id(batch[0])], error)
                    failures = 0
                else:
                    _log.warning("%s: attempt %d failed", self.name, failures, exc_info=error)
                    waiting.append(batch)
                    if not self._pause(_FIRST_PAUSE_S * 2**failures):
                        return False
            else:
                self._handler.committed(batch, prepared)
                slowdowns = failures = 0
                for _ in batch:
                    self._dead_letters.count(dead=False)
        return True

    def _set_aside(self, record: Any, error: Exception) -> None:
        place = f"{record.topic}/{record.partition}/{record.offset}"
        if isinstance(error, NeverRetry):
            cause = error
            _log.warning("dead letter %s: %s", place, error)
        else:
            # the text of an unexpected exception may hold personal data: only its type leaves the log
            cause = NeverRetry("UNEXPECTED", type(error).__name__)
            _log.error("dead letter %s", place, exc_info=error)
        self._dead_letters.write(record, cause)
        metrics.CONSUMED.labels(record.topic, "dead").inc()

    def _pause(self, seconds: float) -> bool:
        """Waits without leaving the group; False when told to stop."""
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            for partition in self._consumer.assignment():
                with contextlib.suppress(KeyError):  # a rebalance may take it at any moment
                    self._consumer.pause(partition)
            # keeps membership; gives records only of partitions that a rebalance has just brought
            self._early += self._ask(0, self._max_batch)
            if self._stop.wait(min(left, 0.2)):
                return False
        for partition in self._consumer.paused():
            with contextlib.suppress(KeyError):
                self._consumer.resume(partition)
        return True

    def forget(self, partitions: Iterable[TopicPartition]) -> None:
        """These belong to another member from now on: its commits must not be set back."""
        for partition in partitions:
            self._ends.pop(partition, None)

    def _note_ends(self, records: Iterable[Any]) -> None:
        mine = self._consumer.assignment()
        for record in records:
            partition = TopicPartition(record.topic, record.partition)
            if partition in mine:
                self._ends[partition] = OffsetAndMetadata(record.offset + 1, "", record.leader_epoch)

    def _commit(self) -> None:
        """Tries again at each turn: without new records nothing else would bring a failed commit about."""
        ends = dict(self._ends)
        if not ends:
            return
        try:
            self._consumer.commit(ends, timeout_ms=_COMMIT_MS)
        except KafkaError as error:  # a rebalance, or the broker is away: what comes again is in the inbox
            BROKER.failed(f"{self.name}: offsets not committed", error)
            return
        self._ends.clear()
        for partition, end in ends.items():
            with contextlib.suppress(IllegalStateError):  # it was taken meanwhile
                highwater = self._consumer.highwater(partition)
                if highwater is not None:
                    lag = metrics.CONSUMER_LAG.labels(partition.topic, partition.partition)
                    lag.set(highwater - end.offset)


class _Joined(ConsumerRebalanceListener):  # type: ignore[misc] # kafka-python has no types
    """Marks the consumer ready at its first assignment, an empty one too: a spare member waits for work."""

    def __init__(self, consumer: BatchConsumer[Any]) -> None:
        self._consumer = consumer

    def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:
        self._consumer.forget(revoked)

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
            BROKER.failed(f"no broker at {bootstrap} yet", error)
            stop.wait(1.0)
    return None


def _await_topics(consumer: Any, topics: Sequence[str], stop: StopToken) -> None:
    """Returns when the consumer knows the partitions of all topics, or was told to stop.

    A member that leads its group assigns partitions by what it knows at that moment: one that knew none of a topic assigned none
    and, when the news came in that very moment, never looked again.
    """
    told = False
    while not stop.is_set():
        try:
            missing = [topic for topic in topics if not consumer.partitions_for_topic(topic)]
        except KafkaError as error:
            if not error.retriable:
                raise
            missing = list(topics)
        if not missing:
            return
        if not told:
            _log.warning("waiting for topics: %s", ", ".join(missing))
            told = True
        stop.wait(_AWAY_S)


def _resume_rebalance(consumer: Any) -> None:
    """Has the next poll join the group again where the last one ended in the middle of it.

    kafka-python 3.0.12 otherwise forgets a rebalance that new metadata began: the join itself notes the metadata, so nothing calls for
    another, and without its end there are no heartbeats and no partitions. A second join costs one round trip.
    """
    coordinator = consumer._coordinator
    if coordinator.rejoining and not coordinator.need_rejoin():
        coordinator.request_rejoin()


def _flat(polled: Mapping[Any, list[Any]]) -> list[Any]:
    return [record for records in polled.values() for record in records]
