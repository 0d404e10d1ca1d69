"""One verifying process: its life within, and the handle that its parent holds."""

from __future__ import annotations

import contextlib
import logging
import multiprocessing
import resource
import signal
from dataclasses import dataclass
from datetime import datetime
from multiprocessing.connection import Connection
from typing import Final

from .documents import DocumentUnavailable
from .key_history import Remembered
from .model import Limits, Recipient, Verification
from .registry import StaticRegistry
from .verdicts import Code, State
from .verification import refusal, verify

__all__ = ["Bounds", "Request", "Worker", "given_up"]

_START_S: Final = 30.0
_DEATH_S: Final = 5.0
_LOG: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Request:
    document: bytes | str
    recipient: Recipient | None
    at: datetime
    scope: str = ""
    """whose history of keys is asked"""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a worker may use: processor time for one document, and memory for all that it is."""

    timeout_s: float
    memory_bytes: int


_GIVEN_UP: Final = {
    Code.VERIFICATION_TIMEOUT: "The verification took too long and was given up.",
    Code.VERIFICATION_CRASHED: "The verification broke off.",
}


def given_up(request: Request, failure: Code) -> Verification:
    """The answer about a document that could not be verified to the end; nothing is said against it."""
    document = (
        request.document if isinstance(request.document, bytes) else request.document.encode(errors="replace")
    )
    return refusal(document, failure, _GIVEN_UP[failure], request.at, state=State.INDETERMINATE)


class Worker:
    """A process and the pipe to it."""

    def __init__(
        self,
        context: multiprocessing.context.ForkServerContext,
        registry: StaticRegistry,
        limits: Limits,
        bounds: Bounds,
    ) -> None:
        self.pipe, other = context.Pipe()
        self.process = context.Process(
            target=_serve, args=(other, registry, limits, bounds), daemon=True, name="credence-verifier"
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


def _serve(pipe: Connection, registry: StaticRegistry, limits: Limits, bounds: Bounds) -> None:
    """The life of a worker: ends when the parent's end of the pipe does, by SIGPROF when a document used up its processor time, or of
    a MemoryError: what is left of a heap after that is not to be relied on."""
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    with contextlib.suppress(ValueError, OSError):  # an outer limit that is tighter stays
        resource.setrlimit(resource.RLIMIT_AS, (bounds.memory_bytes, bounds.memory_bytes))
    asked = _Asked(pipe)
    with contextlib.suppress(EOFError, OSError, KeyboardInterrupt, MemoryError):
        pipe.send(("ready", None))
        while True:
            requests: list[Request] = pipe.recv()
            asked.forget()
            for request in requests:
                signal.setitimer(signal.ITIMER_PROF, bounds.timeout_s)
                answer = _answer(request, asked, _AskedHistory(pipe, request.scope), registry, limits)
                signal.setitimer(signal.ITIMER_PROF, 0)
                pipe.send(("answer", answer))


def _answer(
    request: Request, asked: _Asked, history: _AskedHistory, registry: StaticRegistry, limits: Limits
) -> Verification:
    try:
        return verify(
            request.document,
            recipient=request.recipient,
            at=request.at,
            documents=asked,
            registry=registry,
            limits=limits,
            history=history,
        )
    except (EOFError, OSError, MemoryError):
        raise  # the parent is gone, or this process is not to be relied on
    except Exception:
        # verify promises not to raise; where it does, the document is at fault for no more than its own answer
        _LOG.exception("a document broke the verifier")
        return given_up(request, Code.VERIFICATION_CRASHED)
