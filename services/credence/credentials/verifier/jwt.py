"""VC-JWT: a credential in a compact JWS, in the layout of data model 1.1 (`vc` claim) or of VC-JOSE-COSE (the payload itself).

The algorithm is allowed by the kind of the key, never by the header; a key in the header shows integrity at most.
"""

from __future__ import annotations

import binascii
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from .authority import Authority, NamedKey
from .data_integrity import Checked
from .keys import KeyMalformed, PublicKey, from_jwk
from .model import Limits, ProofReport
from .parsing import Refused, parse_json
from .sections import as_list, identifier_of
from .verdicts import Code, State, Verdict, indeterminate, invalid, valid

__all__ = ["Envelope", "Token", "check_signature", "open_envelope", "open_token"]

_BASE64URL: Final = re.compile(r"[A-Za-z0-9_-]*")
_TYPES_1_1: Final = frozenset({None, "JWT"})
_TYPES_2_0: Final = frozenset({None, "JWT", "VC+JWT", "VC+LD+JSON+JWT", "VC-LD+JWT", "VC+LD+JWT", "VC+JOSE"})
_ASYMMETRIC: Final = frozenset({"EdDSA", "Ed25519", "ES256", "ES384", "RS256"})
_MAX_KEYS_TRIED: Final = 8


@dataclass(frozen=True, slots=True)
class Envelope:
    """An opened, not yet believed JWS."""

    header: dict[str, Any]
    claims: dict[str, Any]
    credential: dict[str, Any]
    """the `vc` claim, or the claims themselves"""
    at_root: bool
    """whether the claims are the credential"""
    signed: bytes
    signature: bytes

    @property
    def root(self) -> str:
        """The pointer of the credential within the claims."""
        return "" if self.at_root else "/vc"

    @property
    def starts(self) -> tuple[tuple[str, Any], ...]:
        return (("/nbf", self.claims.get("nbf")),)

    @property
    def ends(self) -> tuple[tuple[str, Any], ...]:
        return (("/exp", self.claims.get("exp")),)


@dataclass(frozen=True, slots=True)
class Token:
    """An opened, not yet believed JWS, whatever it holds."""

    header: dict[str, Any]
    claims: dict[str, Any]
    signed: bytes
    signature: bytes

    @property
    def algorithm(self) -> str:
        return str(self.header["alg"])


def open_token(token: bytes, limits: Limits) -> Token:
    """Refused: not a compact JWS of JSON, an extension that must be understood, or a symmetric or no algorithm."""
    if len(token) > limits.max_bytes:
        raise Refused(
            Code.TOO_LARGE, f"The document has {len(token)} bytes; at most {limits.max_bytes} are read."
        )
    parts = token.strip().decode("ascii").split(".")
    header = _json_object(parts[0], limits, "header")
    if "crit" in header or header.get("b64", True) is not True:
        raise Refused(
            Code.CRITICAL_HEADER_UNKNOWN, "The header demands extensions that are not known.", "/crit"
        )
    algorithm = header.get("alg")
    if not isinstance(algorithm, str) or algorithm not in _ASYMMETRIC:
        raise Refused(
            Code.ALGORITHM_NOT_ALLOWED,
            f"The algorithm {str(algorithm)[:20]!r} cannot show who signed a credential.",
            "/alg",
        )
    claims = _json_object(parts[1], limits, "payload")
    return Token(header, claims, f"{parts[0]}.{parts[1]}".encode(), _base64url(parts[2]))


