"""Plain sentences for hiring managers: what a piece of evidence brings, and what is missing."""

from collections.abc import Mapping
from datetime import date

from credence_models.coverage import CompetencyCoverage
from credencepb.credentials.v1 import profile_pb2 as pb

_KINDS: Mapping[int, tuple[str, str]] = {
    pb.EVIDENCE_KIND_VERIFIED_CREDENTIAL: ("Verified credential", "awarded"),
    pb.EVIDENCE_KIND_EMPLOYER_ASSESSMENT: ("Employer's assessment", "made"),
    pb.EVIDENCE_KIND_PORTFOLIO_AUTHORED: ("Portfolio work", "from"),
    pb.EVIDENCE_KIND_PORTFOLIO: ("Portfolio work", "from"),
    pb.EVIDENCE_KIND_EXPERIENCE: ("Work experience", "until"),
    pb.EVIDENCE_KIND_UNVERIFIED_CREDENTIAL: ("Unverified credential", "awarded"),
    pb.EVIDENCE_KIND_SELF_CLAIMED: ("The candidate's own claim", ""),
}
"""What each kind is called, and the word before its date."""

_AUTHORSHIP: Mapping[int, str] = {
    pb.EVIDENCE_KIND_PORTFOLIO_AUTHORED: "authorship checked",
    pb.EVIDENCE_KIND_PORTFOLIO: "authorship not checked",
}
_RIGOR: Mapping[str, str] = {
    "RIGOR_PROCTORED_EXAM_PROJECT_PORTFOLIO": "proctored exam, project and portfolio",
    "RIGOR_REVIEWED_PROJECT": "reviewed project",
    "RIGOR_PROJECT": "project",
    "RIGOR_AUTOMATED_EXAM": "automatically graded exam",
    "RIGOR_QUIZ": "quiz",
    "RIGOR_VIDEO_QUIZ": "videos with a quiz",
    "RIGOR_PARTICIPATION": "participation only",
    "RIGOR_NOT_STATED": "assessment not stated",
}
_NOTES: Mapping[str, str] = {
    "RECENCY_EXPIRED": "expired",
    "VERIFICATION_INDETERMINATE": "not all checks finished",
    "ISSUER_RED_FLAGGED": "red flags on its issuer",
}

_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def contribution(
    evidence: pb.Evidence,
    competency: str,
    required_level: int,
    similarity: float,
    points: float,
    possible: float,
) -> str:
    """What one piece of evidence brings for one competency."""
    kind, dated = _KINDS.get(evidence.kind, ("Evidence", ""))
    codes = {factor.code for factor in evidence.factors}
    subject = f"{kind} '{evidence.source.title}'" if evidence.source.title else kind
    if evidence.source.issuer:
        subject += f" by {evidence.source.issuer}"
    details = [_AUTHORSHIP[evidence.kind]] if evidence.kind in _AUTHORSHIP else []
    details += [phrase for code, phrase in _RIGOR.items() if code in codes]
    if dated and (when := month(evidence.observed_on)):
        details.append(f"{dated} {when}")
    details += [note for code, note in _NOTES.items() if code in codes]
    if evidence.level and evidence.level < required_level:
        details.append(f"level {evidence.level} where {required_level} is asked")
    near = similarity < 1.0 and evidence.concept_label.casefold() != competency.casefold()
    shown = f"shows {evidence.concept_label}, close to {competency}" if near else f"covers {competency}"
    return f"{', '.join([subject, *details])}, {shown}: {points:.1f} of {_plain(possible)} points."


def missing(line: CompetencyCoverage, competency: str, required_level: int) -> str:
    """Empty when the competency is met; else what would be needed."""
    if line.met:
        return ""
    level = f" at level {required_level} or above" if required_level else ""
    if line.pieces == 0:
        return f"Nothing shows {competency} yet: a verified credential, checked work or described experience{level} would count."
    return (
        f"The evidence covers {int(100 * line.coverage)} % of {competency}, {_plain(100 * line.gate)} % count as met: "
        f"stronger evidence is needed, for example a verified credential{level}."
    )


def month(iso_date: str) -> str:
    """`2025-05-17` as `May 2025`; empty for what is no date."""
    try:
        day = date.fromisoformat(iso_date)
    except ValueError:
        return ""
    return f"{_MONTHS[day.month - 1]} {day.year}"


def _plain(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")
