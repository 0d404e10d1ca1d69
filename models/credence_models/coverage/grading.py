"""The strength of one piece of evidence, with a reason for every factor of it.

strength = kind x verification x issuer x rigor x recency x scarcity x repetition, multiplied in this order.
"""

from dataclasses import dataclass
from datetime import date

from credence_models.coverage import recency
from credence_models.coverage.facts import (
    CREDENTIALS,
    EvidenceFacts,
    IssuerStanding,
    Rigor,
    VerificationOutcome,
)
from credence_models.coverage.policy import Policy
from credence_models.coverage.sentences import ISSUER, KIND, RIGOR, VERIFICATION, percent


@dataclass(frozen=True, slots=True)
class Factor:
    """One factor of a strength: `code` for programs, `sentence` for the people concerned."""

    name: str
    value: float
    code: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Grade:
    """`strength` is 0..1, exactly the product of the factors' values taken in their order."""

    strength: float
    factors: tuple[Factor, ...]


def grade(facts: EvidenceFacts, policy: Policy, as_of: date) -> Grade:
    """What the evidence is worth on the day `as_of`. An invalid credential is worth 0 and says so. The same
    facts, policy and day give the same bytes; within a month of age nothing changes."""
    factors = (
        Factor("kind", policy.kind[facts.kind], f"KIND_{facts.kind.name}", KIND[facts.kind]),
        _verification(facts, policy),
        _issuer(facts, policy),
        _rigor(facts, policy),
        _recency(facts, policy, as_of),
        _scarcity(facts, policy),
        _repetition(facts, policy),
    )
    strength = 1.0
    for factor in factors:
        strength *= factor.value
    return Grade(strength, factors)


def next_change_on(
    facts: EvidenceFacts, policy: Policy, as_of: date, *, expired_from: date | None = None
) -> date | None:
    """The first day after `as_of` on which the grade differs from today's, None if time alone never changes
    it.

    `expired_from` is the first day on which the caller would say `expired`; it does not matter once that is
    said.
    """
    if facts.verification is VerificationOutcome.INVALID:
        return None
    step = recency.next_step_on(facts, policy, as_of)
    if facts.expired or expired_from is None or expired_from <= as_of:
        return step
    return expired_from if step is None else min(step, expired_from)


def _verification(facts: EvidenceFacts, policy: Policy) -> Factor:
    outcome = facts.verification
    if outcome is VerificationOutcome.NOT_APPLICABLE and facts.kind == "verified_credential":
        outcome = VerificationOutcome.INDETERMINATE  # nobody has said that it is valid
    if outcome is VerificationOutcome.INVALID:
        value = 0.0
    elif outcome is VerificationOutcome.NOT_APPLICABLE:
        value = 1.0
    else:
        value = policy.verification[outcome]
    return Factor("verification", value, f"VERIFICATION_{outcome.name}", VERIFICATION[outcome])


def _issuer(facts: EvidenceFacts, policy: Policy) -> Factor:
    standing = facts.issuer
    if standing is IssuerStanding.NOT_APPLICABLE and facts.kind in CREDENTIALS:
        standing = IssuerStanding.UNKNOWN  # every credential has an issuer
    value = 1.0 if standing is IssuerStanding.NOT_APPLICABLE else policy.issuer[standing]
    return Factor("issuer", value, f"ISSUER_{standing.name}", ISSUER[standing])


def _rigor(facts: EvidenceFacts, policy: Policy) -> Factor:
    rigor = facts.rigor
    if rigor is Rigor.NOT_APPLICABLE and facts.kind in CREDENTIALS:
        rigor = Rigor.NOT_STATED  # a rigor that nobody knows is not a high one
    value = 1.0 if rigor is Rigor.NOT_APPLICABLE else policy.rigor[rigor]
    return Factor("rigor", value, f"RIGOR_{rigor.name}", RIGOR[rigor])


def _recency(facts: EvidenceFacts, policy: Policy, as_of: date) -> Factor:
    if facts.verification is VerificationOutcome.INVALID:
        # Nothing to age: a sentence that changed every month would only wake the standing clock.
        return Factor("recency", 1.0, "RECENCY_NOT_COUNTED", "Its age does not matter, it counts nothing.")
    value, code, sentence = recency.factor(facts, policy, as_of)
    return Factor("recency", value, code, sentence)


def _scarcity(facts: EvidenceFacts, policy: Policy) -> Factor:
    if facts.pool_share is None:
        return Factor(
            "scarcity", 1.0, "SCARCITY_NOT_MEASURED", "How many others hold the same was not measured."
        )
    # Whole percents, so that one more person in the pool does not change every grade.
    share = round(facts.pool_share, 2)
    start, floor = policy.scarcity.from_share, policy.scarcity.floor
    if share <= start:
        return Factor("scarcity", 1.0, "SCARCITY_UNCOMMON", f"{percent(share)} of the pool hold the same.")
    value = max(floor, 1.0 - (1.0 - floor) * (share - start) / (1.0 - start))
    return Factor(
        "scarcity", value, "SCARCITY_COMMON", f"{percent(share)} of the pool hold the same, so it tells less."
    )


def _repetition(facts: EvidenceFacts, policy: Policy) -> Factor:
    if facts.ordinal == 1:
        return Factor("repetition", 1.0, "REPETITION_FIRST", "The strongest of its kind from this source.")
    value = policy.repetition.factor ** (facts.ordinal - 1)
    return Factor(
        "repetition",
        value,
        "REPETITION_REPEATED",
        f"Number {facts.ordinal} from the same source for the same skill, so it adds less.",
    )