def open_envelope(token: bytes, limits: Limits) -> Envelope:
    """Refused: as `open_token`, or it holds no credential."""
    opened = open_token(token, limits)
    header, claims = opened.header, opened.claims
    kind = header.get("typ")
    if kind is not None and not isinstance(kind, str):
        raise Refused(Code.UNSUPPORTED_FORMAT, "The header's type is no text.", "/typ")
    kind = kind and kind.upper().removeprefix("APPLICATION/")
    wrapped = "vc" in claims
    if wrapped == ("@context" in claims) or "vp" in claims:
        raise Refused(Code.UNSUPPORTED_FORMAT, "The token does not hold exactly one credential.")
    if kind not in (_TYPES_1_1 if wrapped else _TYPES_2_0):
        raise Refused(
            Code.UNSUPPORTED_FORMAT,
            f"The token's type {kind[:40] if kind else ''!r} is no credential's.",
            "/typ",
        )
    credential = claims["vc"] if wrapped else claims
    if not isinstance(credential, dict):
        raise Refused(Code.UNSUPPORTED_FORMAT, "The vc claim is not an object.", "/vc")
    if wrapped:
        credential = _completed(credential, claims)
    return Envelope(header, claims, credential, not wrapped, opened.signed, opened.signature)


def _completed(credential: dict[str, Any], claims: dict[str, Any]) -> dict[str, Any]:
    """Data model 1.1, section 6.3.1: `iss` may stand for the issuer and `sub` for the subject's identifier."""
    subject = credential.get("credentialSubject")
    if "issuer" not in credential and isinstance(claims.get("iss"), str):
        credential = {**credential, "issuer": claims["iss"]}
    if isinstance(subject, dict) and "id" not in subject and isinstance(claims.get("sub"), str):
        credential = {**credential, "credentialSubject": {**subject, "id": claims["sub"]}}
    return credential


def check_signature(envelope: Envelope, authority: Authority) -> Checked:
    """Who signed, and whether the claims agree with the credential they carry."""
    algorithm = str(envelope.header["alg"])
    where = "/kid" if "kid" in envelope.header else ""

    def made_by(key: PublicKey) -> bool:
        return algorithm in key.algorithms and key.verify(envelope.signature, envelope.signed)

    try:
        method_id = _method_id(envelope, authority)
        named = _named_key(envelope, authority, method_id, where)
        if named is None:
            return _unnamed(envelope, authority, algorithm, made_by)
    except Refused as refused:
        return _checked(envelope, _verdict(refused), NamedKey(None, _NOBODY))
    if named.key is not None and algorithm not in named.key.algorithms:
        wrong = invalid(
            Code.ALGORITHM_NOT_ALLOWED,
            f"The header says {algorithm}, and the key is {named.key.kind}.",
            "/alg",
        )
        return _checked(envelope, wrong, named)
    signer = authority.signer(named, method_id, where, made_by)
    if signer is not None:
        return _checked(envelope, _claims_agree(envelope), signer)
    if named.key is None:
        missing = indeterminate(Code.KEY_UNAVAILABLE, "The key that signed cannot be had.", where)
        return _checked(envelope, missing, named)
    changed = invalid(
        Code.SIGNATURE_MISMATCH, "The content was changed after signing, or another key signed."
    )
    return _checked(envelope, changed, named)


_NOBODY: Final = indeterminate(Code.NOT_EVALUATED, "No key shows who issued the credential.")


def _verdict(refused: Refused) -> Verdict:
    state = State.INDETERMINATE if refused.code is Code.KEY_UNAVAILABLE else State.INVALID
    return Verdict(state, refused.code, refused.pointer, refused.message)


def _checked(envelope: Envelope, integrity: Verdict, signer: NamedKey) -> Checked:
    authenticated, listed = signer.authenticated, signer.listed
    issuer = identifier_of(envelope.credential.get("issuer"))
    stated = envelope.claims.get("iss")
    if authenticated.valid and stated is not None and stated != issuer:
        authenticated = invalid(
            Code.ISSUER_NOT_AUTHENTICATED, "The token's issuer (iss) is not the credential's issuer.", "/iss"
        )
    kid = envelope.header.get("kid")
    report = ProofReport("", "vc-jwt", kid if isinstance(kid, str) else None, None, integrity)
    return Checked(
        "vc-jwt", integrity, authenticated, (report,), signing_key=listed if integrity.valid else None
    )


