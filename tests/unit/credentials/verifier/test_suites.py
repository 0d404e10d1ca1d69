"""Every suite with every kind of key that it signs with, did:jwk, and what a JWK says about its own use."""

import json

import base58
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers
from joserfc.jwk import RSAKey

from credence.credentials.issuing import CONTEXT, Issuer
from credence.credentials.verifier import Code, Outcome, State
from credence.credentials.verifier.keys import (
    KeyMalformed,
    PublicKey,
    from_did_jwk,
    from_jwk,
    from_multikey,
    to_multikey,
)
from credence.credentials.verifier.suites import hash_data
from support.badges import HOLDER, ISSUER, WEB, Shelf, check, credential, edited
from support.forging import DID_URL, b64, jwk_of, token

P256, P384 = (Issuer.from_seed(b"curves", kind=kind) for kind in ("P-256", "P-384"))
ED_2020 = [*CONTEXT, "https://w3id.org/security/suites/ed25519-2020/v1"]
SIGNED = [
    (ISSUER, "eddsa-jcs-2022"),
    (ISSUER, "eddsa-rdfc-2022"),
    (ISSUER, "Ed25519Signature2020"),
    (P256, "ecdsa-jcs-2019"),
    (P384, "ecdsa-jcs-2019"),
    (P256, "ecdsa-rdfc-2019"),
    (P384, "ecdsa-rdfc-2019"),
]
EMBEDDED = pytest.mark.parametrize(
    ("issuer", "securing"), SIGNED, ids=[f"{s}-{i.multikey[:3]}" for i, s in SIGNED]
)


def signed_by(issuer, securing, **changed):
    return issuer.sign(credential(issuer, context=ED_2020, **changed), securing)


@EMBEDDED
def test_every_suite_and_curve(issuer, securing):
    signed = signed_by(issuer, securing)
    answer = check(signed)
    assert (answer.outcome, answer.format) == (Outcome.VERIFIED, f"ob3+{securing}"), answer.verdicts
    for change in (
        {"validUntil": "2099-01-01T00:00:00Z"},
        {"credentialSubject": {**credential()["credentialSubject"], "id": "did:example:me"}},
        {"name": "PhD"},
        {"validFrom": None},
    ):
        changed = check(edited(signed, change))
        assert changed.outcome is Outcome.NOT_VERIFIED
        assert changed.verdicts["integrity"].code is Code.SIGNATURE_MISMATCH


@EMBEDDED
def test_proof_options_are_signed_too(issuer, securing):
    proof = json.loads(signed_by(issuer, securing))["proof"]
    for name, value in {"created": "2020-01-01T00:00:00Z", "expires": "2099-01-01T00:00:00Z"}.items():
        answer = check(edited(signed_by(issuer, securing), proof={**proof, name: value}))
        assert answer.verdicts["integrity"].code is Code.SIGNATURE_MISMATCH
    wrong = check(
        issuer.sign(credential(issuer, context=ED_2020), securing, proof={"proofPurpose": "authentication"})
    )
    assert wrong.verdicts["integrity"].code is Code.WRONG_PURPOSE


@pytest.mark.parametrize("issuer", [P256, P384], ids=["P-256", "P-384"])
@pytest.mark.parametrize("vc_claim", [False, True])
def test_tokens_of_both_curves(issuer, vc_claim):
    signed = issuer.sign_jwt(credential(issuer), vc_claim=vc_claim)
    assert check(signed).outcome is Outcome.VERIFIED
    for other in ("EdDSA", "ES256", "ES384", "RS256"):
        if other != {P256: "ES256", P384: "ES384"}[issuer]:
            forged = issuer.sign_jwt(credential(issuer), vc_claim=vc_claim, header={"alg": other})
            assert check(forged).verdicts["integrity"].code is Code.ALGORITHM_NOT_ALLOWED


