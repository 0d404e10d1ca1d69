"""The gRPC server: a thread pool behind one guard, with health and reflection.

Size limits: a request over `max_message_bytes` is refused by grpc itself before any of our code runs:
RESOURCE_EXHAUSTED without ErrorInfo (`client.readable` gives it the reason TOO_LARGE). Smaller limits, on a
document or a batch, are the service's to raise as `TooLarge`. More calls waiting than the pool's backlog
takes are refused by grpc the same way (`readable`: OVERLOADED).
"""

import logging
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final

import grpc
from google.protobuf import message_factory
from google.protobuf.descriptor import MethodDescriptor, ServiceDescriptor
from grpc_health.v1 import health, health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection

from credence.platform.grpc.calls import STREAM_DEADLINE_S, Guard, Method
from credence.platform.grpc.methods import Rule, UndeclaredMethod, resource_check, rule_of
from credence.platform.listen import split_address
from credence.platform.parts import StopToken
from credence.platform.settings import Settings
from credence.platform.tokens import TokenVerifier

__all__ = ["Binding", "GrpcServer", "UndeclaredMethod", "bind"]

_log: Final = logging.getLogger(__name__)
_SPARE_THREADS: Final = 8  # answer health checks and say OVERLOADED while every handler thread is busy
_BACKLOG: Final = 256
_FLUSH_S: Final = 1.0
_LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True, slots=True)
class Binding:
    """A service and the servicer that implements it, every method declared."""

    service: ServiceDescriptor
    servicer: object
    rules: dict[str, Rule]


def bind(service: ServiceDescriptor, servicer: object) -> Binding:
    """Joins a servicer to its service.

    Raises `UndeclaredMethod` that names every rpc without `@method`, or with a wrong path.
    """
    rules = {method.name: rule_of(getattr(servicer, method.name, None)) for method in service.methods}
    missing = sorted(name for name, rule in rules.items() if rule is None)
    if missing:
        raise UndeclaredMethod(
            f"{service.full_name}: no @method(scope=..., resource=...) on {', '.join(missing)}"
        )
    declared = {name: rule for name, rule in rules.items() if rule is not None}
    for method in service.methods:
        resource_check(declared[method.name], method.input_type)
    return Binding(service, servicer, declared)


