"""From an issuer's identifier to the keys that may sign for it: did:key, did:jwk, did:web and https controller documents."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit

from .documents import Documents, DocumentUnavailable
from .keys import KeyMalformed, PublicKey, from_did_jwk, from_did_key, from_jwk, from_multikey
from .model import Limits
from .parsing import Refused, parse_json
from .validity import parse_time
from .verdicts import Code

__all__ = ["Controller", "IssuerUnresolved", "Method", "controller_of", "document_url", "resolve"]

_MAX_METHODS: Final = 64
_DID_WEB: Final = re.compile(
    r"did:web:(?P<host>[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?)(%3[Aa](?P<port>[0-9]{1,5}))?(?P<path>(:[A-Za-z0-9._~+@-]+)*)"
)
_HTTPS: Final = re.compile(r"https://[A-Za-z0-9.-]+(:[0-9]{1,5})?(/[^\s\\#<>\"{}|^`\x00-\x20\x7f]*)?")


class IssuerUnresolved(Exception):  # noqa: N818
    """No keys can be had for the identifier. `lasting` is False where another moment may give another answer."""

    def __init__(self, code: Code, message: str, *, lasting: bool) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.lasting = lasting


@dataclass(frozen=True, slots=True)
class Method:
    """A verification method that stands in the controller's assertionMethod."""

    id: str
    key: PublicKey
    kid: str | None = None
    """the name that the key's JWK gives itself, by which a token may call it"""
    revoked: datetime | None = None
    expires: datetime | None = None


@dataclass(frozen=True, slots=True)
class Controller:
    id: str
    methods: tuple[Method, ...]

    def method(self, method_id: str) -> Method | None:
        by_id = next((method for method in self.methods if method.id == method_id), None)
        controller_id, _, fragment = method_id.partition("#")
        if by_id is None and fragment and controller_id == self.id:
            return next((method for method in self.methods if method.kid == fragment), None)
        return by_id


def controller_of(method_id: str) -> str:
    """The identifier whose document a verification method's identifier points into."""
    return method_id.partition("#")[0]


def document_url(issuer_id: str) -> str:
    """The https address of the document of a did:web or https identifier. IssuerUnresolved: neither."""
    if issuer_id.startswith("did:web:"):
        match = _DID_WEB.fullmatch(issuer_id)
        if match is None or any(step in (".", "..") for step in match["path"].split(":")):
            raise IssuerUnresolved(
                Code.ISSUER_MALFORMED, "The issuer's did:web identifier is malformed.", lasting=True
            )
        host = match["host"].lower() + (f":{match['port']}" if match["port"] else "")
        path = match["path"].replace(":", "/") or "/.well-known"
        return f"https://{host}{path}/did.json"
    if _HTTPS.fullmatch(issuer_id):
        return issuer_id
    scheme = issuer_id[:60].split(":")
    raise IssuerUnresolved(
        Code.ISSUER_METHOD_UNSUPPORTED,
        f"Keys of issuers called {':'.join(scheme[:2]) if scheme[0] == 'did' else scheme[0]}... cannot be looked up.",
        lasting=True,
    )


def resolve(issuer_id: str, documents: Documents, limits: Limits) -> Controller:
    """The issuer's keys that may sign assertions. IssuerUnresolved: no document, or not this issuer's."""
    if issuer_id.startswith(("did:key:", "did:jwk:")):
        return _from_itself(issuer_id)
    url = document_url(issuer_id)
    try:
        body = documents.get(url)
    except DocumentUnavailable as missing:
        raise IssuerUnresolved(
            Code.ISSUER_DOCUMENT_UNAVAILABLE,
            f"The issuer's document at {urlsplit(url).hostname} cannot be had: {missing.reason}.",
            lasting=missing.lasting,
        ) from None
    try:
        document = parse_json(body, limits)
        return _from_document(issuer_id, document)
    except (Refused, _Malformed) as error:
        raise IssuerUnresolved(
            Code.ISSUER_DOCUMENT_MALFORMED, f"The issuer's document cannot be used: {error}", lasting=False
        ) from None


class _Malformed(Exception):  # noqa: N818  (an answer inside this module)
    pass


def _from_itself(did: str) -> Controller:
    """did:key and did:jwk spell their one key out; its fragment is the key again, or 0."""
    by_jwk = did.startswith("did:jwk:")
    try:
        key = from_did_jwk(did) if by_jwk else from_did_key(did)
    except KeyMalformed as error:
        raise IssuerUnresolved(
            Code.ISSUER_MALFORMED, f"The issuer's {did[:7]} is malformed: {error}.", lasting=True
        ) from None
    return Controller(did, (Method(f"{did}#{0 if by_jwk else did.removeprefix('did:key:')}", key),))


def _from_document(issuer_id: str, document: Any) -> Controller:
    if not isinstance(document, dict) or document.get("id") != issuer_id:
        raise _Malformed("it does not call itself by the issuer's identifier.")
    listed = _objects(document.get("verificationMethod", []))
    assertion = document.get("assertionMethod", [])
    assertion = assertion if isinstance(assertion, list) else [assertion]
    if len(listed) + len(assertion) > _MAX_METHODS:
        raise _Malformed(f"it lists more than {_MAX_METHODS} methods.")
    by_id: dict[str, dict[str, Any]] = {}
    for method in listed:
        if _absolute(issuer_id, method.get("id")) in by_id:
            raise _Malformed("two methods have one identifier.")
        by_id[_absolute(issuer_id, method.get("id"))] = method
    methods: dict[str, Method] = {}
    for entry in assertion:
        embedded = isinstance(entry, dict)
        found = _method(issuer_id, entry if embedded else by_id.get(_absolute(issuer_id, entry)))
        if found is None:
            continue
        if found.id in methods or (embedded and found.id in by_id):
            raise _Malformed("two methods have one identifier.")
        methods[found.id] = found
    return Controller(issuer_id, tuple(methods.values()))


def _method(issuer_id: str, raw: Any) -> Method | None:
    """The usable method of an entry, if it has one: of this controller, with a key of a kind that is known."""
    if not isinstance(raw, dict) or raw.get("controller") != issuer_id:
        return None
    method_id = _absolute(issuer_id, raw.get("id"))
    if controller_of(method_id) != issuer_id or method_id == issuer_id:
        return None
    multibase, jwk = raw.get("publicKeyMultibase"), raw.get("publicKeyJwk")
    try:
        if isinstance(multibase, str) and jwk is None:
            key = from_multikey(multibase)
        elif jwk is not None and multibase is None:
            key = from_jwk(jwk)
        else:
            return None
        kid = jwk.get("kid") if isinstance(jwk, dict) else None
        kid = kid if isinstance(kid, str) and kid else None
        return Method(method_id, key, kid, parse_time(raw.get("revoked")), parse_time(raw.get("expires")))
    except (KeyMalformed, ValueError):
        return None


def _absolute(issuer_id: str, method_id: Any) -> str:
    if not isinstance(method_id, str):
        raise _Malformed("a method has no identifier.")
    return issuer_id + method_id if method_id.startswith("#") else method_id


def _objects(value: Any) -> list[dict[str, Any]]:
    values = value if isinstance(value, list) else [value]
    if not all(isinstance(item, dict) for item in values):
        raise _Malformed("verificationMethod is not a list of objects.")
    return values