@pytest.mark.parametrize(
    ("issuer", "securing"),
    [(P256, "eddsa-jcs-2022"), (P384, "Ed25519Signature2020"), (ISSUER, "ecdsa-jcs-2019")],
    ids=str,
)
def test_a_key_of_another_kind_than_the_suite_asks_for(issuer, securing):
    assert check(signed_by(issuer, securing)).verdicts["integrity"].code is Code.ALGORITHM_NOT_ALLOWED


@pytest.mark.parametrize("cut", [0, 63, 65, 95, 97])
def test_a_signature_of_another_length(cut):
    parsed = json.loads(signed_by(P256, "ecdsa-jcs-2019"))
    parsed["proof"]["proofValue"] = "z" + base58.b58encode(b"\x01" * cut).decode()
    assert check(json.dumps(parsed)).verdicts["integrity"].state is State.INVALID


def test_a_proof_that_hashes_with_the_other_curves_hash():
    """SHA-256 under a P-384 key: what a verifier would accept that lets the suite and not the key choose."""
    body = credential(P384)
    options = {
        "@context": body["@context"],
        "type": "DataIntegrityProof",
        "cryptosuite": "ecdsa-jcs-2019",
        "created": body["validFrom"],
        "verificationMethod": P384.key_id,
        "proofPurpose": "assertionMethod",
    }
    value = "z" + base58.b58encode(P384._sign(hash_data(body, options, "ecdsa-jcs-2019", "P-256"))).decode()
    forged = json.dumps({**body, "proof": {**options, "proofValue": value}})
    assert check(forged).verdicts["integrity"].code is Code.SIGNATURE_MISMATCH


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        ({"proofValue": "z3"}, Code.PROOF_MALFORMED),
        ({"proofPurpose": "authentication"}, Code.WRONG_PURPOSE),
        ({"created": "2020-01-01T00:00:00Z"}, Code.SIGNATURE_MISMATCH),
    ],
)
def test_one_bad_proof_among_good_ones(bad, code):
    """Of different suites and keys: all recognised ones must hold, in any order; unknown ones are told and decide nothing."""
    body = credential()
    good = json.loads(ISSUER.sign(body, "eddsa-jcs-2022"))["proof"]
    curve = json.loads(P256.sign(body, "ecdsa-jcs-2019"))["proof"]
    unknown = {"type": "DataIntegrityProof", "cryptosuite": "bbs-2023", "proofValue": "u2V0"}
    both = check(json.dumps({**body, "proof": [unknown, curve, good]}))
    assert both.outcome is Outcome.VERIFIED
    assert [report.result.state for report in both.proofs] == [State.INDETERMINATE, State.VALID, State.VALID]
    for proofs in ([good, {**curve, **bad}], [{**curve, **bad}, good, unknown]):
        answer = check(json.dumps({**body, "proof": proofs}))
        assert (answer.outcome, answer.verdicts["integrity"].code) == (Outcome.NOT_VERIFIED, code)
    assert check(json.dumps({**body, "proof": []})).verdicts["integrity"].code is Code.NO_PROOF
    alone = check(json.dumps({**body, "proof": unknown}))
    assert (alone.outcome, alone.verdicts["integrity"].code) == (
        Outcome.INDETERMINATE,
        Code.UNSUPPORTED_PROOF,
    )


def did_jwk(jwk):
    return "did:jwk:" + b64(jwk).decode()


def test_did_jwk():
    did = did_jwk(jwk_of(ISSUER))
    for key_id in (f"{did}#0", did):
        issuer = Issuer(did, key_id, "", ISSUER._private)
        for signed in (
            issuer.sign(credential(issuer), "eddsa-jcs-2022"),
            issuer.sign_jwt(credential(issuer)),
        ):
            assert check(signed).outcome is Outcome.VERIFIED
    liar = Issuer(did, f"{did}#0", "", P256._private)
    assert check(liar.sign_jwt(credential(liar))).outcome is Outcome.NOT_VERIFIED
    wrong = Issuer(did, f"{did}#1", "", ISSUER._private)
    assert check(wrong.sign_jwt(credential(wrong))).verdicts["issuer_authenticated"].code is (
        Code.ISSUER_NOT_AUTHENTICATED
    )


