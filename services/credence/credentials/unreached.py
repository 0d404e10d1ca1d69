"""Verdicts left open because an issuer could not be reached: what is kept to settle them, when it is tried again, for how long. Pure."""

from dataclasses import replace
from datetime import datetime, timedelta

from credence.credentials.domain import Check, Unreached
from credence.credentials.verifier import Code, State, Verification, outcome_of

KEPT_FOR = timedelta(days=30)
"""How long a document waits for its issuer. After that the verdict stays as it is until the candidate is sent again."""

_MOST_DOUBLINGS = 16
_DECISIVE = ("integrity", "issuer_authenticated", "status", "recipient")
_PASSING = (Code.OK, Code.EXPIRED, Code.NOT_YET_VALID)
"""Of the window: time alone turns one of these into another."""
_BROKEN_OFF = (Code.VERIFICATION_TIMEOUT, Code.VERIFICATION_CRASHED)


def first_check(credential_id: str, document: bytes, verification: Verification, record: str = "") -> Check:
    """What is kept of a document just verified for the first time. The members of a `record` have checks of their own."""
    bare = _bare(verification)
    return Check(credential_id, bare, _unreached(bare, verification.source or document, None), record)


def _bare(verification: Verification) -> Verification:
    """Without documents: neither its own nor those of members."""
    return replace(verification, source=None, members=())


def checked_again(check: Check, again: Verification) -> Check:
    """`check`, which kept its document, after that was verified again - without the person, whom no later look changes: the recipient
    and what was read out of the document, which the findings come from, stay as they were found first. What could not be read at
    all, because a badge of version 2 has it on its issuer's host, may be read now."""
    known, kept, again = check.verification, check.unreached, _bare(again)
    if again.verdicts["integrity"].code in _BROKEN_OFF:
        again = replace(known, verified_at=again.verified_at)
    else:
        verdicts = {**again.verdicts, "recipient": known.verdicts["recipient"]}
        if known.achievement is not None:
            verdicts["extraction"] = known.verdicts["extraction"]
            again = replace(again, flags=known.flags, achievement=known.achievement, rigor=known.rigor)
        again = replace(again, verdicts=verdicts, outcome=outcome_of(verdicts))
    return replace(
        check,
        verification=again,
        unreached=_unreached(again, kept.document if kept else None, kept),
    )


def status_read_again(check: Check, again: Verification) -> Check:
    """`check` after its status alone was looked up again."""
    return replace(check, verification=again, unreached=_unreached(again, None, check.unreached))


def when_due(check: Check, *, retry: timedelta, every: timedelta) -> datetime | None:
    """When issuer or status list are to be asked again: `every` after the last look where there is a status to look up; `retry` after
    the first look that reached nobody, twice as long after each further one, and never longer than `every`. None: never."""
    known = check.verification
    if check.unreached is not None:
        wait = retry * (1 << min(check.unreached.tries - 1, _MOST_DOUBLINGS))
        return known.verified_at + min(wait, every)
    if known.status_entries and known.verdicts["issuer_authenticated"].valid:
        return known.verified_at + every
    return None


def _unreached(
    verification: Verification, document: bytes | None, before: Unreached | None
) -> Unreached | None:
    now = verification.verified_at
    if document is not None and _issuer_could_settle(verification):
        if before is None:
            return Unreached(now, 1, document)
        return replace(before, tries=before.tries + 1) if now < before.since + KEPT_FOR else None
    if verification.verdicts["status"].code is not Code.STATUS_UNREACHABLE:
        return None
    if before is None or before.document is not None:
        return Unreached(now, 1)
    return replace(before, tries=before.tries + 1)


def _issuer_could_settle(verification: Verification) -> bool:
    """Whether the issuer's answer may still decide: what is broken, or somebody else's, stays so whoever signed it."""
    verdicts = verification.verdicts
    return (
        verification.issuer_unreached
        and all(verdicts[name].state is not State.INVALID for name in _DECISIVE)
        and (verdicts["validity"].state is not State.INVALID or verdicts["validity"].code in _PASSING)
    )
