"""Revocation and suspension by Bitstring Status List 1.0. Fails closed: a list that cannot be believed leaves the status open."""

from __future__ import annotations

import re
import zlib
from base64 import urlsafe_b64decode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

from .documents import Documents, DocumentUnavailable
from .model import DEFAULT_LIMITS, Limits, StatusEntry
from .parsing import Refused, pointer
from .sections import as_list, types_of
from .securing import open_secured
from .validity import validity_at
from .verdicts import Code, State, Verdict, indeterminate, invalid, not_applicable, valid

__all__ = ["recheck_status", "status_entries"]

_NEGATIVE: Final = {"revocation": (Code.REVOKED, "revoked"), "suspension": (Code.SUSPENDED, "suspended")}
_INFORMATIVE: Final = frozenset({"message", "refresh"})
_DEFAULT_TTL_S: Final = 300.0
_LONGEST_TTL_MS: Final = 10**9
_INDEX: Final = re.compile(r"[0-9]{1,12}")


def status_entries(credential: dict[str, Any], limits: Limits) -> tuple[StatusEntry, ...]:
    """All entries of `credentialStatus`. Refused: one that is not a well-formed BitstringStatusListEntry."""
    stated = credential.get("credentialStatus")
    entries = as_list(stated)
    if len(entries) > limits.max_status_entries:
        raise Refused(
            Code.TOO_COMPLEX,
            f"The credential has more than {limits.max_status_entries} statuses.",
            "/credentialStatus",
        )
    single = not isinstance(stated, list)
    return tuple(
        _entry(entry, "/credentialStatus" if single else pointer("credentialStatus", position))
        for position, entry in enumerate(entries)
    )


def _entry(entry: Any, where: str) -> StatusEntry:
    if not isinstance(entry, dict):
        raise Refused(Code.STATUS_MALFORMED, "The status is not an object.", where)
    if "BitstringStatusListEntry" not in types_of(entry):
        kind = ", ".join(sorted(types_of(entry)))[:60] or "none"
        raise Refused(
            Code.STATUS_TYPE_UNSUPPORTED, f"Statuses of the type {kind} are not checked.", f"{where}/type"
        )
    url, purpose, size = (
        entry.get("statusListCredential"),
        entry.get("statusPurpose"),
        entry.get("statusSize", 1),
    )
    if not isinstance(url, str) or not isinstance(purpose, str):
        raise Refused(Code.STATUS_MALFORMED, "The status names no list or no purpose.", where)
    raw = entry.get("statusListIndex")
    index = str(raw) if isinstance(raw, int) and not isinstance(raw, bool) else raw
    if not isinstance(index, str) or _INDEX.fullmatch(index) is None:
        raise Refused(
            Code.STATUS_MALFORMED, "The status names no place in its list.", f"{where}/statusListIndex"
        )
    if isinstance(size, bool) or not isinstance(size, int) or not 1 <= size <= 32:
        raise Refused(Code.STATUS_MALFORMED, "The size of the status is out of range.", f"{where}/statusSize")
    return StatusEntry(url, int(index), purpose, size, where)


def recheck_status(
    entries: Sequence[StatusEntry],
    issuer: str,
    at: datetime,
    documents: Documents,
    limits: Limits = DEFAULT_LIMITS,
) -> Verdict:
    """The worst of all entries: a set bit of revocation or suspension is INVALID, an open question INDETERMINATE.

    `issuer` is the credential's; only a list that the same issuer signed is believed.
    """
    if not entries:
        return not_applicable(Code.NO_STATUS, "The credential has no status to look up.")
    lists: dict[str, _StatusList | Verdict] = {}
    worst: Verdict | None = None
    for entry in entries:
        if entry.list_url not in lists:
            lists[entry.list_url] = _status_list(entry.list_url, issuer, at, documents, limits)
        found = lists[entry.list_url]
        verdict = _read(entry, found, limits) if isinstance(found, _StatusList) else _at(found, entry.pointer)
        if verdict.state is State.INVALID:
            return verdict
        if worst is None or worst.valid:
            worst = verdict
    return worst or not_applicable(Code.NO_STATUS, "The credential has no status to look up.")


@dataclass(frozen=True, slots=True)
class _StatusList:
    purposes: frozenset[str]
    bits: bytes


def _status_list(
    url: str, issuer: str, at: datetime, documents: Documents, limits: Limits
) -> _StatusList | Verdict:
    """The believed list, or why it is not."""
    try:
        body = documents.get(url)
        found = _believed(url, body, issuer, at, documents, limits)
        if isinstance(found, Verdict) or found[1] >= _DEFAULT_TTL_S:
            return found if isinstance(found, Verdict) else found[0]
        # the issuer asks for a fresher copy than caches keep
        fresh = documents.get(url, found[1])
        if fresh != body:
            found = _believed(url, fresh, issuer, at, documents, limits)
        return found if isinstance(found, Verdict) else found[0]
    except DocumentUnavailable as missing:
        return indeterminate(Code.STATUS_UNREACHABLE, f"The status list cannot be had: {missing.reason}.")
    except Refused as refused:
        return indeterminate(Code.STATUS_LIST_MALFORMED, f"The status list cannot be read: {refused.message}")


