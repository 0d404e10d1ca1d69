import shutil
import subprocess
from abc import abstractmethod
from pathlib import Path
from types import TracebackType
from typing import Self

from credence.platform.local.errors import StartError
from credence.platform.local.guard import guard
from credence.platform.local.locks import DirectoryLock
from credence.platform.local.ports import remembered_port
from credence.platform.local.program import Program

_PATIENCE = 20.0
"""Seconds for a server whose owner was killed to go: the watchdog gives it five before it kills it."""


class LocalServer(Program):
    """A server with a data directory of its own, which it keeps for the next start, port included.

    One user at a time: the server's processes inherit the lock on the directory, so the next start waits
    until all of an earlier server are really gone, whoever killed it.
    """

    def __init__(self, data_dir: Path | None, port: int | None) -> None:
        self._temporary = data_dir is None
        self.data_dir = (
            guard.temporary_directory(f"credence-{self.name}-") if data_dir is None else data_dir.absolute()
        )
        super().__init__(self.data_dir / "server.log")
        self._fixed_port = port
        self._port: int | None = None
        self._lock = DirectoryLock(self.data_dir / "lock")

    @property
    def port(self) -> int:
        """On 127.0.0.1; known after the first start."""
        if self._port is None:
            raise ValueError(f"{self.name} has not been started")
        return self._port

    def start(self) -> None:
        if self.running:
            return
        # What the servers store is nobody else's to read, whatever modes they give their files.
        self.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Given up first: a server that somebody killed may have left processes, which still hold it.
        self._lock.release()
        self._lock.acquire(patience=_PATIENCE, holder=f"another process runs {self.name} in {{path}}")
        try:
            self._prepare()
            self._start_on_a_port()
        except BaseException:
            self._lock.release()
            raise

    def stop(self) -> None:
        super().stop()
        self._lock.release()

    def close(self) -> None:
        """Stops, and removes the data if it was temporary."""
        self.stop()
        if self._temporary:
            shutil.rmtree(self.data_dir, ignore_errors=True)
            guard.forget_directory(self.data_dir)

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @abstractmethod
    def _prepare(self) -> None:
        """Makes the data directory what the server expects; does nothing when it already is."""

    def _start_on_a_port(self) -> None:
        if self._port is not None:  # a restart: clients know the address
            super().start()
            return
        for attempt in range(3):
            self._port = self._fixed_port or remembered_port(self.data_dir / "port")
            try:
                super().start()
            except StartError as error:
                self._port = None
                # Somebody else can take the port between the look and the bind.
                if attempt == 2 or self._fixed_port or "in use" not in error.log_tail:
                    raise
            else:
                return

    def _run_once(self, argv: list[str], purpose: str) -> None:
        """Runs a preparing command to its end; StartError with what it said when it fails."""
        done = subprocess.run(  # noqa: S603 - our own argument vector
            argv,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            start_new_session=True,
        )
        if done.returncode:
            raise StartError(self.name, f"{purpose} failed", (done.stdout + done.stderr).strip())
