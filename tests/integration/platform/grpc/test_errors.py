"""What callers are told, and what they are not."""

import logging

import grpc
import pytest

from credence.platform import errors, telemetry
from support.probe import OWN, Client, ProbeServer, Thing

MIB = 1024 * 1024


def failing(error: BaseException):
    def fail(_thing):
        raise error

    return fail


@pytest.mark.parametrize("rpc", ["GetThing", "WatchThings", "SendThings", "TalkThings"])
def test_an_unexpected_exception_leaks_nothing(
    probe: ProbeServer, client: Client, caplog: pytest.LogCaptureFixture, rpc: str
) -> None:
    probe.servicer.do = failing(RuntimeError("password=hunter2 at /srv/app.py"))
    request = Thing(name=OWN, size=1)
    with pytest.raises(grpc.RpcError) as caught:
        list(client.raw(rpc)(iter([request]) if rpc in ("SendThings", "TalkThings") else request))
    everything = repr(
        (caught.value.details(), caught.value.trailing_metadata(), caught.value.initial_metadata())
    )
    assert "hunter2" not in everything
    assert "RuntimeError" not in everything
    error = client.fails(rpc, iter([request]) if rpc in ("SendThings", "TalkThings") else request)
    assert (error.code_name, error.reason, error.message) == ("INTERNAL", "INTERNAL", "internal error")
    assert len(error.metadata["trace_id"]) == 32
    defects = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert any("hunter2" in str(record.exc_info[1]) for record in defects)


def test_the_trace_id_of_a_defect_is_the_callers(probe: ProbeServer, client: Client) -> None:
    probe.servicer.do = failing(RuntimeError())
    with telemetry.span_from("", "test"):
        error = client.fails("GetThing", Thing(name=OWN))
        assert error.metadata["trace_id"] == telemetry.trace_id()


def test_an_answer_of_the_wrong_type_is_our_defect(probe: ProbeServer, client: Client) -> None:
    probe.servicer.do = lambda _: None
    assert client.fails("GetThing", Thing(name=OWN)).reason == "INTERNAL"


@pytest.mark.parametrize(
    ("raised", "code_name", "metadata"),
    [
        (errors.NotFound(OWN), "NOT_FOUND", {"resource": OWN}),
        (errors.EtagMismatch(OWN, "7"), "ABORTED", {"resource": OWN, "etag": "7"}),
        (errors.TooLarge("document", limit=1, actual=2), "RESOURCE_EXHAUSTED", {"limit": "1", "actual": "2"}),
        (errors.Deleted(OWN), "FAILED_PRECONDITION", {"resource": OWN}),
        (errors.NotReady("no index yet", cause="index"), "UNAVAILABLE", {"cause": "index"}),
        (errors.DeadlineExceeded(), "DEADLINE_EXCEEDED", {}),
        (errors.InvalidPageToken("is of another query"), "INVALID_ARGUMENT", {}),
    ],
)
def test_reasons_travel(probe: ProbeServer, client: Client, raised, code_name: str, metadata: dict) -> None:
    probe.servicer.do = failing(raised)
    error = client.fails("MakeThing", Thing(name=OWN))
    assert (error.code_name, error.reason, error.metadata) == (code_name, raised.reason, metadata)
    assert error.violations == raised.violations
    assert raised.message in str(error)


def test_many_long_violations_still_arrive(probe: ProbeServer, client: Client) -> None:
    violations = [(f"candidates[{index}].credentials[2].document", "ü" * 400) for index in range(1000)]
    probe.servicer.do = failing(errors.InvalidField.several(violations))
    error = client.fails("GetThing", Thing(name=OWN))
    assert error.reason == "INVALID_FIELD"
    assert error.violations[0] == ("candidates[0].credentials[2].document", "ü" * 298 + "…")
    probe.servicer.do = failing(errors.NotFound("ü" * 100_000))
    assert client.fails("GetThing", Thing(name=OWN)).reason == "RESOURCE_NOT_FOUND"


def test_an_oversize_request(client: Client) -> None:
    client.call("GetThing", Thing(name=OWN, load=b"x" * (4 * MIB - 100)))
    error = client.fails("GetThing", Thing(name=OWN, load=b"x" * (4 * MIB + 1)))
    assert (error.code_name, error.reason) == ("RESOURCE_EXHAUSTED", "TOO_LARGE")


def test_an_oversize_answer(probe: ProbeServer, client: Client) -> None:
    probe.servicer.do = lambda _: Thing(load=b"x" * (4 * MIB + 1))
    for rpc in ("GetThing", "WatchThings"):
        error = client.fails(rpc, Thing(name=OWN, size=1))
        assert (error.code_name, error.reason) == ("RESOURCE_EXHAUSTED", "TOO_LARGE")
        assert error.metadata["limit"] == str(4 * MIB)


def test_an_unknown_method(client: Client) -> None:
    with pytest.raises(grpc.RpcError) as caught:
        client.bare.unary_unary("/credence.test.v1.Probe/Nothing")(b"")
    assert caught.value.code() is grpc.StatusCode.UNIMPLEMENTED
