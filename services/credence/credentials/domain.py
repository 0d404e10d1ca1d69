"""What the credentials service knows of a candidate: pseudonymous, and without documents once they are verified. Pure.

A Dossier comes in, a State is kept, graded evidence goes out. The State holds everything that grading needs again later: when
a credential expires, is revoked, or its issuer's standing changes, the document is not needed. Only a document whose issuer could not
be reached is kept, until the issuer can be.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from credence.credentials.verifier import Recipient, Verification
from credence_models.coverage import EvidenceKind, Factor


@dataclass(frozen=True, slots=True)
class Facets:
    """What filters use; never scored."""

    region: str = ""
    availability: str = ""
    population: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SignedDocument:
    id: str
    document: bytes


@dataclass(frozen=True, slots=True)
class ClaimedCredential:
    """A PDF or a share link: nobody can verify it."""

    id: str
    title: str
    issuer: str
    url: str
    awarded_on: date | None


@dataclass(frozen=True, slots=True)
class Position:
    """A position held; `text` is what was done there. No employer's name comes this far."""

    title: str
    text: str
    start: str
    end: date | None
    ongoing: bool


@dataclass(frozen=True, slots=True)
class Work:
    """A piece of portfolio work; `checked`: somebody other than the candidate checked who made it."""

    title: str
    url: str
    text: str
    skills: tuple[str, ...]
    made_on: date | None
    checked: bool


@dataclass(frozen=True, slots=True)
class StatedSkill:
    """A skill that somebody put a name to: the candidate, or the employer who assessed it."""

    skill: str
    level: int
    on: date | None
    method: str = ""


@dataclass(frozen=True, slots=True)
class Dossier:
    """What came in about one candidate. Lives only while it is processed."""

    candidate_id: str
    external_id: str
    facets: Facets
    recipient: Recipient
    documents: tuple[SignedDocument, ...]
    claimed: tuple[ClaimedCredential, ...]
    positions: tuple[Position, ...]
    works: tuple[Work, ...]
    claims: tuple[StatedSkill, ...]
    assessments: tuple[StatedSkill, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """One skill shown by one source, not graded yet."""

    evidence_id: str
    concept_id: str
    concept_label: str
    concept_kind: str
    kind: EvidenceKind
    level: int
    """1..5, 0 unknown."""
    observed_on: date | None
    ongoing: bool
    """True: it is observed as of today, whenever that is."""
    group: str
    """Who stands behind it; pieces of one group for one skill repeat each other."""
    title: str
    url: str
    issuer: str
    credential_id: str
    """Of a signed document; empty for all else."""
    wording: str
    link_confidence: float
    link_method: str
    platform: str = ""
    """Whose share link `url` is, by its address alone; of claimed credentials."""
    link_source: str = ""
    """Where in a credential the wording stands; as in ShownSkill."""


@dataclass(frozen=True, slots=True)
class Unreached:
    """An issuer's document or a status list could not be had, though another moment may give another answer."""

    since: datetime
    tries: int
    """Looks that reached nobody, one after the other; at least 1."""
    document: bytes | None = None
    """Kept, to be verified again, while nobody can tell whether the issuer signed it; UTF-8, as all documents that can be read."""


@dataclass(frozen=True, slots=True)
class Check:
    """A signed document as it was verified, judged without a registry."""

    credential_id: str
    verification: Verification
    unreached: Unreached | None = None
    """None: it is settled, as far as issuers are concerned."""
    record: str = ""
    """The credential id of the learner record that it came in; empty: it came alone."""


@dataclass(frozen=True, slots=True)
class State:
    """All that is kept of one candidate."""

    external_id: str
    facets: Facets
    findings: tuple[Finding, ...]
    checks: tuple[Check, ...]


@dataclass(frozen=True, slots=True)
class Evidence:
    """A finding with its grade."""

    finding: Finding
    strength: float
    factors: tuple[Factor, ...]
    verified: bool
    observed_on: date | None
    expires_on: date | None


@dataclass(frozen=True, slots=True)
class ProfileFlag:
    """Something that a reader should know about one credential."""

    code: str
    red: bool
    text: str
    credential_id: str
    title: str


@dataclass(frozen=True, slots=True)
class Graded:
    """A state as it is worth on one day under one registry and one policy."""

    evidence: tuple[Evidence, ...]
    """In the order of ids; what counts nothing is left out."""
    flags: tuple[ProfileFlag, ...]
    verifications: tuple[tuple[str, Verification], ...]
    """(credential id, as the tenant's registry sees it)."""
    next_change: datetime | None
    """When time alone will change it; None: never."""


def achievement_key(verification: Verification) -> str:
    """What makes two credentials the same achievement: its id, else issuer and name; empty when neither could be read."""
    achievement = verification.achievement
    if achievement is None:
        return ""
    return achievement.id or f"{verification.issuer_id}/{achievement.name}"
