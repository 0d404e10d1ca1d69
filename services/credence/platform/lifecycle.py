"""One process from start to drained end.

`run` starts the parts in order and the gRPC server after them; the health service says SERVING once every
part is ready. SIGTERM or SIGINT: NOT_SERVING first, calls in flight are finished within `drain_seconds`, then
the parts stop in reverse order. A part that dies stops the process the same way with exit code 1 and its
reason in the log. A second signal ends it at once.
"""

import logging
import os
import signal
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from queue import Empty, SimpleQueue
from types import FrameType
from typing import Any

import orjson

from credence.platform import metrics, telemetry
from credence.platform.grpc.server import Binding, GrpcServer
from credence.platform.parts import Loop, Part, StopToken, Worker
from credence.platform.settings import Settings

__all__ = ["Loop", "Part", "Service", "StopToken", "Worker", "run"]

_log = logging.getLogger(__name__)
_READY_POLL_S = 0.02
_PART_STOP_S = 10.0


class Service:
    """The parts of one process and the order of their start and end. `run` is used once."""

    def __init__(
        self,
        settings: Settings,
        parts: Sequence[Part],
        *,
        bindings: Sequence[Binding] = (),
        close: Sequence[Callable[[], None]] = (),
    ) -> None:
        self._settings = settings
        self._parts = list(parts)
        self._grpc = GrpcServer(settings, bindings) if bindings else None
        self._close = list(close)
        self._wake: SimpleQueue[None] = SimpleQueue()
        self._failed = False
        self._stuck = False
        self._started: list[tuple[Part, StopToken]] = []

    def stop(self) -> None:
        """Begins the drain; what a signal does. Any thread may call it."""
        self._wake.put(None)

    def run(self) -> int:
        """Blocks until stopped; the process's exit code: 0 after an orderly stop, 1 when a part died or did
        not stop in time.
        """
        began = time.monotonic()
        if self._settings.ready_file is not None:  # one that a killed process left would be believed
            self._settings.ready_file.unlink(missing_ok=True)
        try:
            metrics_address = metrics.expose(self._settings.metrics_listen)
            for part in [*self._parts, *([self._grpc] if self._grpc else [])]:
                self._start(part)
            if self._wait_until_ready():
                self._announce(metrics_address, time.monotonic() - began)
                self._wake.get()
        except Exception:
            self._failed = True
            _log.exception("%s cannot start", self._settings.service)
        finally:
            self._shut_down()
        return 1 if self._failed else 0

    @property
    def stuck(self) -> bool:
        """True when a part did not stop in time: its threads would keep the interpreter from ending."""
        return self._stuck

    def _start(self, part: Part) -> None:
        stop = StopToken(part.name, self._part_died)
        part.start(stop)
        self._started.append((part, stop))

    def _part_died(self, name: str, error: BaseException) -> None:
        self._failed = True
        _log.critical("part %s died: %s: %s", name, type(error).__name__, error, exc_info=error)
        self._wake.put(None)

    def _wait_until_ready(self) -> bool:
        while not all(part.ready() for part, _ in self._started):
            if self._stop_asked(_READY_POLL_S):
                return False
        return not self._stop_asked(0)

    def _stop_asked(self, timeout: float | None) -> bool:
        try:
            self._wake.get(timeout=timeout)
        except Empty:
            return False
        return True

    def _announce(self, metrics_address: str | None, took_s: float) -> None:
        grpc_address = None
        if self._grpc is not None:
            self._grpc.set_serving(True)
            grpc_address = self._grpc.address
        facts = {
            "service": self._settings.service,
            "pid": os.getpid(),
            "grpc": grpc_address,
            "metrics": metrics_address,
        }
        _log.info("ready", extra={**facts, "took_s": round(took_s, 3)})
        if self._settings.ready_file is not None:
            write_atomically(self._settings.ready_file, facts)

    def _shut_down(self) -> None:
        if self._settings.ready_file is not None:
            self._settings.ready_file.unlink(missing_ok=True)
        for part, stop in reversed(self._started):
            stop.set()
            patience = self._settings.drain_seconds + 1 if part is self._grpc else _PART_STOP_S
            if not part.join(patience):
                self._failed = self._stuck = True
                _log.error("part %s did not stop within %.0f s", part.name, patience)
        for close in self._close:
            try:
                close()
            except Exception:
                self._failed = True
                _log.exception("closing failed")
        _log.info("stopped")
        telemetry.shut_down()


def run(
    settings: Settings,
    parts: Sequence[Part],
    *,
    bindings: Sequence[Binding] = (),
    close: Sequence[Callable[[], None]] = (),
) -> int:
    """Sets up telemetry and signals, runs a `Service` in the main thread, returns the exit code.

    Raises `UndeclaredMethod` when a servicer has a method without `@method`: such a process never listens.
    """
    # imported here: the pages use this module too, and have no broker
    from credence.platform.kafka.outages import LibraryFilter

    telemetry.setup(settings, LibraryFilter())
    try:
        service = Service(settings, parts, bindings=bindings, close=close)
    except (ValueError, OSError) as error:
        _log.critical("%s cannot start: %s", settings.service, error)
        return 1
    _on_signals(service.stop)
    code = service.run()
    if service.stuck:
        logging.shutdown()
        os._exit(code)
    return code


def _on_signals(stop: Callable[[], None]) -> None:
    """SIGTERM or SIGINT calls `stop`; a second one ends the process on the spot.

    Python runs signal handlers in the main thread, when it next executes Python: not while it waits for a lock, if the
    system gave the signal to another thread or a moment too early. The byte that the interpreter's own handler writes
    arrives always, and is read here by a thread that may take any lock.
    """
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _nothing)

    def watch() -> None:
        os.read(reading, 1)
        stop()
        os.read(reading, 1)
        os._exit(1)

    threading.Thread(target=watch, name="signals", daemon=True).start()


def _nothing(_number: int, _frame: FrameType | None) -> None:
    """Only a signal that has a Python handler writes to the wakeup descriptor."""


def write_atomically(path: Path, facts: dict[str, Any]) -> None:
    """A reader sees the whole JSON object or no file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("wb", dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
        file.write(orjson.dumps(facts))
    Path(file.name).replace(path)
