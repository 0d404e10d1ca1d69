"""What a candidate's findings are worth on one day, under one registry and one policy. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from credence.credentials.domain import Check, Evidence, Finding, Graded, ProfileFlag, State, achievement_key
from credence.credentials.scarcity import NOT_MEASURED, PoolShares
from credence.credentials.verifier import (
    Code,
    IssuerRegistry,
    Severity,
    Standing,
    Verification,
    outcome_of,
    validity_at,
)
from credence.credentials.verifier import State as VerdictState
from credence.credentials.verifier.platforms import policy_end
from credence.credentials.verifier.trust import lapse, trusted_by
from credence_models.coverage import (
    EvidenceFacts,
    EvidenceKind,
    IssuerStanding,
    Policy,
    Repeatable,
    Rigor,
    VerificationOutcome,
    grade,
    next_change_on,
    rank_repetitions,
)

_DECISIVE = ("integrity", "issuer_authenticated", "validity", "status", "recipient")
_RED_WHEN_FAILED = ("integrity", "issuer_authenticated", "status", "recipient")


def grade_state(
    state: State,
    registry: IssuerRegistry,
    policy: Policy,
    now: datetime,
    pool: PoolShares = NOT_MEASURED,
) -> Graded:
    """Evidence with strengths, flags, and when time alone will change them. The same input gives the same output."""
    as_of = now.astimezone(UTC).date()
    verifications = _all_as_of(state, registry, now)
    facts = {
        f.evidence_id: _facts(f, verifications.get(f.credential_id), as_of, pool) for f in state.findings
    }
    ranked = rank_repetitions(
        (
            Repeatable(f.evidence_id, f.group, f.concept_id, f.level, facts[f.evidence_id])
            for f in state.findings
            if facts[f.evidence_id].verification is not VerificationOutcome.INVALID
        ),
        policy,
        as_of,
    )
    evidence = []
    changes: list[datetime] = [_when_windows_turn(v, now) for v in verifications.values()]
    for finding in state.findings:
        known = ranked.get(finding.evidence_id)
        if known is None:
            continue  # an invalid credential is no evidence; its flag says why
        given = grade(known, policy, as_of)
        until = expires_on(finding, verifications.get(finding.credential_id))
        evidence.append(
            Evidence(finding, given.strength, given.factors, known.verified, known.observed_on, until)
        )
        if until is not None and until >= as_of:
            changes.append(_morning_after(until))
        if not finding.ongoing and (day := next_change_on(known, policy, as_of)) is not None:
            changes.append(datetime.combine(day, time(), UTC))
    soon = [change for change in changes if change < datetime.max.replace(tzinfo=UTC)]
    return Graded(
        evidence=tuple(evidence),
        flags=tuple(flag for item in verifications.items() for flag in _flags(*item)),
        verifications=tuple(verifications.items()),
        next_change=min(soon, default=None),
    )


def expired(verification: Verification) -> bool:
    return verification.verdicts["validity"].code is Code.EXPIRED


def expires_on(finding: Finding, verification: Verification | None) -> date | None:
    """The last day on which it counts in full: as the credential states, else by its issuer's published policy. None: no end."""
    if verification is not None:
        if verification.valid_until is not None:
            return verification.valid_until.astimezone(UTC).date()
        end = lapse(verification)
    elif finding.kind is EvidenceKind.UNVERIFIED_CREDENTIAL:
        end = policy_end(finding.title, finding.observed_on, finding.issuer, finding.url)
    else:
        return None
    return end.on if end is not None else None


def endings(state: State) -> Iterator[datetime]:
    """The first moments at which credentials no longer count in full, each as stated or by policy."""
    for check in state.checks:
        if check.verification.valid_until is not None:
            yield check.verification.valid_until + timedelta(microseconds=1)
        elif (end := lapse(check.verification)) is not None:
            yield _morning_after(end.on)
    for finding in state.findings:
        if not finding.credential_id and (day := expires_on(finding, None)) is not None:
            yield _morning_after(day)


def _morning_after(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), UTC)


def usable(verification: Verification) -> VerificationOutcome:
    """VALID, INDETERMINATE or INVALID, by the five decisive verdicts; one that merely expired is judged by the other four."""
    states = {
        verification.verdicts[name].state
        for name in _DECISIVE
        if not (name == "validity" and expired(verification))
    }
    if VerdictState.INVALID in states:
        return VerificationOutcome.INVALID
    if (
        VerdictState.INDETERMINATE in states
        or verification.verdicts["integrity"].state is not VerdictState.VALID
    ):
        return VerificationOutcome.INDETERMINATE
    return VerificationOutcome.VALID


