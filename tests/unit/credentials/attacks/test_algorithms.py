"""Algorithms that show nothing, or that another kind of key should have used: the key says which are allowed, never the header."""

import hashlib
import hmac

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from joserfc.jwk import ECKey, RSAKey

from credence.credentials.verifier import Code, Outcome
from support.badges import ISSUER, WEB, Shelf, check, credential
from support.forging import DID_URL, token


@pytest.mark.parametrize(
    "algorithm", ["none", "None", "HS256", "HS512", "PS256", "ES256K", "", None, 1, ["EdDSA"]]
)
def test_algorithms_that_show_nothing(algorithm):
    answer = check(
        token({"alg": algorithm, "typ": "vc+jwt", "kid": ISSUER.key_id}, credential(), lambda m: b"")
    )
    assert answer.outcome is Outcome.NOT_VERIFIED
    assert answer.verdicts["integrity"].code is Code.ALGORITHM_NOT_ALLOWED


def test_a_public_key_as_an_hmac_secret():
    pem = ISSUER._private.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    for secret in (pem, ISSUER._private.public_key().public_bytes_raw()):
        forged = token(
            {"alg": "HS256", "typ": "vc+jwt", "kid": ISSUER.key_id},
            credential(),
            lambda m, secret=secret: hmac.new(secret, m, hashlib.sha256).digest(),
        )
        assert check(forged).verdicts["integrity"].code is Code.ALGORITHM_NOT_ALLOWED


@pytest.mark.parametrize("algorithm", ["ES256", "RS256", "ES384"])
def test_the_key_and_not_the_header_says_which_algorithm(algorithm):
    forged = ISSUER.sign_jwt(credential(), header={"alg": algorithm})
    assert check(forged).verdicts["integrity"].code is Code.ALGORITHM_NOT_ALLOWED


@pytest.mark.parametrize(
    "extra", [{"crit": ["exp"]}, {"crit": []}, {"crit": ["b64"], "b64": False}, {"b64": False}]
)
def test_extensions_that_must_be_understood(extra):
    assert (
        check(ISSUER.sign_jwt(credential(), header=extra)).verdicts["integrity"].code
        is Code.CRITICAL_HEADER_UNKNOWN
    )


@pytest.mark.parametrize("algorithm", ["ES256", "ES384", "RS256"])
def test_other_algorithms_by_the_issuers_document(algorithm):
    if algorithm == "RS256":
        private = rsa.generate_private_key(65537, 2048)
        jwk = RSAKey(private.public_key(), private.public_key()).as_dict(private=False)

        def sign(message):
            return private.sign(message, padding.PKCS1v15(), hashes.SHA256())
    else:
        curve, digest, half = (
            (ec.SECP256R1(), hashes.SHA256(), 32)
            if algorithm == "ES256"
            else (ec.SECP384R1(), hashes.SHA384(), 48)
        )
        private = ec.generate_private_key(curve)
        jwk = ECKey(private.public_key(), private.public_key()).as_dict(private=False)

        def sign(message):
            r, s = decode_dss_signature(private.sign(message, ec.ECDSA(digest)))
            return r.to_bytes(half, "big") + s.to_bytes(half, "big")

    key_id = f"{WEB.id}#key-2"
    method = {"id": key_id, "type": "JsonWebKey", "controller": WEB.id, "publicKeyJwk": jwk}
    shelf = Shelf({DID_URL: {"id": WEB.id, "assertionMethod": [method]}})
    for head in ({"kid": key_id}, {"kid": "#key-2"}, {"kid": "key-2"}, {}):
        signed = token({"alg": algorithm, "typ": "vc+jwt", **head}, credential(WEB), sign)
        assert check(signed, documents=shelf).outcome is Outcome.VERIFIED, head
        broken = signed[:-10] + (b"AAAAAAAAAA" if not signed.endswith(b"AAAAAAAAAA") else b"BBBBBBBBBB")
        assert check(broken, documents=shelf).outcome is Outcome.NOT_VERIFIED
