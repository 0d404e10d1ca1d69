"""Errors there and back, without a wire between."""

import grpc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from credence.platform import errors
from credence.platform.grpc.status import readable, status_of
from credencepb.errors.v1 import error_reason_pb2


class Failed(grpc.RpcError, grpc.Call):
    """A failed call that carries a status, as the client sees it."""

    def __init__(self, status: grpc.Status) -> None:
        self._status = status

    def code(self):
        return self._status.code

    def details(self):
        return self._status.details

    def trailing_metadata(self):
        return self._status.trailing_metadata

    def initial_metadata(self):
        return ()

    def is_active(self):
        return False

    def time_remaining(self):
        return None

    def cancel(self):
        return False

    def add_callback(self, callback):
        return False


Bare = type("Bare", (), {"trailing_metadata": ()})


def bare(code: grpc.StatusCode, details: str) -> Failed:
    status = Bare()
    status.code, status.details = code, details
    return Failed(status)


texts = st.text(st.characters(), max_size=3000)  # lone surrogates too


@given(
    message=texts,
    metadata=st.dictionaries(st.sampled_from(["resource", "etag", "cause"]), texts),
    violations=st.lists(st.tuples(texts, texts), max_size=30),
)
def test_any_error_fits_into_the_headers_and_is_read_back(message, metadata, violations) -> None:
    class AnyError(errors.CredenceError):
        reason = "ETAG_MISMATCH"
        code_name = "ABORTED"

    status = status_of(AnyError(message, metadata=metadata, violations=violations))
    ((_, details),) = status.trailing_metadata
    assert 3 * len(status.details.encode()) + len(details) * 4 / 3 < 8000
    back = readable(Failed(status))
    assert (back.code_name, back.reason) == ("ABORTED", "ETAG_MISMATCH")
    assert set(back.metadata) == set(metadata)
    assert len(back.violations) >= min(1, len(violations))
    assert str(back)


def concrete(cls: type) -> list[type]:
    return [cls, *(found for sub in cls.__subclasses__() for found in concrete(sub))]


@pytest.mark.parametrize(
    "cls", [c for c in concrete(errors.CredenceError) if c.__module__ == errors.__name__]
)
def test_every_error_of_the_tree_has_a_reason_and_a_code_of_the_contract(
    cls: type[errors.CredenceError],
) -> None:
    assert f"ERROR_REASON_{cls.reason}" in set(error_reason_pb2.ErrorReason.keys())
    assert cls.code_name in grpc.StatusCode.__members__


@pytest.mark.parametrize(
    ("code", "details", "reason"),
    [
        (grpc.StatusCode.UNAVAILABLE, "failed to connect", "NOT_READY"),
        (grpc.StatusCode.DEADLINE_EXCEEDED, "Deadline Exceeded", "DEADLINE"),
        (
            grpc.StatusCode.RESOURCE_EXHAUSTED,
            "CLIENT: Received message larger than max (5 vs. 4)",
            "TOO_LARGE",
        ),
        (grpc.StatusCode.RESOURCE_EXHAUSTED, "Concurrent RPC limit exceeded!", "OVERLOADED"),
        (grpc.StatusCode.UNIMPLEMENTED, "Method not found!", ""),
    ],
)
def test_answers_that_are_not_ours_get_the_reason_that_fits(code, details, reason) -> None:
    back = readable(bare(code, details))
    assert (back.code_name, back.reason, back.message) == (code.name, reason, details)


def test_an_error_that_is_no_call() -> None:
    assert readable(grpc.RpcError("gone")).message == "gone"
