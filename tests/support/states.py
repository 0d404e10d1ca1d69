"""States of the credentials service, made by its own verifier from a credential that is really signed."""

from datetime import datetime

from credence.credentials.domain import Check, Facets, Finding, State
from credence.credentials.issuing import Issuer, achievement_credential
from credence.credentials.verifier import NoDocuments, Recipient, StaticRegistry, verify
from credence_models.coverage import EvidenceKind


def state_with_credential(achievement_id: str, at: datetime) -> State:
    """One verified credential of the achievement, which shows one skill."""
    issuer = Issuer.from_seed(b"scarcity tests only, 32 bytes ok")
    credential = achievement_credential(
        id="https://issuer.example/credentials/1",
        issuer_id=issuer.id,
        issuer_name="Issuer",
        subject_id="did:example:holder",
        achievement={
            "id": achievement_id,
            "name": "Anything",
            "description": "Anything.",
            "criteria": {"narrative": "Do it."},
        },
        valid_from=at,
    )
    verification = verify(
        issuer.sign(credential, securing="eddsa-jcs-2022", created=at),
        recipient=Recipient(dids=("did:example:holder",)),
        at=at,
        documents=NoDocuments(),
        registry=StaticRegistry(),
    )
    finding = Finding(
        evidence_id="e",
        concept_id="esco:x",
        concept_label="anything",
        concept_kind="skill",
        kind=EvidenceKind.VERIFIED_CREDENTIAL,
        level=0,
        observed_on=at.date(),
        ongoing=False,
        group="issuer",
        title="Anything",
        url="",
        issuer="",
        credential_id="c",
        wording="anything",
        link_confidence=1.0,
        link_method="exact",
    )
    return State("x", Facets(), (finding,), (Check("c", verification),))
