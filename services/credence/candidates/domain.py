"""What a candidate is. Pure: no proto, no SQL; what may be said of one is in `validation`."""

import hashlib
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

_CANDIDATE_IDS = uuid.UUID("6f1d3c1e-5d0c-5b7a-9c39-0d7b1f1a5c11")


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the person is. Leaves this service only to callers with the scope for it, and is never scored."""

    display_name: str = ""
    emails: tuple[str, ...] = ()
    dids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Experience:
    title: str = ""
    organisation: str = ""
    start_date: str = ""
    end_date: str = ""
    summary: str = ""
    highlights: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PortfolioItem:
    title: str = ""
    url: str = ""
    description: str = ""
    skills: tuple[str, ...] = ()
    date: str = ""
    authorship: str = ""
    """`claimed`, `checked` or empty."""


@dataclass(frozen=True, slots=True)
class Claim:
    skill: str = ""
    level: int = 0
    last_used: str = ""


@dataclass(frozen=True, slots=True)
class EmployerAssessment:
    skill: str = ""
    level: int = 0
    date: str = ""
    method: str = ""


@dataclass(frozen=True, slots=True)
class ClaimedCredential:
    title: str = ""
    issuer: str = ""
    url: str = ""
    awarded: str = ""


@dataclass(frozen=True, slots=True)
class CredentialDocument:
    """Either a signed `document` or something `claimed`; `id` is unique in the candidate."""

    id: str = ""
    document: bytes | None = None
    claimed: ClaimedCredential | None = None


@dataclass(frozen=True, slots=True)
class Content:
    """All that a caller may write about a person."""

    external_id: str = ""
    identity: Identity = field(default_factory=Identity)
    region: str = ""
    availability: str = ""
    """`now`, `three_months`, `not_looking` or empty."""
    population: str = ""
    """`applicant`, `employee` or empty."""
    labels: Mapping[str, str] = field(default_factory=dict)
    experiences: tuple[Experience, ...] = ()
    portfolio: tuple[PortfolioItem, ...] = ()
    claims: tuple[Claim, ...] = ()
    assessments: tuple[EmployerAssessment, ...] = ()
    credentials: tuple[CredentialDocument, ...] = ()


@dataclass(frozen=True, slots=True)
class Candidate:
    """A candidate as stored. `revision` goes up by one with each change."""

    id: str
    content: Content
    revision: int
    create_time: datetime
    update_time: datetime
    delete_time: datetime | None = None

    def changed(self, content: Content, now: datetime) -> "Candidate":
        """The next revision; the same object when nothing differs."""
        if content == self.content:
            return self
        return replace(self, content=content, revision=self.revision + 1, update_time=now)

    def deleted(self, now: datetime) -> "Candidate":
        return replace(self, revision=self.revision + 1, update_time=now, delete_time=now)

    def undeleted(self, now: datetime) -> "Candidate":
        return replace(self, revision=self.revision + 1, update_time=now, delete_time=None)


def candidate_id(tenant: str, external_id: str) -> str:
    """The id of the candidate that an ATS calls `external_id`: the same each time, so that an import can be sent again."""
    return uuid.uuid5(_CANDIDATE_IDS, f"{tenant}/{external_id}").hex


def completed(content: Content) -> Content:
    """`content` with an id for every credential that came without one: the first 16 hexadecimal digits of what it holds."""
    return replace(content, credentials=tuple(_with_id(c) for c in content.credentials))


def _with_id(credential: CredentialDocument) -> CredentialDocument:
    if credential.id:
        return credential
    raw = credential.document
    if raw is None:
        claimed = credential.claimed or ClaimedCredential()
        raw = "\x1f".join((claimed.title, claimed.issuer, claimed.url, claimed.awarded)).encode()
    return replace(credential, id=hashlib.sha256(raw).hexdigest()[:16])
