"""The consumer on a real broker and a real database: what is applied, what is repeated, what becomes a dead letter."""

import time
from collections.abc import Callable, Sequence

import pytest
from google.protobuf.wrappers_pb2 import Int64Value
from kafka import KafkaAdminClient

from credence.platform.errors import NeverRetry, SlowDown
from credence.platform.kafka import consumer as consumer_module
from credence.platform.kafka.consumer import BatchConsumer
from credence.platform.kafka.dead_letters import ALWAYS_ALLOWED, DeadLetterFailed, TooManyDeadLetters
from credence.platform.kafka.events import Event, Received
from credence.platform.kafka.topics import Topic, dlq_of
from credence.platform.local import LocalKafka
from credence.platform.sql.database import Transaction
from support.databases import ServiceDatabase
from support.running import Running, running
from support.things import ThingHandler, thing_erased, thing_event, things
from support.topics import fresh_topic, read_topic, write_events, write_raw
from support.waiting import eventually


@pytest.fixture
def topic(kafka: LocalKafka) -> Topic:
    return fresh_topic(kafka)


class Picky(ThingHandler):
    """Does `act` for each event whose text is in `on`."""

    def __init__(self, on: set[str], act: Callable[[Received], None], where: str = "apply") -> None:
        super().__init__()
        self.on, self.act, self.where = on, act, where
        self.batches: list[int] = []

    def _pick(self, where: str, events: Sequence[Received]) -> None:
        for received in events:
            if where == self.where and getattr(received.message, "value", None) in self.on:
                self.act(received)

    def prepare(self, events: Sequence[Received]) -> Sequence[str]:
        self.batches.append(len(events))
        self._pick("prepare", events)
        return super().prepare(events)

    def apply(self, tx: Transaction, events: Sequence[Received], prepared: Sequence[str]) -> None:
        super().apply(tx, events, prepared)
        self._pick("apply", events)


def consumer(
    kafka: LocalKafka, topic: Topic, made: ServiceDatabase, handler: ThingHandler, group: str = ""
) -> BatchConsumer[str]:
    return BatchConsumer(kafka.bootstrap, [topic], group or f"group-{topic.name}", handler, made.database)


def events(topic: Topic, bodies: Sequence[str], tenant: str = "acme") -> list[Event]:
    return [thing_event(topic, tenant, f"t{i:04}", body) for i, body in enumerate(bodies)]


def headers(record: object) -> dict[str, str]:
    return {name: raw.decode() for name, raw in record.headers}  # type: ignore[attr-defined]


def test_events_of_several_tenants_are_applied_in_their_own(
    kafka: LocalKafka, topic: Topic, made: ServiceDatabase
) -> None:
    write_events(kafka, *events(topic, ["x"] * 40), *events(topic, ["y"] * 40, tenant="globex"))
    with running(consumer(kafka, topic, made, ThingHandler())):
        eventually(lambda: len(things(made.database, "acme")) == len(things(made.database, "globex")) == 40)
    assert set(things(made.database, "acme").values()) == {"X"}
    assert set(things(made.database, "globex").values()) == {"Y"}


def test_a_tombstone_erases(kafka: LocalKafka, topic: Topic, made: ServiceDatabase) -> None:
    write_events(kafka, thing_event(topic, "acme", "a", "x"), thing_event(topic, "acme", "b", "x"))
    with running(consumer(kafka, topic, made, ThingHandler())):
        eventually(lambda: len(things(made.database, "acme")) == 2)
        write_events(kafka, thing_erased(topic, "acme", "a", revision=2))
        eventually(lambda: things(made.database, "acme") == {"b": "X"})


def test_a_repeated_event_is_applied_once(kafka: LocalKafka, topic: Topic, made: ServiceDatabase) -> None:
    event = thing_event(topic, "acme", "a", "x")
    counted: list[str] = []
    handler = Picky({"x"}, lambda received: counted.append(received.event.id))
    write_events(kafka, event, event)
    with running(consumer(kafka, topic, made, handler)):
        write_events(kafka, event, thing_event(topic, "acme", "end", "y"))
        eventually(lambda: "end" in things(made.database, "acme"))
    assert counted == [event.id]
    assert read_topic(kafka, dlq_of(topic)) == []


def test_another_group_reads_all_again_but_the_same_continues(
    kafka: LocalKafka, topic: Topic, made: ServiceDatabase
) -> None:
    write_events(kafka, *events(topic, ["x"] * 10))
    first = ThingHandler()
    with running(consumer(kafka, topic, made, first)):
        eventually(lambda: len(first.seen_after_commit) == 10)
    again, other = ThingHandler(), ThingHandler()
    write_events(kafka, thing_event(topic, "acme", "later", "x"))
    with running(consumer(kafka, topic, made, again), consumer(kafka, topic, made, other, "other-group")):
        eventually(lambda: len(other.seen_after_commit) == 11)
        eventually(lambda: again.seen_after_commit)
    assert len(again.seen_after_commit) == 1  # offsets were committed at the stop


