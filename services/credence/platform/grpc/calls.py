"""What happens around every call: admission, token, scope, resource names, deadline, errors, span, metrics,
access log.

The server registers nothing but what `Guard` has wrapped, so no handler can be reached around the checks.
Handlers get parsed requests; requests are parsed after the token was checked, and a request that does not
parse is INVALID_ARGUMENT.
"""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from typing import Any, Final, NoReturn

import grpc
from google.protobuf.message import DecodeError, Message
from opentelemetry.context import Context
from opentelemetry.trace import Span, SpanKind, Status, StatusCode
from prometheus_client import Histogram

from credence.platform import metrics, telemetry
from credence.platform.errors import (
    CredenceError,
    DeadlineExceeded,
    Internal,
    InvalidField,
    MissingScope,
    Overloaded,
    TooLarge,
    Unauthenticated,
)
from credence.platform.grpc.auth import set_caller
from credence.platform.grpc.deadlines import check_deadline, remaining, set_deadline
from credence.platform.grpc.methods import ResourceCheck
from credence.platform.grpc.status import status_of
from credence.platform.tokens import Caller, TokenVerifier

access_log: Final = logging.getLogger("credence.access")
_log: Final = logging.getLogger(__name__)
_BEARER: Final = "bearer "
_NO_CONTEXT: Final = Context()
_NO_DEADLINE_S: Final = 10 * 365 * 86400.0  # grpc says "none" by a time centuries away
_IDLE_POLL_S: Final = 0.01
STREAM_DEADLINE_S: Final = 900.0


class Method:
    """One rpc method as the guard sees it."""

    __slots__ = ("_seconds", "check", "deadline_s", "handler", "name", "request_class", "scope")

    def __init__(
        self,
        name: str,
        handler: Callable[[Any, grpc.ServicerContext], Any],
        request_class: type[Message],
        scope: str,
        check: ResourceCheck,
        deadline_s: float,
    ) -> None:
        self.name = name  # package.Service/Method
        self.handler = handler
        self.request_class = request_class
        self.scope = scope
        self.check = check
        self.deadline_s = deadline_s  # when the caller sets none
        self._seconds: dict[str, Histogram] = {}  # labels() takes a lock and hashes; once a code is enough

    def observe(self, code_name: str, seconds: float) -> None:
        histogram = self._seconds.get(code_name)
        if histogram is None:
            histogram = self._seconds[code_name] = metrics.GRPC_SECONDS.labels(self.name, code_name)
        histogram.observe(seconds)


class Guard:
    """Wraps handlers.

    `max_calls` is how many run at once; one more is answered OVERLOADED and may be repeated.
    """

    def __init__(self, verifier: TokenVerifier, *, max_calls: int, max_message_bytes: int) -> None:
        self._verifier = verifier
        self._max_calls = max_calls
        self._max_message_bytes = max_message_bytes
        # A call takes one out and puts it back. deque does both atomically; a lock that every call of a busy
        # server takes would cost more than the checks.
        self._permits = deque([None] * max_calls)
        self._tracer = telemetry.tracer()
        metrics.GRPC_IN_FLIGHT.set_function(self.running)

    def running(self) -> int:
        """Calls in their handlers now."""
        return self._max_calls - len(self._permits)

    def wait_idle(self, timeout: float) -> bool:
        """Waits until no handler runs; True when so."""
        until = time.monotonic() + timeout
        while self.running():
            if time.monotonic() > until:
                return False
            time.sleep(_IDLE_POLL_S)
        return True

    def wrap_unary_response(
        self, method: Method, *, request_stream: bool
    ) -> Callable[[Any, grpc.ServicerContext], bytes]:
        def behaviour(argument: Any, context: grpc.ServicerContext) -> bytes:
            call = _Call(self, method, context)
            try:
                call.admit()
                request = call.requests(argument) if request_stream else call.parse(argument, is_first=True)
                response = self._serialise(method.handler(request, context))
                check_deadline()
            except BaseException as error:  # every end of a call has its status
                call.refuse(error)
            finally:
                call.release()
            call.succeed()
            return response

        return behaviour

    def wrap_stream_response(
        self, method: Method, *, request_stream: bool
    ) -> Callable[[Any, grpc.ServicerContext], Iterator[bytes]]:
        def behaviour(argument: Any, context: grpc.ServicerContext) -> Iterator[bytes]:
            call = _Call(self, method, context)
            try:
                call.admit()
                request = call.requests(argument) if request_stream else call.parse(argument, is_first=True)
                for response in method.handler(request, context):
                    check_deadline()
                    yield self._serialise(response)
                check_deadline()
            except BaseException as error:  # GeneratorExit too: the client has gone
                call.refuse(error)
            else:
                call.succeed()
            finally:
                call.release()

        return behaviour

    def verify(self, token: str) -> Caller:
        return self._verifier.verify(token)

    def enter(self) -> bool:
        try:
            self._permits.pop()
        except IndexError:
            return False
        return True

    def leave(self) -> None:
        self._permits.append(None)

    def span(self, method: Method, carrier: dict[str, str]) -> Span:
        context = telemetry.context_of(carrier) if carrier else _NO_CONTEXT
        return self._tracer.start_span(method.name, context=context, kind=SpanKind.SERVER)

    def _serialise(self, response: Message) -> bytes:
        content = response.SerializeToString()
        if len(content) > self._max_message_bytes:
            raise TooLarge("the answer", limit=self._max_message_bytes, actual=len(content))
        return content


