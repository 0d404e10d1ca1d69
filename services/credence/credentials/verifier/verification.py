"""One document in, eight verdicts and an outcome out."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime

from . import badges2
from .baked import unbake
from .claims import claimed_only
from .documents import Documents
from .judging import judge_secured
from .jwt import open_token
from .key_history import NO_HISTORY, KeyHistory, Past
from .model import DEFAULT_LIMITS, Limits, Recipient, Verification
from .parsing import Refused, looks_like_jwt, parse_json, to_bytes
from .refusals import refusal
from .registry import IssuerRegistry
from .scene import Scene
from .securing import open_secured
from .verdicts import Code, State

__all__ = ["refusal", "verify"]


def verify(
    document: bytes | str,
    *,
    recipient: Recipient | None,
    at: datetime,
    documents: Documents,
    registry: IssuerRegistry,
    limits: Limits = DEFAULT_LIMITS,
    history: KeyHistory = NO_HISTORY,
) -> Verification:
    """Verifies one credential as of `at` (timezone-aware; ValueError otherwise). Bad input never raises: it gets a verdict.

    The document is JSON, a compact token, or a PNG or SVG that one of them is baked into; its content tells which. `recipient` None
    asks nobody's name. Only what `documents` gives is fetched: the issuer's own document, and, once the issuer's signature holds,
    its status lists and a newer version of the credential; of a badge of version 1 or 2 also what it consists of.
    `history` is asked where the key that signed is not the issuer's now.
    """
    if at.tzinfo is None:
        raise ValueError("at has no time zone")
    try:
        raw = to_bytes(document)
    except Refused as refused:
        return refusal(b"", refused.code, refused.message, at)
    if (claim := claimed_only(raw)) is not None:
        return refusal(raw, Code.CLAIMED_ONLY, claim, at, state=State.INDETERMINATE)
    content_hash = hashlib.sha256(raw).hexdigest()
    scene = Scene.of(recipient, at, documents, registry, limits, Past(history, content_hash))
    text = None
    try:
        text = unbake(raw, limits)
        answer = _read(raw if text is None else text, scene, baked=text is not None)
    except Refused as refused:
        return refusal(raw, refused.code, refused.message, at, refused.pointer)
    except RecursionError:
        return refusal(raw, Code.TOO_DEEP, "The document is nested too deeply.", at)
    return replace(answer, content_hash=content_hash, source=text)


def _read(text: bytes, scene: Scene, *, baked: bool) -> Verification:
    if baked and text.startswith((b"https://", b"http://")):
        return badges2.judge_address(text.decode(), scene)
    try:
        return judge_secured(open_secured(text, scene.at, scene.documents, scene.limits, scene.past), scene)
    except Refused as refused:
        if refused.code is not Code.UNSUPPORTED_FORMAT:
            raise
        older = _older(text, scene)
        if older is None:
            raise
        return older


def _older(text: bytes, scene: Scene) -> Verification | None:
    """A badge of version 1 or 2. Refused: another document of these versions."""
    if looks_like_jwt(text):
        token = open_token(text, scene.limits)
        return badges2.judge_token(token, scene) if badges2.is_assertion(token.claims) else None
    parsed = parse_json(text, scene.limits)
    if badges2.is_assertion(parsed):
        return badges2.judge(parsed, scene)
    if (what := badges2.unsupported_kind(parsed)) is not None:
        raise Refused(Code.UNSUPPORTED_FORMAT, f"The document is no credential. {what}")
    return None
