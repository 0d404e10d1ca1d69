"""An advisory lock on a directory that a server may inherit, so that it outlives an owner killed with -9."""

import fcntl
import os
import time
from pathlib import Path

from credence.platform.local.errors import AlreadyRunningError

_held: set[int] = set()


def _close_in_fork() -> None:
    # A forked copy of the owner does not own; its duplicate would keep the lock after a release.
    for fd in _held:
        os.close(fd)
    _held.clear()


os.register_at_fork(after_in_child=_close_in_fork)


class DirectoryLock:
    """Held from `acquire` until `release`, and on until the last program that was given `fd` has ended."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._fd: int | None = None

    @property
    def held(self) -> bool:
        return self._fd is not None

    @property
    def fd(self) -> int:
        if self._fd is None:
            raise ValueError(f"{self._path} is not locked")
        return self._fd

    def acquire(self, *, patience: float = 0, holder: str = "another process uses {path}") -> None:
        """Raises AlreadyRunningError when somebody else holds it for longer than `patience` seconds."""
        if self.held:
            return
        fd = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        deadline = time.monotonic() + patience
        while True:
            try:
                fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() < deadline:
                    time.sleep(0.05)
                    continue
                os.close(fd)
                raise AlreadyRunningError(holder.format(path=self._path.parent)) from None
            self._fd = fd
            _held.add(fd)
            return

    def release(self) -> None:
        if self._fd is None:
            return
        _held.discard(self._fd)
        os.close(self._fd)
        self._fd = None
