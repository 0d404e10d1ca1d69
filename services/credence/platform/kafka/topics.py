"""Topics: what one is, and making them on a broker. The table of topics itself is `credence.topics`."""

from collections.abc import Iterable
from dataclasses import dataclass

from kafka import KafkaAdminClient
from kafka.errors import TopicAlreadyExistsError

MAX_RECORD_BYTES = 5 * 1024 * 1024
"""Largest record that our topics take: a gRPC message (4 MiB) in its envelope."""

_HOUR_MS = 60 * 60 * 1000
_DLQ_RETENTION_MS = 14 * 24 * _HOUR_MS


@dataclass(frozen=True, slots=True)
class Topic:
    """A Kafka topic: `owner` is the one service that writes it, `key` says in words what a record's key is.
    A compacted topic keeps the last record of each key for ever, and erases within `max_compaction_lag_ms`
    what a tombstone erased. Any other keeps all records for `retention_ms`.
    """

    name: str
    partitions: int
    owner: str
    key: str
    compacted: bool = False
    retention_ms: int = 7 * 24 * _HOUR_MS
    max_compaction_lag_ms: int = 24 * _HOUR_MS

    @property
    def configs(self) -> dict[str, str]:
        """The broker's settings of this topic."""
        common = {"max.message.bytes": str(MAX_RECORD_BYTES)}
        if not self.compacted:
            return common | {"cleanup.policy": "delete", "retention.ms": str(self.retention_ms)}
        # an active segment is never compacted, so it must roll within the lag too
        lag = str(self.max_compaction_lag_ms)
        return common | {"cleanup.policy": "compact", "max.compaction.lag.ms": lag, "segment.ms": lag}


def dlq_of(topic: Topic | str) -> str:
    """The name of the dead-letter topic beside `topic`."""
    return f"{topic if isinstance(topic, str) else topic.name}.dlq"


def ensure_topics(bootstrap: str, topics: Iterable[Topic], *, replication: int = -1) -> None:
    """Creates what is missing of `topics` and their dead-letter topics, and waits until each has its leaders.
    Existing topics are left as they are. `replication` -1 is the broker's default. Safe to run from several
    processes at once.
    """
    wanted: dict[str, dict[str, object]] = {}
    for topic in topics:
        dead = {"cleanup.policy": "delete", "retention.ms": str(_DLQ_RETENTION_MS)}
        dead["max.message.bytes"] = str(MAX_RECORD_BYTES + 64 * 1024)  # the reason's headers come on top
        for name, partitions, configs in (
            (topic.name, topic.partitions, topic.configs),
            (dlq_of(topic), 1, dead),
        ):
            wanted[name] = {
                "num_partitions": partitions,
                "replication_factor": replication,
                "configs": configs,
            }
    with KafkaAdminClient(bootstrap_servers=bootstrap.split(",")) as admin:
        present = set(admin.list_topics())
        missing = {name: options for name, options in wanted.items() if name not in present}
        for name, options in missing.items():
            try:
                admin.create_topics({name: options})
            except TopicAlreadyExistsError:  # another process was faster
                continue
        admin.wait_for_topics(list(wanted))
