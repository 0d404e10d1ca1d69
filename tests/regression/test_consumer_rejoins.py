"""A consumer whose rebalance outlasts one poll goes on afterwards.

kafka-python 3.0.12 forgets a rebalance that it began because the metadata changed when the poll that began it ends before it does: the next
poll sees no reason to join, nobody waits for the answer, heartbeats stay off, and the member reads nothing ever again.
"""

import pytest
from kafka import KafkaAdminClient

from credence.platform.kafka import consumer as consuming
from credence.platform.kafka.consumer import BatchConsumer
from credence.platform.local import LocalKafka
from support.databases import ServiceDatabases
from support.flow import reading
from support.running import running
from support.things import VERSIONS, ThingHandler, thing_event, things
from support.topics import fresh_topic, write_events
from support.waiting import eventually


def test_new_partitions_are_read_though_polls_are_short(
    kafka: LocalKafka, service_databases: ServiceDatabases, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consuming, "_IDLE_POLL_MS", 1)  # no rebalance fits into that
    made = service_databases("things", VERSIONS)
    topic = fresh_topic(kafka, partitions=1)
    consumer = BatchConsumer(kafka.bootstrap, [topic], f"rejoins-{topic.name}", ThingHandler(), made.database)
    with running(consumer):
        write_events(kafka, thing_event(topic, "acme", "before", "a"))
        eventually(lambda: "before" in things(made.database, "acme"))
        with KafkaAdminClient(bootstrap_servers=kafka.bootstrap) as admin:
            admin.create_partitions({topic.name: 6})
            admin.wait_for_topics([topic.name])
        names = [f"after{i}" for i in range(20)]
        eventually(lambda: _spread(kafka, topic.name) == 6)
        write_events(kafka, *(thing_event(topic, "acme", name, "b") for name in names))
        # metadata are refreshed every ten seconds
        eventually(
            lambda: set(names) <= set(things(made.database, "acme")),
            within=30,
            what="all partitions are read",
        )


def _spread(kafka: LocalKafka, topic: str) -> int:
    with reading(kafka.bootstrap) as fresh:
        return len(fresh.partitions_for_topic(topic) or ())
