import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from credence.platform.local.guard import guard
from credence.platform.local.program import Program


class Service(Program):
    """Any program that stops on SIGTERM. `log` names it: `run/matching.log` is "matching".

    `env` is its whole environment, None this process's. `ready` is asked again and again until it is true
    (an OSError is a no); without it, a launched program counts as ready.
    """

    def __init__(
        self,
        argv: Sequence[str],
        *,
        log: Path,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        ready: Callable[[], bool] | None = None,
        ready_timeout: float = 30,
        stop_timeout: float = 10,
    ) -> None:
        super().__init__(log)
        self.name = log.stem
        self.ready_timeout, self.stop_timeout = ready_timeout, stop_timeout
        self._argv, self._env, self._cwd, self._ready = tuple(argv), env, cwd, ready

    def _spawn(self) -> subprocess.Popen[bytes]:
        return guard.spawn(self._argv, log=self.log, env=self._env, cwd=self._cwd)

    def _is_ready(self) -> bool:
        return self._ready is None or self._ready()
