"""Reading and writing Kafka topics in tests, past the code under test."""

import time
from itertools import count
from typing import Any

from kafka import KafkaConsumer, KafkaProducer, TopicPartition

from credence.platform.kafka.events import Event, headers_of
from credence.platform.kafka.producer import open_producer
from credence.platform.kafka.topics import Topic, ensure_topics
from credence.platform.local import LocalKafka

_numbers = count(1)


def fresh_topic(kafka: LocalKafka, *, partitions: int = 2, compacted: bool = False) -> Topic:
    """A new topic with a name of its own, and its dead-letter topic."""
    name = f"things{next(_numbers)}.v1"
    topic = Topic(name, partitions=partitions, owner="things", key="tenant/thing", compacted=compacted)
    ensure_topics(kafka.bootstrap, [topic])
    return topic


def read_topic(kafka: LocalKafka, topic: str, at_least: int = 0, *, within: float = 20.0) -> list[Any]:
    """All records of the topic now, in the order of each partition; waits until there are `at_least` so many."""
    consumer = KafkaConsumer(
        bootstrap_servers=kafka.bootstrap, auto_offset_reset="earliest", enable_auto_commit=False
    )
    try:
        partitions = [TopicPartition(topic, p) for p in sorted(consumer.partitions_for_topic(topic) or ())]
        consumer.assign(partitions)
        consumer.seek_to_beginning(*partitions)
        records: list[Any] = []
        deadline = time.monotonic() + within
        while time.monotonic() < deadline:
            for some in consumer.poll(timeout_ms=200).values():
                records += some
            ends = consumer.end_offsets(partitions)
            if len(records) >= at_least and all(consumer.position(p) >= ends[p] for p in partitions):
                return records
        raise AssertionError(f"{topic} has {len(records)} records, not {at_least}, after {within} s")
    finally:
        consumer.close()


def write_raw(kafka: LocalKafka, topic: str, *records: tuple[bytes | None, bytes | None]) -> None:
    """Writes (key, value) pairs as they are."""
    producer = KafkaProducer(bootstrap_servers=kafka.bootstrap, acks="all")
    try:
        for key, value in records:
            producer.send(topic, key=key, value=value).get(timeout=10)
    finally:
        producer.close()


def write_events(kafka: LocalKafka, *events: Event) -> None:
    """Writes events as the relay does, without an outbox."""
    producer = open_producer(kafka.bootstrap)
    try:
        for event in events:
            producer.send(event.topic, key=event.key.encode(), value=event.value, headers=headers_of(event))
        producer.flush(timeout=30)
    finally:
        producer.close()
