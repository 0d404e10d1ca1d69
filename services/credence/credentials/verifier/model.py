"""What a verification takes and what it gives. Everything is immutable and picklable."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from .key_history import SigningKey
from .registry import Standing
from .verdicts import Flag, Outcome, Verdict

__all__ = [
    "Achievement",
    "Alignment",
    "Association",
    "Endorsement",
    "EvidenceLink",
    "Limits",
    "ProofReport",
    "Recipient",
    "Result",
    "StatusEntry",
    "Verification",
]


@dataclass(frozen=True, slots=True)
class Recipient:
    """The person whose credential it should be, by every identifier known of them."""

    emails: tuple[str, ...] = ()
    dids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on what an attacker may make the verifier do. Past one, the document is refused with a code of its own."""

    max_bytes: int = 2 * 1024 * 1024
    max_image_bytes: int = 8 * 1024 * 1024
    """size of a PNG; what is baked into it counts against max_bytes"""
    max_depth: int = 64
    max_nodes: int = 20_000
    """JSON objects and arrays in a document"""
    max_values: int = 100_000
    """values of all kinds in a document: each costs some microseconds to canonicalise, once a proof"""
    max_graph_values: int = 2_500
    """values of all kinds in a document that must be canonicalised as RDF, where sets cost their square: 1 s at worst"""
    max_set: int = 512
    """members of one array in such a document"""
    max_nested_contexts: int = 6
    """objects with contexts of their own within one another, in such a document: a record, its credentials, their endorsements..."""
    max_proofs: int = 8
    max_status_entries: int = 8
    max_ndegree_calls: int = 512
    """calls of Hash N-Degree Quads; the largest real credential seen needs 20"""
    max_list_bytes: int = 8 * 1024 * 1024
    """size of a decompressed status list: 67 million entries"""
    max_documents: int = 24
    """documents that one badge may have fetched for it: assertion, badge class, issuer, key, revocation list, endorsements"""
    max_embedded: int = 64
    """credentials within a credential that are verified: members of a CLR and endorsements, at all depths together"""
    max_embedding: int = 2
    """levels of credentials within credentials"""
    min_list_entries: int = 131_072
    """Bitstring Status List 1.0, section 3.2: herd privacy needs at least this many"""


DEFAULT_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class StatusEntry:
    """Where the status of a credential is looked up, by `kind`.

    `bitstring` and `status-list-2021`: `size` bits at `index * size` of the status list at `list_url`. Other kinds look for
    `credential_id` in the document at `list_url`: `1edtech-revocation-list` is a list of revoked credentials, `ob2-hosted` the hosted
    assertion itself, of which a digest is the id, `ob2-revocation-list` a list of revoked assertions.
    """

    list_url: str
    index: int
    purpose: str
    size: int = 1
    pointer: str = "/credentialStatus"
    kind: str = "bitstring"
    credential_id: str = ""
    messages: tuple[tuple[int, str], ...] = ()
    """what the values of a message status stand for"""


@dataclass(frozen=True, slots=True)
class ProofReport:
    """One proof as it was found: what it claims to be, and what came of it."""

    pointer: str
    kind: str
    verification_method: str | None
    created: str | None
    result: Verdict

    def to_json(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "verification_method": self.verification_method,
            "created": self.created,
            **self.result.to_json(),
            "pointer": self.result.pointer or self.pointer,
        }


@dataclass(frozen=True, slots=True)
class Alignment:
    target_url: str | None
    target_framework: str | None
    target_code: str | None
    target_name: str | None
    target_type: str | None


@dataclass(frozen=True, slots=True)
class Result:
    value: str | None
    status: str | None
    achieved_level: str | None
    description_name: str | None
    alignments: tuple[Alignment, ...]
    rubric_place: tuple[int, int] | None = None
    """place of the achieved level in its rubric, from the lowest, 0, and how many levels there are; None: no order is stated"""
    scale: tuple[float, float] | None = None
    """least and greatest value that the issuer gives"""
    required: float | None = None
    """value from which it counts as achieved"""
    allowed: tuple[str, ...] = ()
    """values that the issuer gives, from the lowest"""


@dataclass(frozen=True, slots=True)
class EvidenceLink:
    """Kept as text; never fetched."""

    id: str | None
    name: str | None
    narrative: str | None
    genre: str | None


