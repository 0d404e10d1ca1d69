"""Credentials within a credential: the members of a Comprehensive Learner Record (CLR 2.0), and endorsements.

Each is opened and judged as if it had come alone, by the same code, with three bounds that all of them share: how deep they lie, how
many there are, and what their graphs cost.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, Final, NamedTuple

from .model import Association, Endorsement, Verification
from .parsing import Refused, looks_like_jwt
from .refusals import refusal
from .scene import Scene
from .sections import as_list, identifier_of, issuer_of, name_of, text_of, types_of
from .securing import Secured, open_parsed, open_secured
from .verdicts import Code, Flag, Outcome, Severity, State, Verdict, indeterminate, invalid, valid

__all__ = ["Judge", "associations_of", "endorsements_of", "is_record", "members_of", "strangers_among"]

Judge = Callable[[Secured, Scene], Verification]
_ENVELOPES: Final = ("data:application/vc+jwt,", "data:application/vc+ld+json+jwt,", "data:application/jwt,")
_EXHAUSTED: Final = frozenset({Code.POISON_GRAPH, Code.TOO_COMPLEX})
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
    text = _text(stated)
    if (bound := _bound(stated, scene)) is not None:
        return refusal(text, Code.NOT_EVALUATED, bound, scene.at, state=State.INDETERMINATE)
    inner = scene.within(scene.recipient, text)
    try:
        answer = judge(_opened(stated, inner), inner)
    except Refused as refused:
        return replace(refusal(text, refused.code, refused.message, scene.at, refused.pointer), source=text)
    if answer.verdicts["integrity"].code in _EXHAUSTED:
        scene.left.graph_values = 0
    return replace(answer, content_hash=hashlib.sha256(text).hexdigest(), source=text)


def strangers_among(credential: dict[str, Any], members: tuple[Any, ...]) -> Iterator[Flag]:
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
                    f"/credentialSubject/verifiableCredential/{position}",
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


class _Place(NamedTuple):
    endorsed: str
    pointer: str
    holder: Any
    target: str | None


def endorsements_of(
    credential: dict[str, Any], root: str, scene: Scene, judge: Judge
) -> tuple[Endorsement, ...]:
    """The endorsements that a credential carries of itself, its achievements and its issuer, as far as the bounds go."""
    subjects = as_list(credential.get("credentialSubject"))
    single = not isinstance(credential.get("credentialSubject"), list)
    places = [_Place("credential", root, credential, identifier_of(credential))]
    for position, subject in enumerate(subjects):
        where = f"{root}/credentialSubject" + ("" if single else f"/{position}")
        achievement = subject.get("achievement") if isinstance(subject, dict) else None
        places.append(_Place("achievement", f"{where}/achievement", achievement, identifier_of(achievement)))
    issuer = credential.get("issuer")
    places.append(_Place("issuer", f"{root}/issuer", issuer, issuer_of(credential)))
    found: list[Endorsement] = []
    for place in places:
        for pointer, stated in _carried(place):
            if _bound(stated, scene) is not None:
                return tuple(found)
            found.append(_endorsement(place, pointer, stated, scene, judge))
    return tuple(found)


def _carried(place: _Place) -> Iterator[tuple[str, Any]]:
    if isinstance(place.holder, dict):
        for name in ("endorsement", "endorsementJwt"):
            stated = place.holder.get(name)
            for position, item in enumerate(as_list(stated)):
                at = f"/{position}" if isinstance(stated, list) else ""
                yield f"{place.pointer}/{name}{at}", item


def _endorsement(place: _Place, pointer: str, stated: Any, scene: Scene, judge: Judge) -> Endorsement:
    inner = scene.within(None, _text(stated))
    try:
        secured = _opened(stated, inner)
        answer = judge(secured, inner)
    except Refused as refused:
        unread = Verdict(State.INVALID, refused.code, pointer + refused.pointer, refused.message)
        return Endorsement(pointer, place.endorsed, None, None, None, unread)
    if answer.verdicts["integrity"].code in _EXHAUSTED:
        scene.left.graph_values = 0
    subject = secured.credential.get("credentialSubject")
    comment = text_of(subject.get("endorsementComment")) if isinstance(subject, dict) else None
    return Endorsement(
        pointer,
        place.endorsed,
        secured.issuer_id,
        name_of(secured.credential.get("issuer")),
        comment[:2_000] if comment else None,
        _result(secured.credential, answer, place, pointer),
    )


def _result(credential: dict[str, Any], answer: Verification, place: _Place, pointer: str) -> Verdict:
    if "EndorsementCredential" not in types_of(credential):
        return invalid(Code.ENDORSEMENT_NOT_AUTHENTIC, "What stands here is no endorsement.", pointer)
    if place.target is None or identifier_of(credential.get("credentialSubject")) != place.target:
        return invalid(Code.ENDORSES_ANOTHER, "The endorsement is one of something else.", pointer)
    if answer.outcome is Outcome.VERIFIED:
        return valid(Code.OK, "The endorser's own signature holds.", pointer)
    failed = next(
        verdict
        for state in (State.INVALID, State.INDETERMINATE)
        for name in ("integrity", "issuer_authenticated", "validity", "status")
        if (verdict := answer.verdicts[name]).state is state
    )
    said = f"The endorsement does not hold: {failed.message}"
    if answer.outcome is Outcome.NOT_VERIFIED:
        return invalid(Code.ENDORSEMENT_NOT_AUTHENTIC, said, pointer)
    return indeterminate(Code.ENDORSEMENT_NOT_AUTHENTIC, said, pointer)


def _opened(stated: Any, scene: Scene) -> Secured:
    """Refused: it is no credential that can be read."""
    token = _token(stated)
    if token is not None:
        return open_secured(token, scene.at, scene.documents, scene.limits, scene.past)
    if not isinstance(stated, dict):
        raise Refused(Code.UNSUPPORTED_FORMAT, "What stands here is no credential.")
    return open_parsed(stated, scene.at, scene.documents, scene.limits, scene.past)


def _token(stated: Any) -> bytes | None:
    """A compact token, bare or in an EnvelopedVerifiableCredential (VC Data Model 2.0, section 4.13)."""
    if isinstance(stated, dict) and "EnvelopedVerifiableCredential" in types_of(stated):
        address = stated.get("id")
        prefix = next((p for p in _ENVELOPES if isinstance(address, str) and address.startswith(p)), None)
        stated = address[len(prefix) :] if isinstance(address, str) and prefix else None
    if isinstance(stated, str) and stated.isascii() and looks_like_jwt(stated.encode()):
        return stated.encode()
    return None


def _text(stated: Any) -> bytes:
    """What the credential would be as a document of its own."""
    return _token(stated) or json.dumps(stated, ensure_ascii=False).encode(errors="replace")


def _bound(stated: Any, scene: Scene) -> str | None:
    """Takes the cost of one credential off what is left; a sentence where there is not enough."""
    if scene.depth >= scene.limits.max_embedding:
        return "It lies too deep within other credentials to be looked at."
    if scene.left.embedded <= 0:
        return f"It and what follows was not looked at: more than {scene.limits.max_embedded} credentials lie within this one."
    scene.left.embedded -= 1
    if isinstance(stated, dict) and _has_graph(stated):
        scene.left.graph_values -= _values(stated)
        if scene.left.graph_values < 0:
            return "It and what follows was not looked at: the credentials within this one are too large together."
    return None


def _has_graph(credential: dict[str, Any]) -> bool:
    """Whether one of its proofs is over a graph, which is what costs."""
    return any(
        isinstance(proof, dict) and "-jcs-" not in str(proof.get("cryptosuite"))
        for proof in as_list(credential.get("proof"))
    )


def _values(value: Any) -> int:
    waiting, count = [value], 0
    while waiting:
        current = waiting.pop()
        count += 1
        if isinstance(current, dict):
            waiting.extend(current.values())
        elif isinstance(current, list):
            waiting.extend(current)
    return count
