import contextlib
import os
import signal
import subprocess
import time
from abc import ABC, abstractmethod
from pathlib import Path
from typing import Protocol

import psutil

from credence.platform.local.errors import StartError
from credence.platform.local.guard import guard


class Child(Protocol):
    """What a supervisor can look after. Every method may be called from any thread."""

    log: Path

    @property
    def pid(self) -> int | None: ...

    @property
    def returncode(self) -> int | None:
        """Of the last run, negative for a signal; None while it runs or before the first start."""

    def start(self) -> None:
        """Returns when ready. StartError, with nothing left running, when that does not come."""

    def stop(self) -> None:
        """Asks, then kills; bounded. Data is kept: `start` again is a warm restart."""

    def kill(self) -> None:
        """SIGKILL, returning when every process of it is gone."""

    def log_tail(self) -> str:
        """The last lines written since the last start."""


class Program(ABC):
    """One program that is started, stopped and killed any number of times, and ends with this process."""

    name: str
    ready_timeout: float = 60
    stop_timeout: float = 15
    stop_signal = signal.SIGTERM

    def __init__(self, log: Path) -> None:
        self.log = log
        self._process: subprocess.Popen[bytes] | None = None
        self._log_start = 0
        self._log_read = 0

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process and self._process.poll() is None else None

    @property
    def running(self) -> bool:
        return self.pid is not None

    @property
    def returncode(self) -> int | None:
        return self._process.poll() if self._process else None

    def start(self) -> None:
        if self.running:
            return
        if self._process is None:
            self._begin_log()
        self._log_start = self._log_read = self.log.stat().st_size if self.log.exists() else 0
        self._process = process = self._spawn()
        try:
            self._wait_until_ready(process)
        except BaseException:
            self.kill()
            raise

    def stop(self) -> None:
        process = self._process
        if process is None:
            return
        if process.poll() is None:
            process.send_signal(self.stop_signal)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(self.stop_timeout)
        self.kill()

    def kill(self) -> None:
        process = self._process
        if process is None:
            return
        family: list[psutil.Process] = []
        with contextlib.suppress(psutil.NoSuchProcess):
            leader = psutil.Process(process.pid)
            family = [leader, *leader.children(recursive=True)]
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        for member in family:
            # Those with a session of their own are not of the group.
            with contextlib.suppress(psutil.NoSuchProcess):
                member.kill()
        process.wait()
        deadline = time.monotonic() + 10
        while any(_alive(member) for member in family) and time.monotonic() < deadline:
            time.sleep(0.01)
        guard.forget(process)

    def log_tail(self, lines: int = 25) -> str:
        try:
            with self.log.open("rb") as file:
                file.seek(max(self._log_start, self.log.stat().st_size - 16_384))
                text = file.read().decode(errors="replace")
        except OSError:
            return ""
        return "\n".join(text.splitlines()[-lines:])

    def _says(self, text: str) -> bool:
        """Whether what the program wrote since the last start holds `text` (one that fits on a line). Asked
        again after a no, it reads on from there, so however much a program writes, nothing goes unseen.
        """
        wanted = text.encode()
        try:
            with self.log.open("rb") as file:
                file.seek(self._log_read)
                written = file.read()
        except OSError:
            return False
        if wanted in written:
            return True
        self._log_read += max(0, len(written) - len(wanted))  # it may be half written
        return False

    @abstractmethod
    def _spawn(self) -> subprocess.Popen[bytes]:
        """Through `guard`, with output to `log`."""

    @abstractmethod
    def _is_ready(self) -> bool:
        """One quick attempt; an OSError counts as not yet."""

    def _begin_log(self) -> None:
        # One older log is kept: enough to see why the last run ended, and it does not grow for ever.
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(FileNotFoundError):
            self.log.replace(self.log.with_name(self.log.name + ".1"))

    def _wait_until_ready(self, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + self.ready_timeout
        while True:
            if (code := process.poll()) is not None:
                raise StartError(self.name, f"it ended with status {code}", self.log_tail())
            with contextlib.suppress(OSError):
                if self._is_ready():
                    return
            if time.monotonic() > deadline:
                raise StartError(self.name, f"not ready after {self.ready_timeout:g} s", self.log_tail())
            time.sleep(0.02)


def _alive(process: psutil.Process) -> bool:
    # An orphan stays a zombie for as long as init takes to notice; it holds nothing any more.
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
