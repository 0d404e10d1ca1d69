"""The order in which parts start, get ready, stop and die. Without a server: nothing listens here."""

import json
import logging
import threading
from pathlib import Path

import pytest

from credence.platform.errors import SlowDown
from credence.platform.lifecycle import Service
from credence.platform.parts import Loop, StopToken, Worker
from support.probe import probe_settings
from support.waiting import eventually


class Recorder:
    """A part that writes down what happens to it."""

    def __init__(
        self, name: str, log: list[str], *, ready: bool = True, stops: bool = True, starts: bool = True
    ) -> None:
        self.name = name
        self._log = log
        self.is_ready = ready
        self._stops = stops
        self._starts = starts
        self.stop: StopToken | None = None

    def start(self, stop: StopToken) -> None:
        if not self._starts:
            raise OSError("no such broker")
        self.stop = stop
        self._log.append(f"start {self.name}")

    def ready(self) -> bool:
        return self.is_ready

    def join(self, timeout: float) -> bool:
        assert self.stop is not None
        assert self.stop.is_set()
        self._log.append(f"join {self.name}")
        return self._stops


def run_in_background(service: Service) -> tuple[threading.Thread, list[int]]:
    codes: list[int] = []
    thread = threading.Thread(target=lambda: codes.append(service.run()))
    thread.start()
    return thread, codes


def test_parts_stop_in_reverse_then_things_close(tmp_path: Path) -> None:
    log: list[str] = []
    ready_file = tmp_path / "deep" / "ready.json"
    late = Recorder("b", log, ready=False)
    ready_file.parent.mkdir()
    ready_file.write_text("{}")
    service = Service(
        probe_settings(token_keys="unused", ready_file=ready_file),
        [Recorder("a", log), late, Recorder("c", log)],
        close=[lambda: log.append("close")],
    )
    thread, codes = run_in_background(service)
    eventually(lambda: len(log) == 3)
    assert not ready_file.exists()  # nor the one that a killed process left
    late.is_ready = True
    eventually(ready_file.exists)
    assert json.loads(ready_file.read_text())["grpc"] is None
    service.stop()
    thread.join(10)
    assert log == ["start a", "start b", "start c", "join c", "join b", "join a", "close"]
    assert codes == [0]
    assert list(ready_file.parent.iterdir()) == []


def test_stopped_before_it_was_ready(tmp_path: Path) -> None:
    log: list[str] = []
    settings = probe_settings(token_keys="unused", ready_file=tmp_path / "ready.json")
    service = Service(settings, [Recorder("a", log, ready=False)])
    service.stop()
    assert service.run() == 0
    assert log == ["start a", "join a"]


def test_a_part_that_cannot_start_stops_the_earlier_ones(caplog: pytest.LogCaptureFixture) -> None:
    log: list[str] = []
    service = Service(
        probe_settings(token_keys="unused"), [Recorder("a", log), Recorder("b", log, starts=False)]
    )
    assert service.run() == 1
    assert log == ["start a", "join a"]
    assert "no such broker" in caplog.text


def test_a_dead_part_stops_all_with_its_reason(caplog: pytest.LogCaptureFixture) -> None:
    log: list[str] = []
    part = Recorder("b", log)
    thread, codes = run_in_background(
        service := Service(probe_settings(token_keys="unused"), [Recorder("a", log), part])
    )
    eventually(lambda: part.stop)
    part.stop.fail(RuntimeError("dead-letter topic is gone"))
    thread.join(10)
    assert codes == [1]
    assert log[-2:] == ["join b", "join a"]
    assert "part b died: RuntimeError: dead-letter topic is gone" in caplog.text
    assert not service.stuck


def test_a_part_that_does_not_stop_and_a_close_that_fails(caplog: pytest.LogCaptureFixture) -> None:
    log: list[str] = []

    def fail() -> None:
        raise RuntimeError("pool is gone")

    service = Service(
        probe_settings(token_keys="unused"),
        [Recorder("a", log), Recorder("b", log, stops=False)],
        close=[fail, lambda: log.append("close")],
    )
    service.stop()
    assert service.run() == 1
    assert service.stuck
    assert log[-3:] == ["join b", "join a", "close"]
    assert "pool is gone" in caplog.text


class Body(Worker):
    def __init__(self, body) -> None:
        super().__init__("body")
        self._body = body

    def run(self, stop: StopToken) -> None:
        self._body(self, stop)


def deaths_of(worker: Worker) -> list[tuple[str, BaseException]]:
    found: list[tuple[str, BaseException]] = []
    stop = StopToken(worker.name, lambda name, error: found.append((name, error)))
    worker.start(stop)
    eventually(lambda: found)
    assert worker.join(5)
    return found


def test_a_worker_dies_of_an_exception_and_of_an_early_return() -> None:
    def fail(worker: Worker, stop: StopToken) -> None:
        raise ValueError("x")

    ((name, error),) = deaths_of(Body(fail))
    assert (name, str(error)) == ("body", "x")
    ((_, error),) = deaths_of(Body(lambda worker, stop: None))
    assert "without being asked" in str(error)


def test_a_worker_that_stops_when_asked() -> None:
    deaths: list[object] = []
    stop = StopToken("body", lambda *news: deaths.append(news))

    def body(worker: Worker, stop: StopToken) -> None:
        worker.mark_ready()
        stop.wait()

    worker = Body(body)
    assert not worker.ready()
    assert worker.join(0)
    worker.start(stop)
    eventually(worker.ready)
    assert not worker.join(0.01)
    stop.set()
    assert worker.join(5)
    assert deaths == []


def test_a_loop_goes_on_after_slow_down_and_dies_of_the_rest(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    calls: list[int] = []

    def work() -> None:
        calls.append(len(calls))
        if len(calls) < 3:
            raise SlowDown("the database is away")
        raise KeyError("defect")

    ((_, error),) = deaths_of(Loop("clock", work, every=0.001))
    assert isinstance(error, KeyError)
    assert len(calls) == 3
    assert caplog.text.count("the database is away") == 2


def test_a_loop_that_waits_first_and_stops_at_once() -> None:
    calls: list[int] = []
    stop = StopToken()
    loop = Loop("clock", lambda: calls.append(1), every=3600, immediately=False)
    loop.start(stop)
    stop.set()
    assert loop.join(5)
    assert calls == []
