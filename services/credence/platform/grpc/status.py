"""Errors on the wire: `google.rpc.Status` with `ErrorInfo` and `BadRequest`, both ways."""

from typing import Any, Final

import grpc
from google.protobuf import any_pb2
from google.rpc import error_details_pb2, status_pb2
from grpc_status import rpc_status

from credence.platform.errors import CredenceError

DOMAIN: Final = "credence"
# A client takes 8 KiB of trailers: the message travels percent-encoded (three characters a byte at worst) and
# again, with the rest, in base64. These bounds, in bytes of UTF-8, stay below together.
_MAX_MESSAGE: Final = 600
_MAX_VIOLATIONS: Final = 2400
_MAX_METADATA: Final = 900
_MAX_FIELD: Final = 200
_TRANSPORT_REASONS: Final = {
    # what grpc itself answers, without ErrorInfo
    "UNAVAILABLE": "NOT_READY",
    "DEADLINE_EXCEEDED": "DEADLINE",
    "UNAUTHENTICATED": "INVALID_TOKEN",
}


class RemoteError(Exception):
    """What a call answered, for people and programs: `reason` is an ErrorReason name, empty when the answer
    was not Credence's.
    """

    def __init__(
        self,
        code_name: str,
        reason: str,
        message: str,
        metadata: dict[str, str],
        violations: list[tuple[str, str]],
    ) -> None:
        super().__init__(message)
        self.code_name = code_name
        self.reason = reason
        self.message = message
        self.metadata = metadata
        self.violations = violations

    def __str__(self) -> str:
        text = f"{self.reason or self.code_name}: {self.message}"
        more = [f"{field}: {description}" for field, description in self.violations]
        more = [line for line in more if line not in text]
        return f"{text} ({'; '.join(more)})" if more else text


def status_of(error: CredenceError) -> grpc.Status:
    """The status that an error becomes.

    Texts are cut, so that headers stay well under the 8 KiB that grpc takes.
    """
    details = [
        _packed(
            error_details_pb2.ErrorInfo(
                reason=error.reason,
                domain=DOMAIN,
                metadata=_metadata(error.metadata),
            )
        )
    ]
    if error.violations:
        details.append(_packed(_bad_request(error.violations)))
    code: int = grpc.StatusCode[error.code_name].value[0]
    status: grpc.Status = rpc_status.to_status(
        status_pb2.Status(code=code, message=_cut(error.message, _MAX_MESSAGE), details=details)
    )
    return status


def readable(error: grpc.RpcError) -> RemoteError:
    """What a failed call says.

    Never raises: an answer without details, grpc's own or a proxy's, gets the reason that fits its code.
    """
    if not isinstance(error, grpc.Call):
        return RemoteError("UNKNOWN", "", str(error), {}, [])
    code_name, message = error.code().name, error.details() or ""
    try:
        status = rpc_status.from_call(error)
    except ValueError:  # details that contradict the code: not ours
        status = None
    reason, metadata, violations = "", {}, []
    for detail in status.details if status is not None else ():
        info, bad_request = error_details_pb2.ErrorInfo(), error_details_pb2.BadRequest()
        if detail.Is(info.DESCRIPTOR) and detail.Unpack(info) and info.domain == DOMAIN:
            reason, metadata = info.reason, dict(info.metadata)
        elif detail.Is(bad_request.DESCRIPTOR) and detail.Unpack(bad_request):
            violations = [
                (violation.field, violation.description) for violation in bad_request.field_violations
            ]
    if not reason:
        reason = _transport_reason(code_name, message)
    return RemoteError(code_name, reason, message, metadata, violations)


def _transport_reason(code_name: str, message: str) -> str:
    if code_name == "RESOURCE_EXHAUSTED":
        return "TOO_LARGE" if "larger than max" in message else "OVERLOADED"
    return _TRANSPORT_REASONS.get(code_name, "")


def _metadata(metadata: dict[str, str]) -> dict[str, str]:
    room = _MAX_METADATA // max(1, len(metadata))
    return {key: _cut(value, room - len(key)) for key, value in metadata.items()}


def _bad_request(violations: list[tuple[str, str]]) -> error_details_pb2.BadRequest:
    """As many violations as there is room for; the first one always."""
    bad_request = error_details_pb2.BadRequest()
    room = _MAX_VIOLATIONS
    for field, description in violations:
        field, description = _cut(field, _MAX_FIELD), _cut(description, _MAX_MESSAGE)
        room -= len(field.encode()) + len(description.encode()) + 8
        if room < 0:
            break
        bad_request.field_violations.add(field=field, description=description)
    return bad_request


def _cut(text: str, limit: int) -> str:
    encoded = text.encode("utf-8", "replace")  # lone surrogates, as JSON may bring them, do not travel
    if len(encoded) <= limit:
        return encoded.decode()
    return encoded[: max(0, limit - 3)].decode("utf-8", "ignore") + "…"


def _packed(message: Any) -> any_pb2.Any:
    packed = any_pb2.Any()
    packed.Pack(message)
    return packed