@dataclass(frozen=True, slots=True)
class Achievement:
    """What the credential says that its holder achieved."""

    id: str | None
    type: str | None
    name: str | None
    description: str | None
    criteria: str | None
    criteria_url: str | None
    alignments: tuple[Alignment, ...]
    tags: tuple[str, ...]
    results: tuple[Result, ...]
    achieved_level: str | None
    assessment: tuple[str, ...]
    """texts that say how it was assessed: result descriptions, rubrics, assessment extension"""
    evidence: tuple[EvidenceLink, ...]
    credits: float | None
    """creditsEarned, else creditsAvailable; the unit is rarely stated, so it is kept raw"""
    issuer_id: str | None
    issuer_name: str | None
    awarded_on: datetime | None
    valid_from: datetime | None
    valid_until: datetime | None
    credits_unit: str | None = None
    """as stated beside that very number, or as the only tag of its kind: ECTS, hours; None: not stated"""
    identifiers: tuple[str, ...] = ()
    """other identifiers of the achievement, as CTIDs"""

    def to_json(self) -> dict[str, Any]:
        return {key: _plain(value) for key, value in asdict(self).items()}


@dataclass(frozen=True, slots=True)
class Endorsement:
    """What somebody else says of the credential, its achievement or its issuer. `result` VALID: the endorser did say it, still does, and
    of just this thing."""

    pointer: str
    endorsed: str
    """credential, achievement or issuer"""
    issuer_id: str | None
    issuer_name: str | None
    comment: str | None
    result: Verdict

    def to_json(self) -> dict[str, Any]:
        return {
            "endorsed": self.endorsed,
            "issuer_id": self.issuer_id,
            "issuer_name": self.issuer_name,
            "comment": self.comment,
            **self.result.to_json(),
            "pointer": self.pointer,
        }


@dataclass(frozen=True, slots=True)
class Association:
    """How two achievements of a CLR belong together: `source` `type` `target`, e.g. isParentOf."""

    type: str
    source: str
    target: str

    def to_json(self) -> dict[str, Any]:
        return {"type": self.type, "source": self.source, "target": self.target}


@dataclass(frozen=True, slots=True)
class Verification:
    """The answer about one document at one moment, with what a later re-evaluation of status and expiry needs."""

    format: str
    outcome: Outcome
    verdicts: Mapping[str, Verdict]
    flags: tuple[Flag, ...]
    proofs: tuple[ProofReport, ...]
    achievement: Achievement | None
    content_hash: str
    """SHA-256 of the document's bytes, hexadecimal"""
    issuer_id: str | None
    issuer_name: str | None
    standing: Standing
    rigor: str
    """a member name of credence_models.coverage.Rigor"""
    valid_from: datetime | None
    valid_until: datetime | None
    status_entries: tuple[StatusEntry, ...]
    verified_at: datetime
    issuer_unreached: bool = False
    """The issuer's document was needed and could not be had or used; another moment may give another answer"""
    signing_key: SigningKey | None = None
    """The key that signed, where it stands in the issuer's own document: to be remembered for the day when it does no longer"""
    registry_version: str = ""
    """of the registry that `issuer_trusted` and `standing` come from; empty: there was none"""
    endorsements: tuple[Endorsement, ...] = ()
    members: tuple[Verification, ...] = ()
    """The credentials within a CLR, each judged on its own; the outcome of the whole is never better than the worst of theirs"""
    associations: tuple[Association, ...] = ()
    source: bytes | None = None
    """The credential's own text (JSON or a token) where what was given only carried it: a picture, or the CLR of a member"""

    def to_json(self, file: str | None = None) -> dict[str, Any]:
        """The machine's view of the verdict; `file` is left out where there was none."""
        named = {} if file is None else {"file": file}
        return {
            **named,
            "format": self.format,
            "outcome": self.outcome,
            "verdicts": {name: verdict.to_json() for name, verdict in self.verdicts.items()},
            "flags": [flag.to_json() for flag in self.flags],
            "proofs": [proof.to_json() for proof in self.proofs],
            "achievement": None if self.achievement is None else self.achievement.to_json(),
            **_stated("endorsements", self.endorsements),
            **_stated("members", self.members),
            **_stated("associations", self.associations),
        }


def _stated(name: str, items: Sequence[Endorsement | Verification | Association]) -> dict[str, Any]:
    """Left out where there are none, as of most credentials."""
    return {name: [item.to_json() for item in items]} if items else {}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return value
