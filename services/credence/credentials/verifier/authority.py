"""Which key a proof names, and whether it is the issuer's to sign assertions with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from .documents import Documents
from .issuers import Controller, IssuerUnresolved, Method, resolve
from .key_history import NO_PAST, FormerKey, Past, SigningKey
from .keys import KeyMalformed, PublicKey, from_did_jwk, from_did_key, from_multikey, to_multikey
from .model import Limits
from .parsing import Refused
from .verdicts import Code, State, Verdict, indeterminate, invalid, valid

__all__ = ["Authority", "NamedKey"]


@dataclass(frozen=True, slots=True)
class NamedKey:
    """A key to check a signature with, and what is known of its right to sign for the issuer.

    `key` is None where the signature cannot be checked at all; `authenticated` then says why.
    """

    key: PublicKey | None
    authenticated: Verdict
    listed: SigningKey | None = None
    """as it stands in the issuer's document; None for keys that stand in none, or in an identifier"""


class Authority:
    """The issuer of one credential. Its document is fetched at most once, and no other document ever is.

    `past` is asked only where the keys that stand in the issuer's document now do not do.
    """

    def __init__(
        self,
        issuer_id: str | None,
        documents: Documents,
        at: datetime,
        limits: Limits,
        past: Past = NO_PAST,
    ) -> None:
        self.issuer_id = issuer_id
        self._past = past
        self._at = at
        self._controller: Controller | None = None
        self._unresolved: IssuerUnresolved | None = None
        self._documents = documents
        self._limits = limits

    @property
    def unreached(self) -> bool:
        """Whether the issuer's keys were asked for in vain, though another moment may give another answer."""
        return self._unresolved is not None and not self._unresolved.lasting

    def named(self, method_id: str, pointer: str, signed_at: datetime | None) -> NamedKey:
        """The key called `method_id`. A key that only the proof vouches for may show integrity, never authority."""
        controller_id, _, fragment = method_id.partition("#")
        if self.issuer_id is None:
            return NamedKey(
                _self_described(controller_id, fragment),
                invalid(Code.ISSUER_MALFORMED, "The credential does not name one issuer.", "/issuer"),
            )
        if controller_id != self.issuer_id:
            return NamedKey(
                _self_described(controller_id, fragment),
                invalid(
                    Code.ISSUER_NOT_AUTHENTICATED,
                    "The key that signed belongs to someone other than the stated issuer.",
                    pointer,
                ),
            )
        controller, unresolved = self._resolve()
        if controller is None:
            return NamedKey(
                _self_described(controller_id, fragment), _not_resolved(unresolved, fragment, pointer)
            )
        method = controller.method(method_id)
        if method is None and not fragment and controller_id.startswith(("did:key:", "did:jwk:")):
            method = controller.methods[0]  # it has one key, and some issuers leave the fragment out
        if method is None:
            return NamedKey(
                _self_described(controller_id, fragment),
                invalid(
                    Code.ISSUER_NOT_AUTHENTICATED,
                    "The key does not stand among the issuer's keys for assertions.",
                    pointer,
                ),
            )
        # whoever has a stolen key can date a proof before the theft, so a revoked key proves nothing at any date
        if method.revoked is not None and method.revoked <= self._at:
            revoked = f"The issuer revoked this key on {method.revoked.date()}."
            return NamedKey(
                method.key, invalid(Code.KEY_REVOKED, revoked, pointer), self._listed(method, revoked=True)
            )
        if method.expires is not None and method.expires <= self._at:
            return NamedKey(method.key, self._expired(method, method.expires, signed_at, pointer))
        return NamedKey(method.key, _AUTHENTICATED, self._listed(method))

    def _expired(
        self, method: Method, expired: datetime, signed_at: datetime | None, pointer: str
    ) -> Verdict:
        """Whoever has an expired key can date a proof before its end, so only having seen the document says that it is older."""
        if signed_at is None or expired <= signed_at:
            late = f"The issuer's key expired on {expired.date()}, before it signed."
            return invalid(Code.KEY_REVOKED, late, pointer)
        seen = dict(self._past.of(method.id.partition("#")[0]).verified).get(to_multikey(method.key))
        if seen is not None and seen < expired:
            before = f"The key expired on {expired.date()}; this credential was first seen on {seen.date()}, before that."
            return valid(Code.KEY_REPLACED_SINCE, before, pointer)
        untold = f"The issuer's key expired on {expired.date()}; that it signed before, as the proof says, cannot be told."
        return indeterminate(Code.KEY_NO_LONGER_LISTED, untold, pointer)

    def candidates(self) -> tuple[NamedKey, ...]:
        """All current keys of the issuer, for a signature that names none. Refused: the issuer has none to offer."""
        controller, unresolved = self._resolve()
        if controller is None:
            raise Refused(
                Code.KEY_UNAVAILABLE,
                unresolved.message if unresolved else "The credential does not name one issuer.",
            )
        return tuple(
            NamedKey(method.key, _AUTHENTICATED, self._listed(method))
            for method in controller.methods
            if (method.revoked is None or method.revoked > self._at)
            and (method.expires is None or method.expires > self._at)
        )

    def brought(self, key: PublicKey, pointer: str) -> NamedKey:
        """A key that the signature itself brought along: it counts where it stands among the issuer's."""
        if self.issuer_id is None:
            return NamedKey(
                key, invalid(Code.ISSUER_MALFORMED, "The credential does not name one issuer.", "/issuer")
            )
        controller, unresolved = self._resolve()
        if controller is None:
            return NamedKey(key, _not_resolved(unresolved, "z", pointer))
        for known in self.candidates():
            if known.key is not None and known.key.same_as(key):
                return NamedKey(key, _AUTHENTICATED, known.listed)
        return NamedKey(
            key,
            invalid(
                Code.ISSUER_NOT_AUTHENTICATED,
                "The key does not stand among the issuer's keys for assertions.",
                pointer,
            ),
        )

    def signer(
        self, named: NamedKey, method_id: str | None, pointer: str, made_by: Callable[[PublicKey], bool]
    ) -> NamedKey | None:
        """The key that made a signature, as `made_by` tells: the named one, or one that the issuer has replaced since. None: neither.

        `method_id` is the name that a replaced key must have had; None allows any.
        """
        holds = named.key is not None and made_by(named.key)
        if holds and named.listed is not None and method_id is not None:
            # remembered by the name that the proof has for it, which may be that of its JWK
            return replace(named, listed=replace(named.listed, method_id=method_id))
        if holds and (named.authenticated.valid or named.listed is not None):
            return named
        former = self._formerly(method_id, pointer, made_by)
        return former if former is not None else (named if holds else None)

    def _formerly(
        self, method_id: str | None, pointer: str, made_by: Callable[[PublicKey], bool]
    ) -> NamedKey | None:
        controller, _ = self._resolve()
        if controller is None or self.issuer_id is None or not _is_fetched(self.issuer_id):
            return None
        present = {to_multikey(method.key) for method in controller.methods}
        seen = self._past.of(self.issuer_id)
        for known in seen.keys[:_MOST_FORMER]:
            if known.multikey in present or method_id not in (None, known.method_id):
                continue
            try:
                key = from_multikey(known.multikey)
            except KeyMalformed:
                continue
            if made_by(key):
                return NamedKey(key, _replaced(known, dict(seen.verified).get(known.multikey), pointer))
        return None

    def _listed(self, method: Method, *, revoked: bool = False) -> SigningKey | None:
        if self.issuer_id is None or not _is_fetched(self.issuer_id):
            return None
        return SigningKey(method.id, to_multikey(method.key), revoked)

    def _resolve(self) -> tuple[Controller | None, IssuerUnresolved | None]:
        if self._controller is None and self._unresolved is None and self.issuer_id is not None:
            try:
                self._controller = resolve(self.issuer_id, self._documents, self._limits)
            except IssuerUnresolved as error:
                self._unresolved = error
        return self._controller, self._unresolved