def test_poison_goes_to_the_dead_letters_and_the_rest_goes_on(
    kafka: LocalKafka, topic: Topic, made: ServiceDatabase
) -> None:
    def refuse(received: Received) -> None:
        raise NeverRetry("TOO_SAD", "it cannot be cheered up")

    bodies = ["poison" if i in (17, 18, 63) else "x" for i in range(100)]
    write_events(kafka, *events(topic, bodies))
    handler = Picky({"poison"}, refuse)
    with running(consumer(kafka, topic, made, handler)):
        eventually(lambda: len(things(made.database, "acme")) == 97)
        dead = read_topic(kafka, dlq_of(topic), 3)
    assert {record.key for record in dead} == {b"acme/t0017", b"acme/t0018", b"acme/t0063"}
    said = headers(dead[0])
    assert said["dlq-reason"] == "TOO_SAD"
    assert said["dlq-message"] == "it cannot be cheered up"
    assert (said["dlq-topic"], said["dlq-group"]) == (topic.name, f"group-{topic.name}")
    original = {(r.partition, r.offset): r for r in read_topic(kafka, topic.name)}
    for record in dead:
        place = headers(record)
        assert original[int(place["dlq-partition"]), int(place["dlq-offset"])].value == record.value


@pytest.mark.parametrize("where", ["prepare", "apply"])
def test_an_unexpected_failure_is_tried_again_and_then_set_aside(
    kafka: LocalKafka, topic: Topic, made: ServiceDatabase, where: str
) -> None:
    attempts: list[str] = []

    def break_down(received: Received) -> None:
        attempts.append(received.event.id)
        raise KeyError("Jane Doe, born 1990")

    write_events(kafka, *events(topic, ["x", "bad", "x"]))
    with running(consumer(kafka, topic, made, Picky({"bad"}, break_down, where))):
        eventually(lambda: len(things(made.database, "acme")) == 2)
        (dead,) = read_topic(kafka, dlq_of(topic), 1)
    assert headers(dead)["dlq-reason"] == "UNEXPECTED"
    assert headers(dead)["dlq-message"] == "KeyError"  # nothing of the exception's text
    assert len(attempts) >= 3


def test_a_failure_that_passes_leaves_no_dead_letter(
    kafka: LocalKafka, topic: Topic, made: ServiceDatabase
) -> None:
    left = [OSError("once"), OSError("twice")]

    def sometimes(received: Received) -> None:
        if left:
            raise left.pop()

    write_events(kafka, *events(topic, ["bad"]))
    with running(consumer(kafka, topic, made, Picky({"bad"}, sometimes))):
        eventually(lambda: len(things(made.database, "acme")) == 1)
    assert read_topic(kafka, dlq_of(topic)) == []


def test_slow_down_for_longer_than_a_session_loses_nothing(
    kafka: LocalKafka, topic: Topic, made: ServiceDatabase
) -> None:
    until = time.monotonic() + 8  # longer than the session timeout

    def busy(received: Received) -> None:
        if time.monotonic() < until:
            raise SlowDown("come back later")

    write_events(kafka, *events(topic, ["x", "busy", "x"]))
    handler = Picky({"busy"}, busy)
    with running(consumer(kafka, topic, made, handler)):
        eventually(lambda: len(things(made.database, "acme")) == 3, within=60)
        # a member that a busy machine made miss its heartbeats joins again, reads again, and then commits
        eventually(lambda: committed_offset(kafka, topic) == 3, within=20)
    assert read_topic(kafka, dlq_of(topic)) == []
    assert len(set(handler.seen_after_commit)) == 3


def test_not_protobuf_is_a_dead_letter_with_its_reason(
    kafka: LocalKafka, topic: Topic, made: ServiceDatabase
) -> None:
    good = thing_event(topic, "acme", "a", "x")
    number = thing_event(topic, "acme", "n", "x")
    unknown = Event(**{**fields(number), "type": Int64Value.DESCRIPTOR.full_name})
    broken = Event(**{**fields(number), "payload": b"\xff\xff"})
    ignorable = Event(**{**fields(number), "type": "thing.Unheard", "ignorable": True})
    write_raw(
        kafka,
        topic.name,
        (b"acme/a", b"this is not protobuf"),
        (b"acme/a", b""),
        (None, good.value),
        (b"globex/a", good.value),
        (b"acme/n", unknown.value),
        (b"acme/n", broken.value),
        (b"acme/n", ignorable.value),
    )
    write_events(kafka, good)
    with running(consumer(kafka, topic, made, ThingHandler())):
        eventually(lambda: things(made.database, "acme") == {"a": "X"})
        dead = read_topic(kafka, dlq_of(topic), 6)
    assert sorted(headers(record)["dlq-reason"] for record in dead) == [
        "INCOMPLETE_ENVELOPE",
        "KEY_OF_OTHER_TENANT",
        "NOT_AN_ENVELOPE",
        "NOT_THE_PAYLOAD",
        "NO_KEY",
        "UNKNOWN_TYPE",
    ]
    assert b"this is not protobuf" in {record.value for record in dead}


