"""1EdTech Revocation List Status Method 1.0: a plain list of revoked credentials at an address that the signed credential names.

The list carries no signature. What it says is the issuer's word because the issuer signed its address and https vouches for the host;
a list that names another issuer, or another address, is somebody else's.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from .documents import Documents, DocumentUnavailable
from .model import Limits, StatusEntry
from .parsing import Refused, parse_json
from .sections import as_list, identifier_of
from .verdicts import Code, Verdict, indeterminate, invalid, valid

__all__ = ["LISTED", "look_up"]

LISTED: Final = "1edtech-revocation-list"
_MOST_REVOKED: Final = 100_000


def look_up(entry: StatusEntry, issuer: str, documents: Documents, limits: Limits) -> Verdict:
    """Whether `entry.credential_id` stands in the list of `issuer`. Anything that cannot be believed or read leaves it open."""
    try:
        found = parse_json(
            documents.get(entry.list_url),
            replace(limits, max_nodes=_MOST_REVOKED, max_values=10 * _MOST_REVOKED),
        )
        return _in_list(entry, issuer, found)
    except DocumentUnavailable as missing:
        return indeterminate(
            Code.STATUS_UNREACHABLE, f"The revocation list cannot be had: {missing.reason}.", entry.pointer
        )
    except Refused as refused:
        return indeterminate(
            Code.STATUS_LIST_MALFORMED,
            f"The revocation list cannot be read: {refused.message}",
            entry.pointer,
        )


def _in_list(entry: StatusEntry, issuer: str, found: Any) -> Verdict:
    if not isinstance(found, dict) or not isinstance(found.get("revokedCredentials"), list | dict):
        return indeterminate(
            Code.STATUS_LIST_MALFORMED,
            "The document at the list's address is no revocation list.",
            entry.pointer,
        )
    if identifier_of(found.get("issuer")) != issuer:
        return indeterminate(
            Code.STATUS_LIST_WRONG_ISSUER, "The revocation list is not of the same issuer.", entry.pointer
        )
    if found.get("id", entry.list_url) != entry.list_url:
        return indeterminate(
            Code.STATUS_LIST_WRONG_ID, "The document at the list's address is another list.", entry.pointer
        )
    for item in as_list(found["revokedCredentials"]):
        name = identifier_of(item)
        if name is None:
            return indeterminate(
                Code.STATUS_LIST_MALFORMED,
                "The revocation list has an entry that names no credential.",
                entry.pointer,
            )
        # left out means true; only a plain no is one
        if name == entry.credential_id and not (isinstance(item, dict) and item.get("revoked") is False):
            return _revoked(entry, item)
    return valid(Code.OK, "The credential is not among the revoked ones.", entry.pointer)


def _revoked(entry: StatusEntry, item: Any) -> Verdict:
    reason = item.get("revocationReason") if isinstance(item, dict) else None
    said = f": {reason[:200]}" if isinstance(reason, str) and reason.isprintable() else "."
    return invalid(Code.REVOKED, f"The issuer has revoked the credential{said}", entry.pointer)
