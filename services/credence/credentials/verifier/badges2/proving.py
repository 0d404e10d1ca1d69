"""Whether a badge is what was issued, who issued it, and whether they took it back: hosted and signed ones, each in its own way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from ..jwt import Token
from ..model import ProofReport, StatusEntry
from ..parsing import Refused
from ..scene import Scene
from ..verdicts import Code, Flag, State, Verdict, indeterminate, invalid, not_applicable, valid
from .chain import Chain, embedded_chain, follow
from .forms import is_signed
from .hosted import Confirmed, confirm, copy_differs
from .hosts import Hosts, host_of, in_scope
from .revocation import entries_of, hosted_entry, recheck_entry
from .signed import KeyFound, find_key, first_that_fits, integrity_of, key_within, keys_of, ownership, report

__all__ = ["Proven", "prove_hosted", "prove_signed", "prove_unsecured"]


@dataclass(frozen=True, slots=True)
class Proven:
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


_NOBODY: Final = indeterminate(Code.NOT_EVALUATED, "Nothing shows who issued the badge.")
_NOT_LOOKED_UP: Final = indeterminate(
    Code.NOT_EVALUATED, "The status was not looked up, because nobody vouches for the badge."
)


def prove_hosted(presented: dict[str, Any] | None, address: str | None, hosts: Hosts) -> Proven:
    """`presented` is what was handed in, None where that was the `address` alone."""
    return _hosted(confirm(presented, address, hosts), presented or {}, hosts)


def prove_unsecured(assertion: dict[str, Any]) -> Proven:
    """A badge that neither is hosted nor carries its signature."""
    said = (
        "The badge says that it is signed, and its signature is not there."
        if is_signed(assertion)
        else "The badge does not say how it is verified."
    )
    none = invalid(Code.NO_PROOF, said, "/verification")
    proof = ProofReport("/verification", "none", None, None, none)
    return Proven(assertion, "", embedded_chain(assertion), none, _NOBODY, _NOT_LOOKED_UP, (), proof)


def _hosted(confirmed: Confirmed, presented: dict[str, Any], hosts: Hosts) -> Proven:
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
        entries = (hosted_entry(confirmed.address, assertion if confirmed.integrity.valid else None),)
    return Proven(
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


def prove_signed(token: Token, hosts: Hosts, scene: Scene) -> Proven:
    """An assertion in a compact JWS."""
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
    return Proven(
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
