"""What has become of a credential since it was issued: all its status entries, of every kind, looked up. Fails closed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from . import revocation_list
from .badges2.revocation import OLDER_KINDS, recheck_entry
from .documents import Documents
from .model import DEFAULT_LIMITS, Limits, StatusEntry
from .parsing import Refused, pointer
from .sections import as_list, types_of
from .status_lists import BITSTRING, DRAFT_2021, StatusLists
from .verdicts import Code, State, Verdict, not_applicable

__all__ = ["recheck_status", "status_entries"]

_LIST_ENTRIES: Final = {"BitstringStatusListEntry": BITSTRING, "StatusList2021Entry": DRAFT_2021}
_INDEX: Final = re.compile(r"[0-9]{1,12}")
_VALUE: Final = re.compile(r"0x[0-9a-fA-F]{1,8}")
_MOST_MESSAGES: Final = 256
_LONGEST_MESSAGE: Final = 200


def status_entries(credential: dict[str, Any], limits: Limits) -> tuple[StatusEntry, ...]:
    """All entries of `credentialStatus`. Refused: one that is malformed, or of a kind that is not known."""
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
        _entry(entry, credential, "/credentialStatus" if single else pointer("credentialStatus", position))
        for position, entry in enumerate(entries)
    )


def _entry(entry: Any, credential: dict[str, Any], where: str) -> StatusEntry:
    if not isinstance(entry, dict):
        raise Refused(Code.STATUS_MALFORMED, "The status is not an object.", where)
    kinds = types_of(entry)
    for type_name, kind in _LIST_ENTRIES.items():
        if type_name in kinds:
            return _place(entry, kind, where)
    if "1EdTechRevocationList" in kinds:
        url, name = entry.get("id"), credential.get("id")
        if not isinstance(url, str) or not isinstance(name, str):
            raise Refused(
                Code.STATUS_MALFORMED, "The status names no list, or the credential has no name in it.", where
            )
        return StatusEntry(
            url, 0, "revocation", pointer=where, kind=revocation_list.LISTED, credential_id=name
        )
    named = ", ".join(sorted(kinds))[:60] or "none"
    raise Refused(
        Code.STATUS_TYPE_UNSUPPORTED, f"Statuses of the type {named} are not checked.", f"{where}/type"
    )


def _place(entry: dict[str, Any], kind: str, where: str) -> StatusEntry:
    """An entry of a list of bits."""
    url, purpose = entry.get("statusListCredential"), entry.get("statusPurpose")
    size = entry.get("statusSize", 1) if kind == BITSTRING else 1
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
    messages = _messages(entry, where) if purpose == "message" else ()
    if purpose == "message" and size > 1 and not messages:
        raise Refused(
            Code.STATUS_MALFORMED, "The status spells out none of its messages.", f"{where}/statusMessage"
        )
    return StatusEntry(url, int(index), purpose, size, where, kind, messages=messages)


def _messages(entry: dict[str, Any], where: str) -> tuple[tuple[int, str], ...]:
    """Bitstring Status List 1.0, section 2.1: objects of `status`, a value in hexadecimal, and `message`."""
    found: dict[int, str] = {}
    for item in as_list(entry.get("statusMessage")):
        value, text = (item.get("status"), item.get("message")) if isinstance(item, dict) else (None, None)
        if (
            not isinstance(value, str)
            or not isinstance(text, str)
            or _VALUE.fullmatch(value) is None
            or int(value, 16) in found
            or len(found) >= _MOST_MESSAGES
        ):
            raise Refused(
                Code.STATUS_MALFORMED, "A message of the status cannot be read.", f"{where}/statusMessage"
            )
        found[int(value, 16)] = "".join(c for c in text[:_LONGEST_MESSAGE] if c.isprintable())
    return tuple(found.items())


def recheck_status(
    entries: Sequence[StatusEntry],
    issuer: str,
    at: datetime,
    documents: Documents,
    limits: Limits = DEFAULT_LIMITS,
) -> Verdict:
    """The worst of all entries: a set bit of revocation or suspension is INVALID, an open question INDETERMINATE. Among good ones, the
    first that tells something.

    `issuer` is the credential's; only its own lists are believed.
    """
    worst = not_applicable(Code.NO_STATUS, "The credential has no status to look up.")
    lists = StatusLists(issuer, at, documents, limits)
    for entry in entries:
        if entry.kind == revocation_list.LISTED:
            verdict = revocation_list.look_up(entry, issuer, documents, limits)
        elif entry.kind in OLDER_KINDS:
            verdict = recheck_entry(entry, issuer, documents, limits)
        else:
            verdict = lists.verdict(entry)
        if verdict.state is State.INVALID:
            return verdict
        worst = max(worst, verdict, key=_weight)
    return worst


def _weight(verdict: Verdict) -> int:
    if verdict.state is State.NOT_APPLICABLE:
        return 0
    if verdict.valid:
        return 1 if verdict.code is Code.OK else 2
    return 3
