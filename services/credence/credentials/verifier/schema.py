"""Whether a credential has the shape that its data model asks for: VC Data Model 1.1 and 2.0, and Open Badges 3.0 on top."""

from __future__ import annotations

import re
from typing import Any, Final

from .parsing import pointer
from .sections import as_list, types_of
from .validity import parse_time
from .verdicts import Code, Verdict, invalid, valid

__all__ = ["check_schema", "is_achievement_credential"]

_V1: Final = "https://www.w3.org/2018/credentials/v1"
_V2: Final = "https://www.w3.org/ns/credentials/v2"
_BADGE_TYPES: Final = frozenset({"OpenBadgeCredential", "AchievementCredential"})
_URL: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]+")
_LANGUAGE_KEYS: Final = frozenset({"@value", "@language", "@direction"})
_WITH_TYPE: Final = (
    "credentialStatus",
    "termsOfUse",
    "refreshService",
    "evidence",
    "credentialSchema",
    "proof",
)
_WITH_ID: Final = ("credentialSchema",)


def is_achievement_credential(credential: dict[str, Any]) -> bool:
    return not _BADGE_TYPES.isdisjoint(types_of(credential))


def check_schema(credential: dict[str, Any]) -> Verdict:
    """The first departure from the data model, or VALID."""
    try:
        version = _check_context(credential.get("@context"))
        _check_envelope(credential, version)
        _check_texts(credential)
        if is_achievement_credential(credential):
            _check_badge(credential)
        if "ClrCredential" in types_of(credential):
            _check_record(credential)
    except _Violation as violation:
        return invalid(Code.SCHEMA_VIOLATION, violation.message, violation.pointer)
    return valid(Code.OK, "The credential has the shape of its data model.")


class _Violation(Exception):  # noqa: N818
    def __init__(self, where: str, message: str) -> None:
        super().__init__(message)
        self.pointer = where
        self.message = message


def _demand(condition: bool, where: str, message: str) -> None:
    if not condition:
        raise _Violation(where, message)


def _check_context(context: Any) -> str:
    urls = as_list(context)
    _demand(
        bool(urls) and urls[0] in (_V1, _V2),
        "/@context",
        "The first context is not that of a verifiable credential.",
    )
    protected = set(_BASE_TYPES)
    for position, entry in enumerate(urls):
        where = pointer("@context", position)
        _demand(isinstance(entry, str | dict), where, "A context is neither an address nor an object.")
        if isinstance(entry, str):
            _demand(_is_url(entry), where, "A context is no address.")
        elif isinstance(entry, dict):
            _demand(protected.isdisjoint(entry), where, "An inline context redefines a protected term.")
            if entry.get("@protected") is True:
                protected.update(name for name in entry if not name.startswith("@"))
    return str(urls[0])


def _check_envelope(credential: dict[str, Any], version: str) -> None:
    kinds = as_list(credential.get("type"))
    _demand(
        "VerifiableCredential" in kinds, "/type", "The type does not say that it is a verifiable credential."
    )
    mapped = {name for entry in as_list(credential["@context"]) if isinstance(entry, dict) for name in entry}
    only_base = as_list(credential["@context"]) == [version]
    inline_only = all(
        entry == version or isinstance(entry, dict) for entry in as_list(credential["@context"])
    )
    for kind in kinds:
        known = isinstance(kind, str) and (
            kind in mapped or _is_url(kind) or kind in _BASE_TYPES or not (only_base or inline_only)
        )
        _demand(known, "/type", f"The type {str(kind)[:60]!r} has no meaning in the credential's contexts.")
    for entry in as_list(credential["@context"]):
        if isinstance(entry, dict):
            for name in set(map(str, kinds)) & entry.keys():
                target = entry[name].get("@id") if isinstance(entry[name], dict) else entry[name]
                _demand(
                    isinstance(target, str) and _is_url(target),
                    "/type",
                    f"The type {name!r} is mapped to no address.",
                )
    _optional_url(credential, "id", "")
    _check_issuer(credential.get("issuer"))
    _check_subjects(credential.get("credentialSubject"))
    _check_dates(credential, version)
    for name in _WITH_TYPE:
        if name in credential:
            _check_typed(credential[name], name)


_BASE_TYPES: Final = frozenset(
    {
        "VerifiableCredential",
        "BitstringStatusListCredential",
        "BitstringStatusList",
        "EnvelopedVerifiableCredential",
        "JsonSchemaCredential",
    }
)


