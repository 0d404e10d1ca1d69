"""The client's side: a channel that carries the token, the deadline and the trace."""

import functools
from collections import namedtuple
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

import grpc
import orjson
from google.protobuf.descriptor import MethodDescriptor, ServiceDescriptor
from google.protobuf.descriptor_pb2 import MethodOptions

from credence.platform import telemetry
from credence.platform.grpc.status import RemoteError, readable

__all__ = ["RemoteError", "channel", "readable"]

_READS: Final = ("Get", "List", "BatchGet")
_RETRIES: Final = {
    "maxAttempts": 4,
    "initialBackoff": "0.1s",
    "maxBackoff": "2s",
    "backoffMultiplier": 2,
    "retryableStatusCodes": ["UNAVAILABLE"],
}


def channel(
    target: str,
    token: str | Callable[[], str],
    *,
    services: Sequence[ServiceDescriptor] = (),
    root_ca: Path | None = None,
    tls: bool = False,
    deadline_s: float = 30.0,
    max_message_bytes: int = 4 * 1024 * 1024,
) -> grpc.Channel:
    """A channel to `target` whose calls carry the bearer token, `traceparent`, and `deadline_s` where the
    call sets no timeout.

    `token` may be a function that is asked for every call (tokens expire). Streams get no default deadline:
    the server's own holds. Methods of `services` that have no side effects or may be repeated
    (`idempotency_level` in the proto, or a name of Get/List/BatchGet) are retried on UNAVAILABLE, three times
    with backoff and jitter, within the deadline; of all others grpc repeats only calls that never reached the
    server. TLS with `root_ca` or `tls` (the system's roots); plain otherwise.
    """
    options: list[tuple[str, Any]] = [
        ("grpc.service_config", orjson.dumps({"methodConfig": _method_configs(services)}).decode()),
        ("grpc.max_receive_message_length", max_message_bytes + 65536),
        ("grpc.max_send_message_length", -1),  # the server's limit counts, and its answer names it
        (
            "grpc.max_reconnect_backoff_ms",
            2_000,
        ),  # its own is two minutes: a service that is back should be used
        ("grpc.keepalive_time_ms", 60_000),
        ("grpc.keepalive_timeout_ms", 20_000),
    ]
    if tls or root_ca is not None:
        roots = root_ca.read_bytes() if root_ca is not None else None
        bare = grpc.secure_channel(target, grpc.ssl_channel_credentials(roots), options)
    else:
        bare = grpc.insecure_channel(target, options)
    ask = token if callable(token) else functools.partial(_same, token)
    return grpc.intercept_channel(bare, _Outgoing(ask, deadline_s))


class _Details(
    namedtuple("_Details", ("method", "timeout", "metadata", "credentials", "wait_for_ready", "compression")),
    grpc.ClientCallDetails,
):
    __slots__ = ()


class _Outgoing(
    grpc.UnaryUnaryClientInterceptor,
    grpc.UnaryStreamClientInterceptor,
    grpc.StreamUnaryClientInterceptor,
    grpc.StreamStreamClientInterceptor,
):
    def __init__(self, token: Callable[[], str], deadline_s: float) -> None:
        self._token = token
        self._deadline_s = deadline_s

    def intercept_unary_unary(
        self, continuation: Any, client_call_details: grpc.ClientCallDetails, request: Any
    ) -> Any:
        return continuation(self._details(client_call_details, self._deadline_s), request)

    def intercept_unary_stream(
        self, continuation: Any, client_call_details: grpc.ClientCallDetails, request: Any
    ) -> Any:
        return continuation(self._details(client_call_details, None), request)

    def intercept_stream_unary(
        self, continuation: Any, client_call_details: grpc.ClientCallDetails, request_iterator: Any
    ) -> Any:
        return continuation(self._details(client_call_details, None), request_iterator)

    def intercept_stream_stream(
        self, continuation: Any, client_call_details: grpc.ClientCallDetails, request_iterator: Any
    ) -> Any:
        return continuation(self._details(client_call_details, None), request_iterator)

    def _details(self, details: grpc.ClientCallDetails, default_s: float | None) -> grpc.ClientCallDetails:
        metadata = [*(details.metadata or ()), ("authorization", f"Bearer {self._token()}")]
        traceparent = telemetry.traceparent()
        if traceparent:
            metadata.append((telemetry.TRACEPARENT, traceparent))
        return _Details(
            details.method,
            default_s if details.timeout is None else details.timeout,
            metadata,
            details.credentials,
            details.wait_for_ready,
            details.compression,
        )


def _same(token: str) -> str:
    return token


def _method_configs(services: Sequence[ServiceDescriptor]) -> list[dict[str, Any]]:
    names = [
        {"service": service.full_name, "method": method.name}
        for service in services
        for method in service.methods
        if _repeatable(method)
    ]
    return [{"name": names, "retryPolicy": _RETRIES}] if names else []


def _repeatable(method: MethodDescriptor) -> bool:
    if method.client_streaming:
        return False
    return (
        method.GetOptions().idempotency_level != MethodOptions.IDEMPOTENCY_UNKNOWN
        or method.name.startswith(_READS)
    )
