"""The answer about a document that was not looked at any further."""

from __future__ import annotations

import hashlib
from datetime import datetime

from .model import Verification
from .registry import Standing
from .verdicts import VERDICTS, Code, State, Verdict, indeterminate, outcome_of

__all__ = ["refusal"]


def refusal(
    document: bytes,
    code: Code,
    message: str,
    at: datetime,
    pointer: str = "",
    state: State = State.INVALID,
) -> Verification:
    """The answer about a document that was not looked at any further; nothing else about it is known."""
    unknown = indeterminate(Code.NOT_EVALUATED, "The document was not read.")
    verdicts = dict.fromkeys(VERDICTS, unknown) | {"integrity": Verdict(state, code, pointer, message)}
    return Verification(
        format="unknown",
        outcome=outcome_of(verdicts),
        verdicts=verdicts,
        flags=(),
        proofs=(),
        achievement=None,
        content_hash=hashlib.sha256(document).hexdigest(),
        issuer_id=None,
        issuer_name=None,
        standing=Standing.UNKNOWN,
        rigor="NOT_APPLICABLE",
        valid_from=None,
        valid_until=None,
        status_entries=(),
        verified_at=at,
    )
