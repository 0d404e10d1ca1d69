"""Endorsements of Open Badges 2.0: hosted statements of others about an assertion, its badge class or its issuer."""

from __future__ import annotations

from typing import Any, Final

from ..documents import DocumentUnavailable
from ..model import Endorsement
from ..parsing import Refused
from ..scene import Scene
from ..sections import as_list, identifier_of, text_of, types_of
from ..verdicts import Code, Verdict, indeterminate, invalid, valid
from .chain import Chain, profile_at
from .forms import is_hosted, moment
from .hosted import standing_at
from .hosts import Hosts, in_scope, same

__all__ = ["endorsements_of"]

_MOST: Final = 8


def endorsements_of(
    assertion: dict[str, Any], chain: Chain, hosts: Hosts, scene: Scene
) -> tuple[Endorsement, ...]:
    """The endorsements that a proven badge names, at most eight, each looked up where its endorser keeps it."""
    holders = (
        ("credential", "/endorsement", assertion, identifier_of(assertion)),
        ("achievement", "/badge/endorsement", chain.badge or {}, chain.badge_id),
        ("issuer", "/badge/issuer/endorsement", chain.profile or {}, chain.issuer_id),
    )
    named = [
        (endorsed, f"{where}/{position}" if isinstance(holder["endorsement"], list) else where, item, target)
        for endorsed, where, holder, target in holders
        for position, item in enumerate(as_list(holder.get("endorsement")))
    ]
    return tuple(
        _endorsement(endorsed, where, item, target, hosts, scene)
        for endorsed, where, item, target in named[:_MOST]
    )


def _endorsement(
    endorsed: str, where: str, stated: Any, target: str | None, hosts: Hosts, scene: Scene
) -> Endorsement:
    address = stated if isinstance(stated, str) else identifier_of(stated)
    try:
        found = hosts.object(address)
    except (DocumentUnavailable, Refused) as error:
        reason = error.reason if isinstance(error, DocumentUnavailable) else error.message
        missing = indeterminate(
            Code.ENDORSEMENT_NOT_AUTHENTIC, f"The endorsement cannot be had: {reason}", where
        )
        return Endorsement(where, endorsed, None, None, None, missing)
    issuer = found.get("issuer")
    issuer_id = issuer if isinstance(issuer, str) else identifier_of(issuer)
    profile = profile_at(issuer_id, hosts, where) if issuer_id is not None else None
    name = profile.get("name") if isinstance(profile, dict) else None
    claim = found.get("claim")
    comment = text_of(claim.get("endorsementComment")) if isinstance(claim, dict) else None
    return Endorsement(
        where,
        endorsed,
        issuer_id,
        text_of(name),
        comment[:2_000] if comment else None,
        _result(found, address, issuer_id, profile, target, where, scene),
    )


def _result(
    found: dict[str, Any],
    address: str | None,
    issuer_id: str | None,
    profile: dict[str, Any] | Verdict | None,
    target: str | None,
    where: str,
    scene: Scene,
) -> Verdict:
    if "Endorsement" not in types_of(found) or not is_hosted(found):
        return indeterminate(
            Code.ENDORSEMENT_NOT_AUTHENTIC, "The document there is no hosted endorsement.", where
        )
    if not same(identifier_of(found.get("claim")), target):
        return invalid(Code.ENDORSES_ANOTHER, "The endorsement is one of something else.", where)
    if not isinstance(profile, dict):
        return indeterminate(
            Code.ENDORSEMENT_NOT_AUTHENTIC, "The endorser's own document cannot be had.", where
        )
    if not in_scope(address, issuer_id, profile):
        return invalid(
            Code.ENDORSEMENT_NOT_AUTHENTIC, "The endorsement lies on another host than its endorser.", where
        )
    if not standing_at(found).valid:
        return invalid(Code.REVOKED, "The endorser has taken the endorsement back.", where)
    try:
        start, end = moment(found.get("issuedOn")), moment(found.get("expires"))
    except ValueError:
        return invalid(Code.DATE_MALFORMED, "The endorsement's dates cannot be read.", where)
    if (start is not None and scene.at < start) or (end is not None and scene.at > end):
        return invalid(Code.EXPIRED, "The endorsement does not hold at this time.", where)
    return valid(Code.OK, "The endorser says so at its own address.", where)
