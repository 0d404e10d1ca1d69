"""Tokens and issuers as an attacker makes them."""

import base64
import json

from credence.credentials.issuing import Issuer

DID_URL = "https://academy.example/.well-known/did.json"


def b64(value):
    """base64url without padding, of bytes or of a value as JSON."""
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=")


def token(header, claims, sign):
    """A compact JWS with any header, claims and signature."""
    signing_input = b64(header) + b"." + b64(claims)
    return signing_input + b"." + b64(sign(signing_input))


def jwk_of(issuer):
    """The public JWK of an issuer's key."""
    return {
        "kty": "OKP",
        "crv": "Ed25519",
        "x": b64(issuer._private.public_key().public_bytes_raw()).decode(),
    }


def pretending(did):
    """An issuer with a key of its own that names its key as if it were `did`'s."""
    own = Issuer.from_seed(b"pretender")
    return Issuer(did, f"{did}#{own.multikey}", own.multikey, own._private)
