"""Snapshots of an issuer registry: one signed document, so that whoever judges by it can say by which.

A snapshot is a JSON object: `format`, `version` (a whole number that grows), `date`, `sources` (whose lists it was made from, under which
licence), `entries`, and `signature` over the RFC 8785 form of all else, with the Ed25519 key of whoever runs the registry. Nothing in it
is believed before the signature holds under a key that the reader already trusts.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Collection, Sequence
from typing import Annotated, Any, Final, Literal

import base58
import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from .keys import KeyMalformed, from_did_key, multibase_decode
from .model import Limits
from .parsing import Refused, parse_json
from .registry import RegistryEntry, Standing, StaticRegistry
from .verdicts import Code

__all__ = [
    "MAX_BYTES",
    "Snapshot",
    "SnapshotRefused",
    "Source",
    "did_key_of",
    "read_snapshot",
    "write_snapshot",
]

FORMAT: Final = "credence-issuer-registry/1"
MAX_BYTES: Final = 3_500_000
"""of a document: about 30,000 issuers, and within one gRPC message"""
_LIMITS: Final = Limits(max_bytes=MAX_BYTES, max_depth=8, max_nodes=200_000, max_values=1_000_000)

_Text = Annotated[str, Field(min_length=1, max_length=2048)]
_Name = Annotated[str, Field(min_length=1, max_length=300)]
_IssuerId = Annotated[str, Field(pattern=r"^(did:|https://)", max_length=2048)]


class SnapshotRefused(Exception):  # noqa: N818  (an answer, like Refused)
    """The document is no snapshot that may be used; `code` is stable, the message one plain sentence."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Source(_Strict):
    """A list that entries were taken from; kept, because its licence asks for it and readers should know."""

    title: _Name
    licence: _Name
    url: str = Field(default="", max_length=2048)
    sha256: str = Field(default="", pattern=r"^([0-9a-f]{64})?$")
    entries: int = Field(default=0, ge=0)


class _Entry(_Strict):
    ids: tuple[_IssuerId, ...] = Field(min_length=1, max_length=50, strict=False)
    name: _Name
    standing: Literal["RECOGNISED", "KNOWN", "UNKNOWN", "RED_FLAGGED"]
    aliases: tuple[_Name, ...] = Field(default=(), max_length=50, strict=False)
    note: str = Field(default="", max_length=2000)
    since: dt.date | None = Field(default=None, strict=False)
    source: int | None = Field(default=None, ge=0)


class _Signature(_Strict):
    key: _Text
    value: _Text


class _Document(_Strict):
    format: Literal["credence-issuer-registry/1"]
    version: int = Field(ge=1, le=2**53 - 1)
    date: dt.date = Field(strict=False)
    sources: tuple[Source, ...] = Field(default=(), max_length=100, strict=False)
    entries: tuple[_Entry, ...] = Field(strict=False)
    signature: _Signature | None = None


class Snapshot:
    """What a snapshot says. `signed_by` is the did:key that vouches for it, `digest` the SHA-256 of its signed form."""

    def __init__(
        self,
        version: int,
        made_on: dt.date,
        entries: Sequence[RegistryEntry],
        sources: Sequence[Source] = (),
        *,
        signed_by: str = "",
        digest: str = "",
    ) -> None:
        self.version = version
        self.made_on = made_on
        self.entries = tuple(entries)
        self.sources = tuple(sources)
        self.signed_by = signed_by
        self.digest = digest

    def registry(self) -> StaticRegistry:
        return StaticRegistry(self.entries, version=str(self.version))


def did_key_of(key: Ed25519PrivateKey) -> str:
    """The did:key by which readers trust what `key` signs."""
    raw = b"\xed\x01" + key.public_key().public_bytes_raw()
    return f"did:key:z{base58.b58encode(raw).decode()}"


