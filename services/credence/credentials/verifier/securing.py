"""The three securing formats behind one function: a document in, a credential with its proofs checked out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from .authority import Authority
from .data_integrity import Checked, check_proofs
from .documents import Documents
from .jwt import check_signature, open_envelope
from .key_history import NO_PAST, Past
from .model import Limits
from .parsing import Refused, looks_like_jwt, parse_json, pointer
from .sections import as_list, issuer_of, types_of
from .validity import Window, window_of
from .verdicts import Code

__all__ = ["Secured", "open_parsed", "open_secured"]

_JWT_TIMES = frozenset({"/nbf", "/exp"})


@dataclass(frozen=True, slots=True)
class Secured:
    credential: dict[str, Any]
    root: str
    """pointer of the credential within what was given"""
    issuer_id: str | None
    issuer_unreached: bool
    """the issuer's document was needed and could not be had or used; another moment may give another answer"""
    checked: Checked
    window: Window


def open_secured(
    document: bytes, at: datetime, documents: Documents, limits: Limits, past: Past = NO_PAST
) -> Secured:
    """Parses a document, checks its proofs and reads its window. Refused: it cannot be read within bounds, or is no credential."""
    if not looks_like_jwt(document):
        return open_parsed(parse_json(document, limits), at, documents, limits, past)
    envelope = open_envelope(document, limits)
    credential, root = envelope.credential, envelope.root
    issuer_id = issuer_of(credential)
    _check_kind(credential, root)
    authority = Authority(issuer_id, documents, at, limits, past)
    checked = check_signature(envelope, authority)
    window = _window(credential, root, envelope.starts, envelope.ends, _JWT_TIMES)
    return Secured(credential, root, issuer_id, authority.unreached, checked, window)


def open_parsed(
    parsed: Any, at: datetime, documents: Documents, limits: Limits, past: Past = NO_PAST
) -> Secured:
    """The same for a JSON value with Data Integrity proofs."""
    if not isinstance(parsed, dict):
        raise Refused(Code.UNSUPPORTED_FORMAT, "The document is JSON, but not an object.")
    issuer_id = issuer_of(parsed)
    _check_kind(parsed, "")
    authority = Authority(issuer_id, documents, at, limits, past)
    checked = check_proofs(parsed, authority, limits)
    window = _window(parsed, "", (), checked.expires, frozenset())
    return Secured(parsed, "", issuer_id, authority.unreached, checked, window)


_Dates = Iterable[tuple[str, Any]]


def _window(
    credential: dict[str, Any], root: str, starts: _Dates, ends: _Dates, jwt_claims: frozenset[str]
) -> Window:
    return window_of(
        [*starts, *((f"{root}/{name}", credential.get(name)) for name in ("validFrom", "issuanceDate"))],
        [*ends, *((f"{root}/{name}", credential.get(name)) for name in ("validUntil", "expirationDate"))],
        jwt_claims,
    )


BASE_CONTEXTS = ("https://www.w3.org/2018/credentials/v1", "https://www.w3.org/ns/credentials/v2")
_CREDENTIALS = "https://www.w3.org/2018/credentials#"


def _check_kind(credential: dict[str, Any], root: str) -> None:
    """A signature over JSON or a token says nothing of what is signed, so that it is a credential is asked first; and that none of
    its own terms stands under a longer name, where no reader of JSON would look for an expiry."""
    context = as_list(credential.get("@context"))
    if not context or context[0] not in BASE_CONTEXTS or "VerifiableCredential" not in types_of(credential):
        raise Refused(
            Code.UNSUPPORTED_FORMAT, "The document is not a verifiable credential.", f"{root}/@context"
        )
    for name in credential:
        if (name.startswith("@") and name != "@context") or name.startswith(_CREDENTIALS):
            raise Refused(
                Code.NOT_COMPACTED, f"The name {name[:80]} hides what is signed.", root + pointer(name)
            )
