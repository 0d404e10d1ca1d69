"""Every Prometheus metric of the platform, in one typed list.

Names follow Prometheus: base units, `_total` on counters. Labels are few and bounded: no tenant, no resource
name.
"""

from typing import Final

from prometheus_client import Counter, Gauge, Histogram, start_http_server

from credence.platform.listen import split_address

_LATENCY_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
_FRESHNESS_S = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0, 60.0, 300.0, 3600.0)
_BATCH = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)

GRPC_SECONDS: Final = Histogram(
    "credence_grpc_seconds",
    "Time in the server, from the start of the checks; its _count is the number of calls answered.",
    ("method", "code"),
    buckets=_LATENCY_S,
)
GRPC_IN_FLIGHT: Final = Gauge("credence_grpc_in_flight", "Calls being worked on.")

CONSUMED: Final = Counter(
    "credence_consumed_total",
    "Records by what became of them: applied, repeated, ignored, dead.",
    ("topic", "outcome"),
)
CONSUMER_BATCH: Final = Histogram(
    "credence_consumer_batch_records", "Records per transaction.", ("topic",), buckets=_BATCH
)
CONSUMER_SECONDS: Final = Histogram(
    "credence_consumer_batch_seconds",
    "Prepare, apply and commit of one batch.",
    ("topic",),
    buckets=_LATENCY_S,
)
CONSUMER_LAG: Final = Gauge(
    "credence_consumer_lag_records", "Records behind the end of the partition.", ("topic", "partition")
)
CONSUMER_SLOWDOWNS: Final = Counter(
    "credence_consumer_slowdowns_total", "Times a handler asked to be called later.", ("topic",)
)
FRESHNESS: Final = Histogram(
    "credence_freshness_seconds",
    "From an event's time to its effect committed here.",
    ("topic",),
    buckets=_FRESHNESS_S,
)
DEAD_LETTERS: Final = Counter(
    "credence_dead_letters_total", "Records that can never be processed.", ("topic", "reason")
)

OUTBOX_DEPTH: Final = Gauge("credence_outbox_rows", "Events committed and not yet acknowledged by Kafka.")
OUTBOX_AGE: Final = Gauge("credence_outbox_oldest_seconds", "Age of the oldest of them; 0 when none waits.")
RELAYED: Final = Counter("credence_relayed_total", "Events acknowledged by Kafka.", ("topic",))
RELAY_FAILURES: Final = Counter("credence_relay_failures_total", "Sends that failed and are repeated.")

ALL: Final[tuple[Counter | Gauge | Histogram, ...]] = (
    GRPC_SECONDS,
    GRPC_IN_FLIGHT,
    CONSUMED,
    CONSUMER_BATCH,
    CONSUMER_SECONDS,
    CONSUMER_LAG,
    CONSUMER_SLOWDOWNS,
    FRESHNESS,
    DEAD_LETTERS,
    OUTBOX_DEPTH,
    OUTBOX_AGE,
    RELAYED,
    RELAY_FAILURES,
)


def expose(listen: str) -> str | None:
    """Serves all metrics over HTTP at `host:port` (0: a free port) and returns the bound address; None when
    `listen` is empty.
    """
    if not listen:
        return None
    host, port = split_address(listen)
    server, _ = start_http_server(port, addr=host)
    return f"{host}:{server.server_port}"
