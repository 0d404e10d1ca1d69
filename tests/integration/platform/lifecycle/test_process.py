"""A service as its supervisor sees it: ready file, signals, exit codes, log."""

import json
import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from opentelemetry.proto.collector.trace.v1.trace_service_pb2_grpc import (
    TraceServiceServicer,
    add_TraceServiceServicer_to_server,
)

from credence.platform import tokens
from credence.platform.grpc.client import channel
from support.probe import OWN, PROBE, Client, Thing
from support.waiting import eventually

TESTS = Path(__file__).parents[3]
KEY = tokens.new_key()


def token() -> str:
    return tokens.mint_token(KEY, subject="ann", tenant="acme", scopes=["things.read"])


class Process:
    """One probe process in a folder of its own."""

    def __init__(self, folder: Path, mode: str, **environment: str) -> None:
        self.folder = folder
        self.ready_file = folder / "run" / "ready.json"
        self.log_file = folder / "log"
        settings = {
            "SERVICE": "probe",
            "KAFKA_BOOTSTRAP": "none",
            "DATABASE_URL": "none",
            "SYSTEM_DATABASE_URL": "none",
            "TOKEN_KEYS": tokens.public_jwks(KEY),
            "READY_FILE": str(self.ready_file),
            "METRICS_LISTEN": "127.0.0.1:0",
            **environment,
        }
        kept = {name: value for name, value in os.environ.items() if not name.startswith("CREDENCE_")}
        with self.log_file.open("wb") as log:
            self.popen = subprocess.Popen(
                [sys.executable, "-m", "support.probe_process", mode],
                cwd=folder,
                env={
                    **kept,
                    "PYTHONPATH": os.pathsep.join([str(TESTS), *filter(None, sys.path)]),
                    **{f"CREDENCE_{name}": v for name, v in settings.items()},
                },
                stderr=log,
                stdout=subprocess.PIPE,
                text=True,
            )

    def facts(self) -> dict:
        eventually(lambda: self.ready_file.exists() or self.popen.poll() is not None, what="ready file")
        return json.loads(self.ready_file.read_text())

    def log(self) -> list[dict]:
        return [json.loads(line) for line in self.log_file.read_text().splitlines()]

    def exit_code(self, within: float = 20) -> int:
        return self.popen.wait(within)

    def call(self) -> grpc.Future:
        """A call that stays in its handler until the file `leave` appears; returns once it is there."""
        self.channel = channel(self.facts()["grpc"], token())
        future = Client(self.channel).raw("GetThing").future(Thing(name=OWN))
        eventually((self.folder / "entered").exists)
        return future


@pytest.fixture
def start(tmp_path: Path) -> Iterator:
    started: list[Process] = []

    def begin(mode: str, **environment: str) -> Process:
        started.append(Process(tmp_path, mode, **environment))
        return started[-1]

    yield begin
    for process in started:
        process.popen.kill()
        process.popen.communicate()


def test_ready_then_term_drains_and_ends_with_zero(start) -> None:
    process = start("good")
    facts = process.facts()
    assert facts["service"] == "probe"
    assert facts["pid"] == process.popen.pid
    with grpc.insecure_channel(facts["grpc"]) as bare:
        health = health_pb2_grpc.HealthStub(bare).Check(
            health_pb2.HealthCheckRequest(service=PROBE.full_name)
        )
        assert health.status == health_pb2.HealthCheckResponse.SERVING
    page = urllib.request.urlopen(f"http://{facts['metrics']}/metrics", timeout=5).read().decode()
    assert "credence_grpc_in_flight 0.0" in page

    future = process.call()
    process.popen.send_signal(signal.SIGTERM)
    eventually(lambda: not process.ready_file.exists())
    assert process.popen.poll() is None
    (process.folder / "leave").touch()
    assert future.result(10).name == OWN
    assert process.exit_code() == 0
    assert process.popen.stdout.read() == "closed\n"
    messages = [line["message"] for line in process.log()]
    assert messages == ["ready", "call", "stopped"]
    call = process.log()[1]
    assert call["service"] == "probe"
    assert call["tenant"] == "acme"
    assert call["subject"] == "ann"
    assert call["code"] == "OK"
    assert len(call["trace_id"]) == 32


def test_a_part_that_dies_stops_the_process_and_says_why(start) -> None:
    process = start("dying")
    process.facts()
    (process.folder / "die").touch()
    assert process.exit_code() == 1
    death = next(line for line in process.log() if line["level"] == "CRITICAL")
    assert death["message"] == "part second died: RuntimeError: the disk is gone"
    assert "Traceback" in death["exc_info"]
    assert not process.ready_file.exists()
    assert process.popen.stdout.read() == "closed\n"


