"""Every call ends in time."""

import threading
import time

import pytest

from credence.platform.grpc import calls
from credence.platform.grpc.deadlines import check_deadline, remaining
from support.probe import OWN, ProbeServer, Servicer, Thing, probe_server
from support.waiting import eventually


def test_handlers_see_the_callers_deadline_or_the_default() -> None:
    seen: list[float] = []
    servicer = Servicer(lambda thing: (seen.append(remaining()), thing)[1])
    with probe_server(servicer, default_deadline_seconds=7) as probe:
        metadata = [("authorization", f"Bearer {probe.token()}")]
        with probe.bare_client() as client:
            client.call("GetThing", Thing(name=OWN), metadata=metadata)
            client.call("GetThing", Thing(name=OWN), metadata=metadata, timeout=3)
            client.call("TalkThings", iter([Thing(name=OWN)]), metadata=metadata)
        with probe.client(deadline_s=5) as client:
            client.call("GetThing", Thing(name=OWN))
    assert [round(seconds) for seconds in seen] == [7, 3, 900, 5]
    assert remaining() == float("inf")


def test_work_past_the_servers_default_is_deadline_exceeded() -> None:
    passed = threading.Event()

    def slow(thing: Thing) -> Thing:
        eventually(lambda: remaining() < 0)
        passed.set()
        return thing

    with probe_server(Servicer(slow), default_deadline_seconds=0.05) as probe, probe.bare_client() as client:
        error = client.fails(
            "GetThing", Thing(name=OWN), metadata=[("authorization", f"Bearer {probe.token()}")]
        )
    assert passed.is_set()
    assert (error.code_name, error.reason) == ("DEADLINE_EXCEEDED", "DEADLINE")


def test_the_callers_deadline_breaks_off_chunked_work(probe: ProbeServer) -> None:
    broken_off = threading.Event()

    def chunks(_: Thing) -> None:
        try:
            while True:
                check_deadline()
                time.sleep(0.005)
        except Exception:
            broken_off.set()
            raise

    probe.servicer.do = chunks
    with probe.client() as client:
        error = client.fails("GetThing", Thing(name=OWN), timeout=0.1)
    assert (error.code_name, error.reason) == ("DEADLINE_EXCEEDED", "DEADLINE")
    assert broken_off.wait(5)


def test_a_stream_that_says_nothing_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("credence.platform.grpc.server.STREAM_DEADLINE_S", 0.1)
    assert calls.STREAM_DEADLINE_S == 900
    silence, lapsed = threading.Event(), []

    def endless():
        yield Thing(name=OWN)
        if not silence.wait(10):
            lapsed.append("the server waited for the client")

    with probe_server() as probe, probe.client() as client:
        error = client.fails("SendThings", endless())
        silence.set()
    assert not lapsed
    assert error.code_name in ("CANCELLED", "DEADLINE_EXCEEDED")
