"""Keys and signatures that are degenerate: zeros, points of low order, odd exponents, the wrong curve, the wrong half."""

import json

import base58
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers

from attacks.model import Attack, Row
from credence.credentials.issuing import Issuer
from credence.credentials.verifier import Code, Outcome
from support.badges import ISSUER, WEB, Shelf, credential
from support.forging import DID_URL, b64, token

P256, P384 = (Issuer.from_seed(b"curves", kind=kind) for kind in ("P-256", "P-384"))
MISMATCH = (Outcome.NOT_VERIFIED, Code.SIGNATURE_MISMATCH)
MALFORMED = (Outcome.NOT_VERIFIED, Code.PROOF_MALFORMED)
ORDERS = {
    "P-256": 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551,
    "P-384": 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973,
}
ED_ORDER = 2**252 + 27742317777372353535851937790883648493
# points of order 1, 2, 4 and 8 of edwards25519: under some, a signature of zeros fits every message
LOW_ORDER = (
    "0100000000000000000000000000000000000000000000000000000000000000",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0000000000000000000000000000000000000000000000000000000000000080",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
)


def multibase(raw):
    return "z" + base58.b58encode(raw).decode()


def with_signature(issuer, securing, raw):
    def make():
        document = json.loads(issuer.sign(credential(issuer), securing))
        given = base58.b58decode(document["proof"]["proofValue"][1:])
        document["proof"]["proofValue"] = multibase(raw(given) if callable(raw) else raw)
        return json.dumps(document)

    return make


def ecdsa(curve, size):
    order = ORDERS[curve]
    return {
        "r and s are zero": bytes(2 * size),
        "r is zero": lambda s: bytes(size) + s[size:],
        "s is zero": lambda s: s[:size] + bytes(size),
        "r is the group's order": lambda s: order.to_bytes(size, "big") + s[size:],
        "s is the group's order": lambda s: s[:size] + order.to_bytes(size, "big"),
        "all bits set": b"\xff" * (2 * size),
        "r and s changed places": lambda s: s[size:] + s[:size],
        "r is one, s is one": (1).to_bytes(size, "big") * 2,
    }


def low_order_key(point):
    """A did:key of a point of low order, with the signature that fits any message under it: R is the same point, S is zero."""
    multikey = multibase(b"\xed\x01" + bytes.fromhex(point))
    did = f"did:key:{multikey}"

    def make():
        own = Issuer(did, f"{did}#{multikey}", multikey, ISSUER._private)
        document = json.loads(own.sign(credential(own), "eddsa-jcs-2022"))
        document["proof"]["proofValue"] = multibase(bytes.fromhex(point) + bytes(32))
        return json.dumps(document)

    return make


def jwk_document(jwk):
    return lambda: Shelf(
        {
            DID_URL: {
                "id": WEB.id,
                "assertionMethod": [
                    {"id": f"{WEB.id}#key-1", "type": "JsonWebKey", "controller": WEB.id, "publicKeyJwk": jwk}
                ],
            }
        }
    )


def rsa_jwk(bits=2048, exponent=65537):
    numbers = rsa.generate_private_key(65537, bits).public_key().public_numbers()
    public = RSAPublicNumbers(exponent, numbers.n)
    return {"kty": "RSA", "n": _number(public.n), "e": _number(public.e)}


