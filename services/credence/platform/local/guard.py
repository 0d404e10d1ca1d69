"""Starting processes that end with this one, and temporary directories that go with it."""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from threading import Lock

# The child itself names its pid to the watchdog, then becomes the program. Told by the owner after the
# fork instead, a child would be left over when the owner is killed between the two.
_REGISTER = 'echo "+ $$ $1" >&0; shift; exec "$@" </dev/null'


class Guard:
    """One watchdog for all that this process starts. Safe to use from any thread."""

    def __init__(self) -> None:
        self._mutex = Lock()
        self._watchdog: subprocess.Popen[bytes] | None = None
        self._pipe = -1

    def spawn(
        self,
        argv: Sequence[str],
        *,
        log: Path,
        stop_signal: signal.Signals = signal.SIGTERM,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        inherit: Sequence[int] = (),
    ) -> subprocess.Popen[bytes]:
        """Starts `argv` as the leader of its own session; output is appended to `log`.

        A terminal's Ctrl-C so reaches only this process, which stops its children in order. Call
        `forget` when it has ended. `inherit`: descriptors that stay open in it.
        """
        with log.open("ab") as output:
            return subprocess.Popen(  # noqa: S603 - the argument vector comes from our callers, no shell parses it
                ["/bin/sh", "-c", _REGISTER, "sh", str(int(stop_signal)), *argv],
                stdin=self._ensure(),
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                pass_fds=inherit,
                env=env,
                cwd=cwd,
            )

    def forget(self, child: subprocess.Popen[bytes]) -> None:
        self._tell(f"- {child.pid}")

    def temporary_directory(self, prefix: str) -> Path:
        """Removed when this process ends, whatever ends it, unless `forget_directory` came before."""
        path = Path(tempfile.mkdtemp(prefix=prefix))
        self._tell(f"dir {path}")
        return path

    def forget_directory(self, path: Path) -> None:
        self._tell(f"-dir {path}")

    def _tell(self, line: str) -> None:
        os.write(self._ensure(), f"{line}\n".encode())

    def _ensure(self) -> int:
        with self._mutex:
            if self._watchdog is None or self._watchdog.poll() is not None:
                read, self._pipe = os.pipe()
                script = Path(__file__).with_name("watchdog.py")
                self._watchdog = subprocess.Popen(  # noqa: S603 - our own interpreter and script
                    [sys.executable, "-I", "-S", str(script), str(os.getpid())],
                    stdin=read,
                    start_new_session=True,
                )
                os.close(read)
            return self._pipe

    def reset_in_fork(self) -> None:
        """A forked copy of the owner has no children yet, and must not keep the owner's watchdog waiting."""
        if self._watchdog is not None:
            os.close(self._pipe)
        self._mutex, self._watchdog, self._pipe = Lock(), None, -1


guard = Guard()
os.register_at_fork(after_in_child=guard.reset_in_fork)
