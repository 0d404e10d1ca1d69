"""Comprehensive Learner Records (CLR 2.0): the credentials that one holds, each judged as if it had come alone."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

from .embedded import EXHAUSTED, Judge, bound, opened, text_of_credential
from .model import Association, Verification
from .parsing import Refused
from .refusals import refusal
from .scene import Scene
from .sections import as_list, identifier_of, types_of
from .verdicts import Code, Flag, Severity, State

__all__ = ["associations_of", "is_record", "members_of", "strangers_among"]

_MOST_ASSOCIATIONS: Final = 256


def is_record(credential: dict[str, Any]) -> bool:
    return "ClrCredential" in types_of(credential)


def members_of(credential: dict[str, Any], scene: Scene, judge: Judge) -> tuple[Verification, ...]:
    """All credentials of a record, each with its own verdicts; past a bound they are INDETERMINATE, and the last stands for the rest."""
    stated = [
        member
        for subject in as_list(credential.get("credentialSubject"))
        if isinstance(subject, dict)
        for member in as_list(subject.get("verifiableCredential"))
    ]
    found = []
    for member in stated:
        answer = _member(member, scene, judge)
        found.append(answer)
        if answer.verdicts["integrity"].code is Code.NOT_EVALUATED:
            break
    return tuple(found)


def _member(stated: Any, scene: Scene, judge: Judge) -> Verification:
    text = text_of_credential(stated)
    if (past := bound(stated, scene)) is not None:
        return refusal(text, Code.NOT_EVALUATED, past, scene.at, state=State.INDETERMINATE)
    inner = scene.within(scene.recipient, text)
    try:
        answer = judge(opened(stated, inner), inner)
    except Refused as refused:
        return replace(refusal(text, refused.code, refused.message, scene.at, refused.pointer), source=text)
    if answer.verdicts["integrity"].code in EXHAUSTED:
        scene.left.graph_values = 0
    return replace(answer, content_hash=hashlib.sha256(text).hexdigest(), source=text)


def strangers_among(credential: dict[str, Any], root: str, members: tuple[Any, ...]) -> Iterator[Flag]:
    """A flag where a record holds a credential of somebody else than the record's own subject."""
    owners = {identifier_of(subject) for subject in as_list(credential.get("credentialSubject"))} - {None}
    for subject in as_list(credential.get("credentialSubject")):
        if not isinstance(subject, dict) or len(owners) != 1:
            return
        for position, member in enumerate(as_list(subject.get("verifiableCredential"))[: len(members)]):
            held = member.get("credentialSubject") if isinstance(member, dict) else None
            others = {identifier_of(item) for item in as_list(held)} - {None}
            if others and owners.isdisjoint(others):
                yield Flag(
                    "MEMBER_OF_ANOTHER_SUBJECT",
                    Severity.YELLOW,
                    "The record holds a credential of somebody who goes by another identifier than its own subject.",
                    f"{root}/credentialSubject/verifiableCredential/{position}",
                )
                return


def associations_of(credential: dict[str, Any]) -> tuple[Association, ...]:
    """How the achievements of a record belong together, as it says; what is incomplete is left out."""
    found = []
    for subject in as_list(credential.get("credentialSubject")):
        for item in as_list(subject.get("association") if isinstance(subject, dict) else None):
            if isinstance(item, dict):
                parts = [item.get(name) for name in ("associationType", "sourceId", "targetId")]
                if all(isinstance(part, str) and part for part in parts):
                    found.append(Association(*(str(part)[:2_000] for part in parts)))
    return tuple(found[:_MOST_ASSOCIATIONS])
