"""Whether everything that was written has arrived everywhere; and what the databases and topics hold, looked at from outside."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
from kafka import KafkaConsumer, TopicPartition
from sqlalchemy.engine import make_url

from credence.platform.kafka.topics import dlq_of
from credence.platform.sql.database import conninfo
from credence.platform.sql.provision import database_of
from credence.topics import CANDIDATES, PROFILES, ROLES, TOPICS
from support.waiting import eventually

STAGES: tuple[tuple[str, Sequence[str]], ...] = (
    ("candidates", ()),
    ("credentials", (CANDIDATES.name,)),
    ("matching", (PROFILES.name,)),
    ("audit", (PROFILES.name, ROLES.name)),
)
"""Services downstream, each with the topics that it consumes as the group of its own name."""

_OUTBOX = "SELECT count(*) FROM outbox"
_POSITION = "SELECT coalesce(sum(revision), 0) FROM profiles WHERE state = 'live' AND tenant = %s"


class Flow:
    """Looks past row-level security, as the administrator of the server: nothing here is open to a service."""

    def __init__(self, bootstrap: str, postgres_url: str) -> None:
        self.bootstrap = bootstrap
        self._url = make_url(postgres_url)

    def drained(self, within: float = 120.0) -> None:
        """Returns when every outbox is empty and every consumer has applied all there is, looked at downstream."""
        for service, topics in STAGES:
            if topics:
                self.until(lambda s=service, t=topics: self.lag(s, t) == 0, within, f"{service} caught up")
            self.until(lambda s=service: self.count(s, _OUTBOX) == 0, within, f"outbox of {service} empty")

    def until(self, condition: Callable[[], bool], within: float, what: str) -> None:
        eventually(condition, within=within, every=0.05, what=what)

    def lag(self, group: str, topics: Sequence[str]) -> int:
        """Records that the group has not committed."""
        with reading(self.bootstrap, group) as consumer:
            partitions = [
                TopicPartition(topic, number)
                for topic in topics
                for number in consumer.partitions_for_topic(topic) or ()
            ]
            ends = consumer.end_offsets(partitions)
            return sum(ends[p] - (consumer.committed(p) or 0) for p in partitions)

    def index_position(self, tenant: str) -> int:
        return self.count("matching", _POSITION, tenant)

    def count(self, service: str, statement: str, *parameters: object) -> int:
        ((number,),) = self.rows(service, statement, *parameters)
        return int(number)

    def rows(self, service: str, statement: str, *parameters: object) -> list[tuple[Any, ...]]:
        """What any tenant has."""
        with self.connect(service) as connection:
            return connection.execute(statement, parameters or None).fetchall()

    def connect(self, service: str) -> psycopg.Connection:
        url = self._url.set(database=database_of(service)).render_as_string(hide_password=False)
        return psycopg.connect(conninfo(url), connect_timeout=10)

    def dead_letters(self) -> list[Any]:
        return [record for topic in TOPICS for record in self.records(dlq_of(topic))]

    def records(self, topic: str) -> list[Any]:
        """All records of the topic that were there when it was asked, in the order of each partition."""
        with reading(self.bootstrap) as consumer:
            partitions = [
                TopicPartition(topic, p) for p in sorted(consumer.partitions_for_topic(topic) or ())
            ]
            consumer.assign(partitions)
            consumer.seek_to_beginning(*partitions)
            ends = consumer.end_offsets(partitions)
            found: list[Any] = []
            while any(consumer.position(p) < ends[p] for p in partitions):
                for some in consumer.poll(timeout_ms=500).values():
                    found += some
            return found


@contextmanager
def reading(bootstrap: str, group: str | None = None) -> Iterator[Any]:
    consumer = KafkaConsumer(
        bootstrap_servers=bootstrap,
        group_id=group,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
    )
    try:
        yield consumer
    finally:
        consumer.close(autocommit=False)
