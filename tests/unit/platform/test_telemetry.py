"""Log lines and trace contexts."""

import json
import logging
from collections.abc import Iterator
from contextvars import copy_context

import pytest

from credence.platform import telemetry
from credence.platform.grpc import auth
from credence.platform.listen import split_address
from credence.platform.metrics import ALL
from credence.platform.tokens import Caller
from support.probe import probe_settings


@pytest.fixture
def own_logging() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.captureWarnings(capture=False)


@pytest.mark.usefixtures("own_logging")
def test_lines_are_json_with_service_tenant_and_trace(capsys: pytest.CaptureFixture[str]) -> None:
    telemetry.setup(probe_settings(token_keys="unused"))
    log = logging.getLogger("some.place")
    log.info("outside")
    log.debug("not at this level")
    with telemetry.span_from("", "work"):
        trace_id = telemetry.trace_id()
        copy_context().run(speak_for_acme, log)
    log.info("odd %s", "\ud800", extra={"big": 2**70})
    outside, inside, odd = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert outside.keys() == {"level", "logger", "message", "service", "timestamp"}
    assert (outside["level"], outside["logger"], outside["service"]) == ("INFO", "some.place", "probe")
    assert (inside["message"], inside["count"], inside["tenant"]) == ("inside it", 3, "acme")
    assert inside["trace_id"] == trace_id
    assert len(inside["span_id"]) == 16
    assert (odd["message"], odd["big"]) == ("odd \ud800", 2**70)


def speak_for_acme(log: logging.Logger) -> None:
    auth.set_caller(Caller("ann", "acme", frozenset()))
    log.info("inside %s", "it", extra={"count": 3})


def test_a_trace_goes_on_through_a_traceparent() -> None:
    assert telemetry.traceparent() == ""
    assert telemetry.trace_id() == ""
    with telemetry.span_from("", "first"):
        carried, trace_id = telemetry.traceparent(), telemetry.trace_id()
        assert carried.split("-")[1] == trace_id
        with telemetry.span_from("", "another trace"):
            assert telemetry.trace_id() != trace_id
    with telemetry.span_from(carried, "second"):
        assert telemetry.trace_id() == trace_id
        assert telemetry.traceparent() != carried
    for malformed in ("x", "00-0-0-0", "00-" + "0" * 32 + "-" + "0" * 16 + "-01"):
        with telemetry.span_from(malformed, "third"):
            assert telemetry.trace_id() not in ("", trace_id)


def test_addresses() -> None:
    assert split_address("127.0.0.1:0") == ("127.0.0.1", 0)
    assert split_address("[::1]:50051") == ("::1", 50051)
    for wrong in ("", "localhost", ":80", "host:", "host:x", "host:70000", "host:-1"):
        with pytest.raises(ValueError, match="host:port"):
            split_address(wrong)


def test_metric_names_are_unique_and_prefixed() -> None:
    names = [metric.describe()[0].name for metric in ALL]
    assert len(set(names)) == len(names)
    assert all(name.startswith("credence_") for name in names)
