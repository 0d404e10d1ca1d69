"""Whose turn it is: callers get one batch each in turn, so that nobody's thousand documents hold up another's one."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Sequence
from typing import Any, Generic, TypeVar

__all__ = ["Job", "Turns"]

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")


class Job(Generic[Asked, Answer]):
    """What one caller asks, and the answers as they come, in any order. Every place is answered once, or the whole fails."""

    def __init__(self, asked: Sequence[Asked], batch: int) -> None:
        self.asked = asked
        self.retried: set[int] = set()
        """places that were tried once in vain"""
        self.waiting: deque[range] = deque(
            range(start, min(start + batch, len(asked))) for start in range(0, len(asked), batch)
        )
        self._answers: dict[int, Answer] = {}
        self._error: BaseException | None = None
        self._finished = threading.Event()
        if not asked:
            self._finished.set()

    def answer(self, place: int, answer: Answer) -> None:
        self._answers[place] = answer
        if len(self._answers) == len(self.asked):
            self._finished.set()

    def fail(self, error: BaseException) -> None:
        if not self._finished.is_set():
            self._error = error
            self._finished.set()

    @property
    def finished(self) -> bool:
        return self._finished.is_set()

    def result(self) -> list[Answer]:
        """Waits. What `fail` was told is raised."""
        self._finished.wait()
        if self._error is not None:
            raise self._error
        return [self._answers[place] for place in range(len(self.asked))]


AnyJob = TypeVar("AnyJob", bound=Job[Any, Any])


class Turns(Generic[AnyJob]):
    """The jobs that wait, in a ring. Thread-safe."""

    def __init__(self) -> None:
        self._ring: deque[AnyJob] = deque()
        self._open: set[AnyJob] = set()
        self._changed = threading.Condition()
        self._closed: BaseException | None = None

    def add(self, job: AnyJob) -> None:
        with self._changed:
            if self._closed is not None:
                raise self._closed
            if not job.finished:
                self._open.add(job)
                self._ring.append(job)
                self._changed.notify()

    def done(self, job: AnyJob) -> None:
        with self._changed:
            self._open.discard(job)

    def take(self) -> tuple[AnyJob, range] | None:
        """Waits for the next batch of the job whose turn it is. None: closed."""
        with self._changed:
            while True:
                if self._closed is not None:
                    return None
                while self._ring:
                    job = self._ring.popleft()
                    if job.finished:
                        continue
                    batch = job.waiting.popleft()
                    if job.waiting:
                        self._ring.append(job)
                        self._changed.notify()
                    return job, batch
                self._changed.wait()

    def put_back(self, job: AnyJob, *batches: range) -> None:
        """For the job's next turns, in this order."""
        with self._changed:
            waited = bool(job.waiting)
            job.waiting.extendleft(batch for batch in reversed(batches) if batch)
            if job.waiting and not waited:
                self._ring.append(job)
                self._changed.notify()

    def close(self, error: BaseException) -> None:
        """Jobs that are not answered end with `error`, and so does whoever comes later."""
        with self._changed:
            self._closed = error
            for job in self._open:
                job.fail(error)
            self._open.clear()
            self._ring.clear()
            self._changed.notify_all()
