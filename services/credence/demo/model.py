"""What a generated company consists of."""

from dataclasses import dataclass
from datetime import date

from credencepb.audit.v1 import audit_pb2
from credencepb.candidates.v1 import candidate_pb2
from credencepb.credentials.v1 import verification_pb2


@dataclass(frozen=True, slots=True)
class CredentialRef:
    """One credential of one candidate. `securing` as in the issuing module, `issuer` by its key in data/issuers.toml."""

    external_id: str
    credential_id: str
    securing: str
    issuer: str


@dataclass(frozen=True, slots=True)
class Pair:
    """Two candidates, by external_id, of whom the first must rank better for the role; all else is the same."""

    better: str
    worse: str
    why: str


@dataclass(frozen=True, slots=True)
class PlantedGap:
    """The skill that nobody in a team shows. Every member shows most of what else the role must have."""

    team: str
    role: str
    concept: str
    label: str


@dataclass(frozen=True, slots=True)
class PostedSkill:
    """In how many of the role's postings a skill was put."""

    concept: str
    label: str
    count: int
    share: float


@dataclass(frozen=True, slots=True)
class Expectations:
    """Facts that were put into the data, for tests to find again. Lists hold all such credentials, not samples.

    The lists up to `expired` do not overlap: every signed credential outside of them verifies for its holder at the
    reference date, those of unregistered, red-flagged and look-alike issuers included.
    """

    signed: int
    tampered: tuple[CredentialRef, ...]
    revoked: tuple[CredentialRef, ...]
    borrowed: tuple[CredentialRef, ...]
    expired: tuple[CredentialRef, ...]
    unregistered: tuple[CredentialRef, ...]
    red_flagged: tuple[CredentialRef, ...]
    look_alike: tuple[CredentialRef, ...]
    expiring_90: tuple[CredentialRef, ...]
    pairs: dict[str, Pair]
    planted_gaps: dict[str, PlantedGap]
    posted: dict[str, tuple[PostedSkill, ...]]
    # role title -> external_id -> latent mean ability (0..1) over what most postings of the role ask for
    fit: dict[str, dict[str, float]]
    # programme external_id -> why a careful buyer stays away
    traps: dict[str, str]


@dataclass(frozen=True, slots=True)
class Company:
    """A company with its applicants, ready to be imported.

    Candidates have an external_id and no resource name; everything else that is named lies under the tenant.
    `postings` are by role title. `web_documents` maps `host/path` to what the issuers publish there.
    """

    tenant: str
    reference: date
    candidates: list[candidate_pb2.Candidate]
    postings: dict[str, list[str]]
    cohorts: list[audit_pb2.Cohort]
    programmes: list[audit_pb2.Programme]
    issuers: list[verification_pb2.Issuer]
    web_documents: dict[str, bytes]
    expectations: Expectations
