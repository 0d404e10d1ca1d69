"""Both ways with openbadgeslib (LGPL-3.0), whose code the product never imports: tokens, graphs, pictures, records and version 2.0."""

import json

import pytest
from openbadgeslib import baking
from openbadgeslib.errors import LibOpenBadgesException
from openbadgeslib.ob2.models import Assertion, IdentityObject, Verification
from openbadgeslib.ob2.signer import OB2Signer
from openbadgeslib.ob2.verifier import OB2Verifier
from openbadgeslib.ob3 import (
    Achievement,
    Issuer,
    OB3LdpSigner,
    OB3LdpVerifier,
    OB3Signer,
    OB3Verifier,
    OpenBadgeCredential,
    build_clr_credential,
    build_status_list_credential,
    bundled_clr_contexts,
    sign_clr_credential,
    sign_status_list_credential,
    status_entry,
    verify_data_integrity_proof,
)

from credence.credentials.issuing import hashed_email
from credence.credentials.issuing_records import record_credential
from credence.credentials.verifier import Code, Outcome, Recipient
from interop.support import EDDSA, LATE, NOW, P256, badge, changed, named, pem_of, private_pem, public_pem
from support.badges import FROM, HOLDER, Shelf, check
from support.older import EMAIL, OldAcademy, png, svg

ALGORITHMS = {"EdDSA": EDDSA, "ES256": P256}
ME = Recipient(dids=(HOLDER,))
LIST = "https://academy.example/status/1"


def their_badge(issuer, **more):
    return OpenBadgeCredential(
        issuer=Issuer(id=issuer.id, name="Example Academy"),
        recipient_id=HOLDER,
        achievement=Achievement(
            id="https://academy.example/achievements/sql",
            name="SQL for Analysts",
            description="Queries over several tables.",
            criteria_narrative="A capstone project reviewed by two experts.",
            tags=["SQL"],
        ),
        issuance_date=FROM,
        expiration_date=LATE,
        **more,
    )


@pytest.mark.parametrize("carrier", ["bare", "PNG", "SVG"])
@pytest.mark.parametrize("algorithm", named("openbadgeslib", *ALGORITHMS))
def test_their_tokens_and_pictures(algorithm, carrier):
    issuer = ALGORITHMS[algorithm]
    signer = OB3Signer(private_pem(issuer), algorithm)
    made = their_badge(issuer)
    document = {
        "bare": lambda: signer.sign(made),
        "PNG": lambda: signer.sign_into_png(made, png()),
        "SVG": lambda: signer.sign_into_svg(made, svg("")),
    }[carrier]()
    answer = check(document, at=NOW, recipient=ME)
    assert (answer.format, answer.outcome) == ("ob3+vc-jwt", Outcome.VERIFIED), answer.verdicts
    assert answer.achievement.name == "SQL for Analysts"
    if carrier == "bare":
        assert check(changed(document), at=NOW).verdicts["integrity"].code is Code.SIGNATURE_MISMATCH


@pytest.mark.parametrize("algorithm", named("openbadgeslib", *ALGORITHMS))
def test_our_tokens(algorithm):
    issuer = ALGORITHMS[algorithm]
    token = issuer.sign_jwt(badge(issuer), registered=True).decode()
    verifier = OB3Verifier.for_issuer_did(issuer.id)
    assert verifier.verify(token, expected_recipient=HOLDER).achievement.name == "SQL for Analysts"
    with pytest.raises(LibOpenBadgesException):
        verifier.verify(changed(token))


@pytest.mark.parametrize("securing", named("openbadgeslib", "eddsa-rdfc-2022"))
def test_graphs_both_ways(securing):
    theirs = OB3LdpSigner(private_pem(EDDSA)).sign_to_json(their_badge(EDDSA), created=FROM)
    answer = check(theirs, at=NOW, recipient=ME)
    assert (answer.format, answer.outcome) == (f"ob3+{securing}", Outcome.VERIFIED), answer.verdicts
    assert check(changed(theirs), at=NOW).verdicts["integrity"].code is Code.SIGNATURE_MISMATCH
    ours = EDDSA.sign(badge(EDDSA), securing)
    verifier = OB3LdpVerifier.for_issuer_did(EDDSA.id)
    assert verifier.verify(ours, expected_recipient=HOLDER).achievement.name == "SQL for Analysts"
    with pytest.raises(LibOpenBadgesException):
        verifier.verify(changed(ours))


