"""Whether a hosted assertion is what its own address says: nothing is signed, so what counts is what is there now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from ..documents import DocumentUnavailable
from ..parsing import Refused, pointer
from ..reading import difference
from ..sections import as_list, identifier_of
from ..verdicts import Code, Flag, Severity, Verdict, indeterminate, invalid, valid
from .forms import address_of, is_assertion, is_signed, moment
from .hosts import Hosts, host_of, normal, same

__all__ = ["Confirmed", "confirm", "copy_differs", "standing_at"]

# what a host may word otherwise than a copy that was taken once, without changing what was awarded
_WORDING: Final = frozenset({"@context", "type", "image", "endorsement", "related", "verification", "verify"})
_DATES: Final = frozenset({"issuedOn", "expires"})


@dataclass(frozen=True, slots=True)
class Confirmed:
    """The assertion to be read from here on: what the host says, where it could be asked."""

    assertion: dict[str, Any] | None
    address: str | None
    integrity: Verdict
    status: Verdict


def confirm(presented: dict[str, Any] | None, address: str | None, hosts: Hosts) -> Confirmed:
    """`presented` is what was handed in, None where that was the address alone."""
    if presented is not None:
        address = address_of(presented)
    if normal(address) is None:
        nowhere = invalid(
            Code.HOSTED_MALFORMED,
            "The badge says that it is hosted, but not where: it has no web address.",
            "/id",
        )
        return Confirmed(presented, None, nowhere, _OPEN)
    try:
        found = hosts.object(address)
    except DocumentUnavailable as missing:
        asked = indeterminate(
            Code.HOSTED_UNAVAILABLE,
            f"A hosted badge is what its host says, and {host_of(address)} cannot be asked: {missing.reason}.",
            "/id",
        )
        return Confirmed(presented, address, asked, standing_at(missing))
    except Refused as refused:
        if refused.code is Code.HOSTED_MISMATCH:
            other = invalid(Code.HOSTED_MISMATCH, "At the badge's address is another document.", "/id")
            return Confirmed(presented, address, other, _OPEN)
        unread = indeterminate(
            Code.HOSTED_MALFORMED, f"What the badge's host says cannot be read: {refused.message}", "/id"
        )
        return Confirmed(presented, address, unread, _OPEN)
    status = standing_at(found)
    if not status.valid and not is_assertion(found):
        # what is left of a revoked badge need not say more than that
        left = indeterminate(Code.HOSTED_UNAVAILABLE, "The badge's host no longer says what it was.", "/id")
        return Confirmed(presented, address, left, status)
    return Confirmed(found, address, _agreement(presented, found, address), status)


_OPEN: Final = indeterminate(
    Code.NOT_EVALUATED, "Whether it was revoked is not known, because its host could not be asked.", "/id"
)


def standing_at(answer: dict[str, Any] | DocumentUnavailable) -> Verdict:
    """The status of a hosted assertion from what is at its address (Open Badges 2.0, section on revocation)."""
    if isinstance(answer, DocumentUnavailable):
        if answer.gone:
            return invalid(Code.REVOKED, "The issuer has revoked the badge: its host took it away.", "/id")
        return indeterminate(
            Code.STATUS_UNREACHABLE,
            f"Whether it was revoked only its host can say, which cannot be asked: {answer.reason}.",
            "/id",
        )
    revoked = answer.get("revoked", False)
    if revoked is True:
        reason = answer.get("revocationReason")
        told = f": {reason.strip()[:200]}" if isinstance(reason, str) and reason.strip() else ""
        return invalid(Code.REVOKED, f"The issuer has revoked the badge{told}.", "/revoked")
    if revoked is not False:
        return indeterminate(Code.STATUS_MALFORMED, "Whether it was revoked cannot be read.", "/revoked")
    return valid(Code.OK, "The badge's host has not revoked it.", "/id")


def _agreement(presented: dict[str, Any] | None, found: dict[str, Any], address: str | None) -> Verdict:
    host = host_of(address)
    if not is_assertion(found):
        return invalid(Code.HOSTED_MISMATCH, "At the badge's address is something else than a badge.", "/id")
    if is_signed(found):
        return invalid(
            Code.HOSTED_MISMATCH, "The badge's host says that it is signed, which this one is not.", "/id"
        )
    if not same(address_of(found), address):
        return invalid(Code.HOSTED_MISMATCH, "At the badge's address is another badge.", "/verify/url")
    place = _disagreement(presented, found) if presented is not None else None
    if place is not None:
        return invalid(
            Code.HOSTED_MISMATCH,
            f"The badge's host {host} says something else here than what was handed in.",
            place,
        )
    return valid(
        Code.OK,
        f"The badge is what its host {host} says now; nothing is signed, so it is as trustworthy as that host.",
    )


def _disagreement(presented: dict[str, Any], found: dict[str, Any]) -> str | None:
    """The pointer of the first member that the host does not confirm."""
    for name, value in presented.items():
        if name in _WORDING or value is None:
            continue
        other = found.get(name)
        if name == "badge":
            if not same(_name(value), _name(other)) and difference(value, other) is not None:
                return "/badge"
        elif name == "id":
            if not same(value, other):
                return "/id"
        elif name in _DATES and _moment(value) is not None:
            if _moment(value) != _moment(other):
                return pointer(name)
        elif (place := difference(value, other)) is not None:
            return pointer(name, *place)
    return None


def copy_differs(presented: Any, believed: dict[str, Any], where: str) -> Verdict | Flag | None:
    """What a copy of badge class or issuer within the badge that was handed in says otherwise than the document itself. Another name
    is another badge; older words are a remark."""
    if not isinstance(presented, dict):
        return None
    remark: Flag | None = None
    for name, value in presented.items():
        if name in _WORDING or name == "id" or value is None:
            continue
        other = believed.get(name)
        one, two = (_name(value), _name(other)) if name == "issuer" else (value, other)
        differs = not same(one, two) and difference(one, two) is not None
        if differs and name in ("name", "issuer"):
            return invalid(
                Code.HOSTED_MISMATCH,
                f"The copy that was handed in has another {name} than the document at its own address.",
                f"{where}/{name}",
            )
        if differs and remark is None:
            remark = Flag(
                "HOSTED_COPY_DIFFERS",
                Severity.YELLOW,
                f"The copy that was handed in words its {name[:40]} otherwise than the document at its own address, which was read.",
                f"{where}/{name}",
            )
    return remark


def _name(value: Any) -> str | None:
    return value if isinstance(value, str) else identifier_of(value)


def _moment(value: Any) -> datetime | None:
    try:
        return moment(value)
    except ValueError:
        return None


def identifiers(assertion: dict[str, Any]) -> tuple[str, ...]:
    """All names by which a list may call the assertion."""
    stated = [identifier_of(assertion), *as_list(assertion.get("uid"))]
    return tuple(dict.fromkeys(name for name in stated if isinstance(name, str) and name))
