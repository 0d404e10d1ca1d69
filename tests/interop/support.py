"""What tests with other implementations share: their names and versions, badges that hold now, and contexts."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from importlib import metadata
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization

from credence.credentials import contexts
from credence.credentials.issuing import Issuer
from support.badges import credential

NOW = datetime.now(UTC) + timedelta(hours=1)
"""others put the moment of signing into what they sign, and the tests take a while to come to it"""
LATE = datetime(2199, 1, 1, tzinfo=UTC)
EDDSA, P256, P384 = (Issuer.from_seed(b"interop", kind=kind) for kind in ("Ed25519", "P-256", "P-384"))
EXTRA = {url: contexts.document(url) for url in contexts.PINNED}


def named(package: str, *names: str) -> list[Any]:
    """Parameters that carry the other implementation's name and version, so that a run prints them."""
    version = metadata.version(package)
    return [pytest.param(*(name.split(" ")), id=f"{package} {version}: {name}") for name in names]


def badge(issuer: Issuer, **changed: Any) -> dict[str, Any]:
    """One that has not expired, also by the clock of implementations that cannot be told the time."""
    return credential(issuer, **({"valid_until": LATE} | changed))


def private_pem(issuer: Issuer) -> bytes:
    return pem_of(issuer._private)


def pem_of(key: Any) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def public_pem(issuer: Issuer) -> bytes:
    return issuer._private.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def changed(document: bytes | str | dict[str, Any]) -> bytes | str | dict[str, Any]:
    """The same with another year of its end: what each verifier must refuse."""
    if isinstance(document, dict):
        return {**document, "validUntil": "2198-01-01T00:00:00Z"}
    text = document.decode() if isinstance(document, bytes) else document
    if text.startswith("{"):
        return json.dumps({**json.loads(text), "validUntil": "2198-01-01T00:00:00Z"})
    head, payload, signature = text.split(".")
    return f"{head}.{payload}.{'B' if signature[0] != 'B' else 'C'}{signature[1:]}"
