"""Runs parts of the platform inside a test."""

from collections.abc import Iterator
from contextlib import contextmanager

from credence.platform.parts import Part, StopToken
from credence.platform.sql.relay import OutboxRelay
from support.waiting import eventually


def run_relay(system_database_url: str, kafka_bootstrap: str) -> None:
    """Runs a relay until it is killed: the target of a process."""
    OutboxRelay(system_database_url, kafka_bootstrap).run(StopToken())


class Running:
    """Parts that run. `failures` holds the exceptions that parts died of."""

    def __init__(self, *parts: Part) -> None:
        self.parts = parts
        self.failures: list[BaseException] = []
        self._stop = StopToken("test", lambda _, error: self.failures.append(error))

    def start(self) -> None:
        for part in self.parts:
            part.start(self._stop)

    def ready(self) -> bool:
        return all(part.ready() for part in self.parts)

    def stop(self, within: float = 20.0) -> None:
        self._stop.set()
        for part in reversed(self.parts):
            assert part.join(within), f"{part.name} did not stop within {within} s"


@contextmanager
def running(*parts: Part, within: float = 30.0, expect_failure: bool = False) -> Iterator[Running]:
    """Starts the parts, waits until all are ready, stops them at the end; a death fails the test."""
    runs = Running(*parts)
    runs.start()
    try:
        eventually(lambda: runs.ready() or runs.failures, within=within, what="parts ready")
        yield runs
    finally:
        runs.stop()
    if runs.failures and not expect_failure:
        raise runs.failures[0]