def _check_issuer(issuer: Any) -> None:
    _demand(isinstance(issuer, str | dict), "/issuer", "The credential does not name one issuer.")
    identifier = issuer.get("id") if isinstance(issuer, dict) else issuer
    where = "/issuer/id" if isinstance(issuer, dict) else "/issuer"
    _demand(
        isinstance(identifier, str) and _is_url(identifier),
        where,
        "The issuer is named by no address or DID.",
    )


def _check_subjects(stated: Any) -> None:
    subjects = as_list(stated)
    _demand(bool(subjects), "/credentialSubject", "The credential has no subject.")
    for position, subject in enumerate(subjects):
        where = pointer("credentialSubject", position) if isinstance(stated, list) else "/credentialSubject"
        _demand(isinstance(subject, dict) and bool(subject), where, "A subject makes no claim.")
        _optional_url(subject, "id", where)


def _check_dates(credential: dict[str, Any], version: str) -> None:
    times = {}
    for name in ("validFrom", "validUntil", "issuanceDate", "expirationDate", "awardedDate"):
        if name in credential:
            try:
                times[name] = parse_time(credential[name])
            except ValueError:
                raise _Violation(f"/{name}", f"{name} is not an XML Schema time.") from None
    start, end = times.get("validFrom"), times.get("validUntil")
    _demand(not (start and end and end < start), "/validUntil", "validUntil lies before validFrom.")
    if version == _V1:
        _demand(
            "issuanceDate" in times,
            "/issuanceDate",
            "A credential of data model 1.1 states its issuanceDate.",
        )


def _check_typed(stated: Any, name: str) -> None:
    for position, entry in enumerate(as_list(stated)):
        where = pointer(name, position) if isinstance(stated, list) else f"/{name}"
        _demand(isinstance(entry, dict), where, f"{name} is not an object.")
        kinds = as_list(entry.get("type"))
        texts = bool(kinds) and all(isinstance(kind, str) and kind for kind in kinds)
        _demand(texts, f"{where}/type", f"{name} has no type.")
        if name in _WITH_ID:
            _demand("id" in entry, where, f"{name} has no identifier.")
        _optional_url(entry, "id", where)


def _check_texts(credential: dict[str, Any]) -> None:
    issuer = credential.get("issuer")
    for holder, where in ((credential, ""), (issuer, "/issuer")):
        if isinstance(holder, dict):
            for name in ("name", "description"):
                for text in as_list(holder.get(name)):
                    _demand(
                        isinstance(text, str)
                        or (isinstance(text, dict) and "@value" in text and text.keys() <= _LANGUAGE_KEYS),
                        f"{where}/{name}",
                        f"The {name} is neither a text nor a text in a language.",
                    )


def _check_badge(credential: dict[str, Any]) -> None:
    subjects = as_list(credential.get("credentialSubject"))
    for position, subject in enumerate(subjects):
        where = (
            pointer("credentialSubject", position)
            if isinstance(credential["credentialSubject"], list)
            else "/credentialSubject"
        )
        _demand(
            "AchievementSubject" in types_of(subject),
            f"{where}/type",
            "The subject is no AchievementSubject.",
        )
        identified = isinstance(subject.get("id"), str) or bool(as_list(subject.get("identifier")))
        _demand(identified, where, "The subject has neither an identifier nor an identity.")
        achievement = subject.get("achievement")
        _demand(isinstance(achievement, dict), f"{where}/achievement", "The subject has no achievement.")
        _demand(
            "Achievement" in types_of(achievement),
            f"{where}/achievement/type",
            "The achievement has no such type.",
        )
        for name in ("id", "name", "description"):
            _demand(
                bool(achievement.get(name)), f"{where}/achievement/{name}", f"The achievement has no {name}."
            )
        _demand(
            bool(achievement.get("criteria")),
            f"{where}/achievement/criteria",
            "The achievement states no criteria.",
        )


def _check_record(credential: dict[str, Any]) -> None:
    """CLR 2.0, ClrCredential and ClrSubject."""
    subject = credential["credentialSubject"]
    _demand(
        isinstance(subject, dict) and "ClrSubject" in types_of(subject),
        "/credentialSubject/type",
        "The subject of the record is no ClrSubject.",
    )
    where = "/credentialSubject/verifiableCredential"
    members = as_list(subject.get("verifiableCredential"))
    _demand(bool(members), where, "The record holds no credential.")
    for position, member in enumerate(members):
        _demand(isinstance(member, dict), f"{where}/{position}", "What the record holds is no credential.")


def _optional_url(holder: dict[str, Any], name: str, where: str) -> None:
    if name in holder:
        value = holder[name]
        _demand(
            isinstance(value, str) and _is_url(value),
            f"{where}/{name}",
            "An identifier is not one address or DID.",
        )


def _is_url(text: str) -> bool:
    return _URL.fullmatch(text) is not None
