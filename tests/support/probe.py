"""A tiny service with every kind of rpc, a server of it on loopback, and clients: what the gRPC tests call."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import grpc
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

from credence.platform import tokens
from credence.platform.grpc.client import RemoteError, channel, readable
from credence.platform.grpc.methods import method
from credence.platform.grpc.server import GrpcServer, bind
from credence.platform.parts import StopToken
from credence.platform.settings import Settings

_F = descriptor_pb2.FieldDescriptorProto
_FIELDS = (
    ("name", _F.TYPE_STRING, _F.LABEL_OPTIONAL),
    ("names", _F.TYPE_STRING, _F.LABEL_REPEATED),
    ("size", _F.TYPE_INT32, _F.LABEL_OPTIONAL),
    ("load", _F.TYPE_BYTES, _F.LABEL_OPTIONAL),
    ("inner", _F.TYPE_MESSAGE, _F.LABEL_OPTIONAL),
    ("inners", _F.TYPE_MESSAGE, _F.LABEL_REPEATED),
)
_RPCS = (
    ("GetThing", False, False),
    ("MakeThing", False, False),
    ("NameThings", False, False),
    ("WatchThings", False, True),
    ("SendThings", True, False),
    ("TalkThings", True, True),
)


def _build() -> Any:
    file = descriptor_pb2.FileDescriptorProto(
        name="credence_test/probe.proto", package="credence.test.v1", syntax="proto3"
    )
    for name, fields in (("Inner", _FIELDS[:1]), ("Thing", _FIELDS)):
        message = file.message_type.add(name=name)
        for number, (field_name, kind, label) in enumerate(fields, 1):
            added = message.field.add(name=field_name, number=number, type=kind, label=label)
            if kind == _F.TYPE_MESSAGE:
                added.type_name = ".credence.test.v1.Inner"
    service = file.service.add(name="Probe")
    for name, client_streaming, server_streaming in _RPCS:
        service.method.add(
            name=name,
            input_type=".credence.test.v1.Thing",
            output_type=".credence.test.v1.Thing",
            client_streaming=client_streaming,
            server_streaming=server_streaming,
        )
    pool = descriptor_pool.Default()
    pool.Add(file)
    return pool.FindServiceByName("credence.test.v1.Probe")


PROBE = _build()
Thing = message_factory.GetMessageClass(PROBE.methods[0].input_type)
Inner = message_factory.GetMessageClass(PROBE.file.message_types_by_name["Inner"])
OWN = "tenants/acme/things/1"


class Servicer:
    """Answers with what `do` makes of the request; a test sets `do`."""

    def __init__(self, do: Callable[[Any], Any] = lambda thing: thing) -> None:
        self.do = do

    @method(scope="things.read", resource="name")
    def GetThing(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802 - the rpc's name
        return self.do(request)

    @method(scope="things.write", resource="name")
    def MakeThing(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802
        return self.do(request)

    @method(scope="things.read", resource=("inner.name", "name", "names", "inners.name"))
    def NameThings(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802
        return self.do(request)

    @method(scope="things.read", resource="name")
    def WatchThings(self, request: Any, context: grpc.ServicerContext) -> Iterator[Any]:  # noqa: N802
        for _ in range(request.size):
            yield self.do(request)

    @method(scope="things.write", resource="name")
    def SendThings(self, requests: Iterator[Any], context: grpc.ServicerContext) -> Any:  # noqa: N802
        return Thing(size=sum(self.do(request).size for request in requests))

    @method(scope="things.write", resource="name")
    def TalkThings(self, requests: Iterator[Any], context: grpc.ServicerContext) -> Iterator[Any]:  # noqa: N802
        for request in requests:
            yield self.do(request)


def probe_settings(**changes: Any) -> Settings:
    """Settings of a process that needs neither Kafka nor SQL."""
    needed = {"kafka_bootstrap": "none", "database_url": "none", "system_database_url": "none"}
    return Settings(**{"service": "probe", **needed, **changes})


class Client:
    """Every rpc of the probe as a callable; a failed one raises `RemoteError`."""

    def __init__(self, bare: grpc.Channel) -> None:
        self.bare = bare

    def raw(self, rpc: str) -> Any:
        """The multi-callable of grpc itself, taking `Thing` or the bytes of one."""
        kind = next(
            (f"{'stream' if c else 'unary'}_{'stream' if s else 'unary'}" for n, c, s in _RPCS if n == rpc)
        )
        path = f"/{PROBE.full_name}/{rpc}"
        return getattr(self.bare, kind)(
            path,
            request_serializer=lambda thing: thing if isinstance(thing, bytes) else thing.SerializeToString(),
            response_deserializer=Thing.FromString,
        )

    def call(self, rpc: str, request: Any, **options: Any) -> Any:
        """The answer, as a list where the rpc streams."""
        try:
            answer = self.raw(rpc)(request, **options)
            return answer if isinstance(answer, Thing) else list(answer)
        except grpc.RpcError as error:
            raise readable(error) from error

    def fails(self, rpc: str, request: Any, **options: Any) -> RemoteError:
        """The error of a call that must fail."""
        try:
            answer = self.call(rpc, request, **options)
        except RemoteError as error:
            return error
        raise AssertionError(f"{rpc} answered {answer!r}")


@dataclass
class ProbeServer:
    """A probe on loopback. `token()` mints for its key."""

    servicer: Servicer
    key: Any = field(default_factory=tokens.new_key)
    server: Any = None
    stop: StopToken = field(default_factory=StopToken)
    deaths: list[BaseException] = field(default_factory=list)

    def token(self, **changes: Any) -> str:
        claims = {"subject": "ann", "tenant": "acme", "scopes": ["things.read", "things.write"], **changes}
        return tokens.mint_token(self.key, **claims)

    @contextmanager
    def client(self, token: Any = None, **options: Any) -> Iterator[Client]:
        given = self.token() if token is None else token
        with channel(self.server.address, given, services=[PROBE], **options) as bare:
            yield Client(bare)

    @contextmanager
    def bare_client(self) -> Iterator[Client]:
        """Without token, deadline or retries."""
        with grpc.insecure_channel(self.server.address) as bare:
            yield Client(bare)


@contextmanager
def probe_server(servicer: Servicer | None = None, **settings: Any) -> Iterator[ProbeServer]:
    """A running probe; stopped at the end."""
    probe = ProbeServer(servicer or Servicer())
    settings = {"token_keys": tokens.public_jwks(probe.key), "drain_seconds": 5, **settings}
    probe.server = GrpcServer(probe_settings(**settings), [bind(PROBE, probe.servicer)])
    probe.server.start(probe.stop)
    probe.server.set_serving(True)
    try:
        yield probe
    finally:
        probe.stop.set()
        assert probe.server.join(10)
