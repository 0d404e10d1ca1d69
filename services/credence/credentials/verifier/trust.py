"""How far a registry trusts the issuer of a credential: the one verdict that differs from tenant to tenant."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from .model import Verification
from .registry import IssuerAnswer, IssuerRegistry, Standing
from .verdicts import Code, Flag, Severity, State, Verdict, indeterminate, invalid, valid

__all__ = ["answer_about", "track_record", "trust_in", "trusted_by"]

_VERDICTS: Final = {
    Standing.RECOGNISED: valid(
        Code.ISSUER_RECOGNISED, "The issuer is recognised by the registry.", "/issuer"
    ),
    Standing.KNOWN: valid(Code.ISSUER_KNOWN, "The issuer is known to the registry.", "/issuer"),
    Standing.UNKNOWN: indeterminate(Code.ISSUER_UNKNOWN, "The registry does not know the issuer.", "/issuer"),
    Standing.RED_FLAGGED: invalid(Code.ISSUER_RED_FLAGGED, "The registry warns of the issuer.", "/issuer"),
}


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


def trusted_by(verification: Verification, registry: IssuerRegistry) -> Verification:
    """`verification`, which was made with an empty registry, as `registry` sees its issuer: trust, standing and flags."""
    authenticated = verification.verdicts["issuer_authenticated"]
    answer = answer_about(authenticated, verification.issuer_id, verification.issuer_name, registry)
    flags = (*answer.flags, *track_record(answer, verification.valid_from))
    seen = {flag.code for flag in flags}
    return replace(
        verification,
        verdicts={
            **verification.verdicts,
            "issuer_trusted": trust_in(authenticated, answer, registry.version),
        },
        flags=(*flags, *(flag for flag in verification.flags if flag.code not in seen)),
        standing=answer.standing if authenticated.valid else Standing.UNKNOWN,
        registry_version=registry.version,
    )
