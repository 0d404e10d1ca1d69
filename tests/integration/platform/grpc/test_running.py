"""Overload, health, reflection, drain: the server as a whole."""

import threading

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc

from credence.platform import metrics
from support.probe import OWN, PROBE, ProbeServer, Servicer, Thing, probe_server
from support.waiting import eventually

SERVING, NOT_SERVING = health_pb2.HealthCheckResponse.SERVING, health_pb2.HealthCheckResponse.NOT_SERVING


class Gate:
    """A handler that waits until it is let through."""

    def __init__(self) -> None:
        self.entered = threading.Semaphore(0)
        self.open = threading.Event()

    def __call__(self, thing: Thing) -> Thing:
        self.entered.release()
        assert self.open.wait(20)
        return thing

    def await_entry(self) -> None:
        assert self.entered.acquire(timeout=10)


def check(probe: ProbeServer, service: str = "") -> int:
    with grpc.insecure_channel(probe.server.address) as channel:
        stub = health_pb2_grpc.HealthStub(channel)
        return stub.Check(health_pb2.HealthCheckRequest(service=service), timeout=5).status


def in_background(probe: ProbeServer, rpc: str = "MakeThing", **request) -> tuple[threading.Thread, list]:
    results: list = []

    def work() -> None:
        with probe.client() as client:
            try:
                results.append(client.call(rpc, Thing(name=OWN, **request)))
            except Exception as error:
                results.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    return thread, results


def test_one_call_too_many_is_told_to_come_back() -> None:
    gate = Gate()
    with probe_server(Servicer(gate), max_concurrent_calls=2) as probe, probe.client() as client:
        threads = [in_background(probe) for _ in range(2)]
        for _ in threads:
            gate.await_entry()
        assert metrics.GRPC_IN_FLIGHT.collect()[0].samples[0].value == 2
        error = client.fails("MakeThing", Thing(name=OWN))
        assert (error.code_name, error.reason) == ("RESOURCE_EXHAUSTED", "OVERLOADED")
        assert check(probe) == SERVING
        gate.open.set()
        for thread, results in threads:
            thread.join(10)
            assert results == [Thing(name=OWN)]
        client.call("MakeThing", Thing(name=OWN))


def test_a_failed_or_abandoned_call_gives_its_place_back() -> None:
    def fail(_: Thing) -> Thing:
        raise ValueError

    with probe_server(Servicer(fail), max_concurrent_calls=1) as probe, probe.client() as client:
        for _ in range(5):
            assert client.fails("GetThing", Thing(name=OWN)).reason == "INTERNAL"
            assert client.fails("GetThing", Thing(name="x")).reason == "INVALID_RESOURCE_NAME"
        probe.servicer.do = lambda thing: thing
        watching = client.raw("WatchThings")(Thing(name=OWN, size=1_000_000))
        next(watching)
        watching.cancel()
        eventually(lambda: metrics.GRPC_IN_FLIGHT.collect()[0].samples[0].value == 0)
        client.call("GetThing", Thing(name=OWN))


def test_health_by_service_and_without_token(probe: ProbeServer) -> None:
    assert check(probe) == check(probe, PROBE.full_name) == SERVING
    with pytest.raises(grpc.RpcError) as caught:
        check(probe, "unknown.Service")
    assert caught.value.code() is grpc.StatusCode.NOT_FOUND
    probe.server.set_serving(False)
    assert check(probe) == check(probe, PROBE.full_name) == NOT_SERVING


def test_reflection_lists_services_and_describes_them(probe: ProbeServer) -> None:
    with grpc.insecure_channel(probe.server.address) as channel:
        ask = reflection_pb2_grpc.ServerReflectionStub(channel).ServerReflectionInfo
        requests = [
            reflection_pb2.ServerReflectionRequest(list_services=""),
            reflection_pb2.ServerReflectionRequest(file_containing_symbol=PROBE.full_name),
        ]
        listed, described = list(ask(iter(requests), timeout=5))
    names = {service.name for service in listed.list_services_response.service}
    assert {PROBE.full_name, "grpc.health.v1.Health"} <= names
    assert b"GetThing" in described.file_descriptor_response.file_descriptor_proto[0]


def test_drain_finishes_running_calls_and_takes_no_new_ones() -> None:
    gate = Gate()
    with probe_server(Servicer(gate)) as probe:
        thread, results = in_background(probe)
        gate.await_entry()
        with grpc.insecure_channel(probe.server.address) as channel:
            watch = health_pb2_grpc.HealthStub(channel).Watch(health_pb2.HealthCheckRequest())
            assert next(watch).status == SERVING
            joined: list[bool] = []
            drain = threading.Thread(target=lambda: joined.append(probe.server.join(20)))
            drain.start()
            assert next(watch).status == NOT_SERVING
            with probe.client() as late:
                error = eventually(lambda: refusal(late))
            assert error.code_name == "UNAVAILABLE"
            assert drain.is_alive()
            gate.open.set()
            drain.join(4)  # well under drain_seconds: the open health watch does not hold it
        thread.join(10)
        assert results == [Thing(name=OWN)]
        assert joined == [True]


def refusal(client):
    try:
        client.call("GetThing", Thing(name="x"), timeout=1)
    except Exception as error:
        return error if error.reason == "NOT_READY" else None
    return None


def test_a_call_that_never_ends_is_cancelled_after_drain_seconds() -> None:
    gate = Gate()
    with probe_server(Servicer(gate), drain_seconds=0.1) as probe:
        thread, results = in_background(probe)
        gate.await_entry()
        assert probe.server.join(5) is False
        thread.join(10)
        assert results[0].code_name in ("UNAVAILABLE", "CANCELLED")
        gate.open.set()


def test_a_taken_address_is_refused(probe: ProbeServer) -> None:
    with pytest.raises(RuntimeError, match="bind"), probe_server(listen=probe.server.address):
        pass


def test_calls_are_counted_by_method_and_code(probe: ProbeServer) -> None:
    def count(code: str) -> float:
        labels = {"method": f"{PROBE.full_name}/GetThing", "code": code}
        samples = metrics.GRPC_SECONDS.collect()[0].samples
        found = [s.value for s in samples if s.name.endswith("_count") and s.labels == labels]
        return found[0] if found else 0

    before = count("OK"), count("INVALID_ARGUMENT")
    with probe.client() as client:
        client.call("GetThing", Thing(name=OWN))
        client.fails("GetThing", Thing())
    eventually(lambda: (count("OK"), count("INVALID_ARGUMENT")) == (before[0] + 1, before[1] + 1))
