"""Everything that is held about one person, and everything that was inferred, on one page and in one file."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from google.protobuf.json_format import MessageToDict

from credence.web import words
from credence.web.views.links import Link, link
from credence.web.views.verdicts import CredentialSheet, credential_sheet
from credencepb.candidates.v1 import candidate_pb2
from credencepb.candidates.v1.candidates_service_pb2 import Change, ExportCandidateResponse
from credencepb.credentials.v1.profile_pb2 import Profile
from credencepb.credentials.v1.verification_pb2 import Verification
from credencepb.matching.v1.ranking_pb2 import Decision

_AVAILABILITY = {
    candidate_pb2.AVAILABILITY_NOW: "now",
    candidate_pb2.AVAILABILITY_THREE_MONTHS: "three_months",
    candidate_pb2.AVAILABILITY_NOT_LOOKING: "not_looking",
}
_POPULATION = {
    candidate_pb2.POPULATION_APPLICANT: "applicant",
    candidate_pb2.POPULATION_EMPLOYEE: "employee",
}


@dataclass(frozen=True, slots=True)
class Work:
    """A position or a piece of work."""

    title: str
    aside: str
    text: str
    points: tuple[str, ...] = ()
    link: Link | None = None


@dataclass(frozen=True, slots=True)
class Inferred:
    """One line of the evidence profile."""

    concept: str
    kind: str
    source: str
    wording: str
    strength: str
    level: str
    verified: bool


@dataclass(frozen=True, slots=True)
class PersonView:
    id: str
    name: str
    facts: tuple[tuple[str, str], ...]
    experiences: tuple[Work, ...]
    portfolio: tuple[Work, ...]
    claims: tuple[str, ...]
    assessments: tuple[str, ...]
    documents: tuple[tuple[str, str], ...]
    changes: tuple[tuple[str, str], ...]
    inferred: tuple[Inferred, ...]
    inferred_on: str
    sheets: tuple[CredentialSheet, ...]


def person_view(
    export: ExportCandidateResponse, profile: Profile, verifications: Sequence[Verification]
) -> PersonView:
    c = export.candidate
    return PersonView(
        id=c.name.rsplit("/", 1)[-1],
        name=c.identity.display_name or c.external_id or c.name.rsplit("/", 1)[-1],
        facts=_facts(c),
        experiences=tuple(_experience(e) for e in c.experiences),
        portfolio=tuple(_portfolio(p) for p in c.portfolio),
        claims=tuple(_levelled(claim.skill, claim.level, claim.last_used) for claim in c.claims),
        assessments=tuple(_levelled(a.skill, a.level, a.date, a.method) for a in c.assessments),
        documents=tuple((document.id, _document(document)) for document in c.credentials),
        changes=tuple((words.day(change.time), _change(change)) for change in export.changes),
        inferred=_inferred(profile),
        inferred_on=words.day(profile.evaluated_on) if profile.evaluated_on else "",
        sheets=tuple(credential_sheet(v, links=True) for v in verifications),
    )


def person_json(
    export: ExportCandidateResponse,
    profile: Profile,
    verifications: Sequence[Verification],
    decisions: Sequence[Decision] | None,
) -> dict[str, Any]:
    """The same as one file, in the field names of the contracts; without `decisions` when they may not be read."""
    held: dict[str, Any] = {
        "record": MessageToDict(export, preserving_proto_field_name=True),
        "profile": MessageToDict(profile, preserving_proto_field_name=True),
        "verifications": [MessageToDict(v, preserving_proto_field_name=True) for v in verifications],
    }
    if decisions is not None:
        held["decisions"] = [MessageToDict(d, preserving_proto_field_name=True) for d in decisions]
    return held


def _facts(c: candidate_pb2.Candidate) -> tuple[tuple[str, str], ...]:
    found = (
        ("Name", c.identity.display_name),
        ("E-mail", ", ".join(c.identity.emails)),
        ("Identifiers", ", ".join(c.identity.dids)),
        ("External id", c.external_id),
        ("Region", c.region),
        ("Availability", words.facet_value(_AVAILABILITY.get(c.availability, ""))),
        ("Population", words.facet_value(_POPULATION.get(c.population, ""))),
        *((f"Label {key}", value) for key, value in sorted(c.labels.items())),
        ("Taken in", words.moment(c.create_time)),
        ("Last changed", words.moment(c.update_time)),
    )
    return tuple((name, value) for name, value in found if value)


def _experience(e: candidate_pb2.Experience) -> Work:
    span = f"{words.day(e.start_date) or 'unknown'} to {words.day(e.end_date) if e.end_date else 'today'}"
    return Work(
        e.title, f"{e.organisation}, {span}" if e.organisation else span, e.summary, tuple(e.highlights)
    )


def _portfolio(p: candidate_pb2.PortfolioItem) -> Work:
    checked = p.authorship == candidate_pb2.AUTHORSHIP_CHECKED
    aside = "authorship checked" if checked else "authorship not checked"
    return Work(
        p.title or "Untitled",
        f"{words.day(p.date)}, {aside}" if p.date else aside,
        p.description,
        tuple(p.skills),
        link(p.url, shown=True),
    )


def _levelled(skill: str, level: int, when: str, how: str = "") -> str:
    parts = [skill, f"level {level}" if level else "", how, words.day(when) if when else ""]
    return ", ".join(part for part in parts if part)


def _document(document: candidate_pb2.CredentialDocument) -> str:
    if document.WhichOneof("content") == "claimed":
        return f"claimed: {document.claimed.title} by {document.claimed.issuer or 'somebody unnamed'}"
    return f"signed document of {len(document.document):,} bytes"


def _change(change: Change) -> str:
    return f"revision {change.revision}: {change.action} by {change.actor}"


def _inferred(profile: Profile) -> tuple[Inferred, ...]:
    ordered = sorted(profile.evidence, key=lambda e: (-e.strength, e.id))
    return tuple(
        Inferred(
            concept=e.concept_label,
            kind=words.KIND.get(e.kind, ""),
            source=", ".join(text for text in (e.source.title, e.source.issuer) if text),
            wording=e.wording,
            strength=f"{e.strength:.2f}",
            level=str(e.level) if e.level else "unknown",
            verified=e.verified,
        )
        for e in ordered
    )
