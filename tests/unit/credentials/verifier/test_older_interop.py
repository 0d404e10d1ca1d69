"""Both ways with another implementation of Open Badges 2.0 (openbadgeslib): its badges are verified here, and ours there."""

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from openbadgeslib import baking
from openbadgeslib.ob2.models import Assertion, IdentityObject, Verification
from openbadgeslib.ob2.signer import OB2Signer
from openbadgeslib.ob2.verifier import OB2VerificationError, OB2Verifier

from credence.credentials.verifier import Code, Limits, Outcome, Recipient
from credence.credentials.verifier.baked import unbake
from support.badges import FROM, ISSUER, check, credential
from support.older import EMAIL, OldAcademy, hashed, itxt, png, svg

ADA = Recipient(emails=(EMAIL,))
BLANK = {"png": png(), "svg": svg("")}


@pytest.fixture(params=["EdDSA", "ES256"])
def academy(request):
    return OldAcademy(key=None if request.param == "EdDSA" else ec.derive_private_key(7, ec.SECP256R1()))


def theirs(academy):
    """Their signer, with the academy's key."""
    pem = academy.key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    curve = isinstance(academy.key, ec.EllipticCurvePrivateKey)
    return OB2Signer(pem, "ES256" if curve else "EdDSA")


def assertion(academy, email=EMAIL):
    return Assertion(
        recipient=IdentityObject.create(email, "salt"),
        badge=academy.url("badge"),
        verification=Verification("SignedBadge", academy.key_id),
        issued_on=FROM,
        narrative="A report.",
    )


@pytest.mark.parametrize("kind", ["png", "svg"])
def test_their_badges_here(academy, kind):
    signer = theirs(academy)
    bake = signer.sign_into_png if kind == "png" else signer.sign_into_svg
    answer = check(bake(assertion(academy), BLANK[kind]), recipient=ADA, documents=academy.shelf)
    assert (answer.format, answer.outcome) == ("ob2+jws", Outcome.VERIFIED), answer.verdicts
    other = bake(assertion(academy, "eve@example.org"), BLANK[kind])
    found = check(other, recipient=ADA, documents=academy.shelf)
    assert found.verdicts["recipient"].code is Code.RECIPIENT_MISMATCH


def test_our_badges_there(academy):
    verifier = OB2Verifier(download=academy.shelf.get)
    made = verifier.verify(academy.signed().decode(), expected_recipient=EMAIL)
    assert made.badge == academy.url("badge")
    hosted = verifier.verify_hosted(academy.hosted().decode(), expected_recipient=EMAIL)
    assert hosted.id == academy.url("assertion")
    with pytest.raises(OB2VerificationError):
        verifier.verify_hosted(academy.hosted().decode(), expected_recipient="eve@example.org")
    somebodys = academy.hosted(recipient=hashed("eve@example.org", "salt"))
    with pytest.raises(OB2VerificationError):
        verifier.verify_hosted(somebodys.decode(), expected_recipient=EMAIL)


@pytest.mark.parametrize(
    ("keyword", "element", "namespace"),
    [
        (baking.ITXT_KEYWORD, baking.SVG_ELEMENT, baking.SVG_NS),
        (baking.ITXT_KEYWORD_OB3, baking.SVG_ELEMENT_OB3, baking.SVG_NS_OB3),
    ],
)
def test_pictures_both_ways(keyword, element, namespace):
    token = ISSUER.sign_jwt(credential())
    text = token.decode()
    assert unbake(baking.bake_png(BLANK["png"], text, keyword=keyword), Limits()) == token
    assert (
        unbake(baking.bake_svg(BLANK["svg"], text, element=element, namespace=namespace), Limits()) == token
    )
    for compressed in (False, True):
        assert (
            _text(baking.extract_png(png(itxt(token, keyword, compressed=compressed)), keyword=keyword))
            == text
        )
    baked = svg(f'<{element} verify="{text}"/>', namespace)
    assert _text(baking.extract_svg(baked, element=element)) == text


def _text(found):
    return found.decode() if isinstance(found, bytes) else found
