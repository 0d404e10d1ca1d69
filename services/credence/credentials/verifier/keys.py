"""Public keys and the signatures that may be checked with them: each kind of key allows its own algorithms and no other."""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import base58
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, JWKRegistry, OKPKey, RSAKey

from .model import DEFAULT_LIMITS
from .parsing import Refused, parse_json
from .sections import as_list

__all__ = [
    "KeyMalformed",
    "PublicKey",
    "from_did_jwk",
    "from_did_key",
    "from_jwk",
    "from_multikey",
    "from_pem",
    "multibase_decode",
    "to_multikey",
]

type_of_key = ed25519.Ed25519PublicKey | ec.EllipticCurvePublicKey | rsa.RSAPublicKey


class KeyMalformed(Exception):  # noqa: N818
    """No usable public key: unknown kind, wrong length, not on the curve, RSA too short or too long, or a secret key."""


@dataclass(frozen=True, slots=True, eq=False)
class PublicKey:
    kind: str
    """Ed25519, P-256, P-384 or RSA"""
    key: type_of_key
    stated: str | None = None
    """the one algorithm that its JWK allows, where that says so"""

    @property
    def algorithms(self) -> frozenset[str]:
        """JWS algorithms (RFC 7518, 8037, 9864) that this key may be used with."""
        of_kind = _ALGORITHMS[self.kind]
        if self.stated is None or (self.kind == "Ed25519" and self.stated in of_kind):
            return of_kind  # EdDSA and Ed25519 are two names of one algorithm
        return of_kind & {self.stated}

    def verify(self, signature: bytes, message: bytes) -> bool:
        """Ed25519 (RFC 8032); ECDSA as r || s with the hash of the curve's size; RSASSA-PKCS1-v1_5 with SHA-256."""
        try:
            match self.key:
                case ed25519.Ed25519PublicKey():
                    self.key.verify(signature, message)
                case ec.EllipticCurvePublicKey():
                    half = (self.key.key_size + 7) // 8
                    if len(signature) != 2 * half:
                        return False
                    der = encode_dss_signature(
                        int.from_bytes(signature[:half], "big"), int.from_bytes(signature[half:], "big")
                    )
                    digest = hashes.SHA256() if half == 32 else hashes.SHA384()
                    self.key.verify(der, message, ec.ECDSA(digest))
                case rsa.RSAPublicKey():
                    self.key.verify(signature, message, padding.PKCS1v15(), hashes.SHA256())
        except InvalidSignature:
            return False
        return True

    def same_as(self, other: PublicKey) -> bool:
        return self.kind == other.kind and _spki(self.key) == _spki(other.key)


_ALGORITHMS: Final = {
    "Ed25519": frozenset({"EdDSA", "Ed25519"}),
    "P-256": frozenset({"ES256"}),
    "P-384": frozenset({"ES384"}),
    "RSA": frozenset({"RS256"}),
}
# multicodec prefixes, as unsigned varints
_ED25519: Final = b"\xed\x01"
_P256: Final = b"\x80\x24"
_P384: Final = b"\x81\x24"
_RSA: Final = b"\x85\x24"


def multibase_decode(text: str, max_chars: int = 1024) -> bytes:
    """base58btc ("z..."), the only base that Data Integrity and did:key use here. KeyMalformed: anything else."""
    # the package base58 strips white space; here a value has one spelling
    if not text.startswith("z") or len(text) > max_chars or not (text.isascii() and text.isalnum()):
        raise KeyMalformed("not a base58btc multibase value")
    try:
        return base58.b58decode(text[1:])
    except ValueError:
        raise KeyMalformed("not a base58btc multibase value") from None


@lru_cache(maxsize=4096)
def from_multikey(text: str) -> PublicKey:
    """The key of a `publicKeyMultibase` (Multikey)."""
    raw = multibase_decode(text, 1600)  # RSA of 8192 bits takes 1415
    prefix, body = raw[:2], raw[2:]
    try:
        if prefix == _ED25519:
            return _checked_ed25519(ed25519.Ed25519PublicKey.from_public_bytes(body))
        if prefix == _P256 and len(body) == 33:
            return PublicKey("P-256", ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), body))
        if prefix == _P384 and len(body) == 49:
            return PublicKey("P-384", ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP384R1(), body))
        if prefix == _RSA:
            # PKCS#1 RSAPublicKey, which is what PEM names "RSA PUBLIC KEY"
            return _checked_rsa(serialization.load_der_public_key(body))
    except ValueError:
        raise KeyMalformed("the multikey does not hold a key of its kind") from None
    raise KeyMalformed("a kind of multikey that is not supported")


def from_did_key(did: str) -> PublicKey:
    """The one key of a did:key (without fragment)."""
    return from_multikey(did.removeprefix("did:key:"))


def from_did_jwk(did: str) -> PublicKey:
    """The one key of a did:jwk (without fragment): a JWK as base64url of JSON."""
    encoded = did.removeprefix("did:jwk:")
    if len(encoded) > 4096 or _BASE64URL.fullmatch(encoded) is None:
        raise KeyMalformed("not the base64url of a JWK")
    try:
        raw = urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4))
        if urlsafe_b64encode(raw).rstrip(b"=").decode() != encoded:
            raise KeyMalformed("not base64url in its one proper spelling")
        return from_jwk(parse_json(raw, DEFAULT_LIMITS))
    except (ValueError, Refused):
        raise KeyMalformed("not the base64url of a JWK") from None


