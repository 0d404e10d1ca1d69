"""The relay: sends what is in the outbox to Kafka, then deletes it.
One relay a database works, by an advisory lock; others stand by. It reads rows only of transactions older
than every one still open (`pg_snapshot_xmin`), in the order of their ids; sends many at once through an
idempotent producer with acks=all; and deletes a row when the broker has acknowledged it and all earlier ones
of its key. Killed in between, it sends again: consumers meet that in their inbox.
"""

import contextlib
import logging
import time
from collections.abc import Sequence
from typing import Any, NamedTuple

import orjson
import psycopg
from kafka import KafkaProducer
from kafka.errors import KafkaError, KafkaTimeoutError
from psycopg.rows import namedtuple_row

from credence.platform import metrics
from credence.platform.kafka.outages import BROKER
from credence.platform.kafka.producer import drop_producer, open_producer
from credence.platform.parts import StopToken, Worker
from credence.platform.sql.database import conninfo
from credence.platform.sql.outbox import CHANNEL

_log = logging.getLogger(__name__)

_LOCK = "SELECT pg_try_advisory_lock(hashtext('credence.outbox'))"
_READ = """
SELECT id, topic, key, headers::text AS headers, value FROM outbox
WHERE xid < pg_snapshot_xmin(pg_current_snapshot())
ORDER BY id LIMIT %s
"""
_ANY = "SELECT EXISTS (SELECT FROM outbox)"
_DELETE = "DELETE FROM outbox WHERE id = ANY(%s)"
_DEPTH = "SELECT count(*), coalesce(extract(epoch FROM now() - min(create_time)), 0)::float FROM outbox"

_STANDBY_S = 0.5
_POLL_S = 0.25
_YOUNG_S = 0.005
_LONGEST_PAUSE_S = 2.0
_MEASURE_S = 5.0


class Row(NamedTuple):
    id: int
    topic: str
    key: str
    headers: str
    value: bytes | None


class OutboxRelay(Worker):
    """Part that relays the outbox of one database, through its system role.
    Lives through a broker or a database that is away: it tries again until they are back. Ready when it has
    reached the database once; Kafka may be away, since writes go on without it.
    """

    def __init__(self, system_database_url: str, kafka_bootstrap: str, *, batch: int = 1000) -> None:
        super().__init__("outbox-relay")
        self._database = conninfo(system_database_url)
        self._bootstrap = kafka_bootstrap
        self._batch = batch
        self._producer: KafkaProducer | None = None
        self._measured = 0.0

    def run(self, stop: StopToken) -> None:
        pause = 0.1
        try:
            while not stop.is_set():
                try:
                    with psycopg.connect(self._database, autocommit=True, connect_timeout=5) as connection:
                        self.mark_ready()
                        pause = 0.1
                        self._relay(connection, stop)
                except psycopg.OperationalError as error:
                    _log.warning("outbox relay: the database is away: %s", error)
                    stop.wait(pause)
                    pause = min(2 * pause, _LONGEST_PAUSE_S)
        finally:
            self._drop_producer()

    def _relay(self, connection: psycopg.Connection, stop: StopToken) -> None:
        while not connection.execute(_LOCK).fetchone()[0]:  # type: ignore[index] # always a row
            if stop.wait(_STANDBY_S):
                return
        connection.execute(f"LISTEN {CHANNEL}")
        pause = 0.1
        while True:
            self._measure(connection)
            rows = self._read(connection)
            if rows:
                if self._send(connection, rows, stop):
                    pause = 0.1
                    continue
                if stop.wait(pause):
                    return
                pause = min(2 * pause, _LONGEST_PAUSE_S)
            elif stop.is_set():
                return
            elif connection.execute(_ANY).fetchone()[0]:  # type: ignore[index]
                stop.wait(
                    _YOUNG_S
                )  # committed, but an older transaction is still open; its end notifies nobody
            else:
                for _ in connection.notifies(timeout=_POLL_S, stop_after=1):
                    pass

    def _read(self, connection: psycopg.Connection) -> list[Row]:
        with connection.cursor(binary=True, row_factory=namedtuple_row) as cursor:
            return [Row(*row) for row in cursor.execute(_READ, [self._batch])]

    def _send(self, connection: psycopg.Connection, rows: Sequence[Row], stop: StopToken) -> bool:
        """Sends the rows and deletes the acknowledged ones; False when some were not."""
        sent: list[Any] = []
        try:
            producer = self._producer = self._producer or open_producer(self._bootstrap)
            for row in rows:
                headers = [(name, text.encode()) for name, text in orjson.loads(row.headers).items()]
                sent.append(producer.send(row.topic, key=row.key.encode(), value=row.value, headers=headers))
            while not all(future.is_done for future in sent) and not stop.is_set():
                with contextlib.suppress(KafkaTimeoutError):  # not all are yet; the futures know which
                    producer.flush(timeout=0.2)
        except KafkaError as error:
            BROKER.failed("outbox relay", error)
        acknowledged = _deletable(rows, sent)
        if acknowledged:
            connection.execute(_DELETE, [[row.id for row in acknowledged]])
            for row in acknowledged:
                metrics.RELAYED.labels(row.topic).inc()
        if len(acknowledged) == len(rows):
            return True
        metrics.RELAY_FAILURES.inc(len(rows) - len(acknowledged))
        self._drop_producer()  # what it may still hold is sent again, in order
        return False

    def _drop_producer(self) -> None:
        if self._producer is not None:
            drop_producer(self._producer)
            self._producer = None

    def _measure(self, connection: psycopg.Connection) -> None:
        if time.monotonic() - self._measured < _MEASURE_S:
            return
        self._measured = time.monotonic()
        depth, age = connection.execute(_DEPTH).fetchone() or (0, 0.0)
        metrics.OUTBOX_DEPTH.set(depth)
        metrics.OUTBOX_AGE.set(age)


def _deletable(rows: Sequence[Row], sent: Sequence[Any]) -> list[Row]:
    """The acknowledged rows, up to the first of each key that is not: deleting behind it would turn their
    order round.
    """
    broken: set[tuple[str, str]] = set()
    done: list[Row] = []
    for i, row in enumerate(rows):
        if i >= len(sent) or not sent[i].succeeded():
            broken.add((row.topic, row.key))
        elif (row.topic, row.key) not in broken:
            done.append(row)
    return done
