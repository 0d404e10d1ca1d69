"""The relay on a real database and a real broker, with what can go wrong on the way."""

import multiprocessing
import threading
import time
from datetime import UTC, datetime
from functools import partial

import pytest
import sqlalchemy as sa

from credence.platform.kafka.events import parse_record
from credence.platform.kafka.topics import Topic
from credence.platform.local import LocalKafka, LocalPostgres
from credence.platform.sql.database import driver_url
from credence.platform.sql.relay import OutboxRelay
from support.databases import ServiceDatabase
from support.running import Running, run_relay, running
from support.things import put, thing_erased, thing_event, things
from support.topics import fresh_topic, read_topic
from support.waiting import eventually

END_SESSIONS = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE usename = :role"
OUTBOX = sa.text("SELECT count(*) FROM outbox")


def waiting(made: ServiceDatabase) -> int:
    with made.database.system() as connection:
        return connection.execute(OUTBOX).scalar_one()


def write(made: ServiceDatabase, topic: Topic, *bodies: str, thing: str = "a", tenant: str = "acme") -> None:
    """One transaction for each body; the body counts as the revision where it is a number."""
    for body in bodies:
        with made.database.transaction(tenant) as tx:
            put(tx, thing, body, revision=int(body))
            tx.publish(thing_event(topic, tenant, thing, body, revision=int(body)))


def revisions(records: list, thing: str = "a") -> list[int]:
    return [
        parse_record(r.topic, r.partition, r.offset, r.key, r.value, r.headers, r.timestamp).revision
        for r in records
        if r.key.decode().endswith(f"/{thing}")
    ]


@pytest.fixture
def topic(kafka: LocalKafka) -> Topic:
    return fresh_topic(kafka)


def relay_of(made: ServiceDatabase, kafka: LocalKafka) -> OutboxRelay:
    return OutboxRelay(made.urls.system, kafka.bootstrap)


def test_events_arrive_as_they_were_published(made: ServiceDatabase, kafka: LocalKafka, topic: Topic) -> None:
    event = thing_event(topic, "acme", "a", "x", revision=7, causation_id="call-1")
    erased = thing_erased(topic, "acme", "a", revision=8)
    with running(relay_of(made, kafka)):
        with made.database.transaction("acme") as tx:
            tx.publish(event, erased)
        first, second = read_topic(kafka, topic.name, 2)
        eventually(lambda: waiting(made) == 0)
    assert parse_record(topic.name, 0, 0, first.key, first.value, first.headers, first.timestamp) == event
    assert second.value is None
    got = parse_record(topic.name, 0, 1, second.key, second.value, second.headers, second.timestamp)
    assert (got.id, got.subject, got.revision, got.tombstone) == (erased.id, erased.subject, 8, True)
    assert dict(first.headers)["type"] == b"google.protobuf.StringValue"


def test_what_waited_before_the_relay_started_is_sent_in_order(
    made: ServiceDatabase, kafka: LocalKafka, topic: Topic
) -> None:
    write(made, topic, *map(str, range(1, 51)))
    with running(relay_of(made, kafka)):
        records = read_topic(kafka, topic.name, 50)
    assert revisions(records) == list(range(1, 51))


def test_a_late_commit_is_not_skipped(
    made: ServiceDatabase, kafka: LocalKafka, topic: Topic, postgres: LocalPostgres
) -> None:
    superuser = sa.create_engine(driver_url(postgres.url(made.name)), poolclass=sa.NullPool)
    polls = sa.text("SELECT count(*) FROM pg_stat_activity WHERE usename = :role AND query_start > :since")

    def polled(since: datetime) -> bool:
        with superuser.connect() as connection:
            return connection.execute(polls, {"role": f"{made.name}_system", "since": since}).scalar_one() > 0

    with running(relay_of(made, kafka)):
        write(made, topic, "1", thing="earlier")  # also registers the tenant, which `late` must not hold back
        eventually(lambda: waiting(made) == 0)
        with made.database.transaction("acme") as late:
            late.publish(thing_event(topic, "acme", "late", "x"))
            late.flush()  # its number in the outbox is drawn, its transaction is open
            write(made, topic, "1")
            for _ in range(3):
                eventually(partial(polled, datetime.now(UTC)), what="the relay looks again")
            assert waiting(made) == 1  # order is by number: it waits for the older transaction
        records = read_topic(kafka, topic.name, 3)
        eventually(lambda: waiting(made) == 0)
    assert {r.key for r in records} == {b"acme/earlier", b"acme/late", b"acme/a"}