def from_jwk(jwk: Any) -> PublicKey:
    """The key of a public JWK that may check signatures. A symmetric or secret key is refused: it has no place in a public document."""
    if not isinstance(jwk, dict) or not isinstance(jwk.get("kty"), str) or "d" in jwk or "k" in jwk:
        raise KeyMalformed("not a public JWK")
    if jwk.get("use", "sig") != "sig" or "verify" not in as_list(jwk.get("key_ops", "verify")):
        raise KeyMalformed("a key that is not for signatures")
    stated = jwk.get("alg")
    if stated is not None and not isinstance(stated, str):
        raise KeyMalformed("a JWK whose algorithm is no text")
    members = {
        name: value
        for name, value in jwk.items()
        if name in ("kty", "crv", "x", "y", "n", "e") and isinstance(value, str)
    }
    if len(members.get("n", "")) > 1400 or len(members.get("e", "")) > 12:
        raise KeyMalformed("an RSA key of an unusual size")
    try:
        key = JWKRegistry.import_key(members)  # type: ignore[arg-type]
        match key:
            case OKPKey():
                public: Any = key.public_key
            case ECKey() | RSAKey():
                public = key.public_key
            case _:
                raise KeyMalformed("a kind of JWK that is not supported")
    except (JoseError, ValueError, TypeError, KeyError):
        raise KeyMalformed("the JWK does not hold a key of its kind") from None
    if isinstance(public, ed25519.Ed25519PublicKey):
        return _checked_ed25519(public, stated)
    if isinstance(public, ec.EllipticCurvePublicKey) and public.curve.name in _CURVES:
        return PublicKey(_CURVES[public.curve.name], public, stated)
    return _checked_rsa(public, stated)


_CURVES: Final = {"secp256r1": "P-256", "secp384r1": "P-384"}
_BASE64URL: Final = re.compile(r"[A-Za-z0-9_-]+")


def to_multikey(key: PublicKey) -> str:
    """The one spelling of the key as a `publicKeyMultibase`; what a JWK says besides is left out."""
    match key.key:
        case ed25519.Ed25519PublicKey():
            raw = _ED25519 + key.key.public_bytes_raw()
        case ec.EllipticCurvePublicKey():
            raw = (_P256 if key.kind == "P-256" else _P384) + key.key.public_bytes(
                serialization.Encoding.X962, serialization.PublicFormat.CompressedPoint
            )
        case rsa.RSAPublicKey():
            raw = _RSA + key.key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.PKCS1)
    return "z" + base58.b58encode(raw).decode()


def _checked_ed25519(key: ed25519.Ed25519PublicKey, stated: str | None = None) -> PublicKey:
    """Refuses points of low order, under which one signature fits every message, so that anybody signs for them; and points that have
    another spelling."""
    y = int.from_bytes(key.public_bytes_raw(), "little") & (1 << 255) - 1
    if y >= _ED25519_PRIME or y in _LOW_ORDER:
        raise KeyMalformed("an Ed25519 key that anybody can sign for")
    return PublicKey("Ed25519", key, stated)


# RFC 8032, section 5.1; the y of the eight points whose order divides the cofactor
_ED25519_PRIME: Final = 2**255 - 19
_ORDER_EIGHT: Final = 0x05FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826
_LOW_ORDER: Final = frozenset({0, 1, _ED25519_PRIME - 1, _ORDER_EIGHT, _ED25519_PRIME - _ORDER_EIGHT})


def _checked_rsa(key: Any, stated: str | None = None) -> PublicKey:
    if not isinstance(key, rsa.RSAPublicKey) or not 2048 <= key.key_size <= 8192:
        raise KeyMalformed("neither Ed25519, P-256, P-384 nor RSA of 2048 to 8192 bits")
    numbers = key.public_numbers()
    if numbers.e.bit_length() > 32 or numbers.n % 2 == 0:
        raise KeyMalformed("an RSA key with an unusual exponent or modulus")
    return PublicKey("RSA", key, stated)


def from_pem(text: bytes) -> PublicKey:
    """The key of a PEM public key (SubjectPublicKeyInfo, or PKCS#1 for RSA). KeyMalformed: anything else, certificates included."""
    if len(text) > 16_384:
        raise KeyMalformed("a PEM file of an unusual size")
    try:
        public = serialization.load_pem_public_key(text)
    except (ValueError, UnsupportedAlgorithm):
        raise KeyMalformed("the PEM text does not hold a public key") from None
    if isinstance(public, ed25519.Ed25519PublicKey):
        return PublicKey("Ed25519", public)
    if isinstance(public, ec.EllipticCurvePublicKey) and public.curve.name in _CURVES:
        return PublicKey(_CURVES[public.curve.name], public)
    return _checked_rsa(public)


def _spki(key: type_of_key) -> bytes:
    return key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