def _all_as_of(state: State, registry: IssuerRegistry, now: datetime) -> dict[str, Verification]:
    """By credential id. A learner record has its members again, and is no better than the worst of them as they stand now."""
    found = {c.credential_id: _as_of(c, registry, now) for c in state.checks}
    # members come after their record, so that the innermost records are put together first
    for check in reversed(state.checks):
        members = tuple(found[c.credential_id] for c in state.checks if c.record == check.credential_id)
        if members:
            own = found[check.credential_id]
            outcome = outcome_of(own.verdicts, (member.outcome for member in members))
            found[check.credential_id] = replace(own, members=members, outcome=outcome)
    return found


def _as_of(check: Check, registry: IssuerRegistry, now: datetime) -> Verification:
    """The stored verification as it stands now: in or out of its window, and as this tenant regards the issuer."""
    verification = check.verification
    verdicts = dict(verification.verdicts)
    # a window that could not be read stays a problem whatever the time
    if verdicts["validity"].code in (Code.OK, Code.EXPIRED, Code.NOT_YET_VALID):
        verdicts["validity"] = validity_at(verification.valid_from, verification.valid_until, now)
    current = replace(verification, verdicts=verdicts, outcome=outcome_of(verdicts))
    return trusted_by(current, registry, now)


def _facts(
    finding: Finding, verification: Verification | None, as_of: date, pool: PoolShares
) -> EvidenceFacts:
    observed_on = as_of if finding.ongoing else finding.observed_on
    if verification is None:
        claimed = finding.kind is EvidenceKind.UNVERIFIED_CREDENTIAL
        return EvidenceFacts(
            kind=finding.kind,
            verification=VerificationOutcome.NOT_APPLICABLE,
            issuer=IssuerStanding.UNKNOWN if claimed else IssuerStanding.NOT_APPLICABLE,
            rigor=Rigor.NOT_STATED if claimed else Rigor.NOT_APPLICABLE,
            concept_kind=finding.concept_kind,
            observed_on=observed_on,
            expired=_past(expires_on(finding, None), as_of),
            pool_share=None,
            ordinal=1,
        )
    return EvidenceFacts(
        kind=finding.kind,
        verification=usable(verification),
        issuer=_standing(verification),
        rigor=Rigor[verification.rigor],
        concept_kind=finding.concept_kind,
        observed_on=observed_on,
        expired=expired(verification) or _past(expires_on(finding, verification), as_of),
        pool_share=pool.share(achievement_key(verification)),
        ordinal=1,
    )


def _past(day: date | None, as_of: date) -> bool:
    return day is not None and as_of > day


def _standing(verification: Verification) -> IssuerStanding:
    """A red flag counts as the issuer's, unless the tenant recognises the issuer."""
    red = any(flag.severity is Severity.RED for flag in verification.flags)
    if red and verification.standing is not Standing.RECOGNISED:
        return IssuerStanding.RED_FLAGGED
    return IssuerStanding[verification.standing.name]


def _when_windows_turn(verification: Verification, now: datetime) -> datetime:
    """The first moment after `now` at which the credential enters or leaves its window; the end of time when it never does."""
    ends = [verification.valid_from]
    if verification.valid_until is not None:
        ends.append(
            verification.valid_until + timedelta(microseconds=1)
        )  # the last moment still belongs to it
    return min(
        (end for end in ends if end is not None and end > now), default=datetime.max.replace(tzinfo=UTC)
    )


def _flags(credential_id: str, verification: Verification) -> Iterable[ProfileFlag]:
    title = (verification.achievement.name if verification.achievement else None) or credential_id
    outcome = usable(verification)
    if outcome is not VerificationOutcome.VALID or expired(verification):
        name = _first_not_valid(verification)
        verdict = verification.verdicts[name]
        red = verdict.state is VerdictState.INVALID and name in _RED_WHEN_FAILED
        yield ProfileFlag(verdict.code, red, verdict.message, credential_id, title)
    for flag in verification.flags:
        yield ProfileFlag(flag.code, flag.severity is Severity.RED, flag.text, credential_id, title)


def _first_not_valid(verification: Verification) -> str:
    def of_state(names: Sequence[str], wanted: VerdictState) -> list[str]:
        return [name for name in names if verification.verdicts[name].state is wanted]

    order = ("integrity", "issuer_authenticated", "recipient", "status", "validity")
    return (of_state(order, VerdictState.INVALID) + of_state(order, VerdictState.INDETERMINATE))[0]
