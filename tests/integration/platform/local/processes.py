import time
from collections.abc import Callable

import psutil


def wait_until(condition: Callable[[], bool], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "the condition did not come"
        time.sleep(0.05)


def gone(process: psutil.Process) -> bool:
    """Also a zombie is: init, whose child an orphan becomes, may take its time to ask for it."""
    try:
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True
