"""From a candidate's event to a Dossier."""

import re
from datetime import date

from credence.credentials.domain import (
    ClaimedCredential,
    Dossier,
    Facets,
    Position,
    SignedDocument,
    StatedSkill,
    Work,
)
from credence.credentials.verifier import Recipient
from credence.platform.names import last_id
from credencepb.candidates.v1 import candidate_pb2 as pb

_AVAILABILITY = {
    pb.AVAILABILITY_NOW: "now",
    pb.AVAILABILITY_THREE_MONTHS: "three_months",
    pb.AVAILABILITY_NOT_LOOKING: "not_looking",
}
_POPULATION = {pb.POPULATION_APPLICANT: "applicant", pb.POPULATION_EMPLOYEE: "employee"}
_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")


def dossier_of(candidate: pb.Candidate) -> Dossier:
    """All that the event says. Values of enums that this version does not know count as not stated."""
    return Dossier(
        candidate_id=last_id(candidate.name),
        external_id=candidate.external_id,
        facets=Facets(
            region=candidate.region,
            availability=_AVAILABILITY.get(candidate.availability, ""),
            population=_POPULATION.get(candidate.population, ""),
            labels=dict(sorted(candidate.labels.items())),
        ),
        recipient=Recipient(tuple(candidate.identity.emails), tuple(candidate.identity.dids)),
        documents=tuple(
            SignedDocument(c.id, c.document)
            for c in candidate.credentials
            if c.WhichOneof("content") == "document"
        ),
        claimed=tuple(
            ClaimedCredential(
                c.id, c.claimed.title, c.claimed.issuer, c.claimed.url, first_day(c.claimed.awarded)
            )
            for c in candidate.credentials
            if c.WhichOneof("content") == "claimed"
        ),
        positions=tuple(
            Position(
                e.title,
                "\n".join(part for part in (e.summary, *e.highlights) if part.strip()),
                e.start_date,
                first_day(e.end_date),
                not e.end_date and bool(e.start_date),
            )
            for e in candidate.experiences
        ),
        works=tuple(
            Work(
                p.title,
                p.url,
                p.description,
                tuple(p.skills),
                first_day(p.date),
                p.authorship == pb.AUTHORSHIP_CHECKED,
            )
            for p in candidate.portfolio
        ),
        claims=tuple(StatedSkill(c.skill, c.level, first_day(c.last_used)) for c in candidate.claims),
        assessments=tuple(
            StatedSkill(a.skill, a.level, first_day(a.date), a.method) for a in candidate.assessments
        ),
    )


def first_day(text: str) -> date | None:
    """The first day of an ISO 8601 date, month or year; None when it is none of them."""
    match = _DATE.fullmatch(text)
    if match is None:
        return None
    try:
        return date(int(match[1]), int(match[2] or 1), int(match[3] or 1))
    except ValueError:
        return None
