"""Candidates between proto and domain."""

from datetime import UTC, datetime

from google.protobuf.timestamp_pb2 import Timestamp

from credence.candidates import domain
from credence.platform.errors import InvalidField
from credence.platform.etags import etag
from credencepb.candidates.v1 import candidate_pb2 as pb

WRITABLE = (
    "external_id",
    "identity",
    "region",
    "availability",
    "population",
    "labels",
    "experiences",
    "portfolio",
    "claims",
    "assessments",
    "credentials",
)
"""The fields of a Candidate that a caller may write."""

_AVAILABILITY = {
    pb.AVAILABILITY_UNSPECIFIED: "",
    pb.AVAILABILITY_NOW: "now",
    pb.AVAILABILITY_THREE_MONTHS: "three_months",
    pb.AVAILABILITY_NOT_LOOKING: "not_looking",
}
_POPULATION = {
    pb.POPULATION_UNSPECIFIED: "",
    pb.POPULATION_APPLICANT: "applicant",
    pb.POPULATION_EMPLOYEE: "employee",
}
_AUTHORSHIP = {
    pb.AUTHORSHIP_UNSPECIFIED: "",
    pb.AUTHORSHIP_CLAIMED: "claimed",
    pb.AUTHORSHIP_CHECKED: "checked",
}
_TO_AVAILABILITY = {word: number for number, word in _AVAILABILITY.items()}
_TO_POPULATION = {word: number for number, word in _POPULATION.items()}
_TO_AUTHORSHIP = {word: number for number, word in _AUTHORSHIP.items()}


def name_of(tenant: str, candidate_id: str) -> str:
    return f"tenants/{tenant}/candidates/{candidate_id}"


def etag_of(tenant: str, candidate: domain.Candidate) -> str:
    """A candidate's revision determines its contents."""
    return etag(name_of(tenant, candidate.id), candidate.revision)


def population_word(value: pb.Population.ValueType) -> str:
    """`applicant`, `employee` or empty; raises InvalidField for a number that the enum does not have."""
    return _word(_POPULATION, value, "population")


def from_proto(message: pb.Candidate, field: str = "candidate") -> domain.Content:
    """What the caller may write, every credential with an id; output-only fields are ignored.

    Raises InvalidField for unknown enum values.
    """
    return domain.completed(
        domain.Content(
            external_id=message.external_id,
            identity=domain.Identity(
                message.identity.display_name, tuple(message.identity.emails), tuple(message.identity.dids)
            ),
            region=message.region,
            availability=_word(_AVAILABILITY, message.availability, f"{field}.availability"),
            population=_word(_POPULATION, message.population, f"{field}.population"),
            labels=dict(message.labels),
            experiences=tuple(
                domain.Experience(
                    e.title, e.organisation, e.start_date, e.end_date, e.summary, tuple(e.highlights)
                )
                for e in message.experiences
            ),
            portfolio=tuple(
                domain.PortfolioItem(
                    p.title,
                    p.url,
                    p.description,
                    tuple(p.skills),
                    p.date,
                    _word(_AUTHORSHIP, p.authorship, f"{field}.portfolio[{i}].authorship"),
                )
                for i, p in enumerate(message.portfolio)
            ),
            claims=tuple(domain.Claim(c.skill, c.level, c.last_used) for c in message.claims),
            assessments=tuple(
                domain.EmployerAssessment(a.skill, a.level, a.date, a.method) for a in message.assessments
            ),
            credentials=tuple(_credential(c) for c in message.credentials),
        )
    )


def to_proto(tenant: str, candidate: domain.Candidate, *, identity: bool) -> pb.Candidate:
    """The whole candidate; without `identity` when the caller may not know who it is."""
    message = content_to_proto(candidate.content)
    if not identity:
        message.ClearField("identity")
    message.name = name_of(tenant, candidate.id)
    message.create_time.CopyFrom(timestamp(candidate.create_time))
    message.update_time.CopyFrom(timestamp(candidate.update_time))
    if candidate.delete_time is not None:
        message.delete_time.CopyFrom(timestamp(candidate.delete_time))
    message.revision = candidate.revision
    message.etag = etag_of(tenant, candidate)
    return message


def to_event(tenant: str, candidate: domain.Candidate) -> pb.Candidate:
    """What the other services get: no name of the person and of no employer; addresses only because credentials are matched to them."""
    message = to_proto(tenant, candidate, identity=True)
    message.identity.ClearField("display_name")
    for experience in message.experiences:
        experience.ClearField("organisation")
    return message


def content_to_proto(content: domain.Content) -> pb.Candidate:
    return pb.Candidate(
        external_id=content.external_id,
        identity=pb.Identity(
            display_name=content.identity.display_name,
            emails=content.identity.emails,
            dids=content.identity.dids,
        ),
        region=content.region,
        availability=_TO_AVAILABILITY[content.availability],
        population=_TO_POPULATION[content.population],
        labels=content.labels,
        experiences=[
            pb.Experience(
                title=e.title,
                organisation=e.organisation,
                start_date=e.start_date,
                end_date=e.end_date,
                summary=e.summary,
                highlights=e.highlights,
            )
            for e in content.experiences
        ],
        portfolio=[
            pb.PortfolioItem(
                title=p.title,
                url=p.url,
                description=p.description,
                skills=p.skills,
                date=p.date,
                authorship=_TO_AUTHORSHIP[p.authorship],
            )
            for p in content.portfolio
        ],
        claims=[pb.Claim(skill=c.skill, level=c.level, last_used=c.last_used) for c in content.claims],
        assessments=[
            pb.EmployerAssessment(skill=a.skill, level=a.level, date=a.date, method=a.method)
            for a in content.assessments
        ],
        credentials=[_credential_to_proto(c) for c in content.credentials],
    )


def timestamp(time: datetime) -> Timestamp:
    message = Timestamp()
    message.FromDatetime(time.astimezone(UTC))
    return message


def _word(words: dict[int, str] | dict, number: int, field: str) -> str:  # type: ignore[type-arg]
    try:
        return str(words[number])
    except KeyError:
        raise InvalidField(field, f"{number} is not a value of this enum") from None


def _credential(message: pb.CredentialDocument) -> domain.CredentialDocument:
    match message.WhichOneof("content"):
        case "document":
            return domain.CredentialDocument(message.id, document=message.document)
        case "claimed":
            claimed = message.claimed
            return domain.CredentialDocument(
                message.id,
                claimed=domain.ClaimedCredential(claimed.title, claimed.issuer, claimed.url, claimed.awarded),
            )
        case _:
            return domain.CredentialDocument(message.id)


def _credential_to_proto(credential: domain.CredentialDocument) -> pb.CredentialDocument:
    if credential.document is not None:
        return pb.CredentialDocument(id=credential.id, document=credential.document)
    claimed = credential.claimed or domain.ClaimedCredential()
    return pb.CredentialDocument(
        id=credential.id,
        claimed=pb.ClaimedCredential(
            title=claimed.title, issuer=claimed.issuer, url=claimed.url, awarded=claimed.awarded
        ),
    )
