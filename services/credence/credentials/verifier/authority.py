"""Which key a proof names, and whether it is the issuer's to sign assertions with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from .documents import Documents
from .issuers import Controller, IssuerUnresolved, resolve
from .keys import KeyMalformed, PublicKey, from_did_jwk, from_did_key, from_multikey
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


class Authority:
    """The issuer of one credential. Its document is fetched at most once, and no other document ever is."""

    def __init__(self, issuer_id: str | None, documents: Documents, at: datetime, limits: Limits) -> None:
        self.issuer_id = issuer_id
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
            return NamedKey(method.key, invalid(Code.KEY_REVOKED, revoked, pointer))
        if method.expires is not None and method.expires <= (signed_at or self._at):
            expired = f"The issuer's key expired on {method.expires.date()}, before it signed."
            return NamedKey(method.key, invalid(Code.KEY_REVOKED, expired, pointer))
        return NamedKey(method.key, _AUTHENTICATED)

    def candidates(self) -> tuple[tuple[str, PublicKey], ...]:
        """All current keys of the issuer, for a signature that names none. Refused: the issuer has none to offer."""
        controller, unresolved = self._resolve()
        if controller is None:
            raise Refused(
                Code.KEY_UNAVAILABLE,
                unresolved.message if unresolved else "The credential does not name one issuer.",
            )
        return tuple(
            (method.id, method.key)
            for method in controller.methods
            if (method.revoked is None or method.revoked > self._at)
            and (method.expires is None or method.expires > self._at)
        )

    def holds(self, key: PublicKey, pointer: str) -> Verdict:
        """Whether a key that the signature itself brought along stands among the issuer's."""
        if self.issuer_id is None:
            return invalid(Code.ISSUER_MALFORMED, "The credential does not name one issuer.", "/issuer")
        controller, unresolved = self._resolve()
        if controller is None:
            return _not_resolved(unresolved, "z", pointer)
        if any(known.same_as(key) for _, known in self.candidates()):
            return _AUTHENTICATED
        return invalid(
            Code.ISSUER_NOT_AUTHENTICATED,
            "The key does not stand among the issuer's keys for assertions.",
            pointer,
        )

    def _resolve(self) -> tuple[Controller | None, IssuerUnresolved | None]:
        if self._controller is None and self._unresolved is None and self.issuer_id is not None:
            try:
                self._controller = resolve(self.issuer_id, self._documents, self._limits)
            except IssuerUnresolved as error:
                self._unresolved = error
        return self._controller, self._unresolved


_AUTHENTICATED = valid(Code.OK, "The key stands among the issuer's keys for assertions.")


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
