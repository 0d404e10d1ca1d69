"""The suites of Data Integrity proofs that are checked, and what each of them hashes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final

import rfc8785

from .jcs import canonical
from .model import DEFAULT_LIMITS, Limits
from .parsing import Refused
from .rdfc import canonical_digest
from .verdicts import Code

__all__ = ["SUITES", "Suite", "document_hash", "hash_data", "options_hash"]


@dataclass(frozen=True, slots=True)
class Suite:
    key_kinds: frozenset[str]
    """kinds of key that the suite signs with; the key's kind, and nothing in the proof, chooses the hash"""
    digest: Callable[[dict[str, Any], Limits, str], bytes]
    jcs: bool
    selective: bool = False
    """whether the proof's value is no signature, but what a holder derived from one"""


def _jcs_digest(document: dict[str, Any], limits: Limits, algorithm: str) -> bytes:
    try:
        return hashlib.new(algorithm, canonical(document)).digest()
    except rfc8785.CanonicalizationError as error:
        raise Refused(Code.PROOF_MALFORMED, f"The document has no canonical form: {error}.") from None


_EDDSA: Final = frozenset({"Ed25519"})
_ECDSA: Final = frozenset({"P-256", "P-384"})
_HASHES: Final = {"Ed25519": "sha256", "P-256": "sha256", "P-384": "sha384"}
"""VC Data Integrity ECDSA Cryptosuites 1.0, section 3.2: P-384 hashes with SHA-384 throughout, also while canonicalising"""

SUITES: Final = {
    "eddsa-jcs-2022": Suite(_EDDSA, _jcs_digest, jcs=True),
    "eddsa-rdfc-2022": Suite(_EDDSA, canonical_digest, jcs=False),
    "Ed25519Signature2020": Suite(_EDDSA, canonical_digest, jcs=False),
    "ecdsa-jcs-2019": Suite(_ECDSA, _jcs_digest, jcs=True),
    "ecdsa-rdfc-2019": Suite(_ECDSA, canonical_digest, jcs=False),
    "ecdsa-sd-2023": Suite(frozenset({"P-256"}), canonical_digest, jcs=False, selective=True),
}


def document_hash(
    secured: dict[str, Any],
    config: dict[str, Any],
    suite: Suite,
    key_kind: str,
    limits: Limits,
    where: str,
    kept: dict[tuple[str, str], bytes],
) -> bytes:
    """Hash of the options, then hash of the document, as the kind of key has it.

    `kept` has the digests of one document, which differs between its proofs in contexts and covered proofs alone.
    """
    algorithm = _HASHES[key_kind]
    options = options_hash(secured, config, suite, algorithm, limits, where)
    if not suite.jcs:
        return options + suite.digest(secured, limits, algorithm)
    variant = (algorithm, repr((secured.get("@context"), secured.get("proof"))))
    if variant not in kept:
        kept[variant] = suite.digest(secured, limits, algorithm)
    return options + kept[variant]


def options_hash(
    secured: dict[str, Any],
    config: dict[str, Any],
    suite: Suite,
    algorithm: str,
    limits: Limits,
    where: str,
) -> bytes:
    if not suite.jcs:
        # proof options are read in the document's contexts, whatever the proof says of its own
        config = {**config, "@context": secured.get("@context")}
        limits = replace(limits, max_graph_values=_MOST_OPTIONS)
    try:
        return suite.digest(config, limits, algorithm)
    except Refused as refused:
        place = refused.pointer if refused.pointer.startswith("/@context") else where + refused.pointer
        raise Refused(refused.code, refused.message, place) from None


_MOST_OPTIONS: Final = 128
"""values in the options of one proof under an RDF suite"""


def hash_data(
    secured: dict[str, Any], options: dict[str, Any], suite: str, key_kind: str = "Ed25519"
) -> bytes:
    """What a proof with `options` (without proofValue) signs: hash of the options, then hash of the document. For issuers."""
    return document_hash(secured, options, SUITES[suite], key_kind, DEFAULT_LIMITS, "/proof", {})
