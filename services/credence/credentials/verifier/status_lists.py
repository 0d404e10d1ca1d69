"""Status lists that are credentials themselves: Bitstring Status List 1.0, and its draft StatusList2021. Fail closed: a list that cannot
be believed leaves the status open, and only a list of the credential's own issuer is believed.
"""

from __future__ import annotations

import re
import zlib
from base64 import urlsafe_b64decode
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Final, NamedTuple

from .documents import Documents, DocumentUnavailable
from .model import Limits, StatusEntry
from .parsing import Refused
from .sections import as_list, types_of
from .securing import open_secured
from .validity import validity_at
from .verdicts import Code, State, Verdict, indeterminate, invalid, valid

__all__ = ["BITSTRING", "DRAFT_2021", "StatusLists"]

BITSTRING: Final = "bitstring"
DRAFT_2021: Final = "status-list-2021"
_NEGATIVE: Final = {"revocation": (Code.REVOKED, "revoked"), "suspension": (Code.SUSPENDED, "suspended")}
_DEFAULT_TTL_S: Final = 300.0
_LONGEST_TTL_MS: Final = 10**9  # an integer of JSON may be too large for a float


class _Format(NamedTuple):
    """What a kind of list calls itself, and how it is written."""

    credential: str
    subject: str
    encoded: re.Pattern[str]


_FORMATS: Final = {
    BITSTRING: _Format(
        "BitstringStatusListCredential", "BitstringStatusList", re.compile(r"u([A-Za-z0-9_-]*)={0,2}")
    ),
    # the draft says base64 alone, its users write either alphabet, and some the multibase letter of its successor; GZIP begins with H4s
    DRAFT_2021: _Format(
        "StatusList2021Credential", "StatusList2021", re.compile(r"u?(H4s[A-Za-z0-9_+/-]*)={0,2}")
    ),
}


class StatusLists:
    """The lists of one look at a credential's status: each is fetched and believed once."""

    def __init__(self, issuer: str, at: datetime, documents: Documents, limits: Limits) -> None:
        self._issuer = issuer
        self._at = at
        self._documents = documents
        self._limits = limits
        self._lists: dict[tuple[str, str], _StatusList | Verdict] = {}

    def verdict(self, entry: StatusEntry) -> Verdict:
        key = (entry.kind, entry.list_url)
        if key not in self._lists:
            self._lists[key] = self._fetched(entry.list_url, _FORMATS[entry.kind])
        found = self._lists[key]
        if isinstance(found, Verdict):
            return Verdict(found.state, found.code, entry.pointer, found.message)
        return _read(entry, found, self._limits)

    def _fetched(self, url: str, form: _Format) -> _StatusList | Verdict:
        """The believed list, or why it is not."""
        try:
            body = self._documents.get(url)
            found = self._believed(url, body, form)
            if isinstance(found, Verdict) or found.ttl_s >= _DEFAULT_TTL_S:
                return found
            # the issuer asks for a fresher copy than caches keep
            fresh = self._documents.get(url, found.ttl_s)
            return found if fresh == body else self._believed(url, fresh, form)
        except DocumentUnavailable as missing:
            return indeterminate(Code.STATUS_UNREACHABLE, f"The status list cannot be had: {missing.reason}.")
        except Refused as refused:
            return indeterminate(
                Code.STATUS_LIST_MALFORMED, f"The status list cannot be read: {refused.message}"
            )

    def _believed(self, url: str, body: bytes, form: _Format) -> _StatusList | Verdict:
        secured = open_secured(body, self._at, self._documents, self._limits)
        integrity, authenticated = secured.checked.integrity, secured.checked.authenticated
        if not (integrity.valid and authenticated.valid):
            forged = State.INVALID in (integrity.state, authenticated.state)
            if secured.issuer_unreached and secured.issuer_id == self._issuer and not forged:
                return indeterminate(
                    Code.STATUS_UNREACHABLE, "Who signed the status list cannot be looked up at this moment."
                )
            failed = authenticated if integrity.valid else integrity
            return indeterminate(
                Code.STATUS_LIST_NOT_AUTHENTIC,
                f"The status list's own signature does not hold: {failed.message}",
            )
        if secured.issuer_id != self._issuer:
            return indeterminate(
                Code.STATUS_LIST_WRONG_ISSUER, "The status list was signed by another issuer."
            )
        credential, window = secured.credential, secured.window
        if credential.get("id", url) != url:
            return indeterminate(
                Code.STATUS_LIST_WRONG_ID, "The document at the list's address is another list."
            )
        if window.problem or not validity_at(window.valid_from, window.valid_until, self._at).valid:
            return indeterminate(Code.STATUS_LIST_STALE, "The status list is not, or no longer, current.")
        subject = credential.get("credentialSubject")
        if (
            not isinstance(subject, dict)
            or form.credential not in types_of(credential)
            or form.subject not in types_of(subject)
        ):
            return indeterminate(
                Code.STATUS_LIST_MALFORMED, "The document at the list's address is no status list."
            )
        encoded, ttl = subject.get("encodedList"), subject.get("ttl")
        if not isinstance(encoded, str):
            return indeterminate(Code.STATUS_LIST_MALFORMED, "The status list holds no list.")
        if not isinstance(ttl, int) or isinstance(ttl, bool) or ttl < 0:
            ttl = _DEFAULT_TTL_S * 1000
        return _StatusList(
            frozenset(name for name in as_list(subject.get("statusPurpose")) if isinstance(name, str)),
            _decode(encoded, form.encoded, self._limits.max_list_bytes),
            min(ttl, _LONGEST_TTL_MS) / 1000,
        )


@dataclass(frozen=True, slots=True)
class _StatusList:
    purposes: frozenset[str]
    bits: bytes
    ttl_s: float


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
    return _meaning(entry, value)


def _meaning(entry: StatusEntry, value: int) -> Verdict:
    """Bitstring Status List 1.0, section 2.1: revocation and suspension take validity away, refresh and message do not."""
    if entry.purpose in _NEGATIVE:
        code, word = _NEGATIVE[entry.purpose]
        if value:
            return invalid(code, f"The issuer has {word} the credential.", entry.pointer)
        return valid(Code.OK, f"The credential is not {word}.", entry.pointer)
    if entry.purpose == "refresh":
        if value:
            return valid(
                Code.REFRESH_AVAILABLE, "The issuer has a newer version of the credential.", entry.pointer
            )
        return valid(Code.OK, "The issuer has no newer version of the credential.", entry.pointer)
    if entry.purpose == "message":
        text = dict(entry.messages).get(value)
        if text is not None:
            return valid(Code.STATUS_MESSAGE, f"The issuer says of the credential: {text}", entry.pointer)
        if entry.messages:
            return indeterminate(
                Code.STATUS_MALFORMED,
                "The status list gives a message that the credential does not spell out.",
                entry.pointer,
            )
        return valid(Code.OK, "The message status says nothing against the credential.", entry.pointer)
    return indeterminate(
        Code.STATUS_PURPOSE_UNSUPPORTED,
        f"A status for {entry.purpose[:40]} is not understood.",
        entry.pointer,
    )


@lru_cache(maxsize=16)
def _decode(encoded: str, form: re.Pattern[str], max_bytes: int) -> bytes:
    """GZIP in base64. Refused: anything else, or more than `max_bytes`."""
    match = form.fullmatch(encoded)
    if match is None:
        raise Refused(Code.STATUS_LIST_MALFORMED, "The list is not written as its kind is.")
    body = match[1].replace("+", "-").replace("/", "_")
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
