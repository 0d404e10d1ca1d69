"""Badges of versions 1 and 2, and pictures with credentials in them: issued from a fixed seed, with every document they refer to."""

from __future__ import annotations

import hashlib
import json
import struct
import zlib
from base64 import urlsafe_b64encode
from typing import Any

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from credence.credentials.verifier import Recipient, Verification
from support.badges import Shelf, check

V1 = "https://w3id.org/openbadges/v1"
V2 = "https://w3id.org/openbadges/v2"
EMAIL = "ada@example.org"
ADA = Recipient(emails=(EMAIL,))
Key = ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


def seeded(seed: bytes) -> ed25519.Ed25519PrivateKey:
    return ed25519.Ed25519PrivateKey.from_private_bytes(hashlib.sha256(b"older" + seed).digest())


class OldAcademy:
    """An issuer of version 2.0 at https://`host`, with everything it publishes in `shelf`."""

    def __init__(self, host: str = "badges.example", key: Key | None = None) -> None:
        self.host = host
        self.key = key or seeded(host.encode())
        self.issuer_id = self.url("issuer")
        self.key_id = self.url("key")
        self.shelf = Shelf(
            {
                self.issuer_id: self.profile(),
                self.key_id: self.key_document(),
                self.url("badge"): self.badge_class(),
            }
        )

    def url(self, path: str) -> str:
        return f"https://{self.host}/{path}"

    def profile(self, **more: Any) -> dict[str, Any]:
        return {
            "@context": V2,
            "type": "Issuer",
            "id": self.issuer_id,
            "name": "Old Academy",
            "url": self.url(""),
            "email": "office@badges.example",
            "publicKey": self.key_id,
            **more,
        }

    def key_document(self, **more: Any) -> dict[str, Any]:
        pem = self.key.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        return {
            "@context": V2,
            "type": "CryptographicKey",
            "id": self.key_id,
            "owner": self.issuer_id,
            "publicKeyPem": pem.decode(),
            **more,
        }

    def badge_class(self, **more: Any) -> dict[str, Any]:
        return {
            "@context": V2,
            "type": "BadgeClass",
            "id": self.url("badge"),
            "name": "SQL for Analysts",
            "description": "Queries over several tables, window functions, and a report that holds.",
            "image": self.url("badge.png"),
            "criteria": {"narrative": "A project, and a written exam."},
            "issuer": self.issuer_id,
            "tags": ["SQL"],
            "alignment": [
                {
                    "targetName": "SQL",
                    "targetUrl": "http://data.europa.eu/esco/skill/598de5b0-5b58-4ea7-8058-a4bc4d18c742",
                    "targetFramework": "ESCO",
                }
            ],
            **more,
        }

    def assertion(self, **more: Any) -> dict[str, Any]:
        """A hosted assertion, not published yet."""
        return {
            "@context": V2,
            "type": "Assertion",
            "id": self.url("assertion"),
            "recipient": hashed(EMAIL, "salt"),
            "badge": self.url("badge"),
            "issuedOn": "2024-01-01T00:00:00Z",
            "evidence": [{"id": self.url("report"), "narrative": "A report."}],
            "verification": {"type": "hosted"},
            **more,
        }

    def hosted(self, **more: Any) -> bytes:
        """The same, published at its address."""
        made = self.assertion(**more)
        self.shelf.documents[made["id"].replace("http://", "https://")] = made
        return json.dumps(made).encode()

    def signed(self, header: dict[str, Any] | None = None, key: Key | None = None, **more: Any) -> bytes:
        verification = {"type": "SignedBadge", "creator": self.key_id}
        claims = self.assertion(
            **{"id": "urn:uuid:7f5c0c5e-0000-4000-8000-000000000001", "verification": verification, **more}
        )
        return jws(claims, key or self.key, header)


def hashed(email: str, salt: str, algorithm: str = "sha256") -> dict[str, Any]:
    digest = hashlib.new(algorithm, (email + salt).encode()).hexdigest()
    return {"type": "email", "hashed": True, "salt": salt, "identity": f"{algorithm}${digest}"}


def jws(claims: dict[str, Any], key: Key, header: dict[str, Any] | None = None) -> bytes:
    algorithm = next(
        name
        for name, kind in (
            ("EdDSA", ed25519.Ed25519PrivateKey),
            ("ES256", ec.EllipticCurvePrivateKey),
            ("RS256", rsa.RSAPrivateKey),
        )
        if isinstance(key, kind)
    )
    head = {"alg": algorithm, "typ": "JWT", **(header or {})}
    signed = b".".join(_base64url(json.dumps(part).encode()) for part in (head, claims))
    return signed + b"." + _base64url(_signature(key, signed))


def _signature(key: Key, message: bytes) -> bytes:
    if isinstance(key, ed25519.Ed25519PrivateKey):
        return key.sign(message)
    if isinstance(key, rsa.RSAPrivateKey):
        return key.sign(message, padding.PKCS1v15(), hashes.SHA256())
    r, s = decode_dss_signature(key.sign(message, ec.ECDSA(hashes.SHA256())))
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def _base64url(raw: bytes) -> bytes:
    return urlsafe_b64encode(raw).rstrip(b"=")


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


HEADER = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
PIXELS = chunk(b"IDAT", zlib.compress(b"\0\0"))
END = chunk(b"IEND", b"")
PNG = b"\x89PNG\r\n\x1a\n"


def itxt(text: bytes, keyword: bytes = b"openbadges", *, compressed: bool = False) -> bytes:
    body = zlib.compress(text) if compressed else text
    return chunk(b"iTXt", keyword + b"\0" + (b"\1" if compressed else b"\0") + b"\0\0\0" + body)


def png(*chunks: bytes) -> bytes:
    """A picture of one point with these chunks in it."""
    return PNG + HEADER + b"".join(chunks) + PIXELS + END


def svg(inner: str, namespace: str = "http://openbadges.org", prolog: str = "") -> bytes:
    head = f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:openbadges="{namespace}">'
    return f'<?xml version="1.0"?>{prolog}{head}{inner}<circle r="1"/></svg>'.encode()


def judged(academy: OldAcademy, document: Any, **more: Any) -> Verification:
    """The answer for Ada, with all that the academy has published."""
    return check(document, **({"recipient": ADA, "documents": academy.shelf} | more))


def published(academy: OldAcademy, name: str, document: Any) -> None:
    academy.shelf.documents[academy.url(name)] = document