def _number(value):
    return b64(value.to_bytes((value.bit_length() + 7) // 8, "big")).decode()


def refused_key(name, jwk, algorithm="RS256", signature=b"\0" * 256):
    """The issuer's own document lists a key that nobody should use: no key, so no authority."""
    return Attack(
        Row.KEY_MATERIAL,
        f"the issuer's key: {name}",
        lambda: token(
            {"alg": algorithm, "typ": "vc+jwt", "kid": f"{WEB.id}#key-1"},
            credential(WEB),
            lambda m: signature,
        ),
        Outcome.NOT_VERIFIED,
        Code.ISSUER_NOT_AUTHENTICATED,
        "issuer_authenticated",
        documents=lambda: jwk_document(jwk() if callable(jwk) else jwk)(),
    )


ATTACKS = (
    *(
        Attack(
            Row.KEY_MATERIAL,
            f"{issuer_kind} {securing}: {name}",
            with_signature(issuer, securing, raw),
            *MISMATCH,
        )
        for issuer, issuer_kind, size in ((P256, "P-256", 32), (P384, "P-384", 48))
        for securing in ("ecdsa-jcs-2019", "ecdsa-rdfc-2019")
        for name, raw in ecdsa(issuer_kind, size).items()
    ),
    *(
        Attack(Row.KEY_MATERIAL, f"eddsa: {name}", with_signature(ISSUER, "eddsa-jcs-2022", raw), *MISMATCH)
        for name, raw in {
            "all zeros": bytes(64),
            "S is zero": lambda s: s[:32] + bytes(32),
            "S raised by the group's order, which some verifiers take": lambda s: (
                s[:32] + (int.from_bytes(s[32:], "little") + ED_ORDER).to_bytes(32, "little")
            ),
            "R is the neutral point": lambda s: (1).to_bytes(32, "little") + s[32:],
        }.items()
    ),
    *(
        Attack(
            Row.KEY_MATERIAL,
            f"a signature of {length} bytes",
            with_signature(ISSUER, "eddsa-jcs-2022", bytes(length)),
            *MALFORMED,
        )
        for length in (1, 32, 63, 65, 72, 128)
    ),
    Attack(
        Row.KEY_MATERIAL,
        "a signature of P-384's length for P-256",
        with_signature(P256, "ecdsa-jcs-2019", lambda s: bytes(16) + s[:32] + bytes(16) + s[32:]),
        *MISMATCH,
    ),
    Attack(
        Row.KEY_MATERIAL,
        "a signature in DER for P-256",
        with_signature(P256, "ecdsa-jcs-2019", lambda s: b"\x30\x44\x02\x20" + s[:32] + b"\x02\x20" + s[32:]),
        *MALFORMED,
    ),
    *(
        Attack(
            Row.KEY_MATERIAL,
            f"{securing} with {name}",
            lambda i=issuer, s=securing: i.sign(credential(i), s),
            Outcome.NOT_VERIFIED,
            Code.ALGORITHM_NOT_ALLOWED,
        )
        for name, issuer, securing in (
            ("a P-256 key", P256, "eddsa-jcs-2022"),
            ("a P-384 key", P384, "eddsa-rdfc-2022"),
            ("an Ed25519 key", ISSUER, "ecdsa-jcs-2019"),
            ("an Ed25519 key", ISSUER, "ecdsa-rdfc-2019"),
        )
    ),
    Attack(
        Row.KEY_MATERIAL,
        "a P-256 key under the multicodec of P-384",
        lambda: _renamed(P256, b"\x81\x24"),
        Outcome.NOT_VERIFIED,
        Code.ISSUER_MALFORMED,
        "issuer_authenticated",
    ),
    Attack(
        Row.KEY_MATERIAL,
        "a P-384 key under the multicodec of P-256",
        lambda: _renamed(P384, b"\x80\x24"),
        Outcome.NOT_VERIFIED,
        Code.ISSUER_MALFORMED,
        "issuer_authenticated",
    ),
    Attack(
        Row.KEY_MATERIAL,
        "a P-256 key under the multicodec of Ed25519",
        lambda: _renamed(P256, b"\xed\x01"),
        Outcome.NOT_VERIFIED,
        Code.ISSUER_MALFORMED,
        "issuer_authenticated",
    ),
    Attack(
        Row.KEY_MATERIAL,
        "a did:key with a byte too many",
        lambda: _renamed(ISSUER, b"\xed\x01", b"\0"),
        Outcome.NOT_VERIFIED,
        Code.ISSUER_MALFORMED,
        "issuer_authenticated",
    ),
    Attack(
        Row.KEY_MATERIAL,
        "a did:key of a point that is not on the curve",
        lambda: _renamed(P256, b"\x80\x24", body=b"\x02" + b"\xff" * 32),
        Outcome.NOT_VERIFIED,
        Code.ISSUER_MALFORMED,
        "issuer_authenticated",
    ),
    Attack(
        Row.KEY_MATERIAL,
        "a did:key of an uncompressed point",
        lambda: _renamed(P256, b"\x80\x24", body=b"\x04" + b"\1" * 64),
        Outcome.NOT_VERIFIED,
        Code.ISSUER_MALFORMED,
        "issuer_authenticated",
    ),
    *(
        Attack(
            Row.KEY_MATERIAL,
            f"an Ed25519 key of low order ({point[:8]}...{point[-2:]})",
            low_order_key(point),
            Outcome.NOT_VERIFIED,
            Code.ISSUER_MALFORMED,
            "issuer_authenticated",
        )
        for point in LOW_ORDER
    ),
    refused_key("RSA of 1024 bits", lambda: rsa_jwk(1024)),
    refused_key(
        "RSA with the exponent 1, under which a signature is its own message", lambda: rsa_jwk(exponent=1)
    ),
    refused_key("RSA with an exponent that is even", lambda: rsa_jwk(exponent=65536)),
    refused_key("RSA with an exponent of 40 bits", lambda: rsa_jwk(exponent=2**40 + 1)),
    refused_key("RSA of 16,384 bits", lambda: {"kty": "RSA", "n": _number((1 << 16383) + 1), "e": "AQAB"}),
    refused_key(
        "RSA with a modulus that is even", lambda: {"kty": "RSA", "n": _number(1 << 2047), "e": "AQAB"}
    ),
    refused_key("a symmetric key", {"kty": "oct", "k": "c2VjcmV0"}),
    refused_key(
        "a secret key",
        lambda: {"kty": "OKP", "crv": "Ed25519", "x": b64(bytes(32)).decode(), "d": b64(bytes(32)).decode()},
        "EdDSA",
        bytes(64),
    ),
    refused_key(
        "X25519, which signs nothing",
        {"kty": "OKP", "crv": "X25519", "x": b64(b"\x09" + bytes(31)).decode()},
        "EdDSA",
        bytes(64),
    ),
    refused_key(
        "secp256k1",
        {"kty": "EC", "crv": "secp256k1", "x": b64(bytes(32)).decode(), "y": b64(bytes(32)).decode()},
        "ES256",
        bytes(64),
    ),
    refused_key(
        "a point that is not on P-256",
        {"kty": "EC", "crv": "P-256", "x": b64(b"\1" * 32).decode(), "y": b64(b"\1" * 32).decode()},
        "ES256",
        bytes(64),
    ),
    refused_key("a key for encryption", lambda: {**rsa_jwk(), "use": "enc"}),
    refused_key("a key that may not verify", lambda: {**rsa_jwk(), "key_ops": ["encrypt"]}),
    *(
        Attack(
            Row.KEY_MATERIAL,
            f"RS256: a signature that is {name}",
            lambda r=raw: _rs256(r),
            *MISMATCH,
            documents=lambda: jwk_document(_RSA)(),
        )
        for name, raw in {
            "zero": bytes(256),
            "one": bytes(255) + b"\1",
            "empty": b"",
            "longer than the modulus": b"\xff" * 512,
        }.items()
    ),
)

_RSA = rsa_jwk()


def _rs256(signature):
    return token(
        {"alg": "RS256", "typ": "vc+jwt", "kid": f"{WEB.id}#key-1"}, credential(WEB), lambda m: signature
    )


def _renamed(issuer, codec, tail=b"", body=None):
    """The issuer's key under another name of its kind, with a proof by the true key."""
    raw = base58.b58decode(issuer.multikey[1:])
    multikey = multibase(codec + (body or raw[2:]) + tail)
    did = f"did:key:{multikey}"
    own = Issuer(did, f"{did}#{multikey}", multikey, issuer._private)
    return own.sign(credential(own), "ecdsa-jcs-2019" if issuer is not ISSUER else "eddsa-jcs-2022")
