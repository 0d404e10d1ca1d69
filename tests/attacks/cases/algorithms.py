"""alg none, HMAC with the public key, extensions: the key says which algorithms it may be used with, before any cryptography."""

import hashlib
import hmac

from cryptography.hazmat.primitives import serialization

from attacks.cases.making import jwt
from attacks.model import Attack, Row
from credence.credentials.issuing import Issuer
from credence.credentials.verifier import Code, Outcome
from support.badges import ISSUER, credential
from support.forging import token

REFUSED = (Outcome.NOT_VERIFIED, Code.ALGORITHM_NOT_ALLOWED)
CURVE = Issuer.from_seed(b"curves", kind="P-256")


def unsigned(algorithm, signature=b"", **header):
    return lambda: token(
        {"alg": algorithm, "typ": "vc+jwt", "kid": ISSUER.key_id, **header}, credential(), lambda m: signature
    )


def hmac_with(secret, algorithm="HS256"):
    return lambda: token(
        {"alg": algorithm, "typ": "vc+jwt", "kid": ISSUER.key_id},
        credential(),
        lambda m: hmac.new(secret(), m, hashlib.sha256).digest(),
    )


def pem():
    return ISSUER._private.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )


ATTACKS = (
    *(
        Attack(Row.ALGORITHMS, f"alg is {algorithm!r}", unsigned(algorithm), *REFUSED)
        for algorithm in (
            "none",
            "None",
            "nOnE",
            "",
            "HS256",
            "HS384",
            "HS512",
            "PS256",
            "ES256K",
            "RS1",
            None,
            0,
            ["EdDSA"],
            {"a": 1},
        )
    ),
    Attack(Row.ALGORITHMS, "HMAC with the issuer's public key in PEM", hmac_with(pem), *REFUSED),
    Attack(
        Row.ALGORITHMS,
        "HMAC with the bytes of the issuer's public key",
        hmac_with(ISSUER._private.public_key().public_bytes_raw),
        *REFUSED,
    ),
    Attack(
        Row.ALGORITHMS,
        "HMAC under the name of the key's own algorithm",
        hmac_with(pem, "EdDSA"),
        Outcome.NOT_VERIFIED,
        Code.SIGNATURE_MISMATCH,
    ),
    *(
        Attack(
            Row.ALGORITHMS,
            f"the header says {algorithm}, the key is Ed25519",
            lambda a=algorithm: jwt(credential(), alg=a),
            *REFUSED,
        )
        for algorithm in ("ES256", "ES384", "RS256")
    ),
    Attack(
        Row.ALGORITHMS,
        "the header says ES384, the key is P-256",
        lambda: CURVE.sign_jwt(credential(CURVE), header={"alg": "ES384"}),
        *REFUSED,
    ),
    *(
        Attack(
            Row.ALGORITHMS,
            f"a critical extension: {extra}",
            lambda e=extra: jwt(credential(), **e),
            Outcome.NOT_VERIFIED,
            Code.CRITICAL_HEADER_UNKNOWN,
        )
        for extra in (
            {"crit": ["exp"]},
            {"crit": []},
            {"crit": "b64"},
            {"crit": ["b64"], "b64": False},
            {"b64": False},
            {"crit": {}},
        )
    ),
    Attack(
        Row.ALGORITHMS,
        "two algorithms in one header",
        lambda: _two_algorithms(),
        Outcome.NOT_VERIFIED,
        Code.DUPLICATE_KEY,
    ),
)


def _two_algorithms():
    from support.forging import b64

    header = b64(b'{"alg":"none","alg":"EdDSA","typ":"vc+jwt","kid":"' + ISSUER.key_id.encode() + b'"}')
    signing_input = header + b"." + b64(credential())
    return signing_input + b"." + b64(ISSUER._private.sign(signing_input))
