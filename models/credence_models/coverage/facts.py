"""What is known about one piece of evidence before it is graded.

There is no field for a name, gender, age, photo, address, nationality or school: what is not here cannot
change a strength.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class EvidenceKind(StrEnum):
    VERIFIED_CREDENTIAL = "verified_credential"
    EMPLOYER_ASSESSMENT = "employer_assessment"
    PORTFOLIO_AUTHORED = "portfolio_authored"
    PORTFOLIO = "portfolio"
    EXPERIENCE = "experience"
    UNVERIFIED_CREDENTIAL = "unverified_credential"
    SELF_CLAIMED = "self_claimed"


class VerificationOutcome(StrEnum):
    VALID = "valid"
    INDETERMINATE = "indeterminate"
    INVALID = "invalid"
    NOT_APPLICABLE = "not_applicable"


class IssuerStanding(StrEnum):
    RECOGNISED = "recognised"
    KNOWN = "known"
    UNKNOWN = "unknown"
    RED_FLAGGED = "red_flagged"
    NOT_APPLICABLE = "not_applicable"


class Rigor(StrEnum):
    PROCTORED_EXAM_PROJECT_PORTFOLIO = "proctored_exam_project_portfolio"
    REVIEWED_PROJECT = "reviewed_project"
    PROJECT = "project"
    AUTOMATED_EXAM = "automated_exam"
    QUIZ = "quiz"
    VIDEO_QUIZ = "video_quiz"
    PARTICIPATION = "participation"
    NOT_STATED = "not_stated"
    NOT_APPLICABLE = "not_applicable"


CREDENTIALS = frozenset({EvidenceKind.VERIFIED_CREDENTIAL, EvidenceKind.UNVERIFIED_CREDENTIAL})
CHECKED = frozenset(
    {EvidenceKind.VERIFIED_CREDENTIAL, EvidenceKind.EMPLOYER_ASSESSMENT, EvidenceKind.PORTFOLIO_AUTHORED}
)


@dataclass(frozen=True, slots=True)
class EvidenceFacts:
    """`concept_kind` is the taxonomy's kind of the skill ("technology", "knowledge", ...), `pool_share` the
    share (0..1) of the pool that holds the same credential, None where nobody measured it. `ordinal` is 1
    for the strongest piece of its repetition group, 2 for the next (see repetition.py). `expired` is the
    caller's verdict on the day of grading.
    """

    kind: EvidenceKind
    verification: VerificationOutcome
    issuer: IssuerStanding
    rigor: Rigor
    concept_kind: str
    observed_on: date | None
    expired: bool
    pool_share: float | None
    ordinal: int

    def __post_init__(self) -> None:
        if self.pool_share is not None and not 0.0 <= self.pool_share <= 1.0:
            raise ValueError(f"pool_share must be a share between 0 and 1, not {self.pool_share}")
        if self.ordinal < 1:
            raise ValueError(f"ordinal counts from 1, not {self.ordinal}")

    @property
    def verified(self) -> bool:
        """Whether somebody other than the candidate vouches for it and nothing speaks against that: it then
        counts in the score from verified evidence alone."""
        if self.kind is EvidenceKind.VERIFIED_CREDENTIAL:
            return self.verification is VerificationOutcome.VALID
        doubted = (VerificationOutcome.INVALID, VerificationOutcome.INDETERMINATE)
        return self.kind in CHECKED and self.verification not in doubted