def test_a_rolled_back_transaction_sends_nothing(
    made: ServiceDatabase, kafka: LocalKafka, topic: Topic
) -> None:
    with running(relay_of(made, kafka)):
        with pytest.raises(RuntimeError), made.database.transaction("acme") as tx:  # noqa: PT012 - after writes
            tx.publish(thing_event(topic, "acme", "never", "x"))
            tx.flush()
            raise RuntimeError
        write(made, topic, "1")
        assert [r.key for r in read_topic(kafka, topic.name, 1)] == [b"acme/a"]


def test_one_of_two_relays_works_and_the_other_takes_over(
    made: ServiceDatabase, kafka: LocalKafka, topic: Topic
) -> None:
    first, second = Running(relay_of(made, kafka)), Running(relay_of(made, kafka))
    first.start()
    eventually(first.ready)
    write(made, topic, "1")
    eventually(lambda: waiting(made) == 0)
    second.start()
    eventually(second.ready)
    write(made, topic, *map(str, range(2, 30)))
    eventually(lambda: waiting(made) == 0)
    first.stop()
    write(made, topic, "30")
    eventually(lambda: waiting(made) == 0)
    second.stop()
    assert first.failures == second.failures == []
    assert revisions(read_topic(kafka, topic.name)) == list(range(1, 31))  # each once: never two at work


def test_a_relay_killed_between_acknowledgement_and_delete_sends_again(
    made: ServiceDatabase, kafka: LocalKafka, topic: Topic, postgres: LocalPostgres
) -> None:
    write(made, topic, "1", "2")
    spawn = multiprocessing.get_context("spawn")
    doomed = spawn.Process(target=run_relay, args=(made.urls.system, kafka.bootstrap))
    superuser = sa.create_engine(driver_url(postgres.url(made.name)), poolclass=sa.NullPool)
    with superuser.begin() as connection:
        connection.execute(sa.text("LOCK TABLE outbox IN SHARE MODE"))  # reading goes on, deleting waits
        doomed.start()
        read_topic(kafka, topic.name, 2)
        doomed.kill()
        doomed.join(10)
        # its DELETE may have reached the server, where it waits for our lock
        connection.execute(sa.text(END_SESSIONS), {"role": f"{made.name}_system"})
    assert waiting(made) == 2
    with running(relay_of(made, kafka)):
        records = read_topic(kafka, topic.name, 4)
        eventually(lambda: waiting(made) == 0)
    assert revisions(records) == [1, 2, 1, 2]
    assert len({dict(r.headers)["id"] for r in records}) == 2  # the same events: an inbox tells


def test_writes_go_on_while_the_broker_is_away(
    made: ServiceDatabase, kafka: LocalKafka, topic: Topic
) -> None:
    with running(relay_of(made, kafka)):
        write(made, topic, "1")
        eventually(lambda: waiting(made) == 0)
        kafka.kill()
        try:
            write(made, topic, *map(str, range(2, 101)))  # would not return if it waited for the broker
            assert waiting(made) == 99
        finally:
            kafka.start()
        eventually(lambda: waiting(made) == 0, within=60)
        records = read_topic(kafka, topic.name, 100)
    seen: list[int] = []
    for revision in revisions(records):
        if revision not in seen:
            seen.append(revision)
    assert seen == list(range(1, 101))  # first deliveries in order; repeats are allowed


def test_a_relay_that_starts_without_a_broker_waits_for_it(
    made: ServiceDatabase, kafka: LocalKafka, topic: Topic
) -> None:
    kafka.kill()
    try:
        write(made, topic, "1")
        with running(relay_of(made, kafka)):
            kafka.start()
            assert revisions(read_topic(kafka, topic.name, 1, within=60)) == [1]
    finally:
        kafka.start()


def test_the_relay_stops_while_the_broker_is_away(
    made: ServiceDatabase, kafka: LocalKafka, topic: Topic
) -> None:
    runs = Running(relay_of(made, kafka))
    runs.start()
    write(made, topic, "1")
    eventually(lambda: waiting(made) == 0)
    kafka.kill()
    try:
        write(made, topic, "2")
        started = time.monotonic()
        runs.stop()
        assert time.monotonic() - started < 5
        assert runs.failures == []
        # a producer that lives on would send later, behind the next relay's back
        assert not [thread for thread in threading.enumerate() if "producer" in thread.name]
    finally:
        kafka.start()


def test_the_relay_survives_a_killed_database(
    made: ServiceDatabase, kafka: LocalKafka, topic: Topic, postgres: LocalPostgres
) -> None:
    with running(relay_of(made, kafka)):
        write(made, topic, *map(str, range(1, 20)))
        postgres.kill()
        postgres.start()
        write(made, topic, "20")
        eventually(lambda: waiting(made) == 0)
        records = read_topic(kafka, topic.name, 20)
    assert set(revisions(records)) == set(range(1, 21))
    assert things(made.database, "acme") == {"a": "20"}
