"""What a supervisor that runs now has told about itself, for other commands to find."""

import contextlib
import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

from credence.platform.local.errors import AlreadyRunningError
from credence.platform.local.locks import DirectoryLock


@dataclass(slots=True)
class RunState:
    owner: int
    started: str
    """ISO 8601, UTC."""
    pids: dict[str, int] = field(default_factory=dict)
    facts: dict[str, str] = field(default_factory=dict)
    """Addresses and the like, as published."""


def supervisor_lock(run_dir: Path) -> DirectoryLock:
    return DirectoryLock(run_dir / "supervisor.lock")


def read_state(run_dir: Path) -> RunState | None:
    """None when no supervisor runs in `run_dir`."""
    if not run_dir.is_dir():
        return None
    lock = supervisor_lock(run_dir)
    try:
        lock.acquire()
    except AlreadyRunningError:
        return _load(run_dir)
    lock.release()
    return None


def write_state(run_dir: Path, state: RunState) -> None:
    new = run_dir / "state.json.new"
    new.write_text(json.dumps(asdict(state), indent=2) + "\n")
    new.replace(run_dir / "state.json")


def remove_state(run_dir: Path) -> None:
    (run_dir / "state.json").unlink(missing_ok=True)


def _load(run_dir: Path) -> RunState | None:
    with contextlib.suppress(OSError, ValueError, TypeError):
        return RunState(**json.loads((run_dir / "state.json").read_text()))
    return None
