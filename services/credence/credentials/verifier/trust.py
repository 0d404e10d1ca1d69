"""How far a registry trusts the issuer of a credential: the one verdict that differs from tenant to tenant."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from .model import Verification
from .registry import IssuerAnswer, IssuerRegistry, Standing
from .verdicts import Code, State, Verdict, indeterminate, invalid, valid

__all__ = ["trusted_by"]

_VERDICTS: Final = {
    Standing.RECOGNISED: valid(
        Code.ISSUER_RECOGNISED, "The issuer is recognised by the registry.", "/issuer"
    ),
    Standing.KNOWN: valid(Code.ISSUER_KNOWN, "The issuer is known to the registry.", "/issuer"),
    Standing.UNKNOWN: indeterminate(Code.ISSUER_UNKNOWN, "The registry does not know the issuer.", "/issuer"),
    Standing.RED_FLAGGED: invalid(Code.ISSUER_RED_FLAGGED, "The registry warns of the issuer.", "/issuer"),
}


def trusted_by(verification: Verification, registry: IssuerRegistry) -> Verification:
    """`verification`, which was made with an empty registry, as `registry` sees its issuer: trust, standing and flags on the name.

    Whoever was shown not to be the issuer is judged by the name alone, as a stranger.
    """
    authenticated = verification.verdicts["issuer_authenticated"]
    stranger = authenticated.state is State.INVALID
    answer = registry.standing(None if stranger else verification.issuer_id, verification.issuer_name)
    seen = {flag.code for flag in answer.flags}
    return replace(
        verification,
        verdicts={**verification.verdicts, "issuer_trusted": _verdict(authenticated, answer)},
        flags=(*answer.flags, *(flag for flag in verification.flags if flag.code not in seen)),
        standing=answer.standing if authenticated.valid else Standing.UNKNOWN,
    )


def _verdict(authenticated: Verdict, answer: IssuerAnswer) -> Verdict:
    if not authenticated.valid:
        return indeterminate(
            Code.ISSUER_NOT_AUTHENTICATED,
            "Who issued it is not shown, so nobody's standing applies.",
            "/issuer",
        )
    verdict = _VERDICTS[answer.standing]
    if answer.standing is Standing.RED_FLAGGED and answer.entry is not None and answer.entry.note:
        return replace(verdict, message=f"The registry warns of the issuer: {answer.entry.note}")
    return verdict
