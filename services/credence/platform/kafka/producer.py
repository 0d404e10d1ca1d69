"""Producers whose acknowledged records are safe: acks=all, idempotent, in order within a partition."""

from kafka import KafkaProducer
from kafka.errors import KafkaTimeoutError

from credence.platform.kafka.topics import MAX_RECORD_BYTES

DELIVERY_MS = 30_000
"""After this, an unacknowledged record counts as failed."""


def open_producer(bootstrap: str) -> KafkaProducer:
    """A producer for `bootstrap` (host:port, comma between several); raises KafkaError when no broker answers."""
    return KafkaProducer(
        bootstrap_servers=bootstrap.split(","),
        acks="all",
        enable_idempotence=True,
        allow_auto_create_topics=False,
        batch_size=256 * 1024,
        linger_ms=100,  # records wait for `flush`, which whoever sends must call: one request for many
        max_request_size=2 * MAX_RECORD_BYTES,  # the topic's limit is the one that counts
        max_block_ms=2_000,
        bootstrap_timeout_ms=2_000,
        request_timeout_ms=10_000,
        delivery_timeout_ms=DELIVERY_MS,
        reconnect_backoff_max_ms=1_000,
    )


def drop_producer(producer: KafkaProducer) -> None:
    """Closes the producer at once. What it still holds is not sent any more."""
    try:
        producer.close(timeout=0)
    except KafkaTimeoutError:
        # kafka-python 3.0 gives up here and leaves its thread at work, which would send behind our back
        producer._sender.force_close()
        producer.close(timeout=5)
