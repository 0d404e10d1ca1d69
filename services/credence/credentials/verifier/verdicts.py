"""The words of a verification: eight verdicts, their codes, flags, and how they combine into one outcome."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

__all__ = ["VERDICTS", "Code", "Flag", "Outcome", "Severity", "State", "Verdict", "outcome_of"]

VERDICTS: Final = (
    "integrity",
    "issuer_authenticated",
    "issuer_trusted",
    "status",
    "validity",
    "recipient",
    "schema",
    "extraction",
)


class State(StrEnum):
    VALID = "VALID"
    INVALID = "INVALID"
    INDETERMINATE = "INDETERMINATE"
    NOT_APPLICABLE = "NOT_APPLICABLE"


class Outcome(StrEnum):
    VERIFIED = "VERIFIED"
    NOT_VERIFIED = "NOT_VERIFIED"
    INDETERMINATE = "INDETERMINATE"


class Severity(StrEnum):
    RED = "red"
    YELLOW = "yellow"


class Code(StrEnum):
    """Stable reasons of verdicts. Names may be added; a name never changes its meaning."""

    OK = "OK"
    NOT_EVALUATED = "NOT_EVALUATED"
    VERIFICATION_TIMEOUT = "VERIFICATION_TIMEOUT"
    VERIFICATION_CRASHED = "VERIFICATION_CRASHED"
    # the document as a text
    NOT_JSON = "NOT_JSON"
    TOO_LARGE = "TOO_LARGE"
    TOO_DEEP = "TOO_DEEP"
    TOO_COMPLEX = "TOO_COMPLEX"
    DUPLICATE_KEY = "DUPLICATE_KEY"
    UNSUPPORTED_FORMAT = "UNSUPPORTED_FORMAT"
    CLAIMED_ONLY = "CLAIMED_ONLY"
    # the picture that a credential is baked into
    IMAGE_MALFORMED = "IMAGE_MALFORMED"
    IMAGE_TOO_LARGE = "IMAGE_TOO_LARGE"
    IMAGE_ENTITIES = "IMAGE_ENTITIES"
    NO_CREDENTIAL_IN_IMAGE = "NO_CREDENTIAL_IN_IMAGE"
    TWO_CREDENTIALS_IN_IMAGE = "TWO_CREDENTIALS_IN_IMAGE"
    # integrity
    NO_PROOF = "NO_PROOF"
    SIGNATURE_MISMATCH = "SIGNATURE_MISMATCH"
    PROOF_MALFORMED = "PROOF_MALFORMED"
    PROOF_EXPIRED = "PROOF_EXPIRED"
    MAY_BE_HIDDEN = "MAY_BE_HIDDEN"
    WRONG_PURPOSE = "WRONG_PURPOSE"
    UNSUPPORTED_PROOF = "UNSUPPORTED_PROOF"
    ALGORITHM_NOT_ALLOWED = "ALGORITHM_NOT_ALLOWED"
    CRITICAL_HEADER_UNKNOWN = "CRITICAL_HEADER_UNKNOWN"
    CLAIMS_DISAGREE = "CLAIMS_DISAGREE"
    UNSIGNED_TERM = "UNSIGNED_TERM"
    NOT_COMPACTED = "NOT_COMPACTED"
    SPLIT_NODE = "SPLIT_NODE"
    CONTEXT_NOT_PINNED = "CONTEXT_NOT_PINNED"
    INLINE_CONTEXT = "INLINE_CONTEXT"
    NESTED_CONTEXT = "NESTED_CONTEXT"
    CONTEXT_INVALID = "CONTEXT_INVALID"
    POISON_GRAPH = "POISON_GRAPH"
    KEY_UNAVAILABLE = "KEY_UNAVAILABLE"
    KEY_MALFORMED = "KEY_MALFORMED"
    KEY_REVOKED = "KEY_REVOKED"
    KEY_REPLACED_SINCE = "KEY_REPLACED_SINCE"
    KEY_NO_LONGER_LISTED = "KEY_NO_LONGER_LISTED"
    # Open Badges 1.x and 2.0, whose integrity is that of the host
    HOSTED_UNAVAILABLE = "HOSTED_UNAVAILABLE"
    HOSTED_MALFORMED = "HOSTED_MALFORMED"
    HOSTED_MISMATCH = "HOSTED_MISMATCH"
    BADGE_CLASS_UNAVAILABLE = "BADGE_CLASS_UNAVAILABLE"
    # issuer
    ISSUER_MALFORMED = "ISSUER_MALFORMED"
    ISSUER_NOT_AUTHENTICATED = "ISSUER_NOT_AUTHENTICATED"
    ISSUER_DOCUMENT_UNAVAILABLE = "ISSUER_DOCUMENT_UNAVAILABLE"
    ISSUER_DOCUMENT_MALFORMED = "ISSUER_DOCUMENT_MALFORMED"
    ISSUER_METHOD_UNSUPPORTED = "ISSUER_METHOD_UNSUPPORTED"
    ISSUER_RECOGNISED = "ISSUER_RECOGNISED"
    ISSUER_KNOWN = "ISSUER_KNOWN"
    ISSUER_UNKNOWN = "ISSUER_UNKNOWN"
    ISSUER_RED_FLAGGED = "ISSUER_RED_FLAGGED"
    # status
    NO_STATUS = "NO_STATUS"
    STATUS_MESSAGE = "STATUS_MESSAGE"
    REFRESH_AVAILABLE = "REFRESH_AVAILABLE"
    REVOKED = "REVOKED"
    SUSPENDED = "SUSPENDED"
    STATUS_MALFORMED = "STATUS_MALFORMED"
    STATUS_TYPE_UNSUPPORTED = "STATUS_TYPE_UNSUPPORTED"
    STATUS_PURPOSE_UNSUPPORTED = "STATUS_PURPOSE_UNSUPPORTED"
    STATUS_UNREACHABLE = "STATUS_UNREACHABLE"
    STATUS_LIST_MALFORMED = "STATUS_LIST_MALFORMED"
    STATUS_LIST_NOT_AUTHENTIC = "STATUS_LIST_NOT_AUTHENTIC"
    STATUS_LIST_WRONG_ISSUER = "STATUS_LIST_WRONG_ISSUER"
    STATUS_LIST_WRONG_PURPOSE = "STATUS_LIST_WRONG_PURPOSE"
    STATUS_LIST_WRONG_ID = "STATUS_LIST_WRONG_ID"
    STATUS_LIST_TOO_SHORT = "STATUS_LIST_TOO_SHORT"
    STATUS_LIST_STALE = "STATUS_LIST_STALE"
    STATUS_INDEX_OUT_OF_RANGE = "STATUS_INDEX_OUT_OF_RANGE"
    # validity
    EXPIRED = "EXPIRED"
    NOT_YET_VALID = "NOT_YET_VALID"
    DATE_MALFORMED = "DATE_MALFORMED"
    WINDOW_EMPTY = "WINDOW_EMPTY"
    # recipient
    RECIPIENT_NOT_ASKED = "RECIPIENT_NOT_ASKED"
    RECIPIENT_NOT_STATED = "RECIPIENT_NOT_STATED"
    RECIPIENT_NOT_COMPARABLE = "RECIPIENT_NOT_COMPARABLE"
    RECIPIENT_MISMATCH = "RECIPIENT_MISMATCH"
    # schema and extraction
    SCHEMA_VIOLATION = "SCHEMA_VIOLATION"
    NO_ACHIEVEMENT = "NO_ACHIEVEMENT"
    ACHIEVEMENT_INCOMPLETE = "ACHIEVEMENT_INCOMPLETE"
    # endorsements
    ENDORSEMENT_NOT_AUTHENTIC = "ENDORSEMENT_NOT_AUTHENTIC"
    ENDORSES_ANOTHER = "ENDORSES_ANOTHER"


@dataclass(frozen=True, slots=True)
class Verdict:
    """One finding. `pointer` is an RFC 6901 JSON pointer into the credential ("" = the whole), `message` one sentence."""

    state: State
    code: Code
    pointer: str
    message: str

    @property
    def valid(self) -> bool:
        return self.state is State.VALID

    def to_json(self) -> dict[str, str]:
        return {"verdict": self.state, "code": self.code, "pointer": self.pointer, "message": self.message}


def valid(code: Code, message: str, pointer: str = "") -> Verdict:
    return Verdict(State.VALID, code, pointer, message)


def invalid(code: Code, message: str, pointer: str = "") -> Verdict:
    return Verdict(State.INVALID, code, pointer, message)


def indeterminate(code: Code, message: str, pointer: str = "") -> Verdict:
    return Verdict(State.INDETERMINATE, code, pointer, message)


def not_applicable(code: Code, message: str, pointer: str = "") -> Verdict:
    return Verdict(State.NOT_APPLICABLE, code, pointer, message)


@dataclass(frozen=True, slots=True)
class Flag:
    """A remark beside the verdicts, with the text that raised it; it never removes anyone on its own."""

    code: str
    severity: Severity
    text: str
    pointer: str = ""

    def to_json(self) -> dict[str, Any]:
        return {"code": self.code, "severity": self.severity, "text": self.text, "pointer": self.pointer}


_MUST_HOLD: Final = ("integrity", "issuer_authenticated", "validity")
_MUST_NOT_FAIL: Final = ("status", "recipient")


def outcome_of(verdicts: Mapping[str, Verdict], members: Iterable[Outcome] = ()) -> Outcome:
    """VERIFIED: integrity, issuer and validity VALID, status and recipient VALID or NOT_APPLICABLE. NOT_VERIFIED: one of
    these five INVALID. INDETERMINATE: anything else. Trust, schema and extraction have no part in it.

    With `members`, the outcomes of the credentials within a CLR, never better than the worst of theirs.
    """
    return max((_own_outcome(verdicts), *members), key=_WORSE.index)


_WORSE: Final = (Outcome.VERIFIED, Outcome.INDETERMINATE, Outcome.NOT_VERIFIED)


def _own_outcome(verdicts: Mapping[str, Verdict]) -> Outcome:
    decisive = [verdicts[name].state for name in _MUST_HOLD + _MUST_NOT_FAIL]
    if State.INVALID in decisive:
        return Outcome.NOT_VERIFIED
    if all(verdicts[name].state is State.VALID for name in _MUST_HOLD) and all(
        verdicts[name].state in (State.VALID, State.NOT_APPLICABLE) for name in _MUST_NOT_FAIL
    ):
        return Outcome.VERIFIED
    return Outcome.INDETERMINATE