def test_too_many_dead_letters_stop_the_consumer(kafka: LocalKafka, made: ServiceDatabase) -> None:
    topic = fresh_topic(kafka, partitions=1)
    write_raw(kafka, topic.name, *((b"acme/a", b"not protobuf") for _ in range(80)))
    with running(consumer(kafka, topic, made, ThingHandler()), expect_failure=True) as runs:
        eventually(lambda: runs.failures)
    assert isinstance(runs.failures[0], TooManyDeadLetters)
    assert "stops" in str(runs.failures[0])
    assert len(read_topic(kafka, dlq_of(topic))) == ALWAYS_ALLOWED
    assert committed_offset(kafka, topic) == 0  # nothing that was not set aside is passed over


def test_a_dead_letter_that_cannot_be_written_stops_the_consumer(
    kafka: LocalKafka, made: ServiceDatabase, topic: Topic
) -> None:
    with KafkaAdminClient(bootstrap_servers=kafka.bootstrap) as admin:
        admin.delete_topics([dlq_of(topic)])
    write_raw(kafka, topic.name, (b"acme/a", b"not protobuf"))
    with running(consumer(kafka, topic, made, ThingHandler()), expect_failure=True) as runs:
        eventually(lambda: runs.failures, within=60)
    assert isinstance(runs.failures[0], DeadLetterFailed)
    assert committed_offset(kafka, topic) == 0


def test_a_failure_after_the_commit_stops_the_consumer(
    kafka: LocalKafka, topic: Topic, made: ServiceDatabase
) -> None:
    class Broken(ThingHandler):
        def committed(self, events: Sequence[Received], prepared: Sequence[str]) -> None:
            raise RuntimeError("the index is broken")

    write_events(kafka, thing_event(topic, "acme", "a", "x"))
    with running(consumer(kafka, topic, made, Broken()), expect_failure=True) as runs:
        eventually(lambda: runs.failures)
    assert "index" in str(runs.failures[0])


def test_an_idle_consumer_reacts_at_once(
    kafka: LocalKafka, topic: Topic, made: ServiceDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each event ends a poll that would go on for far longer than this test is patient."""
    handler = ThingHandler()
    with running(consumer(kafka, topic, made, handler)):
        write_events(kafka, thing_event(topic, "acme", "first", "x"))
        eventually(lambda: committed_offset(kafka, topic) == 1, what="a group that has settled")
        monkeypatch.setattr(consumer_module, "_IDLE_POLL_MS", 600_000)
        try:
            for i in range(5):
                event = thing_event(topic, "acme", f"t{i}", "x")
                write_events(kafka, event)
                eventually(lambda event=event: event.id in handler.seen_after_commit)
        finally:
            monkeypatch.undo()
            write_events(kafka, thing_event(topic, "acme", "last", "x"))  # lets it out of the long poll


def test_two_consumers_share_the_partitions_and_one_takes_over(
    kafka: LocalKafka, topic: Topic, made: ServiceDatabase
) -> None:
    handlers = ThingHandler(), ThingHandler()
    first, second = (Running(consumer(kafka, topic, made, handler)) for handler in handlers)
    for runs in (first, second):
        runs.start()
    eventually(lambda: first.ready() and second.ready(), within=30)
    sent = 0

    def both_work() -> bool:
        nonlocal sent
        write_events(kafka, *(thing_event(topic, "acme", f"t{sent + i}", "x") for i in range(20)))
        sent += 20
        return all(handler.seen_after_commit for handler in handlers)

    eventually(both_work, every=0.2)
    eventually(lambda: len(things(made.database, "acme")) == sent)
    second.stop()
    both_work()
    eventually(lambda: len(things(made.database, "acme")) == sent)
    first.stop()
    assert first.failures == second.failures == []


def fields(event: Event) -> dict[str, object]:
    return {name: getattr(event, name) for name in Event.__slots__}


def committed_offset(kafka: LocalKafka, topic: Topic) -> int:
    """The sum over the topic's partitions of what the test's group has committed."""
    group = f"group-{topic.name}"
    with KafkaAdminClient(bootstrap_servers=kafka.bootstrap) as admin:
        offsets = admin.list_group_offsets({group: None})[group]
    return sum(max(0, offset.offset) for offset in offsets.values())
