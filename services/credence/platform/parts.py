"""What a process is made of: parts that start, get ready, die or are told to stop."""

import logging
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Protocol

from credence.platform.errors import NotReady, SlowDown

_log = logging.getLogger(__name__)


class StopToken:
    """Tells one part to stop, and carries the news of its death to whoever supervises it. Thread-safe."""

    def __init__(
        self, name: str = "", on_failure: Callable[[str, BaseException], None] | None = None
    ) -> None:
        self._name = name
        self._on_failure = on_failure
        self._event = threading.Event()

    def set(self) -> None:
        """Asks the part to stop; repeated calls change nothing."""
        self._event.set()

    def is_set(self) -> bool:
        return self._event.is_set()

    def wait(self, seconds: float | None = None) -> bool:
        """Sleeps at most `seconds` and returns at once when asked to stop; True when asked."""
        return self._event.wait(seconds)

    def fail(self, error: BaseException) -> None:
        """Declares the part dead. The process stops with exit code 1 and `error` in its log."""
        if self._on_failure is not None:
            self._on_failure(self._name, error)


class Part(Protocol):
    """One thing that a process runs: a server, a consumer, a relay, a loop."""

    name: str

    def start(self, stop: StopToken) -> None:
        """Begins in threads of its own and returns at once. Raises when it cannot begin. Called once."""

    def ready(self) -> bool:
        """True once it does its work; the process is SERVING when all parts are."""

    def join(self, timeout: float) -> bool:
        """Waits at most `timeout` seconds for the end after `stop` was set; True when it has ended."""


class Worker(ABC):
    """A part of one thread.

    An exception out of `run`, or its return before it was asked to stop, is the part's death.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self._ready = threading.Event()
        self._thread: threading.Thread | None = None

    @abstractmethod
    def run(self, stop: StopToken) -> None:
        """Works until `stop.is_set()`; calls `mark_ready` once it does its work."""

    def mark_ready(self) -> None:
        self._ready.set()

    def start(self, stop: StopToken) -> None:
        self._thread = threading.Thread(target=self._guarded, args=(stop,), name=self.name, daemon=True)
        self._thread.start()

    def ready(self) -> bool:
        return self._ready.is_set()

    def join(self, timeout: float) -> bool:
        if self._thread is None:
            return True
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def _guarded(self, stop: StopToken) -> None:
        try:
            self.run(stop)
        except (
            BaseException
        ) as error:  # whatever it was, the part is gone and the process must not go on without it
            stop.fail(error)
        else:
            if not stop.is_set():
                stop.fail(RuntimeError(f"{self.name} returned without being asked to stop"))


class Loop(Worker):
    """Calls `fn` every `every` seconds, counted from start to start; a slow call delays the next, none is
    made up for.

    `SlowDown` and `NotReady` out of `fn` are logged and it is called again next time; anything else is the
    part's death.
    """

    def __init__(self, name: str, fn: Callable[[], None], every: float, *, immediately: bool = True) -> None:
        super().__init__(name)
        self._fn = fn
        self._every = every
        self._immediately = immediately

    def run(self, stop: StopToken) -> None:
        self.mark_ready()
        if not self._immediately and stop.wait(self._every):
            return
        while not stop.is_set():
            started = time.monotonic()
            try:
                self._fn()
            except (SlowDown, NotReady) as error:
                _log.warning("%s: %s; again in %.1f s", self.name, error, self._every)
            stop.wait(max(0.0, self._every - (time.monotonic() - started)))
