"""Whether a badge was revoked: what the host of a hosted one says, or the list of revoked assertions of a signed one's issuer."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import UTC
from typing import Any, Final

from ..documents import Documents, DocumentUnavailable
from ..model import Limits, StatusEntry
from ..parsing import Refused
from ..sections import as_list, identifier_of
from ..verdicts import Code, Verdict, indeterminate, invalid, valid
from .forms import moment
from .hosted import identifiers, standing_at
from .hosts import Hosts, normal, same

__all__ = ["HOSTED", "LISTED", "OLDER_KINDS", "entries_of", "hosted_entry", "recheck_entry"]

HOSTED: Final = "ob2-hosted"
LISTED: Final = "ob2-revocation-list"
OLDER_KINDS: Final = frozenset({HOSTED, LISTED})
_LONGEST_LIST: Final = 200_000
"""objects in a revocation list"""


def hosted_entry(address: str, assertion: dict[str, Any] | None) -> StatusEntry:
    """`assertion` is what its host said when it was verified, None where it said nothing."""
    said = "" if assertion is None else _digest(assertion)
    return StatusEntry(
        normal(address) or address, 0, "revocation", pointer="/id", kind=HOSTED, credential_id=said
    )


def _digest(assertion: dict[str, Any]) -> str:
    """Of what was awarded, to whom and until when: nothing is signed, so a host may say something else later."""
    badge = assertion.get("badge")
    name = identifier_of(badge)
    said = [
        assertion.get("recipient"),
        badge if name is None else normal(name) or name,
        _time(assertion.get("issuedOn")),
        _time(assertion.get("expires")),
    ]
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def entries_of(assertion: dict[str, Any], profile: dict[str, Any]) -> tuple[StatusEntry, ...]:
    """The places where a signed assertion of this issuer would be revoked: one for each name it has. Refused: the list has no address."""
    stated = profile.get("revocationList")
    if stated is None:
        return ()
    url = normal(stated if isinstance(stated, str) else identifier_of(stated))
    names = identifiers(assertion)
    if url is None or not names:
        raise Refused(
            Code.STATUS_MALFORMED,
            "The issuer keeps a list of revoked badges, in which this one cannot be looked up.",
            "/badge/issuer/revocationList",
        )
    return tuple(
        StatusEntry(url, 0, "revocation", pointer="/id", kind=LISTED, credential_id=name) for name in names
    )


def _time(stated: Any) -> Any:
    """The moment, which a host may write in several ways; as it stands where it is none."""
    try:
        found = moment(stated)
    except ValueError:
        return stated
    return None if found is None else found.astimezone(UTC).isoformat()


def recheck_entry(entry: StatusEntry, issuer: str, documents: Documents, limits: Limits) -> Verdict:
    """The verdict of one entry, looked up anew."""
    hosts = Hosts(documents, replace(limits, max_nodes=_LONGEST_LIST, max_values=5 * _LONGEST_LIST))
    if entry.kind == HOSTED:
        try:
            found = hosts.object(entry.list_url)
            standing = standing_at(found)
            if standing.valid and entry.credential_id not in ("", _digest(found)):
                return invalid(
                    Code.HOSTED_MISMATCH,
                    "The badge's host says something else now than when the badge was verified.",
                    "/id",
                )
            return standing
        except DocumentUnavailable as missing:
            return standing_at(missing)
        except Refused as refused:
            return indeterminate(
                Code.STATUS_MALFORMED, f"What the badge's host says cannot be read: {refused.message}", "/id"
            )
    try:
        return _in_list(entry, hosts.object(entry.list_url), issuer)
    except DocumentUnavailable as missing:
        return indeterminate(
            Code.STATUS_UNREACHABLE,
            f"The issuer's list of revoked badges cannot be had: {missing.reason}.",
            entry.pointer,
        )
    except Refused as refused:
        return indeterminate(
            Code.STATUS_LIST_MALFORMED,
            f"The issuer's list of revoked badges cannot be read: {refused.message}",
            entry.pointer,
        )


def _in_list(entry: StatusEntry, found: dict[str, Any], issuer: str) -> Verdict:
    owner = identifier_of(found.get("issuer"))
    if owner is not None and not same(owner, issuer):
        return indeterminate(
            Code.STATUS_LIST_WRONG_ISSUER, "The list of revoked badges is another issuer's.", entry.pointer
        )
    if "revokedAssertions" not in found:
        if "type" in found or "@context" in found:
            return indeterminate(
                Code.STATUS_LIST_MALFORMED, "The list of revoked badges holds no list.", entry.pointer
            )
        # version 1.0: an object from identifiers to reasons
        revoked: dict[str, Any] = found
    else:
        listed = as_list(found["revokedAssertions"])
        revoked = {}
        for item in listed:
            if isinstance(item, dict):
                names = [value for name in ("id", "uid") if isinstance(value := item.get(name), str)]
                revoked.update(dict.fromkeys(names, item.get("revocationReason")))
                if names:
                    continue
            elif isinstance(item, str):
                revoked[item] = None
                continue
            return indeterminate(
                Code.STATUS_LIST_MALFORMED,
                "The list of revoked badges has an entry that names none.",
                entry.pointer,
            )
    for name in _spellings(entry.credential_id):
        if name in revoked:
            reason = revoked[name]
            told = f": {reason.strip()[:200]}" if isinstance(reason, str) and reason.strip() else ""
            return invalid(Code.REVOKED, f"The issuer has revoked the badge{told}.", entry.pointer)
    return valid(Code.OK, "The badge is not on the issuer's list of revoked ones.", entry.pointer)


def _spellings(name: str) -> tuple[str, ...]:
    """A web address may stand in the list as http or https."""
    address = normal(name)
    return (name,) if address is None else (name, address, "http" + address.removeprefix("https"))
