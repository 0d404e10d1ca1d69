"""The eight verdicts on a badge of version 1.x or 2.0."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from ..confusables import hidden_characters
from ..jwt import Token
from ..model import Achievement, Verification
from ..recipient import match_recipient
from ..registry import Standing
from ..rigor import rigor_of, vouchers
from ..scene import Scene
from ..sections import as_list, text_of
from ..trust import TRUST_FOLLOWS, trusted_by
from ..validity import Window, validity_at
from ..verdicts import Code, Flag, Severity, Verdict, invalid, outcome_of
from ..wording import content_flags
from .endorsements import endorsements_of
from .extraction import extract_badge
from .forms import family, is_hosted, moment
from .hosts import Hosts
from .proving import Proven, prove_hosted, prove_signed, prove_unsecured
from .shape import check_shape

__all__ = ["judge", "judge_address", "judge_token"]


def judge(assertion: dict[str, Any], scene: Scene) -> Verification:
    """An assertion that was handed in as JSON, without `content_hash`."""
    hosts = Hosts(scene.documents, scene.limits)
    if is_hosted(assertion):
        return _judged(prove_hosted(assertion, None, hosts), hosts, scene)
    return _judged(prove_unsecured(assertion), hosts, scene)


def judge_address(address: str, scene: Scene) -> Verification:
    """A hosted assertion of which only the address was handed in, as pictures of version 1.0 hold it."""
    hosts = Hosts(scene.documents, scene.limits)
    return _judged(prove_hosted(None, address, hosts), hosts, scene)


def judge_token(token: Token, scene: Scene) -> Verification:
    """An assertion in a compact JWS. One that says that it is hosted is what its host says, whoever signed it."""
    if is_hosted(token.claims):
        return judge(token.claims, scene)
    hosts = Hosts(scene.documents, scene.limits)
    return _judged(prove_signed(token, hosts, scene), hosts, scene)


def _judged(proven: Proven, hosts: Hosts, scene: Scene) -> Verification:
    assertion, chain = proven.assertion, proven.chain
    window = _window(assertion)
    issuer_name = text_of(chain.name)
    achievement, extraction = extract_badge(assertion, chain, window)
    proved = proven.integrity.valid and proven.authenticated.valid
    endorsements = endorsements_of(assertion, chain, hosts, scene) if proved else ()
    verdicts = {
        "integrity": proven.integrity,
        "issuer_authenticated": proven.authenticated,
        "issuer_trusted": TRUST_FOLLOWS,
        "status": proven.status,
        "validity": window.problem or _renamed(validity_at(window.valid_from, window.valid_until, scene.at)),
        "recipient": _recipient(assertion, scene),
        "schema": check_shape(assertion, chain.badge, chain.profile),
        "extraction": extraction,
    }
    judged = Verification(
        format=f"{family(assertion)}+{proven.way}" if proven.way else family(assertion),
        outcome=outcome_of(verdicts),
        verdicts=verdicts,
        flags=(
            *proven.flags,
            *_document_flags(assertion, achievement),
            *(_moved(flag) for flag in content_flags(achievement)),
        ),
        proofs=(proven.proof,),
        achievement=achievement,
        content_hash="",
        issuer_id=chain.issuer_id,
        issuer_name=issuer_name,
        standing=Standing.UNKNOWN,
        rigor=rigor_of(achievement, vouchers(endorsements, chain.issuer_id)),
        valid_from=window.valid_from,
        valid_until=window.valid_until,
        status_entries=proven.entries,
        verified_at=scene.at,
        issuer_unreached=hosts.unreached,
        endorsements=endorsements,
    )
    return trusted_by(judged, scene.registry)


def _window(assertion: dict[str, Any]) -> Window:
    times = []
    problem: Verdict | None = None
    for name in ("issuedOn", "expires"):
        try:
            times.append(moment(assertion.get(name)))
        except ValueError as error:
            times.append(None)
            problem = problem or invalid(Code.DATE_MALFORMED, f"{name} cannot be read: {error}.", f"/{name}")
    start, end = times
    if problem is None and start and end and end < start:
        problem = invalid(Code.WINDOW_EMPTY, "The badge ends before it begins.", "/expires")
    return Window(start, end, problem)


_PLACES: Final = {"/validFrom": "/issuedOn", "/validUntil": "/expires"}


def _renamed(verdict: Verdict) -> Verdict:
    return replace(verdict, pointer=_PLACES.get(verdict.pointer, verdict.pointer))


def _recipient(assertion: dict[str, Any], scene: Scene) -> Verdict:
    """The recipient is an IdentityObject of version 3.0 under other names."""
    stated = assertion.get("recipient")
    subject: dict[str, Any] = {}
    if isinstance(stated, dict):
        kinds = [kind for kind in as_list(stated.get("type")) if isinstance(kind, str)]
        kind = "email" if not kinds or "email" in kinds else kinds[0]
        identity = stated.get("identity")
        hashed = stated.get("hashed")
        if hashed is None and isinstance(identity, str):
            hashed = identity.startswith(("sha256$", "md5$"))
        if hashed is False and isinstance(identity, str) and identity.startswith("did:"):
            subject = {"id": identity}
        else:
            subject = {
                "identifier": {
                    "identityHash": identity,
                    "hashed": hashed,
                    "identityType": kind,
                    "salt": stated["salt"] if isinstance(stated.get("salt"), str) else "",
                }
            }
    verdict = match_recipient({"credentialSubject": subject}, scene.recipient).verdict
    return replace(verdict, pointer="/recipient" if verdict.pointer else "")


def _document_flags(assertion: dict[str, Any], achievement: Achievement | None) -> list[Flag]:
    flags = []
    recipient = assertion.get("recipient")
    identity = recipient.get("identity") if isinstance(recipient, dict) else None
    if isinstance(identity, str) and identity.startswith("md5$"):
        flags.append(
            Flag(
                "WEAK_RECIPIENT_HASH",
                Severity.YELLOW,
                "The recipient is named by an MD5 hash, which can be made to fit somebody else.",
                "/recipient/identity",
            )
        )
    for entry in as_list(assertion.get("@context")):
        if not isinstance(entry, str):
            flags.append(
                Flag(
                    Code.INLINE_CONTEXT,
                    Severity.YELLOW,
                    "The badge redefines terms in an inline context, which was not read.",
                    "/@context",
                )
            )
            break
    if achievement is not None and achievement.name and (hidden := hidden_characters(achievement.name)):
        flags.append(
            Flag(
                "HIDDEN_CHARACTERS_IN_NAME",
                Severity.RED,
                f"The name {ascii(achievement.name)[:200]} holds invisible characters: {', '.join(hidden[:3])}.",
                "/badge/name",
            )
        )
    return flags


def _moved(flag: Flag) -> Flag:
    return replace(flag, pointer=flag.pointer.replace("/credentialSubject/achievement", "/badge", 1))
