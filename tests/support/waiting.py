"""Waiting for a condition, instead of sleeping."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def eventually(condition: Callable[[], T], *, within: float = 20.0, every: float = 0.01, what: str = "") -> T:
    """The first truthy value of `condition()`; AssertionError with `what` when there is none `within`
    seconds.
    """
    deadline = time.monotonic() + within
    while not (value := condition()):
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {within} s: {what or condition}; last value {value!r}")
        time.sleep(every)
    return value
