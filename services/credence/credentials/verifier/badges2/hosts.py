"""Documents of badges at their addresses, and what two addresses have to do with each other.

Old badges name themselves by http addresses. Here everything is fetched by https, so that the answer is the named host's; addresses
that differ only in that are the same.
"""

from __future__ import annotations

import re
from typing import Any, Final
from urllib.parse import urlsplit

from ..documents import Documents, DocumentUnavailable
from ..model import Limits
from ..parsing import Refused, parse_json
from ..sections import as_list, identifier_of
from ..verdicts import Code

__all__ = ["Hosts", "host_of", "in_scope", "normal", "same"]

_WEB: Final = re.compile(r"https?://[^\s\\<>\"{}|^`\x00-\x20\x7f]+", re.IGNORECASE)
_DOTS: Final = re.compile(r"(?:^|/|%2f|%5c)(?:\.|%2e){1,2}(?:/|%2f|%5c|$)", re.IGNORECASE)
"""steps that a host may take upwards, out of the part of it that an address seems to lie in"""


def normal(url: Any) -> str | None:
    """The https form of a web address, for fetching and comparing; None for anything else."""
    if not isinstance(url, str) or _WEB.fullmatch(url) is None:
        return None
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    if not parts.hostname or parts.username is not None or _DOTS.search(parts.path):
        return None
    default = 443 if parts.scheme == "https" else 80
    host = parts.hostname.lower() + (f":{port}" if port not in (None, default) else "")
    tail = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return f"https://{host}{tail}" + (f"#{parts.fragment}" if parts.fragment else "")


def same(one: Any, other: Any) -> bool:
    """Whether two identifiers name one thing: equal, or web addresses that differ in nothing but http and https."""
    if not isinstance(one, str) or not isinstance(other, str):
        return False
    return one == other or (normal(one) is not None and normal(one) == normal(other))


def host_of(url: Any) -> str | None:
    """Host, with the port where it is not the usual one."""
    address = normal(url)
    return None if address is None else urlsplit(address).netloc


def in_scope(url: Any, issuer_id: Any, profile: dict[str, Any]) -> bool:
    """Whether an assertion at `url` is one of the issuer's (Open Badges 2.0, `VerificationObject`): on a host among `allowedOrigins`, by
    default the issuer's own, and, where the issuer states `startsWith`, under one of those."""
    address, host = normal(url), host_of(url)
    if address is None or host is None:
        return False
    stated = [item for item in as_list(profile.get("verification")) if isinstance(item, dict)]
    origins = [origin for item in stated for origin in as_list(item.get("allowedOrigins"))]
    starts = [start for item in stated for start in as_list(item.get("startsWith"))]
    hosts = {_origin(origin) for origin in origins} if origins else {host_of(issuer_id)}
    if host not in hosts:
        return False
    return not starts or any(
        (prefix := normal(start)) is not None and address.startswith(prefix) for start in starts
    )


def _origin(stated: Any) -> str | None:
    """A host, however an issuer writes it: `example.org` or `https://example.org`."""
    if not isinstance(stated, str):
        return None
    return host_of(stated if "://" in stated else f"https://{stated}")


class Hosts:
    """Documents of one badge, at most `limits.max_documents` of them, each fetched once."""

    def __init__(self, documents: Documents, limits: Limits) -> None:
        self._documents = documents
        self._limits = limits
        self._left = limits.max_documents
        self._kept: dict[str, bytes | DocumentUnavailable] = {}
        self.unreached = False
        """Whether something was missing that another moment may bring"""

    def body(self, url: Any) -> bytes:
        """DocumentUnavailable: it cannot be had, or is no web address."""
        address = normal(url)
        if address is None:
            raise DocumentUnavailable(str(url)[:200], "not a web address", lasting=True)
        address = address.partition("#")[0]
        if address not in self._kept:
            self._kept[address] = self._fetched(address)
        found = self._kept[address]
        if isinstance(found, DocumentUnavailable):
            self.unreached = self.unreached or not (found.lasting or found.gone)
            raise found
        return found

    def _fetched(self, address: str) -> bytes | DocumentUnavailable:
        self._left -= 1
        if self._left < 0:
            return DocumentUnavailable(address, "the badge refers to too many documents", lasting=True)
        try:
            return self._documents.get(address)
        except DocumentUnavailable as missing:
            return missing

    def object(self, url: Any) -> dict[str, Any]:
        """The JSON object there. DocumentUnavailable; Refused: it is something else, or calls itself by another address."""
        body = self.body(url)
        try:
            found = parse_json(body, self._limits)
        except Refused as refused:
            self.unreached = True  # hosts serve pages of errors, too
            raise Refused(Code.HOSTED_MALFORMED, refused.message) from None
        if not isinstance(found, dict):
            raise Refused(Code.HOSTED_MALFORMED, "It is not a JSON object.")
        identifier = identifier_of(found)
        if identifier is not None and not same(identifier, url):
            raise Refused(Code.HOSTED_MISMATCH, "It calls itself by another address.")
        return found
