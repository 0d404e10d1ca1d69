"""The log of a process whose broker goes away and comes back: one line, while kafka-python says dozens."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from credence.platform.kafka import consumer, outages
from credence.platform.kafka.consumer import BatchConsumer
from credence.platform.local import LocalKafka
from credence.platform.sql import relay
from credence.platform.sql.relay import OutboxRelay
from support.databases import ServiceDatabase, ServiceDatabases
from support.running import Running, running
from support.things import VERSIONS, ThingHandler, put, thing_event, things
from support.topics import fresh_topic
from support.waiting import eventually

MANY = 40
"""Lines of the library: some seconds of an outage."""


class Log:
    """What kafka-python says, and what a handler writes that filters as a service's does."""

    def __init__(self, broker: outages.Outages) -> None:
        self.library: list[str] = []
        self.written: list[logging.LogRecord] = []
        self.handlers = logging.Handler(), logging.Handler()
        everything, filtered = self.handlers
        everything.emit = self._heard  # type: ignore[method-assign]
        filtered.emit = self.written.append  # type: ignore[method-assign, assignment]
        filtered.addFilter(outages.LibraryFilter(broker))

    def _heard(self, record: logging.LogRecord) -> None:
        if record.name.startswith("kafka."):
            self.library.append(record.getMessage())

    def of_outages(self) -> list[str]:
        return [r.getMessage() for r in self.written if "the broker is away" in r.getMessage()]

    def of_the_library(self) -> list[str]:
        return [f"{r.name}: {r.getMessage()}" for r in self.written if r.name.startswith("kafka.")]


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Iterator[Log]:
    broker = outages.Outages()  # other tests' outages are not this one's
    for module in (consumer, relay):
        monkeypatch.setattr(module, "BROKER", broker)
    found = Log(broker)
    root = logging.getLogger()
    for handler in found.handlers:
        handler.setLevel(logging.WARNING)
        root.addHandler(handler)
    yield found
    for handler in found.handlers:
        root.removeHandler(handler)


@contextmanager
def without(kafka: LocalKafka) -> Iterator[None]:
    kafka.kill()
    try:
        yield
    finally:
        kafka.start()


def write(made: ServiceDatabase, topic: object, key: str) -> None:
    with made.database.transaction("acme") as tx:
        put(tx, key, "x")
        tx.publish(thing_event(topic, "acme", key, "x"))  # type: ignore[arg-type]


def test_an_absent_broker_is_one_line(
    kafka: LocalKafka, service_databases: ServiceDatabases, log: Log
) -> None:
    first, second = (service_databases("things", VERSIONS) for _ in range(2))
    topic = fresh_topic(kafka)
    parts = (
        OutboxRelay(first.urls.system, kafka.bootstrap),
        BatchConsumer(kafka.bootstrap, [topic], f"group-{topic.name}", ThingHandler(), second.database),
    )
    with running(*parts):
        write(first, topic, "before")
        eventually(lambda: len(things(second.database, "acme")) == 1)
        assert log.of_outages() == []
        with without(kafka):
            write(first, topic, "meanwhile")
            eventually(lambda: len(log.library) >= MANY, within=60)
            assert len(log.of_outages()) == 1
            assert log.of_the_library() == []
        eventually(lambda: len(things(second.database, "acme")) == 2, within=60)
    assert len(log.of_outages()) == 1


def test_no_broker_at_the_start_is_one_line(
    kafka: LocalKafka, service_databases: ServiceDatabases, log: Log
) -> None:
    first, second = (service_databases("things", VERSIONS) for _ in range(2))
    topic = fresh_topic(kafka)
    write(first, topic, "early")
    parts = Running(
        OutboxRelay(first.urls.system, kafka.bootstrap),
        BatchConsumer(kafka.bootstrap, [topic], f"group-{topic.name}", ThingHandler(), second.database),
    )
    try:
        with without(kafka):
            parts.start()
            eventually(lambda: len(log.library) >= MANY, within=60)
            assert len(log.of_outages()) == 1
            assert log.of_the_library() == []
        eventually(lambda: len(things(second.database, "acme")) == 1, within=60)
    finally:
        parts.stop()
    assert parts.failures == []
    assert len(log.of_outages()) == 1