_MOST_FORMER = 16
_AUTHENTICATED = valid(Code.OK, "The key stands among the issuer's keys for assertions.")


def _is_fetched(issuer_id: str) -> bool:
    """Whether its keys stand in a document that may change, and not in the identifier itself."""
    return not issuer_id.startswith(("did:key:", "did:jwk:"))


def _replaced(known: FormerKey, since: datetime | None, pointer: str) -> Verdict:
    if since is not None:
        return valid(
            Code.KEY_REPLACED_SINCE,
            f"The key was the issuer's when this credential was first seen, on {since.date()}; the issuer has replaced it since.",
            pointer,
        )
    return indeterminate(
        Code.KEY_NO_LONGER_LISTED,
        f"The issuer has replaced the key that signed, last seen as its own on {known.last_seen.date()};"
        " whether it signed before cannot be told.",
        pointer,
    )


def _not_resolved(error: IssuerUnresolved | None, fragment: str, pointer: str) -> Verdict:
    if error is None:
        return invalid(Code.ISSUER_MALFORMED, "The credential does not name one issuer.", "/issuer")
    if error.code is Code.ISSUER_DOCUMENT_UNAVAILABLE and fragment.startswith("z"):
        return indeterminate(
            Code.ISSUER_NOT_AUTHENTICATED,
            "The key is known only from the proof itself, and the issuer's document cannot be had to confirm it.",
            pointer,
        )
    state = State.INVALID if error.code is Code.ISSUER_MALFORMED else State.INDETERMINATE
    return Verdict(state, error.code, "/issuer", error.message)


def _self_described(controller_id: str, fragment: str) -> PublicKey | None:
    """The key that a method's own identifier spells out, if it does."""
    try:
        if controller_id.startswith("did:key:"):
            return from_did_key(controller_id)
        if controller_id.startswith("did:jwk:"):
            return from_did_jwk(controller_id)
        if fragment.startswith("z"):
            return from_multikey(fragment)
    except KeyMalformed:
        return None
    return None