def write_snapshot(snapshot: Snapshot, key: Ed25519PrivateKey) -> bytes:
    """The signed document, in the order that people read it in. SnapshotRefused: it would not be read back."""
    unsigned: dict[str, Any] = {
        "format": FORMAT,
        "version": snapshot.version,
        "date": snapshot.made_on.isoformat(),
        "sources": [source.model_dump(exclude_defaults=True) for source in snapshot.sources],
        "entries": [_written(entry) for entry in snapshot.entries],
    }
    document = _checked(unsigned)
    signature = "z" + base58.b58encode(key.sign(_signed_form(unsigned))).decode()
    signed = {**unsigned, "signature": {"key": did_key_of(key), "value": signature}}
    lines = rfc8785.dumps(signed)  # canonical as a file too: the same snapshot is the same bytes
    if len(lines) > MAX_BYTES:
        raise SnapshotRefused(
            "TOO_LARGE", f"{len(document.entries)} entries make {len(lines)} bytes; at most {MAX_BYTES} fit."
        )
    return lines


def read_snapshot(document: bytes, trusted_keys: Collection[str]) -> Snapshot:
    """The snapshot in `document`, if one of `trusted_keys` (did:key of Ed25519 keys) signed it. SnapshotRefused: anything else."""
    try:
        parsed = parse_json(document, _LIMITS)
    except Refused as refused:
        raise SnapshotRefused(refused.code, refused.message) from None
    signature = parsed.get("signature") if isinstance(parsed, dict) else None
    signed_by = signature.get("key") if isinstance(signature, dict) else None
    if not isinstance(signature, dict) or not isinstance(signed_by, str):
        raise SnapshotRefused("NOT_SIGNED", "The document carries no signature.")
    if signed_by not in trusted_keys:
        raise SnapshotRefused(
            "KEY_NOT_TRUSTED", f"It is signed with {signed_by[:80]}, which is no key that is trusted here."
        )
    unsigned = {name: value for name, value in parsed.items() if name != "signature"}
    signed_form = _signed_form(unsigned)
    try:
        key, value = from_did_key(signed_by), multibase_decode(str(signature.get("value")))
    except KeyMalformed as error:
        raise SnapshotRefused("SIGNATURE_MALFORMED", f"The signature cannot be read: {error}.") from None
    if key.kind != "Ed25519" or not key.verify(value, signed_form):
        raise SnapshotRefused(
            Code.SIGNATURE_MISMATCH, "The document is not the one that was signed with this key."
        )
    checked = _checked(parsed)
    return Snapshot(
        checked.version,
        checked.date,
        [_entry(entry) for entry in checked.entries],
        checked.sources,
        signed_by=signed_by,
        digest=hashlib.sha256(signed_form).hexdigest(),
    )


def _checked(document: dict[str, Any]) -> _Document:
    try:
        checked = _Document.model_validate(document)
    except ValidationError as error:
        problem = error.errors()[0]
        where = "/".join(str(step) for step in problem["loc"])
        raise SnapshotRefused("MALFORMED", f"/{where}: {problem['msg']}.") from None
    seen: set[str] = set()
    for place, entry in enumerate(checked.entries):
        if twice := seen.intersection(entry.ids):
            # which of two standings counts must not depend on the order of a list
            raise SnapshotRefused("MALFORMED", f"/entries/{place}/ids: {min(twice)[:80]} has another entry.")
        seen.update(entry.ids)
        if entry.source is not None and entry.source >= len(checked.sources):
            raise SnapshotRefused("MALFORMED", f"/entries/{place}/source: there is no such source.")
    return checked


def _signed_form(unsigned: dict[str, Any]) -> bytes:
    try:
        return rfc8785.dumps(unsigned)
    except rfc8785.CanonicalizationError as error:
        raise SnapshotRefused("MALFORMED", f"The document has no canonical form: {error}.") from None


def _written(entry: RegistryEntry) -> dict[str, Any]:
    return {
        "ids": list(entry.issuer_ids),
        "name": entry.name,
        "standing": entry.standing.value,
        **({"aliases": list(entry.aliases)} if entry.aliases else {}),
        **({"note": entry.note} if entry.note else {}),
        **({"since": entry.since.isoformat()} if entry.since else {}),
        **({"source": entry.source} if entry.source is not None else {}),
    }


def _entry(entry: _Entry) -> RegistryEntry:
    return RegistryEntry(
        issuer_ids=entry.ids,
        name=entry.name,
        standing=Standing(entry.standing),
        aliases=entry.aliases,
        note=entry.note,
        since=entry.since,
        source=entry.source,
    )
