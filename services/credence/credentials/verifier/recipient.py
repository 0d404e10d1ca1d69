"""Whether a credential was issued to this person: by DID, plain e-mail address, or salted hash of one (Open Badges IdentityObject)."""

from __future__ import annotations

import hashlib
import hmac
import re
from typing import Any, Final, NamedTuple

from .model import Recipient
from .parsing import pointer
from .sections import as_list, identifier_of
from .verdicts import Code, State, Verdict, indeterminate, invalid, not_applicable, valid

__all__ = ["Match", "match_recipient"]

_HASHED: Final = re.compile(r"(?P<name>sha256|md5)\$(?P<digest>[0-9a-fA-F]+)")
_LENGTHS: Final = {"sha256": 64, "md5": 32}
_MAX_IDENTIFIERS: Final = 32


class Match(NamedTuple):
    verdict: Verdict
    subject: int
    """position of the subject that the verdict is about"""


def match_recipient(credential: dict[str, Any], recipient: Recipient | None) -> Match:
    """The best match over the subjects. A subject is the person's if one identifier says so; it is someone else's if none does and
    at least one could be compared."""
    subjects = as_list(credential.get("credentialSubject"))
    if recipient is None:
        return Match(
            not_applicable(Code.RECIPIENT_NOT_ASKED, "Nobody in particular was named as the recipient."), 0
        )
    single = not isinstance(credential.get("credentialSubject"), list)
    best = Match(
        indeterminate(
            Code.RECIPIENT_NOT_STATED, "The credential does not say whose it is.", "/credentialSubject"
        ),
        0,
    )
    for position, subject in enumerate(subjects[:_MAX_IDENTIFIERS]):
        where = "/credentialSubject" if single else pointer("credentialSubject", position)
        verdict = _match(subject, recipient, where)
        if verdict.valid:
            return Match(verdict, position)
        if verdict.state is State.INVALID or best.verdict.code is Code.RECIPIENT_NOT_STATED:
            best = Match(verdict, position)
    return best


def _match(subject: Any, recipient: Recipient, where: str) -> Verdict:
    findings = [_by_id(subject, recipient, f"{where}/id")]
    if isinstance(subject, dict):
        single = not isinstance(subject.get("identifier"), list)
        for position, identity in enumerate(as_list(subject.get("identifier"))[:_MAX_IDENTIFIERS]):
            place = f"{where}/identifier" if single else f"{where}/identifier/{position}"
            findings.append(_by_identity(identity, recipient, place))
    for state in (State.VALID, State.INVALID):
        for finding in findings:
            if finding is not None and finding.state is state:
                return finding
    return next(
        (finding for finding in findings if finding is not None),
        indeterminate(Code.RECIPIENT_NOT_STATED, "The credential does not say whose it is.", where),
    )


def _by_id(subject: Any, recipient: Recipient, where: str) -> Verdict | None:
    identifier = identifier_of(subject)
    if identifier is None:
        return None
    if identifier.startswith("did:"):
        return _compare(identifier in recipient.dids, bool(recipient.dids), "DID", where)
    if identifier.lower().startswith("mailto:"):
        return _plain(identifier[7:], recipient, where)
    return indeterminate(
        Code.RECIPIENT_NOT_COMPARABLE, "The subject is named by an identifier that cannot be compared.", where
    )


def _by_identity(identity: Any, recipient: Recipient, where: str) -> Verdict | None:
    """An IdentityObject of Open Badges 3.0: `identityHash` is the value itself unless `hashed`."""
    if not isinstance(identity, dict) or not isinstance(identity.get("identityHash"), str):
        return indeterminate(
            Code.RECIPIENT_NOT_COMPARABLE, "An identity of the subject cannot be read.", where
        )
    stated: str = identity["identityHash"]
    if identity.get("identityType") not in (None, "emailAddress", "email"):
        return indeterminate(
            Code.RECIPIENT_NOT_COMPARABLE,
            "The subject is named by something other than an e-mail address.",
            where,
        )
    hashed = identity.get("hashed")
    if hashed is False:
        return _plain(stated, recipient, where)
    salt = identity.get("salt", "")
    match = _HASHED.fullmatch(stated)
    if (
        hashed is not True
        or match is None
        or len(match["digest"]) != _LENGTHS[match["name"]]
        or not isinstance(salt, str)
    ):
        return indeterminate(
            Code.RECIPIENT_NOT_COMPARABLE, "The subject's identity hash cannot be read.", where
        )
    found = any(
        hmac.compare_digest(_digest(match["name"], spelling + salt), match["digest"].lower())
        for email in recipient.emails
        for spelling in dict.fromkeys((email.strip(), _lower(email.strip())))
    )
    return _compare(found, bool(recipient.emails), "hashed e-mail address", where)


def _digest(name: str, text: str) -> str:
    return hashlib.new(name, text.encode(), usedforsecurity=False).hexdigest()


def _plain(stated: str, recipient: Recipient, where: str) -> Verdict:
    known = {_lower(email.strip()) for email in recipient.emails}
    return _compare(_lower(stated.strip()) in known, bool(known), "e-mail address", where)


def _lower(email: str) -> str:
    """Letters of ASCII alone: Unicode folds letters that make different addresses (ß and ss, the Kelvin sign and k)."""
    return email.translate(_ASCII_LOWER)


_ASCII_LOWER: Final = {ord(upper): upper.lower() for upper in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}


def _compare(found: bool, comparable: bool, what: str, where: str) -> Verdict:
    if found:
        return valid(Code.OK, f"The credential was issued to this person's {what}.", where)
    if not comparable:
        return indeterminate(
            Code.RECIPIENT_NOT_COMPARABLE,
            f"The credential names a {what}, and none is known of this person.",
            where,
        )
    return invalid(Code.RECIPIENT_MISMATCH, f"The credential was issued to another {what}.", where)
