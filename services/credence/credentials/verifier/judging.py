"""The eight verdicts on a verifiable credential whose proofs were checked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from .confusables import hidden_characters
from .endorsements import endorsements_of
from .extraction import extract
from .model import Achievement, StatusEntry, Verification
from .parsing import Refused
from .reading import check_contexts, find
from .recipient import match_recipient
from .records import associations_of, is_record, members_of, strangers_among
from .refresh import refreshed
from .registry import Standing
from .rigor import rigor_of, vouchers
from .scene import Scene
from .schema import check_schema, is_achievement_credential
from .sections import as_list, identifier_of, name_of
from .securing import Secured
from .status import recheck_status, status_entries
from .suites import SUITES
from .trust import TRUST_FOLLOWS, trusted_by
from .validity import validity_at
from .verdicts import (
    Code,
    Flag,
    Severity,
    Verdict,
    indeterminate,
    not_applicable,
    outcome_of,
)
from .wording import content_flags

__all__ = ["judge_secured"]


def judge_secured(secured: Secured, scene: Scene) -> Verification:
    """All of the answer but the hash of what was handed in. It is about the newer version, where the issuer has one."""
    return refreshed(secured, _judged(secured, scene), scene, judge_secured)


def _judged(secured: Secured, scene: Scene) -> Verification:
    at = scene.at
    credential, checked, window = secured.credential, secured.checked, secured.window
    issuer_name = name_of(credential.get("issuer"))
    match = match_recipient(credential, scene.recipient)
    achievement, extraction = extract(credential, match.subject, window, secured.root)
    entries, status = _status(secured, scene)
    verdicts = {
        "integrity": checked.integrity,
        "issuer_authenticated": checked.authenticated,
        "issuer_trusted": TRUST_FOLLOWS,
        "status": _under(secured.root, status),
        "validity": window.problem
        or _under(secured.root, validity_at(window.valid_from, window.valid_until, at)),
        "recipient": _under(secured.root, match.verdict),
        "schema": _under(secured.root, check_schema(credential)),
        "extraction": extraction,
    }
    suite = SUITES.get(checked.format)
    if suite is not None and suite.selective:
        verdicts |= dict(_hidden(credential, verdicts, secured.root))
    members: tuple[Verification, ...] = ()
    if is_record(credential):
        members = members_of(credential, scene, judge_secured)
        verdicts["extraction"] = not_applicable(
            Code.NO_ACHIEVEMENT, "The achievements are those of the credentials within it."
        )
    proven = checked.integrity.valid and checked.authenticated.valid
    endorsements = endorsements_of(credential, secured.root, scene, judge_secured) if proven else ()
    judged = Verification(
        format=_format(credential, checked.format),
        outcome=outcome_of(verdicts, (member.outcome for member in members)),
        verdicts=verdicts,
        flags=(
            *_document_flags(secured, match.subject, achievement),
            *content_flags(achievement),
            *strangers_among(credential, secured.root, members),
        ),
        proofs=checked.proofs,
        achievement=achievement,
        content_hash="",
        issuer_id=secured.issuer_id,
        issuer_name=issuer_name,
        standing=Standing.UNKNOWN,
        rigor=rigor_of(achievement, vouchers(endorsements, secured.issuer_id)),
        valid_from=window.valid_from,
        valid_until=window.valid_until,
        status_entries=entries,
        verified_at=at,
        issuer_unreached=secured.issuer_unreached,
        signing_key=checked.signing_key,
        endorsements=endorsements,
        members=members,
        associations=associations_of(credential) if members else (),
    )
    return trusted_by(judged, scene.registry)


def _hidden(
    credential: dict[str, Any], verdicts: dict[str, Verdict], root: str
) -> Iterator[tuple[str, Verdict]]:
    """The verdicts on what a holder may have left out of what is shown: whoever is revoked or past the end would not show it."""
    for name in ("validFrom", "validUntil"):
        if credential.get(name) is None and verdicts["validity"].code in (Code.OK, Code.NOT_YET_VALID):
            text = f"The holder chose what is shown, and {name} is not: whether the credential has one cannot be told."
            yield "validity", indeterminate(Code.MAY_BE_HIDDEN, text, f"{root}/{name}")
    if verdicts["status"].code is Code.NO_STATUS:
        text = (
            "The holder chose what is shown, and no status is: whether the credential has one cannot be told."
        )
        yield "status", indeterminate(Code.MAY_BE_HIDDEN, text, f"{root}/credentialStatus")


def _format(credential: dict[str, Any], securing: str) -> str:
    family = "ob3" if is_achievement_credential(credential) else "clr" if is_record(credential) else "vc"
    return f"{family}+{securing}" if securing else family


def _status(secured: Secured, scene: Scene) -> tuple[tuple[StatusEntry, ...], Verdict]:
    try:
        entries = status_entries(secured.credential, scene.limits)
    except Refused as refused:
        return (), indeterminate(refused.code, refused.message, refused.pointer)
    if not entries:
        return (), not_applicable(Code.NO_STATUS, "The credential has no status to look up.")
    if secured.issuer_id is None or not (
        secured.checked.integrity.valid and secured.checked.authenticated.valid
    ):
        # an address in a document that nobody vouches for is not fetched
        return entries, indeterminate(
            Code.NOT_EVALUATED,
            "The status was not looked up, because the signature does not hold.",
            entries[0].pointer,
        )
    return entries, recheck_status(entries, secured.issuer_id, scene.at, scene.documents, scene.limits)


def _document_flags(secured: Secured, subject: int, achievement: Achievement | None) -> list[Flag]:
    flags = []
    subjects = as_list(secured.credential.get("credentialSubject"))
    holder = identifier_of(subjects[subject]) if subject < len(subjects) else None
    if holder is not None and holder == secured.issuer_id:
        flags.append(
            Flag(
                "SELF_ISSUED",
                Severity.RED,
                f"Issuer and holder are the same: {holder[:100]}.",
                secured.root + "/credentialSubject/id",
            )
        )
    try:
        check_contexts(secured.credential.get("@context"))
    except Refused as refused:
        flags.append(Flag(refused.code, Severity.YELLOW, refused.message, secured.root + refused.pointer))
    suite = SUITES.get(secured.checked.format)
    if suite is not None and not suite.jcs and (where := find(secured.credential, "@direction")):
        # JSON-LD keeps it out of the quads, and Data Integrity allows that; texts are read without it
        text = "The direction of a text is not covered by the signature."
        flags.append(Flag("UNSIGNED_DIRECTION", Severity.YELLOW, text, secured.root + where))
    if suite is not None and suite.selective:
        text = (
            "The holder chose what is shown of the credential: what speaks against it may have been left out."
        )
        flags.append(Flag("SELECTIVELY_DISCLOSED", Severity.YELLOW, text, secured.root + "/proof"))
    if achievement is not None and achievement.name and (hidden := hidden_characters(achievement.name)):
        flags.append(
            Flag(
                "HIDDEN_CHARACTERS_IN_NAME",
                Severity.RED,
                f"The name {ascii(achievement.name)[:200]} holds invisible characters: {', '.join(hidden[:3])}.",
                secured.root + "/credentialSubject/achievement/name",
            )
        )
    return flags


def _under(root: str, verdict: Verdict) -> Verdict:
    return replace(verdict, pointer=root + verdict.pointer) if root and verdict.pointer else verdict
