"""One document in, eight verdicts and an outcome out."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime

from .confusables import hidden_characters
from .documents import Documents
from .extraction import extract
from .model import DEFAULT_LIMITS, Achievement, Limits, Recipient, StatusEntry, Verification
from .parsing import Refused, to_bytes
from .reading import check_contexts
from .recipient import match_recipient
from .registry import IssuerRegistry, Standing
from .rigor import content_flags, rigor_of
from .schema import check_schema, is_achievement_credential
from .sections import name_of
from .securing import Secured, open_secured
from .status import recheck_status, status_entries
from .trust import answer_about, track_record, trust_in
from .validity import validity_at
from .verdicts import (
    VERDICTS,
    Code,
    Flag,
    Severity,
    State,
    Verdict,
    indeterminate,
    not_applicable,
    outcome_of,
)

__all__ = ["refusal", "verify"]


def verify(
    document: bytes | str,
    *,
    recipient: Recipient | None,
    at: datetime,
    documents: Documents,
    registry: IssuerRegistry,
    limits: Limits = DEFAULT_LIMITS,
) -> Verification:
    """Verifies one credential as of `at` (timezone-aware; ValueError otherwise). Bad input never raises: it gets a verdict.

    `recipient` None asks nobody's name. Only what `documents` gives is fetched: the issuer's own document, and, once the
    issuer's signature holds, its status lists.
    """
    if at.tzinfo is None:
        raise ValueError("at has no time zone")
    try:
        raw = to_bytes(document)
    except Refused as refused:
        return refusal(b"", refused.code, refused.message, at)
    try:
        secured = open_secured(raw, at, documents, limits)
        return _judged(secured, raw, recipient, at, documents, registry, limits)
    except Refused as refused:
        return refusal(raw, refused.code, refused.message, at, refused.pointer)
    except RecursionError:
        return refusal(raw, Code.TOO_DEEP, "The document is nested too deeply.", at)


def refusal(
    document: bytes,
    code: Code,
    message: str,
    at: datetime,
    pointer: str = "",
    state: State = State.INVALID,
) -> Verification:
    """The answer about a document that was not looked at any further; nothing else about it is known."""
    unknown = indeterminate(Code.NOT_EVALUATED, "The document was not read.")
    verdicts = dict.fromkeys(VERDICTS, unknown) | {"integrity": Verdict(state, code, pointer, message)}
    return Verification(
        format="unknown",
        outcome=outcome_of(verdicts),
        verdicts=verdicts,
        flags=(),
        proofs=(),
        achievement=None,
        content_hash=hashlib.sha256(document).hexdigest(),
        issuer_id=None,
        issuer_name=None,
        standing=Standing.UNKNOWN,
        rigor="NOT_APPLICABLE",
        valid_from=None,
        valid_until=None,
        status_entries=(),
        verified_at=at,
    )


def _judged(
    secured: Secured,
    raw: bytes,
    recipient: Recipient | None,
    at: datetime,
    documents: Documents,
    registry: IssuerRegistry,
    limits: Limits,
) -> Verification:
    credential, checked, window = secured.credential, secured.checked, secured.window
    issuer_name = name_of(credential.get("issuer"))
    answer = answer_about(checked.authenticated, secured.issuer_id, issuer_name, registry)
    match = match_recipient(credential, recipient)
    achievement, extraction = extract(credential, match.subject, window, secured.root)
    entries, status = _status(secured, at, documents, limits)
    verdicts = {
        "integrity": checked.integrity,
        "issuer_authenticated": checked.authenticated,
        "issuer_trusted": trust_in(checked.authenticated, answer, registry.version),
        "status": _under(secured.root, status),
        "validity": window.problem
        or _under(secured.root, validity_at(window.valid_from, window.valid_until, at)),
        "recipient": _under(secured.root, match.verdict),
        "schema": _under(secured.root, check_schema(credential)),
        "extraction": extraction,
    }
    family = "ob3" if is_achievement_credential(credential) else "vc"
    return Verification(
        format=f"{family}+{checked.format}" if checked.format else family,
        outcome=outcome_of(verdicts),
        verdicts=verdicts,
        flags=(
            *answer.flags,
            *track_record(answer, window.valid_from),
            *_document_flags(secured, achievement),
            *content_flags(achievement),
        ),
        proofs=checked.proofs,
        achievement=achievement,
        content_hash=hashlib.sha256(raw).hexdigest(),
        issuer_id=secured.issuer_id,
        issuer_name=issuer_name,
        standing=answer.standing if checked.authenticated.valid else Standing.UNKNOWN,
        rigor=rigor_of(achievement),
        valid_from=window.valid_from,
        valid_until=window.valid_until,
        status_entries=entries,
        verified_at=at,
        issuer_unreached=secured.issuer_unreached,
        registry_version=registry.version,
    )


def _status(
    secured: Secured, at: datetime, documents: Documents, limits: Limits
) -> tuple[tuple[StatusEntry, ...], Verdict]:
    try:
        entries = status_entries(secured.credential, limits)
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
    return entries, recheck_status(entries, secured.issuer_id, at, documents, limits)


def _document_flags(secured: Secured, achievement: Achievement | None) -> list[Flag]:
    flags = []
    try:
        check_contexts(secured.credential.get("@context"))
    except Refused as refused:
        flags.append(Flag(refused.code, Severity.YELLOW, refused.message, secured.root + refused.pointer))
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
