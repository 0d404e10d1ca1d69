"""Credentials, issuers and documents for tests of the verifier: everything signed for real, nothing fetched."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from credence.credentials.issuing import Issuer, Securing, achievement_credential
from credence.credentials.verifier import (
    Documents,
    DocumentUnavailable,
    IssuerRegistry,
    Limits,
    NoDocuments,
    Recipient,
    StaticRegistry,
    Verification,
    verify,
)

AT = datetime(2025, 6, 1, tzinfo=UTC)
FROM = datetime(2024, 1, 1, tzinfo=UTC)
UNTIL = datetime(2027, 1, 1, tzinfo=UTC)
SECURINGS: tuple[Securing, ...] = ("eddsa-jcs-2022", "eddsa-rdfc-2022", "vc-jwt")
DATA_INTEGRITY: tuple[Securing, ...] = ("eddsa-jcs-2022", "eddsa-rdfc-2022")

ISSUER = Issuer.from_seed(b"academy")
OTHER = Issuer.from_seed(b"somebody else")
WEB = Issuer.from_seed(b"web academy", did_web="did:web:academy.example")
HOLDER = "did:key:z6MkhTNL7i2etLerDK8Acz5t528giE5KA4p75T6ka1E1D74r"

ACHIEVEMENT: dict[str, Any] = {
    "id": "https://academy.example/achievements/sql",
    "name": "SQL for Analysts",
    "achievementType": "Certificate",
    "description": "Queries over several tables, window functions, and a report that holds.",
    "criteria": {"narrative": "A capstone project reviewed by two experts."},
    "tag": ["SQL", "reporting"],
    "alignment": [
        {
            "type": ["Alignment"],
            "targetName": "SQL",
            "targetUrl": "http://data.europa.eu/esco/skill/598de5b0-5b58-4ea7-8058-a4bc4d18c742",
            "targetFramework": "ESCO",
            "targetType": "ext:ESCO",
        }
    ],
}


def credential(issuer: Issuer = ISSUER, **changed: Any) -> dict[str, Any]:
    """An unsecured badge; arguments are those of `achievement_credential`."""
    arguments: dict[str, Any] = {
        "id": "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33",
        "issuer_id": issuer.id,
        "issuer_name": "Example Academy",
        "subject_id": HOLDER,
        "achievement": ACHIEVEMENT,
        "valid_from": FROM,
        "valid_until": UNTIL,
    }
    return achievement_credential(**(arguments | changed))


def edited(document: bytes, change: Mapping[str, Any] | None = None, **members: Any) -> bytes:
    """A signed JSON document with members replaced (None removes), after signing."""
    parsed = json.loads(document)
    for name, value in {**(change or {}), **members}.items():
        if value is None:
            parsed.pop(name, None)
        else:
            parsed[name] = value
    return json.dumps(parsed).encode()


def clone(value: Any) -> Any:
    return copy.deepcopy(value)


class Shelf:
    """Documents from a dictionary; remembers what was asked for."""

    def __init__(self, documents: Mapping[str, bytes | dict[str, Any]] | None = None) -> None:
        self.documents = dict(documents or {})
        self.asked: list[str] = []

    def get(self, url: str, max_age_s: float | None = None) -> bytes:
        self.asked.append(url)
        found = self.documents.get(url)
        if found is None:
            raise DocumentUnavailable(url, "not on the shelf")
        return found if isinstance(found, bytes) else json.dumps(found).encode()


def web_shelf(**more: bytes | dict[str, Any]) -> Shelf:
    return Shelf({"https://academy.example/.well-known/did.json": WEB.did_document(), **more})


def check(
    document: bytes | str,
    *,
    recipient: Recipient | None = None,
    at: datetime = AT,
    documents: Documents | None = None,
    registry: IssuerRegistry | None = None,
    limits: Limits | None = None,
) -> Verification:
    return verify(
        document,
        recipient=recipient,
        at=at,
        documents=documents or NoDocuments(),
        registry=registry or StaticRegistry(),
        limits=limits or Limits(),
    )
