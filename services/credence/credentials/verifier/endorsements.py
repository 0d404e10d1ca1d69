"""Endorsements of Open Badges 3.0 and CLR 2.0: credentials in which somebody speaks of a credential, its achievement or its issuer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from .embedded import EXHAUSTED, Judge, bound, opened, text_of_credential
from .model import Endorsement, Verification
from .parsing import Refused
from .scene import Scene
from .sections import as_list, identifier_of, issuer_of, name_of, text_of, types_of
from .verdicts import Code, Outcome, State, Verdict, indeterminate, invalid, valid

__all__ = ["endorsements_of"]


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
            if bound(stated, scene) is not None:
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
    inner = scene.within(None, text_of_credential(stated))
    try:
        secured = opened(stated, inner)
        answer = judge(secured, inner)
    except Refused as refused:
        unread = Verdict(State.INVALID, refused.code, pointer + refused.pointer, refused.message)
        return Endorsement(pointer, place.endorsed, None, None, None, unread)
    if answer.verdicts["integrity"].code in EXHAUSTED:
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
