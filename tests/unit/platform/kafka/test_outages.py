"""An absent broker in the log: one line when it is news, none of the library's."""

import logging
import ssl
from collections.abc import Iterator

import pytest
from kafka.errors import (
    KafkaConnectionError,
    KafkaTimeoutError,
    NodeNotReadyError,
    NotCoordinatorError,
    NotLeaderForPartitionError,
    RebalanceInProgressError,
    RequestTimedOutError,
    SaslAuthenticationFailedError,
)

from credence.platform.kafka.outages import QUIET_S, LibraryFilter, Outages, is_outage

MARKING = "Marking the coordinator dead (node %s) for group %s: %s."
REFUSED = KafkaConnectionError("111 ECONNREFUSED")
AWAY = [
    ("kafka.net.connection", "%s: Connection lost: %s", ("<KafkaConnection node_id=1>", REFUSED)),
    ("kafka.net.connection", "%s: Request timed out after %d ms. Closing connection.", ("<it>", 10_000)),
    ("kafka.net.manager", "Connection failed: %s", (REFUSED,)),
    ("kafka.net.manager", "Connection failed: %s", (OSError(113, "No route to host"),)),
    ("kafka.net.manager", "Bootstrap failed: %s", (KafkaTimeoutError("2000 ms"),)),
    ("kafka.net.manager", "Bootstrap %s not ready; waiting %.2f secs", ("bootstrap-0", 0.05)),
    ("kafka.net.transport", "%s: socket disconnected", ("<KafkaTCPTransport>",)),
    ("kafka.net.transport", "%s: Abort (%s)", ("<KafkaTCPTransport>", REFUSED)),
    ("kafka.cluster", "No node available for metadata refresh - backoff/retry", ()),
    ("kafka.cluster", "Metadata refresh: failed %s", (REFUSED,)),
    ("kafka.coordinator", "Error sending %s to node %s [%s]", ("FindCoordinatorRequest", 1, REFUSED)),
    ("kafka.coordinator", MARKING, ("coordinator-1", "things.v1", "Node Disconnected")),
    ("kafka.coordinator", MARKING, ("coordinator-1", "things.v1", REFUSED)),
    ("kafka.coordinator.heartbeat", "Heartbeat session expired, marking coordinator dead", ()),
    ("kafka.consumer.fetcher", "Fetch to node %s failed: %s", (1, REFUSED)),
]
OTHER = [
    ("kafka.coordinator", MARKING, ("coordinator-1", "things.v1", NotCoordinatorError())),
    ("kafka.net.selector", "IO loop crashed (client_id=%s)", ("x",)),
    ("kafka.net.connection", "%s: SaslHandshake failed: %s", ("<it>", "UnsupportedSaslMechanismError")),
    ("kafka.net.manager", "Connection failed: %s", (SaslAuthenticationFailedError("no"),)),
    ("kafka.cluster", "Topic %s not found in cluster metadata", ("profiles.v1",)),
    ("kafka.consumer.fetcher", "Fetch to node %s failed: %s", (1, NotLeaderForPartitionError())),
    ("kafka.consumer.fetcher", "Truncation detected for %s at position %s", ("profiles.v1-0", 7)),
    ("kafkaesque", "%s: socket disconnected", ("<somebody else's>",)),
    ("credence.platform.kafka.consumer", "dead letter %s", ("profiles.v1/0/7",)),
]


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def said(clock: Clock) -> Iterator[list[logging.LogRecord]]:
    """What a handler with the filter writes."""
    records: list[logging.LogRecord] = []
    handler = logging.Handler()
    handler.emit = records.append  # type: ignore[method-assign, assignment]
    handler.addFilter(LibraryFilter(Outages(clock)))
    root = logging.getLogger()
    root.addHandler(handler)
    yield records
    root.removeHandler(handler)


def speak(name: str, message: str, args: tuple[object, ...]) -> None:
    logging.getLogger(name).error(message, *args)


@pytest.mark.parametrize("line", AWAY, ids=lambda line: f"{line[0]} {line[1]}")
def test_what_the_library_says_of_an_outage_becomes_ours(
    said: list[logging.LogRecord], line: tuple[str, str, tuple[object, ...]]
) -> None:
    for _ in range(20):
        speak(*line)
    (only,) = said
    assert (only.levelname, only.name) == ("WARNING", "credence.platform.kafka.outages")
    assert "the broker is away" in only.getMessage()
    assert (line[1] % line[2]) in only.getMessage()


@pytest.mark.parametrize("line", OTHER, ids=lambda line: f"{line[0]} {line[1]}")
def test_everything_else_passes(
    said: list[logging.LogRecord], line: tuple[str, str, tuple[object, ...]]
) -> None:
    speak(*line)
    speak(*line)
    assert [record.getMessage() for record in said] == [line[1] % line[2]] * 2


def test_one_line_an_outage_however_long(said: list[logging.LogRecord], clock: Clock) -> None:
    for _ in range(3):
        for second in range(600):
            clock.now += 1
            speak(*AWAY[second % len(AWAY)])
        clock.now += QUIET_S
    assert len(said) == 3


def test_our_own_parts_and_the_library_share_the_line(clock: Clock, caplog: pytest.LogCaptureFixture) -> None:
    outages = Outages(clock)
    outages.failed("consumer-matching", REFUSED)
    outages.failed("outbox relay", KafkaTimeoutError("2000 ms"))
    assert [r.getMessage() for r in caplog.records] == [
        "the broker is away, trying until it is back; consumer-matching: KafkaConnectionError: 111 ECONNREFUSED"
    ]


def test_what_a_broker_answered_is_told_each_time(clock: Clock, caplog: pytest.LogCaptureFixture) -> None:
    outages = Outages(clock)
    for _ in range(2):
        outages.failed("consumer-matching: offsets not committed", RebalanceInProgressError())
    assert [r.levelname for r in caplog.records] == ["WARNING"] * 2


@pytest.mark.parametrize(
    ("error", "away"),
    [
        (REFUSED, True),
        (NodeNotReadyError(), True),
        (RequestTimedOutError(), True),
        (ConnectionResetError(), True),
        (ssl.SSLError(), True),
        (NotLeaderForPartitionError(), False),
        (SaslAuthenticationFailedError(), False),
        (ValueError(), False),
    ],
)
def test_which_errors_are_outages(error: BaseException, away: bool) -> None:
    assert is_outage(error) is away