class GrpcServer:
    """A part.

    Listens from `start`; SERVING from `set_serving(True)`; refuses new calls and finishes the running ones
    once stopped.
    """

    name = "grpc"

    def __init__(self, settings: Settings, bindings: Sequence[Binding]) -> None:
        self._settings = settings
        self._guard = Guard(
            _verifier(settings),
            max_calls=settings.max_concurrent_calls,
            max_message_bytes=settings.max_message_bytes,
        )
        self._names = [binding.service.full_name for binding in bindings]
        threads = settings.max_concurrent_calls + _SPARE_THREADS
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="grpc")
        self._server = grpc.server(
            self._pool,
            options=_options(settings.max_message_bytes),
            maximum_concurrent_rpcs=threads + _BACKLOG,
        )
        for binding in bindings:
            self._server.add_registered_method_handlers(
                binding.service.full_name,
                {method.name: self._handler(binding, method) for method in binding.service.methods},
            )
        self._health_pool = ThreadPoolExecutor(2, thread_name_prefix="health")
        self._health = health.HealthServicer(
            experimental_non_blocking=True, experimental_thread_pool=self._health_pool
        )
        health_pb2_grpc.add_HealthServicer_to_server(self._health, self._server)
        reflection.enable_server_reflection(
            [*self._names, health.SERVICE_NAME, reflection.SERVICE_NAME], self._server
        )
        try:
            self._host, self._asked_port = split_address(settings.listen)
        except ValueError as error:
            raise ValueError(f"CREDENCE_LISTEN: {error}") from error
        self._port = 0
        self._stop: StopToken | None = None
        self.set_serving(False)

    @property
    def port(self) -> int:
        """The bound port; 0 before `start`."""
        return self._port

    @property
    def address(self) -> str:
        """host:port as bound."""
        return f"[{self._host}]:{self._port}" if ":" in self._host else f"{self._host}:{self._port}"

    def start(self, stop: StopToken) -> None:
        """Binds and listens. Raises RuntimeError when the address is taken."""
        self._stop = stop
        address = f"[{self._host}]" if ":" in self._host else self._host
        address = f"{address}:{self._asked_port}"
        credentials = _credentials(self._settings)
        if credentials is None:
            if self._host not in _LOOPBACK:
                _log.warning(
                    "serving without TLS on %s: tokens travel in the clear unless a proxy encrypts",
                    address,
                )
            self._port = self._server.add_insecure_port(address)
        else:
            self._port = self._server.add_secure_port(address, credentials)
        self._server.start()

    def ready(self) -> bool:
        return self._port != 0

    def set_serving(self, serving: bool) -> None:
        """What the health service answers, for each service and for the server (the empty name)."""
        status = (
            health_pb2.HealthCheckResponse.SERVING if serving else health_pb2.HealthCheckResponse.NOT_SERVING
        )
        for name in ("", *self._names):
            self._health.set(name, status)

    def join(self, timeout: float) -> bool:
        """Drains: NOT_SERVING, no new calls, running ones finish within `drain_seconds`, the rest is
        cancelled.
        """
        if self._port == 0:
            return True
        self._health.enter_graceful_shutdown()
        ended = self._server.stop(self._settings.drain_seconds)
        # A health watch never ends by itself: it must not hold the drain once every handler has returned.
        if not self._guard.wait_idle(self._settings.drain_seconds):
            _log.warning("calls still running after %.0f s are cancelled", self._settings.drain_seconds)
        elif not ended.wait(_FLUSH_S):
            ended = self._server.stop(0)
        over = ended.wait(timeout) and self._guard.wait_idle(_FLUSH_S)
        for pool in (self._pool, self._health_pool):
            pool.shutdown(wait=False, cancel_futures=True)
        return over

    def _handler(self, binding: Binding, method: MethodDescriptor) -> "grpc.RpcMethodHandler[Any, Any]":
        rule = binding.rules[method.name]
        streams = method.client_streaming or method.server_streaming
        guarded = Method(
            name=f"{binding.service.full_name}/{method.name}",
            handler=getattr(binding.servicer, method.name),
            request_class=message_factory.GetMessageClass(method.input_type),
            scope=rule.scope,
            check=resource_check(rule, method.input_type),
            deadline_s=STREAM_DEADLINE_S if streams else self._settings.default_deadline_seconds,
        )
        # no (de)serialisers: the guard parses, after the token was checked
        if method.server_streaming:
            behaviour = self._guard.wrap_stream_response(guarded, request_stream=method.client_streaming)
            make = (
                grpc.stream_stream_rpc_method_handler
                if method.client_streaming
                else grpc.unary_stream_rpc_method_handler
            )
            return make(behaviour)
        unary = self._guard.wrap_unary_response(guarded, request_stream=method.client_streaming)
        if method.client_streaming:
            return grpc.stream_unary_rpc_method_handler(unary)
        return grpc.unary_unary_rpc_method_handler(unary)


def _verifier(settings: Settings) -> TokenVerifier:
    try:
        return TokenVerifier(settings.token_keys, settings.token_issuer, settings.token_audience)
    except (ValueError, OSError) as error:
        raise ValueError(f"CREDENCE_TOKEN_KEYS: {error}") from error


def _credentials(settings: Settings) -> grpc.ServerCredentials | None:
    certificate, key = settings.tls_certificate_file, settings.tls_key_file
    if certificate is None and key is None:
        return None
    if certificate is None or key is None:
        raise ValueError("CREDENCE_TLS_CERTIFICATE_FILE and CREDENCE_TLS_KEY_FILE go together")
    return grpc.ssl_server_credentials([(key.read_bytes(), certificate.read_bytes())])


def _options(max_message_bytes: int) -> list[tuple[str, Any]]:
    return [
        ("grpc.max_receive_message_length", max_message_bytes),
        # the guard refuses a larger answer with a reason; this is the margin for the framing around it
        ("grpc.max_send_message_length", max_message_bytes + 65536),
        ("grpc.max_metadata_size", 16 * 1024),
        ("grpc.so_reuseport", 0),  # two servers on one port would share its calls in silence
        ("grpc.keepalive_time_ms", 60_000),
        ("grpc.keepalive_timeout_ms", 20_000),
        ("grpc.keepalive_permit_without_calls", 1),
        ("grpc.http2.min_ping_interval_without_data_ms", 20_000),  # what clients may send
    ]
