"""Verification in processes that can be killed: no document, however it was made, holds up more than its own answer.

Workers are forked from a clean server process (the parent runs gRPC and Kafka threads, which a fork would copy half of), and they have
no network: for a document they ask the parent, which keeps the cache in one place. The registry is a snapshot that each worker holds.
Processor time counts against a document, not time on the wall: a busy machine must not change a verdict.
"""

from __future__ import annotations

import multiprocessing
import os
import threading
import time
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Any, Final, Self

from .documents import Documents, DocumentUnavailable
from .key_history import NO_HISTORY, KeyHistory, Remembered
from .model import DEFAULT_LIMITS, Limits, Verification
from .registry import StaticRegistry
from .turns import Job, Turns
from .verdicts import Code
from .worker import Bounds, Request, Worker, given_up

__all__ = ["Histories", "Request", "VerifierPool"]

Histories = Callable[[str], KeyHistory]
"""the history of keys of a scope"""

_BATCH: Final = 16
"""documents in one message to a worker: a JWS takes less than a message does"""


class _Asking(Job[Request, Verification]):
    def __init__(self, requests: Sequence[Request], histories: Histories) -> None:
        super().__init__(requests, _BATCH)
        self.histories = histories


class VerifierPool:
    """Verifies documents in worker processes. Thread-safe; also a context manager.

    A document that takes more than `timeout_s` of a worker's processor time, or stands still for `patience_s` on the wall, costs that
    worker its life and is answered INDETERMINATE with VERIFICATION_TIMEOUT; those beside it are verified by the next worker. One whose
    worker dies of something else, such as more than `memory_bytes` of memory, is tried once more, alone (a worker may die of what is no
    document's fault), and then answered INDETERMINATE with VERIFICATION_CRASHED. Callers take turns, batch by batch.
    `documents` is used in this process, by several threads at once; one document may wait `documents_s` for all that it refers to
    together, so that it cannot hold a worker for as long as many slow hosts do one after the other.
    """

    def __init__(
        self,
        *,
        documents: Documents,
        registry: StaticRegistry,
        workers: int | None = None,
        timeout_s: float = 2.0,
        patience_s: float = 60.0,
        documents_s: float = 20.0,
        memory_bytes: int = 1024**3,
        limits: Limits = DEFAULT_LIMITS,
    ) -> None:
        count = workers or os.cpu_count() or 1
        self._documents = documents
        self._registry = registry
        self._bounds = Bounds(timeout_s, memory_bytes)
        self._patience_s = patience_s
        self._documents_s = documents_s
        self._limits = limits
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload([f"{__package__}.worker"])
        self._turns: Turns[_Asking] = Turns()
        self._all: set[Worker] = set()
        self._lock = threading.Lock()
        self._closed = False
        self._threads = [
            threading.Thread(target=self._work, args=(self._start(),), name=f"verifier-{n}", daemon=True)
            for n in range(count)
        ]
        for thread in self._threads:
            thread.start()

    def verify_many(
        self, requests: Sequence[Request], histories: Histories = lambda _scope: NO_HISTORY
    ) -> list[Verification]:
        """One answer a request, in order. RuntimeError: the pool is closed.

        `histories` gives the history of a request's scope, and is used by several threads at once; what it raises comes out here.
        """
        asking = _Asking(requests, histories)
        self._turns.add(asking)
        try:
            return asking.result()
        finally:
            self._turns.done(asking)

    def close(self) -> None:
        """Ends all workers; calls under way end with RuntimeError."""
        with self._lock:
            self._closed = True
            workers = list(self._all)
            self._all.clear()
        self._turns.close(RuntimeError("the verifier pool is closed"))
        for worker in workers:
            worker.process.kill()
        for thread in self._threads:
            thread.join()
        for worker in workers:
            worker.kill()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _start(self) -> Worker:
        worker = Worker(self._context, self._registry, self._limits, self._bounds)
        with self._lock:
            if self._closed:
                worker.kill()
                raise RuntimeError("the verifier pool is closed")
            self._all.add(worker)
        return worker

    def _end(self, worker: Worker) -> None:
        with self._lock:
            known = worker in self._all
            self._all.discard(worker)
        if known:
            worker.kill()

    def _work(self, first: Worker) -> None:
        """A thread's life: it has one worker at a time, and gives it one batch at a time."""
        worker: Worker | None = first
        while (turn := self._turns.take()) is not None:
            job, places = turn
            try:
                worker = worker or self._start()
                if not self._verify(worker, job, places):
                    self._end(worker)
                    worker = None
            except BaseException as error:
                # a port of this process failed, or no worker can be had: the caller's to know, and the next batch gets a new worker
                job.fail(error.__cause__ if isinstance(error, _PortFailed) and error.__cause__ else error)
                if worker is not None:
                    self._end(worker)
                    worker = None

    def _verify(self, worker: Worker, job: _Asking, places: range) -> bool:
        """Answers the requests at `places`, or puts what is left back. False: the worker is dead or must die."""
        done, failure = self._run(worker, job, places)
        if failure is None:
            return True
        blamed, rest = places[done], places[done + 1 :]
        if failure is Code.VERIFICATION_CRASHED and blamed not in job.retried:
            job.retried.add(blamed)
            self._turns.put_back(job, rest, range(blamed, blamed + 1))
        else:
            job.answer(blamed, given_up(job.asked[blamed], failure))
            self._turns.put_back(job, rest)
        return False

    def _run(self, worker: Worker, job: _Asking, places: range) -> tuple[int, Code | None]:
        """How many were answered. A code where the worker did not finish: the first request without an answer is to blame."""
        done, waited = 0, 0.0
        try:
            worker.wait_until_ready()
            worker.pipe.send([job.asked[place] for place in places])
            while done < len(places):
                if not worker.pipe.poll(self._patience_s):
                    return done, Code.VERIFICATION_TIMEOUT
                kind, body = worker.pipe.recv()
                if kind == "answer":
                    job.answer(places[done], body)
                    done, waited = done + 1, 0.0
                elif kind == "document" and waited > self._documents_s:
                    worker.pipe.send(
                        DocumentUnavailable(body[0], "what the document refers to took too long")
                    )
                else:
                    asked = time.monotonic()
                    worker.pipe.send(self._told(kind, body, job))
                    waited += time.monotonic() - asked
        except (EOFError, OSError):
            return done, worker.cause_of_death()
        return done, None

    def _told(self, kind: str, body: Any, job: _Asking) -> bytes | DocumentUnavailable | Remembered:
        """What a worker asked for. _PortFailed: the port raised, which must not be taken for the worker's death."""
        try:
            if kind == "document":
                url, max_age_s = body
                return self._documents.get(url, max_age_s)
            scope, issuer_id, content_hash = body
            return job.histories(scope).remembered(issuer_id, content_hash)
        except DocumentUnavailable as missing:
            return missing
        except Exception as error:
            raise _PortFailed from error


class _PortFailed(Exception):  # noqa: N818  (carries its cause from a port to the caller)
    pass
