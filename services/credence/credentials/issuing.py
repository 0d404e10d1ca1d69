"""The issuing side of Open Badges 3.0: keys from a seed, issuer documents, credentials, status lists, and the three securing formats.

It serves the demo's data and the tests; the product itself only verifies. Everything is a function of its arguments: the same seed and
times give the same bytes (Ed25519 signatures are deterministic, and ECDSA ones are made as RFC 6979 says).
"""

from __future__ import annotations

import gzip
import hashlib
import json
from base64 import urlsafe_b64encode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Literal

import base58
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from .verifier.suites import hash_data

__all__ = [
    "CONTEXT",
    "Issuer",
    "KeyKind",
    "Securing",
    "achievement_credential",
    "did_web_url",
    "hashed_email",
    "status_entry",
    "status_list_credential",
]

Securing = Literal[
    "eddsa-jcs-2022",
    "eddsa-rdfc-2022",
    "ecdsa-jcs-2019",
    "ecdsa-rdfc-2019",
    "Ed25519Signature2020",
    "vc-jwt",
]
KeyKind = Literal["Ed25519", "P-256", "P-384"]
PrivateKey = Ed25519PrivateKey | ec.EllipticCurvePrivateKey
CONTEXT: Final = (
    "https://www.w3.org/ns/credentials/v2",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
)


@dataclass(frozen=True, slots=True)
class Issuer:
    """An issuer with one key. `id` is its did:key, or the did:web it was given."""

    id: str
    key_id: str
    multikey: str
    _private: PrivateKey

    @classmethod
    def from_seed(cls, seed: bytes, did_web: str | None = None, kind: KeyKind = "Ed25519") -> Issuer:
        """The key is SHA-256 of the seed; `did_web` is the whole DID (`did:web:academy.example`)."""
        private = _private_key(hashlib.sha256(b"credence issuer" + seed).digest(), kind)
        multikey = "z" + base58.b58encode(_multicodec(private)).decode()
        did = did_web or f"did:key:{multikey}"
        return cls(did, f"{did}#{multikey}", multikey, private)

    def did_document(self) -> dict[str, Any]:
        """The controller document to publish at `did_web_url(issuer.id)`."""
        return {
            "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
            "id": self.id,
            "verificationMethod": [
                {
                    "id": self.key_id,
                    "type": "Multikey",
                    "controller": self.id,
                    "publicKeyMultibase": self.multikey,
                }
            ],
            "assertionMethod": [self.key_id],
        }

    def sign(
        self,
        credential: Mapping[str, Any],
        securing: Securing,
        created: datetime | None = None,
        proof: Mapping[str, Any] | None = None,
    ) -> bytes:
        """The secured credential as UTF-8 JSON or as a compact JWS.

        `created` is the proof's time, by default the credential's validFrom; `proof` adds to or replaces proof options.
        """
        if securing == "vc-jwt":
            return self.sign_jwt(credential)
        time = _rfc3339(created) if created else credential["validFrom"]
        named = {"type": "DataIntegrityProof", "cryptosuite": securing}
        options = {
            **({"type": securing} if securing == "Ed25519Signature2020" else named),
            "created": time,
            "verificationMethod": self.key_id,
            "proofPurpose": "assertionMethod",
            **(proof or {}),
        }
        if "-jcs-" in securing:
            options = {"@context": credential["@context"], **options}
        signature = self._sign(hash_data(dict(credential), options, securing, _kind(self._private)))
        signed = {**options, "proofValue": "z" + base58.b58encode(signature).decode()}
        return json.dumps({**credential, "proof": signed}, ensure_ascii=False).encode()

    def sign_jwt(
        self,
        credential: Mapping[str, Any],
        *,
        vc_claim: bool = False,
        registered: bool = False,
        header: Mapping[str, Any] | None = None,
    ) -> bytes:
        """VC-JOSE-COSE (the payload is the credential), or the data model 1.1 layout with registered claims and a `vc` claim.

        `registered` puts the registered claims beside the credential, as Open Badges 3.0 asks (section 8.2.4.1).
        """
        claims: dict[str, Any] = {"vc": dict(credential)} if vc_claim else dict(credential)
        if vc_claim or registered:
            claims |= self._registered(credential)
        algorithm = {"Ed25519": "EdDSA", "P-256": "ES256", "P-384": "ES384"}[_kind(self._private)]
        head = {
            "alg": algorithm,
            "typ": "JWT" if vc_claim else "vc+jwt",
            "kid": self.key_id,
            **(header or {}),
        }
        signing_input = b".".join(
            _base64url(json.dumps(part, ensure_ascii=False).encode()) for part in (head, claims)
        )
        return signing_input + b"." + _base64url(self._sign(signing_input))

    def _registered(self, credential: Mapping[str, Any]) -> dict[str, Any]:
        claims = {"iss": self.id, "nbf": int(_time(credential["validFrom"]).timestamp())}
        if isinstance(name := credential.get("id"), str):
            claims["jti"] = name
        if "validUntil" in credential:
            claims["exp"] = int(_time(credential["validUntil"]).timestamp())
        if isinstance(subject := credential["credentialSubject"].get("id"), str):
            claims["sub"] = subject
        return claims

    def _sign(self, message: bytes) -> bytes:
        """Ed25519, or ECDSA as r || s with the hash of the curve's size."""
        if isinstance(self._private, Ed25519PrivateKey):
            return self._private.sign(message)
        digest, half = _DIGESTS[_kind(self._private)]
        r, s = decode_dss_signature(self._private.sign(message, ec.ECDSA(digest, deterministic_signing=True)))
        return r.to_bytes(half, "big") + s.to_bytes(half, "big")


