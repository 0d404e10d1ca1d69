import contextlib
import os
import signal
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed, wait
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any, Self

from credence.platform.local.errors import AlreadyRunningError, ChildDiedError, StartError
from credence.platform.local.program import Child
from credence.platform.local.state import RunState, read_state, remove_state, supervisor_lock, write_state

_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 30.0
_GOOD_RUN = 60.0
"""A child that ran for so long starts again at the shortest pause."""


@dataclass(slots=True)
class _Entry:
    name: str
    child: Child
    restart: bool
    down: bool = False
    """Not running because somebody wanted it so."""
    started: float = 0.0
    pause: float = _FIRST_PAUSE
    due: float | None = None
    """When it is started again, on the monotonic clock."""


class Supervisor:
    """Starts children in the order given, watches them, and stops them in the reverse order.

    One supervisor a run directory at a time. SIGINT and SIGTERM end `start` (with KeyboardInterrupt) and
    `wait` (normally); while it stops its children, another one kills those that are left.
    """

    def __init__(self, run_dir: Path, *, report: Callable[[str], None] | None = None) -> None:
        self._run_dir = run_dir.absolute()
        self._report = report or (lambda _line: None)
        self._lock = supervisor_lock(self._run_dir)
        self._groups: list[list[_Entry]] = []
        self._state = RunState(os.getpid(), datetime.now(UTC).isoformat(timespec="seconds"))
        self._writing = threading.Lock()
        self._handlers: dict[signal.Signals, Any] = {}

    def __enter__(self) -> Self:
        self._run_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            # `read_state` holds it for an instant.
            self._lock.acquire(patience=1)
        except AlreadyRunningError:
            other = read_state(self._run_dir)
            who = f" (process {other.owner}, since {other.started})" if other else ""
            raise AlreadyRunningError(f"already running in {self._run_dir}{who}") from None
        if threading.current_thread() is threading.main_thread():
            self._handlers = {number: signal.signal(number, _interrupt) for number in _SIGNALS}
        self._write()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._stop_all()
        finally:
            for number, handler in self._handlers.items():
                signal.signal(number, handler)
            remove_state(self._run_dir)
            self._lock.release()

    def start(self, children: Mapping[str, Child], *, restart: bool = False) -> None:
        """Starts them side by side; returns when all are ready. StartError: the first that was not.

        With `restart`, `wait` starts one that dies again, after a pause that doubles each time.
        """
        group = [_Entry(name, child, restart) for name, child in children.items()]
        self._groups.append(group)
        _side_by_side(group, self._start_one)

    def publish(self, **facts: str) -> None:
        """Tells other commands, through `read_state`."""
        self._state.facts.update(facts)
        self._write()

    def kill(self, name: str) -> None:
        """SIGKILL; it stays down until `restart`."""
        entry = self._entry(name)
        entry.down = True
        entry.child.kill()
        self._write()
        self._report(f"{name} killed")

    def stop(self, name: str) -> None:
        """Gracefully; it stays down until `restart`."""
        entry = self._entry(name)
        entry.down = True
        entry.child.stop()
        self._write()
        self._report(f"{name} stopped")

    def restart(self, name: str) -> None:
        entry = self._entry(name)
        entry.down = True
        entry.child.stop()
        self._start_one(entry)

    def check(self) -> None:
        """ChildDiedError for a child that ended though nobody asked it to."""
        for entry in self._entries():
            if (code := _died(entry)) is not None:
                raise ChildDiedError(entry.name, code, entry.child.log_tail())

    def wait(self) -> None:
        """Until SIGINT or SIGTERM, then returns; ChildDiedError when one ends that is not to be restarted."""
        with contextlib.suppress(KeyboardInterrupt):
            while True:
                for entry in self._entries():
                    if (code := _died(entry)) is not None:
                        self._tend(entry, code)
                time.sleep(0.2)

    def _tend(self, entry: _Entry, code: int) -> None:
        died = ChildDiedError(entry.name, code, entry.child.log_tail())
        if not entry.restart:
            raise died
        now = time.monotonic()
        if entry.due is None:
            good = now - entry.started > _GOOD_RUN
            entry.pause = _FIRST_PAUSE if good else min(entry.pause * 2, _LONGEST_PAUSE)
            entry.due = now + entry.pause
            self._write()
            self._report(f"{died}\n{entry.name} is started again in {entry.pause:g} s")
        elif now >= entry.due:
            try:
                self._start_one(entry)
            except StartError as error:
                entry.pause = min(entry.pause * 2, _LONGEST_PAUSE)
                entry.due = time.monotonic() + entry.pause
                self._report(f"{error}\n{entry.name} is tried again in {entry.pause:g} s")

    def _start_one(self, entry: _Entry) -> None:
        began = time.monotonic()
        entry.child.start()
        entry.started = time.monotonic()
        entry.down, entry.due = False, None
        self._write()
        self._report(f"{entry.name} ready in {entry.started - began:.1f} s")

    def _stop_all(self) -> None:
        end = _stop
        for group in reversed(self._groups):
            for entry in group:
                entry.down = True
            try:
                _side_by_side(group, end)
            except KeyboardInterrupt:
                end = _kill
                self._report("killing what is left")

    def _entries(self) -> Iterable[_Entry]:
        return [entry for group in self._groups for entry in group]

    def _entry(self, name: str) -> _Entry:
        return next(entry for entry in self._entries() if entry.name == name)

    def _write(self) -> None:
        with self._writing:
            pids = ((entry.name, entry.child.pid) for entry in self._entries())
            self._state.pids = {name: pid for name, pid in pids if pid is not None}
            write_state(self._run_dir, self._state)


def _stop(entry: _Entry) -> None:
    entry.child.stop()


def _kill(entry: _Entry) -> None:
    entry.child.kill()


def _died(entry: _Entry) -> int | None:
    return None if entry.down else entry.child.returncode


def _side_by_side(entries: list[_Entry], action: Callable[[_Entry], None]) -> None:
    """Runs the action on each in a thread of its own. At the first failure those not done yet are killed."""
    if not entries:
        return
    with ThreadPoolExecutor(len(entries)) as pool:
        futures = {pool.submit(action, entry): entry for entry in entries}
        try:
            for future in as_completed(futures):
                future.result()
        except BaseException:
            # Again and again: a child may be just about to launch its program.
            while unfinished := wait(futures, timeout=0.1).not_done:
                for future in unfinished:
                    futures[future].child.kill()
            raise


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
