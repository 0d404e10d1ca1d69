"""Everything that the platform raises on purpose, in one tree.
    CredenceError                   reason, code_name, message, metadata, violations
    ├── InvalidArgument             (not raised itself)
    │   ├── InvalidField
    │   ├── InvalidResourceName
    │   ├── InvalidPageToken
    │   ├── InvalidUpdateMask
    │   ├── RequestIdReused
    │   └── MalformedCredential
    ├── Unauthenticated
    ├── PermissionDenied            (not raised itself)
    │   ├── OtherTenant
    │   └── MissingScope
    ├── NotFound
    ├── AlreadyExists
    ├── EtagMismatch
    ├── Deleted
    ├── TooLarge
    ├── Overloaded
    ├── NotReady
    ├── DeadlineExceeded
    └── Internal
    ConsumerSignal                  how a handler of events ends a message
    ├── SlowDown                    not now: the same batch is tried again
    └── NeverRetry                  never: the message goes to the dead-letter topic
        └── Malformed               the record is not an event
`reason` is a name of `credencepb.errors.v1.ErrorReason` without its prefix; `code_name` is the gRPC status,
by name so that this module imports no gRPC. `credence.platform.grpc` turns both into `google.rpc.Status`.
"""

# ruff: noqa: N818 - these are the names of the reasons in credencepb.errors.v1 and of gRPC's codes

from collections.abc import Mapping, Sequence
from typing import ClassVar


class CredenceError(Exception):
    """A failure with a reason that the caller can act on. `violations` are (field, description) pairs."""

    reason: ClassVar[str] = "INTERNAL"
    code_name: ClassVar[str] = "INTERNAL"

    def __init__(
        self,
        message: str,
        *,
        metadata: Mapping[str, str] | None = None,
        violations: Sequence[tuple[str, str]] = (),
    ) -> None:
        super().__init__(message)
        self.message = message
        self.metadata = dict(metadata or {})
        self.violations = list(violations)


class InvalidArgument(CredenceError):
    code_name = "INVALID_ARGUMENT"


class InvalidField(InvalidArgument):
    """One field is missing, malformed or over a limit. Several at once: `InvalidField.several`."""

    reason = "INVALID_FIELD"

    def __init__(self, field: str, description: str) -> None:
        super().__init__(f"{field}: {description}", violations=[(field, description)])

    @classmethod
    def several(cls, violations: Sequence[tuple[str, str]]) -> "InvalidField":
        """All violations of one request in one answer; `violations` must not be empty."""
        error = cls(*violations[0])
        error.violations = list(violations)
        error.message = "; ".join(f"{field}: {description}" for field, description in violations)
        error.args = (error.message,)
        return error


class InvalidResourceName(InvalidArgument):
    reason = "INVALID_RESOURCE_NAME"

    def __init__(self, name: str, pattern: str, *, field: str = "name") -> None:
        description = f"{name[:200]!r} is not of the form {pattern}"
        super().__init__(f"{field}: {description}", violations=[(field, description)])


class InvalidPageToken(InvalidArgument):
    reason = "INVALID_PAGE_TOKEN"

    def __init__(self, description: str) -> None:
        super().__init__(f"page_token: {description}", violations=[("page_token", description)])


class InvalidUpdateMask(InvalidArgument):
    reason = "INVALID_UPDATE_MASK"

    def __init__(self, path: str, description: str) -> None:
        text = f"{path[:200]!r} {description}"
        super().__init__(f"update_mask: {text}", violations=[("update_mask", text)])


class RequestIdReused(InvalidArgument):
    reason = "REQUEST_ID_REUSED"

    def __init__(self, request_id: str) -> None:
        super().__init__(
            f"request_id {request_id!r} was used before with other contents",
            metadata={"request_id": request_id},
            violations=[("request_id", "was used before with other contents")],
        )


class MalformedCredential(InvalidArgument):
    reason = "MALFORMED_CREDENTIAL"

    def __init__(self, message: str, *, code: str, pointer: str = "") -> None:
        super().__init__(message, metadata={"code": code, "pointer": pointer})


class Unauthenticated(CredenceError):
    reason = "INVALID_TOKEN"
    code_name = "UNAUTHENTICATED"

    def __init__(self, message: str, *, cause: str = "") -> None:
        super().__init__(message, metadata={"cause": cause or message})


class PermissionDenied(CredenceError):
    code_name = "PERMISSION_DENIED"


class OtherTenant(PermissionDenied):
    reason = "OTHER_TENANT"

    def __init__(self, resource: str) -> None:
        super().__init__(f"the token is not for the tenant of {resource}", metadata={"resource": resource})


class MissingScope(PermissionDenied):
    reason = "MISSING_SCOPE"

    def __init__(self, scope: str) -> None:
        super().__init__(f"the token lacks the scope {scope}", metadata={"scope": scope})


class NotFound(CredenceError):
    reason = "RESOURCE_NOT_FOUND"
    code_name = "NOT_FOUND"

    def __init__(self, resource: str) -> None:
        super().__init__(f"{resource} does not exist", metadata={"resource": resource})


class AlreadyExists(CredenceError):
    reason = "RESOURCE_EXISTS"
    code_name = "ALREADY_EXISTS"

    def __init__(self, resource: str, message: str = "") -> None:
        super().__init__(message or f"{resource} exists", metadata={"resource": resource})


class EtagMismatch(CredenceError):
    reason = "ETAG_MISMATCH"
    code_name = "ABORTED"

    def __init__(self, resource: str, etag: str) -> None:
        super().__init__(
            f"{resource} has changed since: its etag is {etag}; read it again, then repeat",
            metadata={"resource": resource, "etag": etag},
        )


class Deleted(CredenceError):
    reason = "RESOURCE_DELETED"
    code_name = "FAILED_PRECONDITION"

    def __init__(self, resource: str, message: str = "") -> None:
        super().__init__(message or f"{resource} is deleted", metadata={"resource": resource})


class TooLarge(CredenceError):
    reason = "TOO_LARGE"
    code_name = "RESOURCE_EXHAUSTED"

    def __init__(self, what: str, *, limit: int, actual: int) -> None:
        super().__init__(
            f"{what} is too large: {actual}, the limit is {limit}",
            metadata={"limit": str(limit), "actual": str(actual)},
        )


class Overloaded(CredenceError):
    reason = "OVERLOADED"
    code_name = "RESOURCE_EXHAUSTED"


class NotReady(CredenceError):
    reason = "NOT_READY"
    code_name = "UNAVAILABLE"

    def __init__(self, message: str, *, cause: str = "") -> None:
        super().__init__(message, metadata={"cause": cause or message})


class DeadlineExceeded(CredenceError):
    reason = "DEADLINE"
    code_name = "DEADLINE_EXCEEDED"

    def __init__(self, message: str = "the work did not fit into the deadline") -> None:
        super().__init__(message)


class Internal(CredenceError):
    """A defect of ours. The message goes to the caller, so it says nothing about the inside."""


class ConsumerSignal(Exception):
    """Base of what a batch handler raises to say what becomes of a message."""


class SlowDown(ConsumerSignal):
    """Something that the handler needs is away or busy: nothing is lost, the batch is tried again later."""


class NeverRetry(ConsumerSignal):
    """The message can never be processed. `reason` is a constant in capitals, `message` a sentence without
    personal data.
    """

    def __init__(self, reason: str, message: str = "") -> None:
        super().__init__(f"{reason}: {message}" if message else reason)
        self.reason = reason
        self.message = message


class Malformed(NeverRetry):
    """The record is not an event, or not one of this consumer's."""
