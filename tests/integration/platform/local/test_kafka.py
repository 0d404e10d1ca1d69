import socket
from pathlib import Path

import pytest
from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import KafkaAdminClient
from kafka.errors import KafkaError

from credence.platform.local import AlreadyRunningError, LocalKafka, StartError, server
from credence.platform.local.ports import remembered_port


def produce(kafka: LocalKafka, topic: str, values: list[bytes]) -> None:
    producer = KafkaProducer(bootstrap_servers=kafka.bootstrap, acks="all")
    for value in values:
        producer.send(topic, value)
    producer.flush()
    producer.close()


def read(kafka: LocalKafka, topic: str, count: int) -> list[bytes]:
    consumer = KafkaConsumer(
        bootstrap_servers=kafka.bootstrap, auto_offset_reset="earliest", consumer_timeout_ms=20_000
    )
    consumer.assign([TopicPartition(topic, 0)])
    values = [record.value for _, record in zip(range(count), consumer, strict=False)]
    consumer.close()
    return values


def create_topic(kafka: LocalKafka, topic: str) -> None:
    with KafkaAdminClient(bootstrap_servers=kafka.bootstrap) as admin:
        admin.create_topics({topic: {"num_partitions": 1, "replication_factor": 1}})


def test_records_and_address_survive_stop_and_kill(tmp_path: Path) -> None:
    with LocalKafka(tmp_path / "kafka") as kafka:
        address = kafka.bootstrap
        create_topic(kafka, "letters")
        produce(kafka, "letters", [b"a", b"b"])
        kafka.kill()
        assert not kafka.running
        assert kafka.returncode == -9
        kafka.start()
        assert kafka.bootstrap == address
        produce(kafka, "letters", [b"c"])
        kafka.stop()
        assert not kafka.running

    with LocalKafka(tmp_path / "kafka") as kafka:
        assert kafka.bootstrap == address
        assert read(kafka, "letters", 3) == [b"a", b"b", b"c"]
        assert (tmp_path / "kafka" / "server.log.1").stat().st_size > 0


def test_a_group_is_assigned_at_once_and_unnamed_topics_are_refused() -> None:
    with LocalKafka(settings={"message.max.bytes": "1000"}) as kafka:
        create_topic(kafka, "letters")
        produce(kafka, "letters", [b"a"])
        consumer = KafkaConsumer(
            "letters", bootstrap_servers=kafka.bootstrap, group_id="g", auto_offset_reset="earliest"
        )
        records = consumer.poll(timeout_ms=2500)  # the broker's own default would wait 3 s for more members
        assert [record.value for batch in records.values() for record in batch] == [b"a"]
        consumer.close()

        producer = KafkaProducer(bootstrap_servers=kafka.bootstrap, max_block_ms=2000)
        with pytest.raises(KafkaError):
            producer.send("nobody-named-this", b"x").get(timeout=5)
        with pytest.raises(KafkaError, match=r"(?i)large"):
            producer.send("letters", b"x" * 2000).get(timeout=5)  # our setting reached the broker
        producer.close()
        data = kafka.data_dir
        assert data.exists()
    assert not data.exists()


def test_one_owner_a_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with LocalKafka(tmp_path) as kafka:
        monkeypatch.setattr("credence.platform.local.server._PATIENCE", 0.2)
        with pytest.raises(AlreadyRunningError, match=str(tmp_path)):
            LocalKafka(tmp_path).start()
        assert kafka.running


def test_a_broker_that_does_not_come_up_says_why(tmp_path: Path) -> None:
    kafka = LocalKafka(tmp_path, settings={"num.io.threads": "many"})
    with pytest.raises(StartError, match=r"(?s)kafka did not start.*many.*num\.io\.threads"):
        kafka.start()
    assert not kafka.running


def test_a_port_taken_between_the_look_and_the_bind_is_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        offers = [port]
        monkeypatch.setattr(
            server, "remembered_port", lambda path: offers.pop() if offers else remembered_port(path)
        )
        with LocalKafka(tmp_path) as kafka:
            assert kafka.port != port
        assert offers == []
