"""The eight verdicts on a badge of version 1.x or 2.0."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

from ..confusables import hidden_characters
from ..jwt import Token
from ..model import Achievement, ProofReport, StatusEntry, Verification
from ..parsing import Refused
from ..recipient import match_recipient
from ..registry import Standing
from ..rigor import rigor_of, vouchers
from ..scene import Scene
from ..sections import as_list, text_of
from ..trust import TRUST_FOLLOWS, trusted_by
from ..validity import Window, validity_at
from ..verdicts import (
    Code,
    Flag,
    Severity,
    State,
    Verdict,
    indeterminate,
    invalid,
    not_applicable,
    outcome_of,
    valid,
)
from ..wording import content_flags
from .chain import Chain, embedded_chain, follow
from .endorsements import endorsements_of
from .extraction import extract_badge
from .forms import family, is_hosted, is_signed, moment
from .hosted import Confirmed, confirm, copy_differs
from .hosts import Hosts, host_of, in_scope
from .revocation import entries_of, hosted_entry, recheck_entry
from .shape import check_shape
from .signed import KeyFound, find_key, first_that_fits, integrity_of, key_within, keys_of, ownership, report

__all__ = ["judge", "judge_address", "judge_token"]


@dataclass(frozen=True, slots=True)
class _Proven:
    """A badge with its integrity and its issuer made out, whichever way it is secured."""

    assertion: dict[str, Any]
    way: str
    chain: Chain
    integrity: Verdict
    authenticated: Verdict
    status: Verdict
    entries: tuple[StatusEntry, ...]
    proof: ProofReport
    flags: tuple[Flag, ...] = ()


def judge(assertion: dict[str, Any], scene: Scene) -> Verification:
    """An assertion that was handed in as JSON, without `content_hash`. Refused: it says of no known way how it is verified."""
    hosts = Hosts(scene.documents, scene.limits)
    if is_hosted(assertion):
        return _judged(_hosted(confirm(assertion, None, hosts), assertion, hosts), hosts, scene)
    signed = is_signed(assertion)
    what = (
        invalid(
            Code.NO_PROOF,
            "The badge says that it is signed, and its signature is not there.",
            "/verification",
        )
        if signed
        else invalid(Code.NO_PROOF, "The badge does not say how it is verified.", "/verification")
    )
    proven = _Proven(
        assertion,
        "",
        embedded_chain(assertion),
        what,
        _NOBODY,
        _NOT_LOOKED_UP,
        (),
        ProofReport("/verification", "none", None, None, what),
    )
    return _judged(proven, hosts, scene)


def judge_address(address: str, scene: Scene) -> Verification:
    """A hosted assertion of which only the address was handed in, as pictures of version 1.0 hold it."""
    hosts = Hosts(scene.documents, scene.limits)
    return _judged(_hosted(confirm(None, address, hosts), {}, hosts), hosts, scene)


def judge_token(token: Token, scene: Scene) -> Verification:
    """An assertion in a compact JWS."""
    if is_hosted(token.claims):
        return judge(token.claims, scene)
    hosts = Hosts(scene.documents, scene.limits)
    return _judged(_signed(token, hosts, scene), hosts, scene)


_NOBODY: Final = indeterminate(Code.NOT_EVALUATED, "Nothing shows who issued the badge.")
_NOT_LOOKED_UP: Final = indeterminate(
    Code.NOT_EVALUATED, "The status was not looked up, because nobody vouches for the badge."
)


def _hosted(confirmed: Confirmed, presented: dict[str, Any], hosts: Hosts) -> _Proven:
    assertion = confirmed.assertion if confirmed.assertion is not None else presented
    integrity = confirmed.integrity
    entries: tuple[StatusEntry, ...] = ()
    flags: list[Flag] = []
    if integrity.valid:
        chain = follow(assertion, hosts, host_of(confirmed.address))
        authenticated = _scoped(confirmed.address, chain)
        for remark in _copies(presented, chain):
            if isinstance(remark, Verdict):
                integrity = remark
            else:
                flags.append(remark)
    else:
        # an address in a document that nobody vouches for is not fetched
        chain, authenticated = embedded_chain(assertion), _NOBODY
    proof = ProofReport("/verification", "hosted", confirmed.address, None, integrity)
    if confirmed.address is not None:
        entries = (hosted_entry(confirmed.address),)
    return _Proven(
        assertion,
        "hosted",
        chain,
        integrity,
        authenticated,
        confirmed.status,
        entries,
        proof,
        tuple(flags),
    )


def _copies(presented: dict[str, Any], chain: Chain) -> list[Verdict | Flag]:
    badge = presented.get("badge")
    issuer = badge.get("issuer") if isinstance(badge, dict) else None
    found = [
        copy_differs(badge, chain.badge, "/badge") if chain.badge is not None else None,
        copy_differs(issuer, chain.profile, "/badge/issuer") if chain.profile is not None else None,
    ]
    return [remark for remark in found if remark is not None]


def _scoped(address: str | None, chain: Chain) -> Verdict:
    if chain.problem is not None:
        return chain.problem
    if chain.profile is None:
        return _NOBODY
    if not in_scope(address, chain.issuer_id, chain.profile):
        return invalid(
            Code.ISSUER_NOT_AUTHENTICATED,
            f"The badge lies at {host_of(address)}, where the issuer it names does not issue badges.",
            "/id",
        )
    return valid(Code.OK, "The badge lies where its issuer's own document says that its badges lie.")


def _signed(token: Token, hosts: Hosts, scene: Scene) -> _Proven:
    assertion = token.claims
    found = find_key(assertion, hosts, scene.limits)
    integrity = integrity_of(token, found) if found is not None else None
    broken = integrity is not None and integrity.state is State.INVALID
    chain = embedded_chain(assertion) if broken else follow(assertion, hosts, None)
    if chain.profile is not None:
        if found is None:
            found, integrity = first_that_fits(token, keys_of(chain.profile, hosts, scene.limits))
        elif found.key is None and (within := key_within(chain.profile, found.id)) is not None:
            found, integrity = within, integrity_of(token, within)
    if integrity is None:
        integrity = indeterminate(
            Code.KEY_UNAVAILABLE, "The badge names no key, and its issuer cannot be asked.", "/verification"
        )
    authenticated = _owned(assertion, found, chain, integrity)
    entries, status = _listed(assertion, chain, integrity, authenticated, scene)
    return _Proven(
        assertion, "jws", chain, integrity, authenticated, status, entries, report(token, found, integrity)
    )


def _owned(assertion: dict[str, Any], found: KeyFound | None, chain: Chain, integrity: Verdict) -> Verdict:
    if found is None or integrity.state is State.INVALID:
        return _NOBODY
    return ownership(assertion, found, chain)


def _listed(
    assertion: dict[str, Any], chain: Chain, integrity: Verdict, authenticated: Verdict, scene: Scene
) -> tuple[tuple[StatusEntry, ...], Verdict]:
    if chain.profile is None or not (integrity.valid and authenticated.valid):
        return (), _NOT_LOOKED_UP
    try:
        entries = entries_of(assertion, chain.profile)
    except Refused as refused:
        return (), indeterminate(refused.code, refused.message, refused.pointer)
    if not entries:
        return (), not_applicable(Code.NO_STATUS, "The issuer keeps no list of revoked badges.")
    verdicts = [
        recheck_entry(entry, chain.issuer_id or "", scene.documents, scene.limits) for entry in entries
    ]
    worst = min(verdicts, key=lambda verdict: _WORST.index(verdict.state))
    return entries, worst


_WORST: Final = (State.INVALID, State.INDETERMINATE, State.VALID, State.NOT_APPLICABLE)


def _judged(proven: _Proven, hosts: Hosts, scene: Scene) -> Verification:
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
