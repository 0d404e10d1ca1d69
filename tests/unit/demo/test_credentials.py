"""Every signed credential is what the expectations say of it, in the eyes of the real verifier."""

import json
from base64 import urlsafe_b64decode
from collections import Counter
from datetime import UTC, datetime, time
from typing import Any

import pytest

from credence.credentials.verifier import (
    Code,
    DocumentUnavailable,
    Limits,
    Outcome,
    Recipient,
    RegistryEntry,
    Standing,
    StaticRegistry,
    Verification,
    verify,
)
from credence.credentials.verifier.baked import unbake
from credence.demo import Company, CredentialRef
from credence.demo.source import load
from credencepb.credentials.v1 import verification_pb2

Key = tuple[str, str]


class Published:
    """What the issuers of a company serve."""

    def __init__(self, company: Company) -> None:
        self._documents = company.web_documents

    def get(self, url: str) -> bytes:
        if (found := self._documents.get(url.removeprefix("https://"))) is None:
            raise DocumentUnavailable(url)
        return found


def registry(company: Company) -> StaticRegistry:
    names = verification_pb2.IssuerStanding.Name
    return StaticRegistry(
        RegistryEntry(
            issuer_ids=(issuer.issuer_id,),
            name=issuer.display_name,
            standing=Standing[names(issuer.standing).removeprefix("ISSUER_STANDING_")],
            aliases=tuple(issuer.aliases),
        )
        for issuer in company.issuers
    )


@pytest.fixture(scope="session", params=[time(0, 0, 1), time(23, 59, 59)], ids=["morning", "night"])
def verified(request: pytest.FixtureRequest, company: Company) -> dict[Key, Verification]:
    at = datetime.combine(company.reference, request.param, UTC)
    documents, trust = Published(company), registry(company)
    return {
        (candidate.external_id, credential.id): verify(
            credential.document,
            recipient=Recipient(tuple(candidate.identity.emails), tuple(candidate.identity.dids)),
            at=at,
            documents=documents,
            registry=trust,
        )
        for candidate in company.candidates
        for credential in candidate.credentials
        if credential.document
    }


def keys(refs: tuple[CredentialRef, ...]) -> set[Key]:
    return {(ref.external_id, ref.credential_id) for ref in refs}


def decoded(document: bytes) -> dict[str, Any]:
    document = unbake(document, Limits()) or document
    if not document.startswith(b"{"):
        payload = document.split(b".")[1]
        document = urlsafe_b64decode(payload + b"=" * (-len(payload) % 4))
    credential: dict[str, Any] = json.loads(document)
    return credential


FLAWS = {
    "tampered": ("integrity", Code.SIGNATURE_MISMATCH),
    "revoked": ("status", Code.REVOKED),
    "borrowed": ("recipient", Code.RECIPIENT_MISMATCH),
    "expired": ("validity", Code.EXPIRED),
}


def test_each_flaw_is_found_for_its_own_reason(company: Company, verified: dict[Key, Verification]) -> None:
    for flaw, (verdict, code) in FLAWS.items():
        refs = keys(getattr(company.expectations, flaw))
        assert len(refs) >= 5, flaw
        for key in refs:
            assert verified[key].outcome is Outcome.NOT_VERIFIED
            assert verified[key].verdicts[verdict].code is code, (flaw, key)


def test_all_others_verify(company: Company, verified: dict[Key, Verification]) -> None:
    assert len(verified) == company.expectations.signed
    flawed = [key for flaw in FLAWS for key in keys(getattr(company.expectations, flaw))]
    assert len(flawed) == len(set(flawed))
    sound = verified.keys() - set(flawed)
    assert {verified[key].outcome for key in sound} == {Outcome.VERIFIED}


def test_issuers_are_regarded_as_planned(company: Company, verified: dict[Key, Verification]) -> None:
    expected = company.expectations
    special = {
        **dict.fromkeys(keys(expected.unregistered) | keys(expected.look_alike), Standing.UNKNOWN),
        **dict.fromkeys(keys(expected.red_flagged), Standing.RED_FLAGGED),
    }
    for key, verification in verified.items():
        wanted = {special[key]} if key in special else {Standing.RECOGNISED, Standing.KNOWN}
        assert verification.standing in wanted, key
    for key in keys(expected.look_alike):
        assert "CONFUSABLE_ISSUER_NAME" in {flag.code for flag in verified[key].flags}
    for key in keys(expected.red_flagged):
        assert {"COMPLETION_GUARANTEED", "NO_ASSESSMENT"} & {flag.code for flag in verified[key].flags}


def test_a_reader_finds_the_rigor_that_was_written(
    verified: dict[Key, Verification], company: Company
) -> None:
    written = {(load().issuers[a.issuer].name, a.name): a.rigor for a in load().achievements.values()}
    skipped = keys(company.expectations.red_flagged) | keys(company.expectations.tampered)
    for key, verification in verified.items():
        if key not in skipped and verification.achievement:
            assert (
                verification.rigor
                == written[verification.issuer_name or "", verification.achievement.name or ""]
            )


def test_three_formats_two_methods_and_all_issuers_are_used(
    company: Company, verified: dict[Key, Verification]
) -> None:
    formats = Counter(verification.format for verification in verified.values())
    assert formats.keys() == {"ob3+eddsa-jcs-2022", "ob3+eddsa-rdfc-2022", "ob3+vc-jwt"}
    assert min(formats.values()) >= len(verified) / 5
    assert formats["ob3+eddsa-rdfc-2022"] <= len(verified) * 0.4  # the slow ones
    issuers = {verification.issuer_id or "" for verification in verified.values()}
    assert len(issuers) == 12
    assert {issuer.partition(":")[2].partition(":")[0] for issuer in issuers} == {"key", "web"}


def test_some_are_handed_in_as_pictures(company: Company, verified: dict[Key, Verification]) -> None:
    pictures = [key for key, verification in verified.items() if verification.source is not None]
    assert len(verified) / 20 <= len(pictures) <= len(verified) / 5
    flawed = {key for flaw in FLAWS for key in keys(getattr(company.expectations, flaw))}
    assert all(
        verified[key].verdicts["integrity"].valid and verified[key].achievement is not None
        for key in pictures
        if key not in flawed
    )


def test_recipients_are_named_in_three_ways(company: Company) -> None:
    ways = Counter[str]()
    for candidate in company.candidates:
        for credential in candidate.credentials:
            if credential.document:
                subject = decoded(credential.document)["credentialSubject"]
                ways[
                    "did" if "id" in subject else "hashed" if subject["identifier"][0]["hashed"] else "plain"
                ] += 1
    assert set(ways) == {"did", "hashed", "plain"}
    assert min(ways.values()) >= 5


def test_alignments_point_into_the_taxonomy(verified: dict[Key, Verification], company: Company) -> None:
    tampered = keys(company.expectations.tampered)
    for key, verification in verified.items():
        assert verification.achievement is not None
        assert verification.achievement.criteria
        assert key in tampered or all(
            a.target_url and a.target_name for a in verification.achievement.alignments
        )


def test_only_documents_of_the_issuers_hosts_are_published(company: Company) -> None:
    assert all(path.partition("/")[0].endswith(".credence-demo.test") for path in company.web_documents)
    assert sum(path.endswith("/.well-known/did.json") for path in company.web_documents) == 8
    assert sum(path.endswith("/status/revocation") for path in company.web_documents) == 7
