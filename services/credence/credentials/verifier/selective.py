"""ecdsa-sd-2023 (VC Data Integrity ECDSA Cryptosuites 1.0, section 3.5): a credential of which the holder shows a part.

The issuer signed each statement with a key made for this one credential, and with its own key that key together with the statements that
must always be shown. What is checked here is a derived proof; a base proof is the holder's own and is not for showing.
"""

from __future__ import annotations

import hashlib
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from typing import Any, Final

import base58

from . import cbor
from .keys import KeyMalformed, PublicKey, from_multikey
from .parsing import Refused
from .verdicts import Code

__all__ = ["Disclosure", "is_made_by", "parse_disclosure"]

_BASE: Final = b"\xd9\x5d\x00"
_DERIVED: Final = b"\xd9\x5d\x01"
_MOST_STATEMENTS: Final = 1_000
_VALUE: Final = re.compile(r"u[A-Za-z0-9_-]{4,}")
# quoted texts and names are matched first, so that a label within one is left alone
_LABEL: Final = re.compile(r'"(?:[^"\\]|\\.)*+"|<[^>]*+>|_:(c14n[0-9]+)')


@dataclass(frozen=True, slots=True)
class Disclosure:
    """What a derived proof says besides its options."""

    base_signature: bytes
    public_key: bytes
    """multikey bytes of the key that was made for this credential, which its base signature covers"""
    signatures: tuple[bytes, ...]
    """of each statement that need not be shown and is"""
    labels: dict[str, str]
    """canonical blank node label -> the one under which the issuer signed"""
    mandatory: frozenset[int]
    """places of the statements that must be shown, among all that are"""


def parse_disclosure(value: Any) -> Disclosure:
    """The content of a `proofValue`. Refused: none, or a base proof."""
    if not isinstance(value, str) or _VALUE.fullmatch(value) is None:
        raise _malformed("The proof's value is no derived proof.")
    body = value[1:]
    try:
        raw = urlsafe_b64decode(body + "=" * (-len(body) % 4))
        if raw.startswith(_BASE):
            raise Refused(
                Code.UNSUPPORTED_PROOF,
                "The proof is the holder's own: what is shown must be derived from it.",
            )
        if not raw.startswith(_DERIVED):
            raise _malformed("The proof's value is no derived proof.")
        parts = cbor.loads(raw[len(_DERIVED) :])
    except ValueError:
        raise _malformed("The proof's value cannot be read.") from None
    if not isinstance(parts, list) or len(parts) != 5:
        raise _malformed("The proof's value is no derived proof.")
    base, public, signatures, labels, mandatory = parts
    if (
        not (isinstance(base, bytes) and len(base) == 64)
        or not (isinstance(public, bytes) and len(public) == 35)
        or not (isinstance(signatures, list) and len(signatures) <= _MOST_STATEMENTS)
        or not all(isinstance(signature, bytes) and len(signature) == 64 for signature in signatures)
        or not (isinstance(labels, dict) and len(labels) <= _MOST_STATEMENTS)
        or not all(
            isinstance(name, int) and isinstance(label, bytes) and len(label) == 32
            for name, label in labels.items()
        )
        or not (isinstance(mandatory, list) and len(mandatory) <= _MOST_STATEMENTS)
        or not all(isinstance(place, int) for place in mandatory)
        or len(set(labels.values())) != len(labels)
        or len(set(mandatory)) != len(mandatory)
    ):
        raise _malformed("The proof's value is no derived proof.")
    return Disclosure(
        base,
        public,
        tuple(signatures),
        {
            f"c14n{name}": "u" + urlsafe_b64encode(label).rstrip(b"=").decode()
            for name, label in labels.items()
        },
        frozenset(mandatory),
    )


def is_made_by(key: PublicKey, disclosure: Disclosure, options_hash: bytes, canonical: str) -> bool:
    """Whether `key` (the issuer's) and the credential's own key made all signatures over the document with these canonical N-Quads.

    Refused: labels or places that do not fit the document. Two blank nodes never become one: labels are distinct and none is left out.
    """
    quads = sorted(_relabelled(line, disclosure.labels) for line in canonical.splitlines(keepends=True))
    if not disclosure.mandatory.issubset(range(len(quads))):
        raise _malformed("The proof speaks of statements that the credential does not have.")
    shown = [quad for place, quad in enumerate(quads) if place not in disclosure.mandatory]
    if len(shown) != len(disclosure.signatures):
        raise _malformed("The proof does not sign each statement that is shown.")
    must = "".join(quad for place, quad in enumerate(quads) if place in disclosure.mandatory)
    signed = options_hash + disclosure.public_key + hashlib.sha256(must.encode()).digest()
    if not key.verify(disclosure.base_signature, signed):
        return False
    try:
        own = from_multikey("z" + base58.b58encode(disclosure.public_key).decode())
    except KeyMalformed:
        raise _malformed("The credential's own key cannot be used.") from None
    if own.kind != "P-256":
        raise _malformed("The credential's own key cannot be used.")
    return all(
        own.verify(signature, quad.encode())
        for signature, quad in zip(disclosure.signatures, shown, strict=True)
    )


def _relabelled(line: str, labels: dict[str, str]) -> str:
    def label(match: re.Match[str]) -> str:
        name = match[1]
        if name is None:
            return match[0]
        if name not in labels:
            raise _malformed("The proof leaves a part of the credential out.")
        return f"_:{labels[name]}"

    return _LABEL.sub(label, line)


def _malformed(message: str) -> Refused:
    return Refused(Code.PROOF_MALFORMED, message)