class _Call:
    """One call from admission to its access log line.

    Its context variables end with the call: grpc runs each in a context of its own.
    """

    __slots__ = (
        "_admitted",
        "_caller",
        "_context",
        "_guard",
        "_method",
        "_span",
        "_started",
        "_timer",
        "_token",
    )

    def __init__(self, guard: Guard, method: Method, context: grpc.ServicerContext) -> None:
        self._started = time.perf_counter()
        self._guard = guard
        self._method = method
        self._context = context
        self._caller: Caller | None = None  # a generator's close may run outside the context that holds it
        self._admitted = False
        self._timer: threading.Timer | None = None
        self._token, carrier = _read(context)
        self._span = guard.span(method, carrier)
        telemetry.attach(self._span)

    def admit(self) -> None:
        self._admitted = self._guard.enter()
        if not self._admitted:
            raise Overloaded("too many calls at once; repeat with backoff")
        own = self._context.time_remaining()
        set_deadline(own if own is not None and own < _NO_DEADLINE_S else self._method.deadline_s)
        if self._token is None:
            raise Unauthenticated("no bearer token in the metadata key authorization", cause="missing")
        self._caller = self._guard.verify(self._token)
        set_caller(self._caller)
        if self._method.scope not in self._caller.scopes:
            raise MissingScope(self._method.scope)

    def parse(self, raw: bytes, *, is_first: bool) -> Message:
        try:
            request = self._method.request_class.FromString(raw)
        except DecodeError as error:
            raise InvalidField(
                "request", f"not a {self._method.request_class.DESCRIPTOR.full_name}"
            ) from error
        self._method.check(request, is_first)
        return request

    def requests(self, stream: Iterator[bytes]) -> Iterator[Message]:
        # a handler that waits for the next message cannot be interrupted but by ending the call
        self._timer = threading.Timer(max(0.0, remaining()), self._context.cancel)
        self._timer.daemon = True
        self._timer.start()
        is_first = True
        for raw in stream:
            check_deadline()
            yield self.parse(raw, is_first=is_first)
            is_first = False

    def succeed(self) -> None:
        self._end("OK", "")

    def refuse(self, error: BaseException) -> NoReturn:
        """Ends the call with the status of `error`; never returns."""
        if not self._context.is_active():  # nobody listens any more
            self._end("DEADLINE_EXCEEDED" if remaining() <= 0 else "CANCELLED", "")
            if isinstance(error, grpc.RpcError | GeneratorExit):  # grpc's own news of the same
                raise error
            if not isinstance(error, CredenceError):
                _log.error("defect in %s", self._method.name, exc_info=error)
            self._context.abort(grpc.StatusCode.CANCELLED, "")
        if not isinstance(error, CredenceError):
            error = self._unexpected(error)
        self._span.set_status(Status(StatusCode.ERROR, error.reason))
        self._end(error.code_name, error.reason)
        self._context.abort_with_status(status_of(error))
        raise AssertionError("abort raises")  # for the type checker

    def release(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if self._admitted:
            self._guard.leave()

    def _unexpected(self, error: BaseException) -> CredenceError:
        _log.error("defect in %s", self._method.name, exc_info=error)
        if remaining() <= 0:  # work that was broken off because time was up says so in many ways
            return DeadlineExceeded()
        return Internal("internal error", metadata={"trace_id": telemetry.trace_id()})

    def _end(self, code_name: str, reason: str) -> None:
        took = time.perf_counter() - self._started
        self._method.observe(code_name, took)
        self._span.end()
        if access_log.isEnabledFor(logging.INFO):
            facts: dict[str, Any] = {
                "method": self._method.name,
                "code": code_name,
                "ms": round(took * 1000, 2),
            }
            if reason:
                facts["reason"] = reason
            if self._caller is not None:
                facts["subject"] = self._caller.subject
            access_log.info("call", extra=facts)


def _read(context: grpc.ServicerContext) -> tuple[str | None, dict[str, str]]:
    """The bearer token and the trace context in the call's metadata. Two authorisations: none."""
    tokens: list[str] = []
    carrier: dict[str, str] = {}
    for key, value in context.invocation_metadata():
        if key == "authorization":
            tokens.append(str(value))
        elif key in ("traceparent", "tracestate"):
            carrier[key] = str(value)
    if len(tokens) != 1 or tokens[0][: len(_BEARER)].lower() != _BEARER:
        return None, carrier
    return tokens[0][len(_BEARER) :].strip(), carrier
