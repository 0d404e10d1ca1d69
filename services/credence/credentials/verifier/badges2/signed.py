"""Signed assertions: a compact JWS by a key that belongs to the issuer whom the badge class names.

In 2.0 the key is a CryptographicKey, whose owner is the issuer and which the issuer's document lists under `publicKey`; in 1.x it is a
PEM file at `verify.url`, and what makes it the issuer's is that it lies on the issuer's host.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from ..documents import DocumentUnavailable
from ..jwt import Token
from ..keys import KeyMalformed, PublicKey, from_pem
from ..model import Limits, ProofReport
from ..parsing import Refused, parse_json
from ..sections import as_list, identifier_of
from ..verdicts import Code, State, Verdict, indeterminate, invalid, valid
from .chain import Chain, lists_key
from .forms import family, method_of
from .hosts import Hosts, host_of, same

__all__ = [
    "KeyFound",
    "find_key",
    "first_that_fits",
    "integrity_of",
    "key_within",
    "keys_of",
    "ownership",
    "report",
]

_MOST_KEYS: Final = 8


@dataclass(frozen=True, slots=True)
class KeyFound:
    """A key, its own name, and the owner that its document states; or why it cannot be had."""

    key: PublicKey | None
    id: str | None
    owner: str | None
    problem: Verdict | None


def find_key(assertion: dict[str, Any], hosts: Hosts, limits: Limits) -> KeyFound | None:
    """The key that the assertion names as its creator's; None where it names none."""
    method = method_of(assertion)
    named = method.get("creator", method.get("url"))
    if named is None:
        return None
    where = "/verification/creator" if "creator" in method else "/verify/url"
    key_id = named if isinstance(named, str) else identifier_of(named)
    return _fetched(key_id, hosts, limits, where)


def _fetched(key_id: str | None, hosts: Hosts, limits: Limits, where: str) -> KeyFound:
    try:
        body = hosts.body(key_id)
    except DocumentUnavailable as missing:
        problem = indeterminate(
            Code.KEY_UNAVAILABLE, f"The key that signed cannot be had: {missing.reason}.", where
        )
        return KeyFound(None, key_id, None, problem)
    try:
        if body.lstrip().startswith(b"-----BEGIN"):
            return KeyFound(from_pem(body), key_id, None, None)
        document = parse_json(body, limits)
        if not isinstance(document, dict) or not same(identifier_of(document), key_id):
            raise KeyMalformed("the document there calls itself something else")
        return _stated(document)
    except (KeyMalformed, Refused) as error:
        problem = indeterminate(Code.KEY_MALFORMED, f"The key that signed cannot be used: {error}.", where)
        return KeyFound(None, key_id, None, problem)


def _stated(document: dict[str, Any]) -> KeyFound:
    """The key of a CryptographicKey. KeyMalformed: it has none."""
    pem = document.get("publicKeyPem")
    if not isinstance(pem, str):
        raise KeyMalformed("there is no publicKeyPem")
    return KeyFound(
        from_pem(pem.encode()), identifier_of(document), identifier_of(document.get("owner")), None
    )


def key_within(profile: dict[str, Any], key_id: str | None) -> KeyFound | None:
    """The key of that name where the issuer's document holds it itself."""
    for entry in as_list(profile.get("publicKey"))[:_MOST_KEYS]:
        if isinstance(entry, dict) and same(identifier_of(entry), key_id):
            try:
                return _stated(entry)
            except KeyMalformed:
                return None
    return None


def keys_of(profile: dict[str, Any], hosts: Hosts, limits: Limits) -> list[KeyFound]:
    """The issuer's own keys, for an assertion that names none."""
    found = []
    for entry in as_list(profile.get("publicKey"))[:_MOST_KEYS]:
        if isinstance(entry, dict) and "publicKeyPem" in entry:
            try:
                found.append(_stated(entry))
            except KeyMalformed:
                continue
        else:
            found.append(_fetched(identifier_of(entry), hosts, limits, "/verification"))
    return found


def integrity_of(token: Token, found: KeyFound) -> Verdict:
    """Whether the key made the signature."""
    if found.key is None:
        return found.problem or indeterminate(Code.KEY_UNAVAILABLE, "The key that signed cannot be had.")
    if token.algorithm not in found.key.algorithms:
        return invalid(
            Code.ALGORITHM_NOT_ALLOWED,
            f"The header says {token.algorithm}, and the key is {found.key.kind}.",
            "/alg",
        )
    if not found.key.verify(token.signature, token.signed):
        return invalid(
            Code.SIGNATURE_MISMATCH, "The content was changed after signing, or another key signed."
        )
    return valid(Code.OK, "The content is exactly what was signed.")


def ownership(assertion: dict[str, Any], found: KeyFound, chain: Chain) -> Verdict:
    """Whether the key is the issuer's to sign badges with."""
    if chain.problem is not None:
        return chain.problem
    if chain.profile is None or chain.issuer_id is None:
        return indeterminate(Code.NOT_EVALUATED, "Nothing shows who issued the badge.")
    where = "/verification/creator"
    if family(assertion) == "ob1" and found.owner is None and "publicKey" not in chain.profile:
        # where the issuer does list keys, only those are its own: others may put a file on its host
        if host_of(found.id) is not None and host_of(found.id) == host_of(chain.issuer_id):
            return valid(Code.OK, "The key that signed lies on the issuer's own host.")
        return invalid(
            Code.ISSUER_NOT_AUTHENTICATED, "The key that signed lies on another host than the issuer.", where
        )
    if not same(found.owner, chain.issuer_id):
        return invalid(
            Code.ISSUER_NOT_AUTHENTICATED,
            "The key that signed belongs to someone other than the stated issuer.",
            where,
        )
    if found.id is None or not lists_key(chain.profile, found.id):
        return invalid(
            Code.ISSUER_NOT_AUTHENTICATED, "The issuer's document does not list the key that signed.", where
        )
    return valid(Code.OK, "The issuer's document lists the key that signed.")


def report(token: Token, found: KeyFound | None, integrity: Verdict) -> ProofReport:
    return ProofReport("", f"jws-{token.algorithm}", found.id if found else None, None, integrity)


def first_that_fits(token: Token, keys: list[KeyFound]) -> tuple[KeyFound | None, Verdict]:
    """Of the issuer's keys the one that made the signature."""
    verdicts = [(key, integrity_of(token, key)) for key in keys]
    for state in (State.VALID, State.INDETERMINATE):
        for key, verdict in verdicts:
            if verdict.state is state:
                return key, verdict
    if not verdicts:
        return None, indeterminate(
            Code.KEY_UNAVAILABLE, "Neither the badge nor its issuer names a key.", "/verification"
        )
    return None, invalid(Code.SIGNATURE_MISMATCH, "None of the issuer's keys made this signature.")
