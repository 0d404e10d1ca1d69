"""The shapes in which versions 1.0, 1.1 and 2.0 write the same things. Readers only; none of them judges."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any, Final

from ..sections import as_list, identifier_of, types_of
from ..validity import jwt_time, parse_time

__all__ = [
    "address_of",
    "family",
    "is_assertion",
    "is_hosted",
    "is_signed",
    "method_of",
    "moment",
    "unsupported_kind",
]

V2_CONTEXTS: Final = frozenset(
    {
        "https://w3id.org/openbadges/v2",
        "https://purl.imsglobal.org/spec/ob/v2p0/context.json",
        "https://openbadgespec.org/v2/context.json",
    }
)
V1_CONTEXTS: Final = frozenset(
    {"https://w3id.org/openbadges/v1", "https://openbadgespec.org/v1/context.json"}
)
_KINDS: Final = {
    "BadgeClass": "It describes a badge and was awarded to nobody.",
    "Issuer": "It describes an issuer.",
    "Profile": "It describes a person or an organisation.",
    "CryptographicKey": "It is a key.",
    "RevocationList": "It is a revocation list.",
    "Endorsement": "It is an endorsement, and no credential of a person's own.",
}
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_MINUTE: Final = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d)(Z|[+-]\d\d:\d\d)?", re.ASCII)


def is_assertion(document: Any) -> bool:
    """A badge that was awarded. Version 1.0 had no types, so its members tell it."""
    if not isinstance(document, dict) or "credentialSubject" in document:
        return False
    if "Assertion" in types_of(document):
        return True
    return "badge" in document and "recipient" in document and ("verify" in document or _contexts(document))


def unsupported_kind(document: Any) -> str | None:
    """What a document of Open Badges is instead, as a sentence; None where it is no such document."""
    if not isinstance(document, dict):
        return None
    if isinstance(document.get("badge"), dict) and isinstance(document.get("recipient"), str):
        return "It is a badge of version 0.5, which nobody can check any more."
    if not _contexts(document):
        return None
    return next((_KINDS[kind] for kind in sorted(types_of(document)) if kind in _KINDS), None)


def family(assertion: dict[str, Any]) -> str:
    """`ob2`, or `ob1` for versions 1.0 and 1.1."""
    contexts = {context for context in as_list(assertion.get("@context")) if isinstance(context, str)}
    return "ob1" if not contexts or contexts & V1_CONTEXTS else "ob2"


def _contexts(document: dict[str, Any]) -> bool:
    stated = {context for context in as_list(document.get("@context")) if isinstance(context, str)}
    return bool(stated & (V1_CONTEXTS | V2_CONTEXTS))


def method_of(assertion: dict[str, Any]) -> dict[str, Any]:
    """The verification object: `verification` in 2.0, `verify` in 1.x; empty where there is none that can be read."""
    for name in ("verification", "verify"):
        stated = assertion.get(name)
        if isinstance(stated, dict):
            return stated
    return {}


def is_hosted(assertion: dict[str, Any]) -> bool:
    return not types_of(method_of(assertion)).isdisjoint({"hosted", "HostedBadge"})


def is_signed(assertion: dict[str, Any]) -> bool:
    return not types_of(method_of(assertion)).isdisjoint({"signed", "SignedBadge"})


def address_of(assertion: dict[str, Any]) -> str | None:
    """Where a hosted assertion says that it is: `verify.url` in 1.x, its `id` since 1.1."""
    url = method_of(assertion).get("url")
    identifier = identifier_of(assertion)
    return identifier if identifier is not None else url if isinstance(url, str) else None


def moment(value: Any) -> datetime | None:
    """A time as badges write it: ISO 8601 with or without seconds, a day (its first moment), or, in 1.0, seconds since 1970.
    ValueError: none of these."""
    if isinstance(value, int) and not isinstance(value, bool):
        return jwt_time(value)
    if isinstance(value, str) and _DAY.fullmatch(value):
        return datetime.fromisoformat(value).replace(tzinfo=UTC)
    if isinstance(value, str) and (match := _MINUTE.fullmatch(value)):
        return parse_time(f"{match[1]}:00{match[2] or ''}")
    return parse_time(value)
