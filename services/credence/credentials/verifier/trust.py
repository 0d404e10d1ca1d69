"""How far a registry trusts the issuer of a credential: the one verdict that differs from tenant to tenant."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from .model import Verification
from .platforms import PolicyEnd, policy_end
from .platforms import name_flags as platform_name_flags
from .registry import IssuerAnswer, IssuerRegistry, Standing
from .verdicts import Code, Flag, Severity, State, Verdict, indeterminate, invalid, valid

__all__ = ["TRUST_FOLLOWS", "answer_about", "lapse", "lapsed", "trust_in", "trusted_by"]

_VERDICTS: Final = {
    Standing.RECOGNISED: valid(
        Code.ISSUER_RECOGNISED, "The issuer is recognised by the registry.", "/issuer"
    ),
    Standing.KNOWN: valid(Code.ISSUER_KNOWN, "The issuer is known to the registry.", "/issuer"),
    Standing.UNKNOWN: indeterminate(Code.ISSUER_UNKNOWN, "The registry does not know the issuer.", "/issuer"),
    Standing.RED_FLAGGED: invalid(Code.ISSUER_RED_FLAGGED, "The registry warns of the issuer.", "/issuer"),
}


TRUST_FOLLOWS: Final = indeterminate(Code.NOT_EVALUATED, "No registry was asked.")
"""The verdict `issuer_trusted` until `trusted_by` is called."""


def answer_about(
    authenticated: Verdict, issuer_id: str | None, name: str | None, registry: IssuerRegistry
) -> IssuerAnswer:
    """What the registry says. Whoever was shown not to be the issuer is judged by the name alone, as a stranger."""
    stranger = authenticated.state is State.INVALID
    return registry.standing(None if stranger else issuer_id, name)


def trust_in(authenticated: Verdict, answer: IssuerAnswer, version: str = "") -> Verdict:
    """The verdict `issuer_trusted`; its message names the registry's `version`."""
    if not authenticated.valid:
        return indeterminate(
            Code.ISSUER_NOT_AUTHENTICATED,
            "Who issued it is not shown, so nobody's standing applies.",
            "/issuer",
        )
    verdict = _VERDICTS[answer.standing]
    said = verdict.message.removesuffix(".") + (f" (version {version})" if version else "")
    if answer.standing is Standing.RED_FLAGGED and answer.entry is not None and answer.entry.note:
        return replace(verdict, message=f"{said}: {answer.entry.note}")
    return replace(verdict, message=f"{said}.")


def track_record(answer: IssuerAnswer, awarded: datetime | None) -> Iterator[Flag]:
    """A flag where the credential was awarded before its issuer is known to have issued anything."""
    since = answer.entry.since if answer.entry is not None else None
    if since is not None and awarded is not None and awarded.astimezone(UTC).date() < since:
        yield Flag(
            "ISSUER_NEWER_THAN_CREDENTIAL",
            Severity.YELLOW,
            f"It says it was awarded on {awarded.astimezone(UTC).date()}, but its issuer is known to issue only since {since}.",
            "/validFrom",
        )


def lapse(verification: Verification) -> PolicyEnd | None:
    """Until when the certification holds by its issuer's published policy, where it does not say itself."""
    achievement = verification.achievement
    if achievement is None or verification.valid_until is not None:
        return None
    awarded = achievement.awarded_on or verification.valid_from
    return policy_end(
        achievement.name,
        awarded.astimezone(UTC).date() if awarded else None,
        verification.issuer_name,
        verification.issuer_id,
    )


def lapsed(verification: Verification, at: datetime) -> bool:
    """Whether that policy has run out."""
    end = lapse(verification)
    return end is not None and at.astimezone(UTC).date() > end.on


def trusted_by(
    verification: Verification, registry: IssuerRegistry, at: datetime | None = None
) -> Verification:
    """`verification` as `registry` sees its issuer: trust, standing, flags; whatever another registry said before is gone.

    Policies that ran out are flagged as of `at`, by default the moment of the verification.
    """
    authenticated = verification.verdicts["issuer_authenticated"]
    answer = answer_about(authenticated, verification.issuer_id, verification.issuer_name, registry)
    kept = (flag for flag in verification.flags if flag.code not in _RAISED_HERE)
    return replace(
        verification,
        verdicts={
            **verification.verdicts,
            "issuer_trusted": trust_in(authenticated, answer, registry.version),
        },
        flags=(*_flags(verification, answer, at or verification.verified_at), *kept),
        standing=answer.standing if authenticated.valid else Standing.UNKNOWN,
        registry_version=registry.version,
        members=tuple(trusted_by(member, registry, at) for member in verification.members),
    )


_RAISED_HERE: Final = frozenset(
    {
        "HIDDEN_CHARACTERS_IN_ISSUER_NAME",
        "MIXED_SCRIPTS_IN_ISSUER_NAME",
        "CONFUSABLE_ISSUER_NAME",
        "SIMILAR_ISSUER_NAME",
        "ISSUER_NAME_DIFFERS",
        "ISSUER_NEWER_THAN_CREDENTIAL",
        "PLATFORM_NAME_NOT_PROVEN",
        "EXPIRED_BY_POLICY",
    }
)


_RESEMBLES: Final = frozenset({"CONFUSABLE_ISSUER_NAME", "SIMILAR_ISSUER_NAME"})


def _flags(verification: Verification, answer: IssuerAnswer, at: datetime) -> Iterator[Flag]:
    yield from answer.flags
    known = answer.standing in (Standing.RECOGNISED, Standing.KNOWN)
    if not known and _RESEMBLES.isdisjoint(flag.code for flag in answer.flags):
        proven = verification.verdicts["issuer_authenticated"].valid
        yield from platform_name_flags(verification.issuer_id if proven else None, verification.issuer_name)
    yield from track_record(answer, verification.valid_from)
    end = lapse(verification)
    if end is not None and at.astimezone(UTC).date() > end.on:
        yield Flag(
            "EXPIRED_BY_POLICY",
            Severity.YELLOW,
            f"It states no end, but by the policy of {end.platform} it holds {end.months} months, until {end.on} ({end.source}).",
            "/validUntil",
        )