def _believed(
    url: str, body: bytes, issuer: str, at: datetime, documents: Documents, limits: Limits
) -> tuple[_StatusList, float] | Verdict:
    secured = open_secured(body, at, documents, limits)
    if not (secured.checked.integrity.valid and secured.checked.authenticated.valid):
        forged = State.INVALID in (secured.checked.integrity.state, secured.checked.authenticated.state)
        if secured.issuer_unreached and secured.issuer_id == issuer and not forged:
            return indeterminate(
                Code.STATUS_UNREACHABLE, "Who signed the status list cannot be looked up at this moment."
            )
        failed = (
            secured.checked.integrity
            if not secured.checked.integrity.valid
            else secured.checked.authenticated
        )
        return indeterminate(
            Code.STATUS_LIST_NOT_AUTHENTIC, f"The status list's own signature does not hold: {failed.message}"
        )
    if secured.issuer_id != issuer:
        return indeterminate(Code.STATUS_LIST_WRONG_ISSUER, "The status list was signed by another issuer.")
    credential = secured.credential
    if credential.get("id", url) != url:
        return indeterminate(Code.STATUS_LIST_WRONG_ID, "The document at the list's address is another list.")
    if (
        secured.window.problem
        or not validity_at(secured.window.valid_from, secured.window.valid_until, at).valid
    ):
        return indeterminate(Code.STATUS_LIST_STALE, "The status list is not, or no longer, current.")
    subject = credential.get("credentialSubject")
    if (
        not isinstance(subject, dict)
        or "BitstringStatusListCredential" not in types_of(credential)
        or "BitstringStatusList" not in types_of(subject)
    ):
        return indeterminate(
            Code.STATUS_LIST_MALFORMED, "The document at the list's address is no status list."
        )
    purposes = frozenset(
        purpose for purpose in as_list(subject.get("statusPurpose")) if isinstance(purpose, str)
    )
    encoded, ttl = subject.get("encodedList"), subject.get("ttl")
    if not isinstance(encoded, str):
        return indeterminate(Code.STATUS_LIST_MALFORMED, "The status list holds no list.")
    if not isinstance(ttl, int) or isinstance(ttl, bool) or ttl < 0:
        ttl = _DEFAULT_TTL_S * 1000
    return _StatusList(purposes, _decode(encoded, limits.max_list_bytes)), min(ttl, _LONGEST_TTL_MS) / 1000


def _read(entry: StatusEntry, found: _StatusList, limits: Limits) -> Verdict:
    if entry.purpose not in found.purposes:
        return indeterminate(
            Code.STATUS_LIST_WRONG_PURPOSE,
            f"The status list is not one of {entry.purpose[:40]}.",
            entry.pointer,
        )
    total = len(found.bits) * 8
    if total // entry.size < limits.min_list_entries:
        return indeterminate(
            Code.STATUS_LIST_TOO_SHORT, "The status list is shorter than the standard demands.", entry.pointer
        )
    start = entry.index * entry.size
    if start + entry.size > total:
        return indeterminate(
            Code.STATUS_INDEX_OUT_OF_RANGE, "The status list has no such place.", entry.pointer
        )
    value = 0
    for position in range(start, start + entry.size):
        # the first entry is the leftmost bit of the first byte
        value = value << 1 | (found.bits[position // 8] >> (7 - position % 8)) & 1
    if entry.purpose in _NEGATIVE:
        code, word = _NEGATIVE[entry.purpose]
        if value:
            return invalid(code, f"The issuer has {word} the credential.", entry.pointer)
        return valid(Code.OK, f"The credential is not {word}.", entry.pointer)
    if entry.purpose in _INFORMATIVE:
        return valid(
            Code.OK, f"The {entry.purpose} status says nothing against the credential.", entry.pointer
        )
    return indeterminate(
        Code.STATUS_PURPOSE_UNSUPPORTED,
        f"A status for {entry.purpose[:40]} is not understood.",
        entry.pointer,
    )


def _at(verdict: Verdict, where: str) -> Verdict:
    return Verdict(verdict.state, verdict.code, where, verdict.message)


@lru_cache(maxsize=16)
def _decode(encoded: str, max_bytes: int) -> bytes:
    """Multibase base64url ("u...") of GZIP. Refused: anything else, or more than `max_bytes`."""
    if re.fullmatch(r"u[A-Za-z0-9_-]*={0,2}", encoded) is None:
        raise Refused(Code.STATUS_LIST_MALFORMED, "The list is not multibase base64url.")
    body = encoded[1:].rstrip("=")
    try:
        packed = urlsafe_b64decode(body + "=" * (-len(body) % 4))
        inflater = zlib.decompressobj(wbits=31)
        bits = inflater.decompress(packed, max_bytes)
    except (ValueError, zlib.error):
        raise Refused(Code.STATUS_LIST_MALFORMED, "The list is not GZIP.") from None
    if inflater.unconsumed_tail:
        raise Refused(Code.STATUS_LIST_MALFORMED, f"The list unpacks to more than {max_bytes} bytes.")
    if not inflater.eof:
        raise Refused(Code.STATUS_LIST_MALFORMED, "The list is cut off.")
    if inflater.unused_data:
        # some readers go on, others stop here: two lists in one
        raise Refused(Code.STATUS_LIST_MALFORMED, "The list goes on after its end.")
    return bits
