"""How long the call that runs now may still take."""

import math
import time
from contextvars import ContextVar

from credence.platform.errors import DeadlineExceeded

_DEADLINE: ContextVar[float] = ContextVar("credence_deadline", default=math.inf)


def set_deadline(seconds: float) -> None:
    """For the server alone; holds until the call's context ends with the call."""
    _DEADLINE.set(time.monotonic() + seconds)


def remaining() -> float:
    """Seconds until the call's deadline, the caller's or the server's default; negative once passed, infinite
    outside a call.
    """
    return _DEADLINE.get() - time.monotonic()


def check_deadline() -> None:
    """Raises `DeadlineExceeded` once the deadline has passed. Long work calls it between its chunks."""
    if time.monotonic() > _DEADLINE.get():
        raise DeadlineExceeded("the work did not fit into the deadline")
