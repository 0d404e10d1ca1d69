from concurrent.futures import ThreadPoolExecutor

from kafka import KafkaAdminClient
from kafka.admin import ConfigResource, ConfigResourceType

from credence.platform.kafka.topics import MAX_RECORD_BYTES, Topic, dlq_of, ensure_topics
from credence.platform.local import LocalKafka
from support.things import thing_event
from support.topics import read_topic, write_events


def topic(name: str, *, compacted: bool) -> Topic:
    return Topic(
        name, partitions=3, owner="things", key="tenant/thing", compacted=compacted, retention_ms=3_600_000
    )


def test_topics_are_made_once_with_their_settings(kafka: LocalKafka) -> None:
    topics = [topic("kept.v1", compacted=False), topic("state.v1", compacted=True)]
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda _: ensure_topics(kafka.bootstrap, topics), range(3)))
    with KafkaAdminClient(bootstrap_servers=kafka.bootstrap) as admin:
        described = {
            t["name"]: t for t in admin.describe_topics([t.name for t in topics] + [dlq_of("kept.v1")])
        }
        resources = [ConfigResource(ConfigResourceType.TOPIC, t.name) for t in topics]
        configs = admin.describe_configs(resources, config_filter="all")
    assert {name: len(t["partitions"]) for name, t in described.items()} == {
        "kept.v1": 3,
        "state.v1": 3,
        "kept.v1.dlq": 1,
    }
    for made in topics:
        present = {name: setting["value"] for name, setting in configs["topic"][made.name].items()}
        assert made.configs.items() <= present.items()


def test_an_event_as_large_as_a_call_passes(kafka: LocalKafka) -> None:
    large = topic("large.v1", compacted=False)
    ensure_topics(kafka.bootstrap, [large])
    write_events(kafka, thing_event(large, "acme", "a", "x" * (MAX_RECORD_BYTES - 100_000)))
    (record,) = read_topic(kafka, large.name, 1)
    assert len(record.value) > 4 * 1024 * 1024