def test_an_undeclared_method_prevents_the_start(start) -> None:
    process = start("undeclared")
    assert process.exit_code() == 1
    assert not process.ready_file.exists()
    assert (
        "credence.test.v1.Probe: no @method(scope=..., resource=...) on GetThing"
        in process.log_file.read_text()
    )


def test_a_second_signal_ends_the_process_at_once(start) -> None:
    process = start("good", DRAIN_SECONDS="60")
    process.call()
    process.popen.send_signal(signal.SIGINT)
    eventually(lambda: not process.ready_file.exists())
    process.popen.send_signal(signal.SIGINT)
    assert process.exit_code(5) == 1


def test_a_call_that_never_ends_does_not_keep_the_process(start) -> None:
    process = start("good", DRAIN_SECONDS="0.2")
    process.call()
    process.popen.send_signal(signal.SIGTERM)
    assert process.exit_code(15) == 1
    assert any(line["message"].startswith("part grpc did not stop") for line in process.log())


def test_spans_reach_the_collector_with_their_parents(start) -> None:
    received: list[ExportTraceServiceRequest] = []

    class Collector(TraceServiceServicer):
        def Export(self, request, context):  # noqa: N802 - the rpc's name
            received.append(request)
            return ExportTraceServiceResponse()

    server = grpc.server(ThreadPoolExecutor(2))
    add_TraceServiceServicer_to_server(Collector(), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    process = start("good", OTLP_ENDPOINT=f"http://127.0.0.1:{port}")
    (process.folder / "leave").touch()
    parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    metadata = [("authorization", f"Bearer {token()}"), ("traceparent", parent)]
    with grpc.insecure_channel(process.facts()["grpc"]) as bare:
        Client(bare).call("GetThing", Thing(name=OWN), metadata=metadata)
        assert Client(bare).fails("GetThing", Thing(), metadata=metadata).reason == "INVALID_RESOURCE_NAME"
    process.popen.send_signal(signal.SIGTERM)
    assert process.exit_code() == 0
    server.stop(0).wait()
    resources = [resource for request in received for resource in request.resource_spans]
    spans = [span for resource in resources for scope in resource.scope_spans for span in scope.spans]
    names = {
        a.value.string_value for r in resources for a in r.resource.attributes if a.key == "service.name"
    }
    assert names == {"probe"}
    assert [span.name for span in spans] == ["credence.test.v1.Probe/GetThing"] * 2
    assert {span.trace_id.hex() for span in spans} == {parent.split("-")[1]}
    assert {span.parent_span_id.hex() for span in spans} == {parent.split("-")[2]}
    assert [(span.status.code, span.status.message) for span in spans] == [
        (0, ""),
        (2, "INVALID_RESOURCE_NAME"),
    ]


def test_a_collector_that_is_away_holds_nothing_up(start) -> None:
    process = start("good", OTLP_ENDPOINT="http://127.0.0.1:1")
    (process.folder / "leave").touch()
    process.call().result(10)
    process.popen.send_signal(signal.SIGTERM)
    assert process.exit_code(8) == 0
    assert not [line for line in process.log() if "exc_info" in line]


def test_a_ready_file_of_a_killed_process_is_not_left_to_be_believed(start, tmp_path: Path) -> None:
    process = start("good")
    process.facts()
    process.popen.kill()
    process.exit_code()
    stale = process.ready_file.read_text()
    again = start("good")
    eventually(lambda: again.ready_file.exists() and again.ready_file.read_text() != stale)
    assert again.facts()["pid"] == again.popen.pid


@pytest.mark.parametrize(
    ("variable", "value", "message"),
    [
        ("TOKEN_KEYS", "/nowhere/keys.json", "CREDENCE_TOKEN_KEYS: [Errno 2] No such file"),
        ("TOKEN_KEYS", '{"keys": []}', "CREDENCE_TOKEN_KEYS: not a JSON Web Key Set"),
        ("LISTEN", "127.0.0.1:99999", "CREDENCE_LISTEN: '127.0.0.1:99999' is not host:port"),
    ],
)
def test_settings_that_cannot_work_end_it_with_one_line(
    start, variable: str, value: str, message: str
) -> None:
    process = start("good", **{variable: value})
    assert process.exit_code() == 1
    (line,) = process.log()
    assert message in line["message"]
