"""Verification in processes that can be killed: no document, however it was made, holds up more than its own answer.

Workers are forked from a clean server process (the parent runs gRPC and Kafka threads, which a fork would copy half of), and they have
no network: for a document they ask the parent, which keeps the cache in one place. The registry is a snapshot that each worker holds.
Processor time counts against a document, not time on the wall: a busy machine must not change a verdict.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from itertools import repeat
from multiprocessing.connection import Connection
from queue import SimpleQueue
from types import TracebackType
from typing import Final, Self

from .documents import Documents, DocumentUnavailable
from .key_history import NO_HISTORY, KeyHistory, Remembered
from .model import DEFAULT_LIMITS, Limits, Recipient, Verification
from .registry import StaticRegistry
from .verdicts import Code, State
from .verification import refusal, verify

__all__ = ["Histories", "Request", "VerifierPool"]

Histories = Callable[[str], KeyHistory]
"""the history of keys of a scope"""

_BATCH: Final = 16
"""documents in one message to a worker: a JWS takes less than a message does"""
_START_S: Final = 30.0
_DEATH_S: Final = 5.0


@dataclass(frozen=True, slots=True)
class Request:
    document: bytes | str
    recipient: Recipient | None
    at: datetime
    scope: str = ""
    """whose history of keys is asked"""


class VerifierPool:
    """Verifies documents in worker processes. Thread-safe; also a context manager.

    A document that takes more than `timeout_s` of a worker's processor time costs that worker its life and is answered INDETERMINATE
    with VERIFICATION_TIMEOUT (VERIFICATION_CRASHED where the worker died of something else); those beside it are verified by the next
    worker. One that stands still for `patience_s` on the wall ends the same way.
    `documents` is used in this process, by several threads at once.
    """

    def __init__(
        self,
        *,
        documents: Documents,
        registry: StaticRegistry,
        workers: int | None = None,
        timeout_s: float = 2.0,
        patience_s: float = 60.0,
        limits: Limits = DEFAULT_LIMITS,
    ) -> None:
        count = workers or os.cpu_count() or 1
        self._documents = documents
        self._registry = registry
        self._timeout_s = timeout_s
        self._patience_s = patience_s
        self._limits = limits
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload([__name__])
        self._idle: SimpleQueue[_Worker] = SimpleQueue()
        self._all: set[_Worker] = set()
        self._lock = threading.Lock()
        self._closed = False
        self._threads = ThreadPoolExecutor(count, thread_name_prefix="verifier")
        for _ in range(count):
            self._idle.put(self._start())

    def verify_many(
        self, requests: Sequence[Request], histories: Histories = lambda _scope: NO_HISTORY
    ) -> list[Verification]:
        """One answer a request, in order. RuntimeError: the pool is closed.

        `histories` gives the history of a request's scope, and is used by several threads at once; what it raises comes out here.
        """
        batches = [requests[start : start + _BATCH] for start in range(0, len(requests), _BATCH)]
        return [
            answer
            for answers in self._threads.map(self._verify_batch, batches, repeat(histories))
            for answer in answers
        ]

    def close(self) -> None:
        """Ends all workers; calls under way end with RuntimeError."""
        with self._lock:
            self._closed = True
            workers = list(self._all)
            self._all.clear()
        for worker in workers:
            worker.kill()
        self._threads.shutdown(cancel_futures=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _start(self) -> _Worker:
        worker = _Worker(self._context, self._registry, self._limits, self._timeout_s)
        with self._lock:
            if self._closed:
                worker.kill()
                raise RuntimeError("the verifier pool is closed")
            self._all.add(worker)
        return worker

    def _verify_batch(self, batch: Sequence[Request], histories: Histories) -> list[Verification]:
        worker = self._idle.get()
        answers: list[Verification] = []
        try:
            while len(answers) < len(batch):
                failure = self._run(worker, batch[len(answers) :], answers, histories)
                if failure is not None:
                    answers.append(_given_up(batch[len(answers)], failure))
                    worker = self._replace(worker)
        except BaseException:
            worker = self._replace(worker)  # it may be in the middle of a question
            raise
        finally:
            self._idle.put(worker)
        return answers

    def _run(
        self, worker: _Worker, batch: Sequence[Request], answers: list[Verification], histories: Histories
    ) -> Code | None:
        """Appends the answers as they come. A code where the worker did not finish: the first request without an answer is to blame."""
        wanted = len(answers) + len(batch)
        try:
            worker.wait_until_ready()
            worker.pipe.send(list(batch))
            while len(answers) < wanted:
                if not worker.pipe.poll(self._patience_s):
                    return Code.VERIFICATION_TIMEOUT
                kind, body = worker.pipe.recv()
                if kind == "answer":
                    answers.append(body)
                elif kind == "document":
                    worker.pipe.send(self._document(*body))
                else:
                    scope, issuer_id, content_hash = body
                    worker.pipe.send(histories(scope).remembered(issuer_id, content_hash))
        except (EOFError, OSError):
            return worker.cause_of_death()
        return None

    def _document(self, url: str, max_age_s: float | None) -> bytes | DocumentUnavailable:
        try:
            return self._documents.get(url, max_age_s)
        except DocumentUnavailable as missing:
            return missing

    def _replace(self, worker: _Worker) -> _Worker:
        with self._lock:
            self._all.discard(worker)
        worker.kill()
        return self._start()


_GIVEN_UP: Final = {
    Code.VERIFICATION_TIMEOUT: "The verification took too long and was given up.",
    Code.VERIFICATION_CRASHED: "The verification broke off.",
}


def _given_up(request: Request, failure: Code) -> Verification:
    document = (
        request.document if isinstance(request.document, bytes) else request.document.encode(errors="replace")
    )
    return refusal(document, failure, _GIVEN_UP[failure], request.at, state=State.INDETERMINATE)


class _Worker:
    """A process and the pipe to it."""

    def __init__(
        self,
        context: multiprocessing.context.ForkServerContext,
        registry: StaticRegistry,
        limits: Limits,
        timeout_s: float,
    ) -> None:
        self.pipe, other = context.Pipe()
        self.process = context.Process(
            target=_serve, args=(other, registry, limits, timeout_s), daemon=True, name="credence-verifier"
        )
        self.process.start()
        other.close()
        self._ready = False

    def wait_until_ready(self) -> None:
        """Its imports are not the first document's fault. EOFError: it never came up."""
        if not self._ready:
            if not self.pipe.poll(_START_S):
                raise EOFError
            self.pipe.recv()
            self._ready = True

    def cause_of_death(self) -> Code:
        self.process.join(_DEATH_S)
        timed_out = self.process.exitcode == -signal.SIGPROF
        return Code.VERIFICATION_TIMEOUT if timed_out else Code.VERIFICATION_CRASHED

    def kill(self) -> None:
        self.process.kill()
        self.process.join()
        self.pipe.close()


