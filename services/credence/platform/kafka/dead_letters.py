"""Where records go that can never be processed, and how many may."""

from collections import deque
from typing import Protocol

from kafka import KafkaProducer
from kafka.errors import KafkaError

from credence.platform import metrics
from credence.platform.errors import NeverRetry
from credence.platform.kafka.producer import DELIVERY_MS, drop_producer, open_producer
from credence.platform.kafka.topics import dlq_of

WINDOW = 1000
SHARE = 0.05
ALWAYS_ALLOWED = 20

_MAX_HEADER_BYTES = 2000


class Record(Protocol):
    """A record as kafka-python gives it."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: list[tuple[str, bytes]]


class TooManyDeadLetters(Exception):  # noqa: N818 - says what happened
    """More of the last records could not be processed than is plausible: something is wrong with the
    consumer, not with them.
    """


class DeadLetterFailed(Exception):  # noqa: N818
    """A dead letter could not be written; going on would lose its record."""


class DeadLetters:
    """The dead-letter topics of one consumer group.
    A record goes to `<topic>.dlq` as it was, with headers that say why (`dlq-reason`, `dlq-message`) and
    where it was (`dlq-topic`, `dlq-partition`, `dlq-offset`, `dlq-group`). At most `SHARE` of the last
    `WINDOW` records may, but `ALWAYS_ALLOWED` in any case.
    """

    def __init__(self, bootstrap: str, group: str) -> None:
        self._bootstrap = bootstrap
        self._group = group
        self._producer: KafkaProducer | None = None
        self._window: deque[bool] = deque(maxlen=WINDOW)
        self._dead = 0

    def count(self, *, dead: bool) -> None:
        """Notes what became of one record; raises TooManyDeadLetters when a dead one is one too many."""
        if len(self._window) == WINDOW and self._window[0]:
            self._dead -= 1
        self._window.append(dead)
        if not dead:
            return
        self._dead += 1
        if self._dead > max(ALWAYS_ALLOWED, SHARE * len(self._window)):
            raise TooManyDeadLetters(
                f"{self._dead} of the last {len(self._window)} records of group {self._group} could not be"
                f" processed ({SHARE:.0%} may): the consumer stops; the log and the dead letters say why"
            )

    def write(self, record: Record, cause: NeverRetry) -> None:
        """Writes one dead letter and waits until the broker has it; raises TooManyDeadLetters,
        DeadLetterFailed.
        """
        self.count(dead=True)
        try:
            self._producer = self._producer or open_producer(self._bootstrap)
            sent = self._producer.send(
                dlq_of(record.topic), key=record.key, value=record.value, headers=self._headers(record, cause)
            )
            self._producer.flush(timeout=DELIVERY_MS / 1000 + 5)
            sent.get(timeout=0)
        except KafkaError as error:
            raise DeadLetterFailed(
                f"cannot write the dead letter of {record.topic}/{record.partition}/{record.offset}: {error}"
            ) from error
        metrics.DEAD_LETTERS.labels(record.topic, cause.reason).inc()

    def close(self) -> None:
        if self._producer is not None:
            drop_producer(self._producer)

    def _headers(self, record: Record, cause: NeverRetry) -> list[tuple[str, bytes]]:
        said = {
            "dlq-reason": cause.reason,
            "dlq-message": cause.message,
            "dlq-topic": record.topic,
            "dlq-partition": str(record.partition),
            "dlq-offset": str(record.offset),
            "dlq-group": self._group,
        }
        return [*record.headers, *((name, text.encode()[:_MAX_HEADER_BYTES]) for name, text in said.items())]
