"""The plain sentences behind the reason codes."""

from collections.abc import Mapping

from credence_models.coverage.facts import EvidenceKind, IssuerStanding, Rigor, VerificationOutcome

KIND: Mapping[EvidenceKind, str] = {
    EvidenceKind.VERIFIED_CREDENTIAL: "A credential whose proof was checked.",
    EvidenceKind.EMPLOYER_ASSESSMENT: "An assessment by an employer.",
    EvidenceKind.PORTFOLIO_AUTHORED: "Work in a portfolio whose author was checked.",
    EvidenceKind.PORTFOLIO: "Work in a portfolio; who made it was not checked.",
    EvidenceKind.EXPERIENCE: "Work experience with described duties.",
    EvidenceKind.UNVERIFIED_CREDENTIAL: "A credential without a proof that could be checked.",
    EvidenceKind.SELF_CLAIMED: "The candidate's own claim.",
}

VERIFICATION: Mapping[VerificationOutcome, str] = {
    VerificationOutcome.VALID: "Every check passed.",
    VerificationOutcome.INDETERMINATE: "Not every check could be finished, so it counts less for now.",
    VerificationOutcome.INVALID: "A check failed, so it counts nothing.",
    VerificationOutcome.NOT_APPLICABLE: "There is nothing to verify.",
}

ISSUER: Mapping[IssuerStanding, str] = {
    IssuerStanding.RECOGNISED: "The issuer is recognised in the registry.",
    IssuerStanding.KNOWN: "The issuer is known in the registry.",
    IssuerStanding.UNKNOWN: "The issuer is not in the registry; that is no mark against it.",
    IssuerStanding.RED_FLAGGED: "The issuer carries red flags in the registry.",
    IssuerStanding.NOT_APPLICABLE: "There is no issuer.",
}

RIGOR: Mapping[Rigor, str] = {
    Rigor.PROCTORED_EXAM_PROJECT_PORTFOLIO: "Assessed by a proctored exam, a project and a portfolio.",
    Rigor.REVIEWED_PROJECT: "Assessed by a project that an expert or a peer reviewed.",
    Rigor.PROJECT: "Assessed by a project or a scenario.",
    Rigor.AUTOMATED_EXAM: "Assessed by an automatically graded exam.",
    Rigor.QUIZ: "Assessed by a quiz.",
    Rigor.VIDEO_QUIZ: "Assessed by videos with a quiz.",
    Rigor.PARTICIPATION: "Given for taking part, without an assessment.",
    Rigor.NOT_STATED: "How it was assessed is not stated.",
    Rigor.NOT_APPLICABLE: "There was no assessment to judge.",
}


def percent(share: float) -> str:
    return f"{share * 100:.0f} %"


def duration(months: int) -> str:
    years, rest = divmod(months, 12)
    parts = [f"{n} {unit}{'' if n == 1 else 's'}" for n, unit in ((years, "year"), (rest, "month")) if n]
    return " and ".join(parts)