@pytest.mark.parametrize("index", [7, 8])
@pytest.mark.parametrize("what", named("openbadgeslib", "list"))
def test_their_status_list(what, index):
    unsigned = build_status_list_credential(EDDSA.id, LIST, "revocation", [7], issued=FROM, valid_until=LATE)
    listed = sign_status_list_credential(unsigned, private_pem(EDDSA), "EdDSA")
    made = their_badge(EDDSA, credential_status=[status_entry(LIST, "revocation", index)])
    signed = OB3Signer(private_pem(EDDSA), "EdDSA").sign(made)
    verdict = check(signed, at=NOW, documents=Shelf({LIST: listed.encode()})).verdicts["status"]
    assert verdict.code is (Code.REVOKED if index == 7 else Code.OK)


@pytest.mark.parametrize("securing", named("openbadgeslib", "clr+eddsa-rdfc-2022"))
def test_records_both_ways(securing):
    member = json.loads(OB3LdpSigner(private_pem(EDDSA)).sign_to_json(their_badge(EDDSA), created=FROM))
    identity = hashed_email(EMAIL, "salt")
    unsigned = build_clr_credential(
        {"id": EDDSA.id, "type": ["Profile"], "name": "Example Academy"},
        [identity],
        [member],
        credential_id="urn:uuid:7f5c0c5e-0000-4000-8000-000000000009",
        valid_from=FROM,
        valid_until=LATE,
    )
    theirs = sign_clr_credential(unsigned, private_pem(EDDSA), EDDSA.key_id)
    answer = check(json.dumps(theirs), at=NOW, recipient=Recipient(emails=(EMAIL,), dids=(HOLDER,)))
    assert (answer.format, answer.outcome) == (securing, Outcome.VERIFIED), answer.verdicts
    assert [m.outcome for m in answer.members] == [Outcome.VERIFIED]
    ours = record_credential(
        id="urn:x:record",
        issuer_id=EDDSA.id,
        issuer_name="Example Academy",
        subject_id=HOLDER,
        members=[EDDSA.sign(badge(EDDSA), "eddsa-rdfc-2022")],
        valid_from=FROM,
    )
    signed = json.loads(EDDSA.sign(ours, "eddsa-rdfc-2022"))
    verify_data_integrity_proof(signed, pubkey_pem=public_pem(EDDSA), extra_contexts=bundled_clr_contexts())
    with pytest.raises(LibOpenBadgesException):
        verify_data_integrity_proof(
            changed(signed), pubkey_pem=public_pem(EDDSA), extra_contexts=bundled_clr_contexts()
        )


@pytest.mark.parametrize("carrier", ["bare", "PNG", "SVG"])
@pytest.mark.parametrize("version", named("openbadgeslib", "2.0"))
def test_badges_of_version_2_both_ways(version, carrier):
    academy = OldAcademy()
    pem = pem_of(academy.key)
    made = Assertion(
        recipient=IdentityObject.create(EMAIL, "salt"),
        badge=academy.url("badge"),
        verification=Verification(type="SignedBadge", creator=academy.key_id),
        issued_on=FROM,
    )
    signer = OB2Signer(pem, "EdDSA")
    theirs = {
        "bare": lambda: signer.sign(made),
        "PNG": lambda: signer.sign_into_png(made, png()),
        "SVG": lambda: signer.sign_into_svg(made, svg("")),
    }[carrier]()
    answer = check(theirs, at=NOW, recipient=Recipient(emails=(EMAIL,)), documents=academy.shelf)
    assert (answer.format, answer.outcome) == ("ob2+jws", Outcome.VERIFIED), answer.verdicts

    verifier = OB2Verifier(download=academy.shelf.get)
    ours = academy.signed(header={"typ": None}).decode()
    baked = {
        "bare": lambda: ours,
        "PNG": lambda: verifier.extract_token_from_png(baking.bake_png(png(), ours)),
        "SVG": lambda: verifier.extract_token_from_svg(baking.bake_svg(svg(""), ours)),
    }[carrier]()
    assert verifier.verify(baked, expected_recipient=EMAIL).badge == academy.url("badge")
    with pytest.raises(LibOpenBadgesException):
        verifier.verify(changed(baked))
