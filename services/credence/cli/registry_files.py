"""Registry snapshots as files: keys, what a snapshot is built from, and reading one."""

import os
import tomllib
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from credence.credentials.public_registries import merged, read_list
from credence.credentials.verifier import Standing
from credence.credentials.verifier.snapshot import (
    Snapshot,
    SnapshotRefused,
    read_snapshot,
    write_snapshot,
)


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _List(_Strict):
    """One public list, beside the recipe or at an absolute path."""

    file: Path
    title: Annotated[str, Field(min_length=1, max_length=300)]
    licence: Annotated[str, Field(min_length=1, max_length=300)]
    url: str = ""
    standing: Literal["RECOGNISED", "KNOWN", "UNKNOWN", "RED_FLAGGED"] = "KNOWN"
    with_tests: bool = False


class _Recipe(_Strict):
    version: Annotated[int, Field(ge=1)]
    source: Annotated[list[_List], Field(min_length=1)]


def signing_key(file: Path) -> Ed25519PrivateKey:
    """The Ed25519 key in a PEM file; made, readable by its owner only, when there is none. ValueError: it holds something else."""
    if not file.exists():
        key = Ed25519PrivateKey.generate()
        pem = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as new:
            new.write(pem)
        return key
    try:
        found = serialization.load_pem_private_key(file.read_bytes(), password=None)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{file}: no unencrypted private key in PEM ({error})") from None
    if not isinstance(found, Ed25519PrivateKey):
        raise ValueError(f"{file}: not an Ed25519 key")
    return found


def build(recipe_file: Path, key: Ed25519PrivateKey, made_on: date) -> tuple[bytes, Snapshot, list[str]]:
    """The signed snapshot of a recipe, what is in it, and remarks on what was left out. ValueError names what is wrong."""
    recipe = _recipe(recipe_file)
    lists = [
        read_list(
            (recipe_file.parent / wanted.file).read_bytes(),
            title=wanted.title,
            licence=wanted.licence,
            url=wanted.url,
            standing=Standing(wanted.standing),
            with_tests=wanted.with_tests,
        )
        for wanted in recipe.source
    ]
    entries, sources, remarks = merged(lists)
    snapshot = Snapshot(recipe.version, made_on, entries, sources)
    try:
        return write_snapshot(snapshot, key), snapshot, remarks
    except SnapshotRefused as refused:
        raise ValueError(f"{recipe_file}: {refused.message}") from None


def read(file: Path, trusted: Sequence[str]) -> Snapshot:
    """A snapshot that one of the `trusted` keys signed. ValueError says why it is none."""
    try:
        return read_snapshot(file.read_bytes(), trusted)
    except SnapshotRefused as refused:
        raise ValueError(f"{file}: {refused.message} [{refused.code}]") from None


def _recipe(file: Path) -> _Recipe:
    try:
        return _Recipe.model_validate(tomllib.loads(file.read_text(encoding="utf-8")))
    except ValidationError as error:
        problem = error.errors()[0]
        where = ".".join(str(step) for step in problem["loc"])
        raise ValueError(f"{file}: {where}: {problem['msg']}") from None
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"{file}: {error}") from None
