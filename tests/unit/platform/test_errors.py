import inspect

import grpc
import pytest

from credence.platform import errors
from credence.platform.errors import CredenceError, InvalidField
from credencepb.errors.v1.error_reason_pb2 import ErrorReason

CLASSES = [c for _, c in inspect.getmembers(errors, inspect.isclass) if issubclass(c, CredenceError)]


@pytest.mark.parametrize("cls", CLASSES)
def test_reasons_and_codes_exist(cls: type[CredenceError]) -> None:
    assert f"ERROR_REASON_{cls.reason}" in ErrorReason.keys()  # noqa: SIM118 - the enum is no dict
    assert cls.code_name in grpc.StatusCode.__members__


def test_every_reason_has_its_class() -> None:
    reasons = {f"ERROR_REASON_{cls.reason}" for cls in CLASSES}
    assert reasons == set(ErrorReason.keys()) - {"ERROR_REASON_UNSPECIFIED"}


def test_every_class_is_in_the_drawing() -> None:
    drawn = errors.__doc__ or ""
    for name, cls in inspect.getmembers(errors, inspect.isclass):
        if issubclass(cls, Exception):
            assert name in drawn


def test_several_violations_are_one_error() -> None:
    error = InvalidField.several([("name", "is missing"), ("age", "is negative")])
    assert error.violations == [("name", "is missing"), ("age", "is negative")]
    assert str(error) == "name: is missing; age: is negative"


def test_a_long_name_is_not_repeated_in_full() -> None:
    assert len(errors.InvalidResourceName("x" * 10_000, "tenants/{tenant}").message) < 400
