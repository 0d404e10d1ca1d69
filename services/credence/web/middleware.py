"""Around every request: a span, a log line and a metric; the session and its token; headers that keep other sites out."""

import logging
import time
from typing import Final

from opentelemetry.trace import SpanKind
from prometheus_client import Histogram
from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from credence.platform import telemetry
from credence.web.clients import Tokens
from credence.web.sessions import COOKIE, Sessions

HTTP_SECONDS: Final = Histogram(
    "credence_http_seconds",
    "Time to the end of the answer; its _count is the number of requests answered.",
    ("method", "route", "status"),
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0),
)
_HEADERS: Final = {
    "content-security-policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    # not no-referrer: browsers then hide the origin of our own forms too
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "OPTIONS"})
_log = logging.getLogger("credence.web.access")


class Observed:
    """Outermost: continues the caller's trace, times the request by its route (no ids in labels or log lines)."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status, answered = time.perf_counter(), 500, False
        method = scope["method"] if scope["method"] in _METHODS else "other"

        async def sending(message: Message) -> None:
            nonlocal status, answered
            if message["type"] == "http.response.start":
                status, answered = message["status"], True
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
                headers.setdefault("cache-control", "no-store")
            await send(message)

        parent = HTTPConnection(scope).headers.get(telemetry.TRACEPARENT, "")
        with telemetry.span_from(parent, f"HTTP {method}", kind=SpanKind.SERVER):
            try:
                await self._app(scope, receive, sending)
            except Exception:
                if not answered:
                    raise
                # the page that says so is out already
                _log.exception("a page failed")
            finally:
                took = time.perf_counter() - began
                route = getattr(scope.get("route"), "path", "none")
                HTTP_SECONDS.labels(method, route, str(status)).observe(took)
                if route not in ("/static", "/healthz"):
                    _log.info(
                        "%s %s %d",
                        method,
                        route,
                        status,
                        extra={"took_ms": round(1000 * took, 1)},
                    )


class WithSession:
    """Opens the session of the cookie into `request.state.session`; every gRPC call of the request carries its token."""

    def __init__(self, app: ASGIApp, sessions: Sessions, tokens: Tokens) -> None:
        self._app = app
        self._sessions = sessions
        self._tokens = tokens

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        session = self._sessions.open(HTTPConnection(scope).cookies.get(COOKIE, ""))
        scope.setdefault("state", {})["session"] = session
        with self._tokens.acting_for(session):
            await self._app(scope, receive, send)