@pytest.mark.parametrize(
    "did",
    [
        "did:jwk:",
        "did:jwk:e30",
        "did:jwk:bm90IGpzb24",
        "did:jwk:" + "A" * 5_000,
        did_jwk({**jwk_of(ISSUER), "use": "enc"}),
        did_jwk({**jwk_of(ISSUER), "key_ops": ["sign"]}),
        did_jwk({**jwk_of(ISSUER), "d": "AAAA"}),
        did_jwk({"kty": "oct", "k": "AAAA"}),
        did_jwk(jwk_of(ISSUER)) + "=",
    ],
)
def test_a_did_jwk_that_holds_no_key_for_signatures(did):
    with pytest.raises(KeyMalformed):
        from_did_jwk(did)
    issuer = Issuer(did, f"{did}#0", "", ISSUER._private)
    answer = check(issuer.sign_jwt(credential(issuer)))
    assert answer.outcome is not Outcome.VERIFIED
    assert not answer.verdicts["issuer_authenticated"].valid


def test_a_jwk_that_names_its_algorithm_allows_no_other():
    private = rsa.generate_private_key(65537, 2048)
    jwk = RSAKey(private.public_key(), private.public_key()).as_dict(private=False)
    key_id = f"{WEB.id}#rsa"

    def answer_with(**more):
        method = {
            "id": key_id,
            "type": "JsonWebKey",
            "controller": WEB.id,
            "publicKeyJwk": {**jwk, **more},
        }
        signed = token(
            {"alg": "RS256", "typ": "vc+jwt", "kid": key_id},
            credential(WEB, subject_id=HOLDER),
            lambda m: private.sign(m, padding.PKCS1v15(), hashes.SHA256()),
        )
        return check(signed, documents=Shelf({DID_URL: {"id": WEB.id, "assertionMethod": [method]}}))

    assert answer_with().outcome is Outcome.VERIFIED
    assert answer_with(alg="RS256", use="sig", key_ops=["verify"]).outcome is Outcome.VERIFIED
    for other in ("PS256", "RS512", "HS256", "none"):
        assert answer_with(alg=other).verdicts["integrity"].code is Code.ALGORITHM_NOT_ALLOWED
    assert answer_with(use="enc").outcome is not Outcome.VERIFIED


@pytest.mark.parametrize("bits", [1024, 2048, 8192, 8200])
def test_sizes_of_rsa_keys(bits):
    modulus = b64(((1 << bits - 1) | 1).to_bytes((bits + 7) // 8, "big")).decode()
    jwk = {"kty": "RSA", "n": modulus, "e": "AQAB"}
    if bits in (2048, 8192):
        key = from_jwk(jwk)
        assert key.key == RSAPublicNumbers(65537, (1 << bits - 1) | 1).public_key()
        assert from_multikey(to_multikey(key)).same_as(key)
    else:
        with pytest.raises(KeyMalformed):
            from_jwk(jwk)


@pytest.mark.parametrize("issuer", [ISSUER, P256, P384], ids=["Ed25519", "P-256", "P-384"])
def test_a_key_has_one_multikey(issuer):
    key = from_multikey(issuer.multikey)
    assert to_multikey(PublicKey(key.kind, key.key, "stated")) == issuer.multikey


@pytest.mark.parametrize(
    ("issuer", "securing"), [(ISSUER, "eddsa-jcs-2022"), (P384, "ecdsa-jcs-2019")], ids=str
)
def test_contexts_signed_in_the_proof_and_left_out_of_it(issuer, securing):
    """As some issuers do; they are those of the document, and nothing else can be put in their place."""
    document = json.loads(issuer.sign(credential(issuer), securing))
    del document["proof"]["@context"]
    assert check(json.dumps(document)).outcome is Outcome.VERIFIED
    document["@context"].append("https://w3id.org/security/multikey/v1")
    assert check(json.dumps(document)).verdicts["integrity"].code is Code.SIGNATURE_MISMATCH