def _method_id(envelope: Envelope, authority: Authority) -> str | None:
    """The whole name of the key, which the header may give relative to the issuer, as VC-JOSE-COSE allows beside iss."""
    kid = envelope.header.get("kid")
    if kid is None:
        return None
    if not isinstance(kid, str):
        raise Refused(Code.PROOF_MALFORMED, "The header's key identifier is no text.", "/kid")
    if kid.startswith("#") or ":" not in kid:
        if authority.issuer_id is None:
            raise Refused(Code.ISSUER_MALFORMED, "The credential does not name one issuer.", "/issuer")
        return authority.issuer_id + (kid if kid.startswith("#") else f"#{kid}")
    return kid


def _named_key(
    envelope: Envelope, authority: Authority, method_id: str | None, where: str
) -> NamedKey | None:
    """The key that the header names or brings; None where it does neither."""
    jwk = envelope.header.get("jwk")
    if jwk is None:
        return None if method_id is None else authority.named(method_id, where, None)
    try:
        key = from_jwk(jwk)
    except KeyMalformed as error:
        raise Refused(Code.KEY_MALFORMED, f"The key in the header cannot be used: {error}.", "/jwk") from None
    if method_id is not None and (listed := authority.named(method_id, where, None)).key is not None:
        if not listed.key.same_as(key):
            raise Refused(Code.CLAIMS_DISAGREE, "The header names one key and carries another.", "/jwk")
        return listed
    return authority.brought(key, "/jwk")


def _unnamed(
    envelope: Envelope, authority: Authority, algorithm: str, made_by: Callable[[PublicKey], bool]
) -> Checked:
    """A token that names no key was made with one of the issuer's, or with nobody's that we can tell."""
    fitting = [
        known
        for known in authority.candidates()
        if known.key is not None and algorithm in known.key.algorithms
    ][:_MAX_KEYS_TRIED]
    signer = next((known for known in fitting if known.key is not None and made_by(known.key)), None)
    if signer is None:
        signer = authority.signer(NamedKey(None, _NOBODY), None, "", made_by)
    if signer is not None:
        return _checked(envelope, _claims_agree(envelope), signer)
    if not fitting:
        raise Refused(Code.KEY_UNAVAILABLE, f"The issuer has no key for {algorithm}.")
    raise Refused(Code.SIGNATURE_MISMATCH, "None of the issuer's keys made this signature.")


def _claims_agree(envelope: Envelope) -> Verdict:
    subject = envelope.claims.get("sub")
    subjects = [identifier_of(item) for item in as_list(envelope.credential.get("credentialSubject"))]
    if subject is not None and subject not in subjects:
        return invalid(
            Code.CLAIMS_DISAGREE, "The token's subject (sub) is not the credential's subject.", "/sub"
        )
    return valid(Code.OK, "The content is exactly what was signed.")


def _json_object(part: str, limits: Limits, what: str) -> dict[str, Any]:
    value = parse_json(_base64url(part), limits)
    if not isinstance(value, dict):
        raise Refused(Code.NOT_JSON, f"The token's {what} is not a JSON object.")
    return value


def _base64url(part: str) -> bytes:
    """Strict (RFC 7515): no padding, no stray characters, no second spelling of the same bytes."""
    try:
        if _BASE64URL.fullmatch(part) is None:
            raise ValueError(part[:20])
        raw = urlsafe_b64decode(part + "=" * (-len(part) % 4))
    except (ValueError, binascii.Error):
        raise Refused(Code.NOT_JSON, "The token is not base64url.") from None
    if urlsafe_b64encode(raw).rstrip(b"=").decode() != part:
        # the last character may carry bits that belong to no byte
        raise Refused(Code.NOT_JSON, "The token is not base64url in its one proper spelling.")
    return raw