_DIGESTS: Final = {"P-256": (hashes.SHA256(), 32), "P-384": (hashes.SHA384(), 48)}


def _private_key(secret: bytes, kind: KeyKind) -> PrivateKey:
    if kind == "Ed25519":
        return Ed25519PrivateKey.from_private_bytes(secret)
    # as large as 32 bytes are, and not zero: within the order of both curves
    return ec.derive_private_key(
        int.from_bytes(secret, "big") >> 1 | 1, ec.SECP256R1() if kind == "P-256" else ec.SECP384R1()
    )


def _kind(private: PrivateKey) -> KeyKind:
    if isinstance(private, Ed25519PrivateKey):
        return "Ed25519"
    return "P-256" if private.curve.name == "secp256r1" else "P-384"


def _multicodec(private: PrivateKey) -> bytes:
    """The public key with its multicodec prefix."""
    if isinstance(private, Ed25519PrivateKey):
        return b"\xed\x01" + private.public_key().public_bytes_raw()
    point = private.public_key().public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.CompressedPoint
    )
    return (b"\x80\x24" if _kind(private) == "P-256" else b"\x81\x24") + point


def did_web_url(did: str) -> str:
    """Where the document of a did:web is published."""
    host, *path = did.removeprefix("did:web:").split(":")
    return f"https://{host.replace('%3A', ':')}/{'/'.join(path) if path else '.well-known'}/did.json"


def hashed_email(email: str, salt: str) -> dict[str, Any]:
    """An Open Badges IdentityObject that names a person without naming them."""
    return {
        "type": "IdentityObject",
        "hashed": True,
        "identityHash": "sha256$" + hashlib.sha256((email.lower() + salt).encode()).hexdigest(),
        "identityType": "emailAddress",
        "salt": salt,
    }


def achievement_credential(
    *,
    id: str,  # noqa: A002  (the data model's own name)
    issuer_id: str,
    issuer_name: str,
    subject_id: str | None = None,
    identifiers: Sequence[Mapping[str, Any]] = (),
    achievement: Mapping[str, Any],
    valid_from: datetime,
    valid_until: datetime | None = None,
    name: str | None = None,
    results: Sequence[Mapping[str, Any]] = (),
    credits_earned: float | None = None,
    evidence: Sequence[Mapping[str, Any]] = (),
    status: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None = None,
    context: Sequence[str] = CONTEXT,
) -> dict[str, Any]:
    """An unsecured OpenBadgeCredential of data model 2.0. `achievement` needs id, name, description and criteria; its type is added."""
    subject: dict[str, Any] = {
        **({"id": subject_id} if subject_id else {}),
        "type": ["AchievementSubject"],
        **({"identifier": [dict(identity) for identity in identifiers]} if identifiers else {}),
        **({"creditsEarned": credits_earned} if credits_earned is not None else {}),
        **({"result": [{"type": ["Result"], **result} for result in results]} if results else {}),
        "achievement": {"type": ["Achievement"], **achievement},
    }
    return {
        "@context": list(context),
        "id": id,
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "issuer": {"id": issuer_id, "type": ["Profile"], "name": issuer_name},
        "validFrom": _rfc3339(valid_from),
        **({"validUntil": _rfc3339(valid_until)} if valid_until else {}),
        "name": name or achievement["name"],
        "credentialSubject": subject,
        **({"evidence": [dict(item) for item in evidence]} if evidence else {}),
        **({"credentialStatus": status} if status else {}),
    }


def status_entry(list_url: str, index: int, purpose: str = "revocation") -> dict[str, Any]:
    return {
        "id": f"{list_url}#{index}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": purpose,
        "statusListIndex": str(index),
        "statusListCredential": list_url,
    }


def status_list_credential(
    *,
    url: str,
    issuer_id: str,
    set_indexes: Iterable[int],
    valid_from: datetime,
    valid_until: datetime | None = None,
    purpose: str = "revocation",
    length: int = 131_072,
    ttl_ms: int | None = None,
) -> dict[str, Any]:
    """An unsecured BitstringStatusListCredential with the bits of `set_indexes` set, to publish at `url` once signed."""
    bits = bytearray(-(-length // 8))
    for index in set_indexes:
        bits[index // 8] |= 0x80 >> index % 8
    return {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "id": url,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": issuer_id,
        "validFrom": _rfc3339(valid_from),
        **({"validUntil": _rfc3339(valid_until)} if valid_until else {}),
        "credentialSubject": {
            "id": f"{url}#list",
            "type": "BitstringStatusList",
            "statusPurpose": purpose,
            **({"ttl": ttl_ms} if ttl_ms is not None else {}),
            "encodedList": "u" + _base64url(gzip.compress(bytes(bits), mtime=0)).decode(),
        },
    }


def _base64url(raw: bytes) -> bytes:
    return urlsafe_b64encode(raw).rstrip(b"=")


def _rfc3339(time: datetime) -> str:
    return time.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)