class _Asked:
    """The documents of a worker: each is asked of the parent, once for all requests that came in one message."""

    def __init__(self, pipe: Connection) -> None:
        self._pipe = pipe
        self._given: dict[tuple[str, float | None], bytes | DocumentUnavailable] = {}

    def forget(self) -> None:
        self._given.clear()

    def get(self, url: str, max_age_s: float | None = None) -> bytes:
        asked = (url, max_age_s)
        if asked not in self._given:
            self._pipe.send(("document", asked))
            self._given[asked] = self._pipe.recv()
        answer = self._given[asked]
        if isinstance(answer, DocumentUnavailable):
            raise answer
        return answer


class _AskedHistory:
    """The history of a worker: it is asked of the parent, which knows the database."""

    def __init__(self, pipe: Connection, scope: str) -> None:
        self._pipe = pipe
        self._scope = scope

    def remembered(self, issuer_id: str, content_hash: str) -> Remembered:
        self._pipe.send(("history", (self._scope, issuer_id, content_hash)))
        answer: Remembered = self._pipe.recv()
        return answer


def _serve(pipe: Connection, registry: StaticRegistry, limits: Limits, timeout_s: float) -> None:
    """The life of a worker: ends when the parent's end of the pipe does, or, by SIGPROF, when a document used up its processor time."""
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    asked = _Asked(pipe)
    with contextlib.suppress(EOFError, OSError, KeyboardInterrupt):
        pipe.send(("ready", None))
        while True:
            requests: list[Request] = pipe.recv()
            asked.forget()
            for request in requests:
                signal.setitimer(signal.ITIMER_PROF, timeout_s)
                answer = verify(
                    request.document,
                    recipient=request.recipient,
                    at=request.at,
                    documents=asked,
                    registry=registry,
                    limits=limits,
                    history=_AskedHistory(pipe, request.scope),
                )
                signal.setitimer(signal.ITIMER_PROF, 0)
                pipe.send(("answer", answer))
