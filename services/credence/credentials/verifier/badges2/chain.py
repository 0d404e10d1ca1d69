"""From an assertion to its badge class and its issuer, each of whom only its own address may speak for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..documents import DocumentUnavailable
from ..parsing import Refused
from ..sections import identifier_of, types_of
from ..verdicts import Code, State, Verdict, indeterminate, invalid
from .hosts import Hosts, host_of, in_scope, normal, same

__all__ = ["Chain", "embedded_chain", "follow", "lists_key", "profile_at"]


@dataclass(frozen=True, slots=True)
class Chain:
    """`badge` and `profile` are None where they cannot be had; `problem` then says why nobody is shown to be the issuer."""

    badge: dict[str, Any] | None
    badge_id: str | None
    issuer_id: str | None
    profile: dict[str, Any] | None
    """the issuer's document, from the issuer's own address"""
    told_name: Any
    """the issuer's name as badge or assertion tell it, where the profile cannot be had"""
    problem: Verdict | None

    @property
    def name(self) -> Any:
        return self.profile.get("name") if self.profile is not None else self.told_name


def follow(assertion: dict[str, Any], hosts: Hosts, spoken_by: str | None) -> Chain:
    """`spoken_by` is the host that the assertion was read from, whose word is good for what it embeds of its own; None: the assertion
    is signed, and its signer's word is good for all of it."""
    stated = assertion.get("badge")
    badge_id = stated if isinstance(stated, str) else identifier_of(stated)
    if isinstance(stated, dict) and (
        spoken_by is None or normal(badge_id) is None or host_of(badge_id) == spoken_by
    ):
        badge = stated
    else:
        try:
            badge = hosts.object(badge_id)
        except (DocumentUnavailable, Refused) as error:
            problem = indeterminate(
                Code.BADGE_CLASS_UNAVAILABLE,
                f"The badge class cannot be had, so nobody knows who issued the badge: {_reason(error)}",
                "/badge",
            )
            return Chain(None, badge_id, None, None, None, problem)
    kinds = types_of(badge)
    if kinds and "BadgeClass" not in kinds:
        problem = invalid(Code.HOSTED_MALFORMED, "What the assertion names as its badge is none.", "/badge")
        return Chain(None, badge_id, None, None, None, problem)
    return _with_issuer(badge, badge_id, hosts)


def _with_issuer(badge: dict[str, Any], badge_id: str | None, hosts: Hosts) -> Chain:
    stated = badge.get("issuer")
    issuer_id = stated if isinstance(stated, str) else identifier_of(stated)
    told = stated.get("name") if isinstance(stated, dict) else None
    if issuer_id is None:
        problem = invalid(Code.ISSUER_MALFORMED, "The badge class does not name one issuer.", "/badge/issuer")
        return Chain(badge, badge_id, None, None, told, problem)
    profile = profile_at(issuer_id, hosts, "/badge/issuer")
    if isinstance(profile, Verdict):
        return Chain(badge, badge_id, issuer_id, None, told, profile)
    if normal(badge_id) is not None and not in_scope(badge_id, issuer_id, _origins_only(profile)):
        problem = invalid(
            Code.ISSUER_NOT_AUTHENTICATED,
            "The badge class lies on a host that does not speak for the issuer.",
            "/badge",
        )
        return Chain(badge, badge_id, issuer_id, profile, told, problem)
    return Chain(badge, badge_id, issuer_id, profile, told, None)


def embedded_chain(assertion: dict[str, Any]) -> Chain:
    """What an assertion itself tells of badge class and issuer: for people to read, as nobody vouches for it."""
    stated = assertion.get("badge")
    badge = stated if isinstance(stated, dict) else None
    issuer = badge.get("issuer") if badge is not None else None
    return Chain(
        badge,
        stated if isinstance(stated, str) else identifier_of(stated),
        issuer if isinstance(issuer, str) else identifier_of(issuer),
        None,
        issuer.get("name") if isinstance(issuer, dict) else None,
        None,
    )


def profile_at(issuer_id: str, hosts: Hosts, pointer: str) -> dict[str, Any] | Verdict:
    """The issuer's document from the issuer's own address, or why it cannot be had."""
    if normal(issuer_id) is None:
        kind = ":".join(issuer_id[:60].split(":")[:2])
        return indeterminate(
            Code.ISSUER_METHOD_UNSUPPORTED,
            f"An issuer called {kind}... has no address that could say whose badge it is.",
            pointer,
        )
    try:
        profile = hosts.object(issuer_id)
    except DocumentUnavailable as error:
        return indeterminate(
            Code.ISSUER_DOCUMENT_UNAVAILABLE,
            f"The issuer's document at {host_of(issuer_id)} cannot be had: {error.reason}.",
            pointer,
        )
    except Refused as refused:
        return Verdict(
            State.INDETERMINATE,
            Code.ISSUER_DOCUMENT_MALFORMED,
            pointer,
            f"The issuer's document cannot be used: {refused.message}",
        )
    kinds = types_of(profile)
    if kinds and kinds.isdisjoint({"Issuer", "Profile"}):
        return indeterminate(
            Code.ISSUER_DOCUMENT_MALFORMED, "The document at the issuer's address is no issuer's.", pointer
        )
    return profile


def lists_key(profile: dict[str, Any], key_id: str) -> bool:
    """Whether the issuer's document names the key among its own."""
    stated = profile.get("publicKey")
    entries = stated if isinstance(stated, list) else [stated]
    return any(same(identifier_of(entry), key_id) for entry in entries)


def _origins_only(profile: dict[str, Any]) -> dict[str, Any]:
    """`startsWith` limits assertions, not badge classes."""
    stated = profile.get("verification")
    entries = stated if isinstance(stated, list) else [stated]
    return {
        "verification": [
            {"allowedOrigins": entry.get("allowedOrigins")} for entry in entries if isinstance(entry, dict)
        ]
    }


def _reason(error: DocumentUnavailable | Refused) -> str:
    return f"{error.reason}." if isinstance(error, DocumentUnavailable) else error.message
