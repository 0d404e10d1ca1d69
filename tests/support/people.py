"""Candidates with really signed credentials, one fact at a time."""

from datetime import UTC, datetime
from typing import Any

from credence.credentials.issuing import (
    Issuer,
    Securing,
    achievement_credential,
    hashed_email,
    status_entry,
    status_list_credential,
)
from credencepb.candidates.v1 import candidate_pb2
from support.credentials import candidate_name

SQL_URI = "http://data.europa.eu/esco/skill/598de5b0-5b58-4ea7-8058-a4bc4d18c742"
SQL = "esco:598de5b0-5b58-4ea7-8058-a4bc4d18c742"
EMAIL = "ilva.b@mail.example"
ACADEMY = Issuer.from_seed(b"integration academy")
WEB_ACADEMY = Issuer.from_seed(b"integration web academy", did_web="did:web:academy.example")
STATUS_URL = "https://academy.example/status/1"


def badge(
    issuer: Issuer = ACADEMY,
    *,
    securing: Securing = "eddsa-jcs-2022",
    email: str = EMAIL,
    awarded: datetime = datetime(2026, 1, 10, 12, tzinfo=UTC),
    until: datetime | None = None,
    status_index: int | None = None,
    number: int = 1,
    issuer_name: str = "Example Academy",
    **achievement: Any,
) -> bytes:
    """A signed badge for SQL, assessed by a reviewed project."""
    return issuer.sign(
        achievement_credential(
            id=f"urn:uuid:58172aac-d8ba-11ed-83dd-{number:012x}",
            issuer_id=issuer.id,
            issuer_name=issuer_name,
            identifiers=[hashed_email(email, "salt")],
            achievement={
                "id": "https://academy.example/achievements/sql",
                "name": "SQL for Analysts",
                "achievementType": "Certificate",
                "description": "Queries over several tables.",
                "criteria": {"narrative": "A project, reviewed by two experts."},
                "alignment": [{"type": ["Alignment"], "targetName": "SQL", "targetUrl": SQL_URI}],
                **achievement,
            },
            valid_from=awarded,
            valid_until=until,
            status=status_entry(STATUS_URL, status_index) if status_index is not None else None,
        ),
        securing,
    )


def status_list(*revoked: int, issuer: Issuer = WEB_ACADEMY) -> bytes:
    return issuer.sign(
        status_list_credential(
            url=STATUS_URL,
            issuer_id=issuer.id,
            set_indexes=revoked,
            valid_from=datetime(2026, 1, 1, tzinfo=UTC),
        ),
        "eddsa-jcs-2022",
    )


def person(
    candidate: str = "c1", *documents: bytes, external_id: str = "", **fields: Any
) -> candidate_pb2.Candidate:
    """As it stands in an event of `candidates`."""
    made = candidate_pb2.Candidate(
        name=candidate_name(candidate),
        external_id=external_id or f"E-{candidate}",
        identity=candidate_pb2.Identity(emails=[EMAIL]),
        **fields,
    )
    for number, document in enumerate(documents, start=1):
        made.credentials.add(id=f"cred-{number}", document=document)
    return made
