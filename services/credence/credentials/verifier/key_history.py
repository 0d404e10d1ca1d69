"""What is remembered of issuers' keys: issuers replace keys, and what they signed before stays what they signed.

Whoever has an old key can sign with any date today, so no date in a document says that it is old. What says so is having seen that very
document when the key still stood in the issuer's.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

__all__ = [
    "NO_HISTORY",
    "NO_PAST",
    "FormerKey",
    "KeyHistory",
    "NoKeyHistory",
    "Past",
    "Remembered",
    "SigningKey",
]


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A key that made a credential's signature and stands in the issuer's own document, by the name that the proof has for it, or else
    by the document's. It is what to remember."""

    method_id: str
    multikey: str
    revoked: bool = False
    """the issuer's document says that it must not be believed"""


@dataclass(frozen=True, slots=True)
class FormerKey:
    """A key that was found in an issuer's document, and never revoked there."""

    method_id: str
    multikey: str
    last_seen: datetime


@dataclass(frozen=True, slots=True)
class Remembered:
    """Of one issuer's keys, and of one document by its content hash."""

    keys: tuple[FormerKey, ...] = ()
    verified: tuple[tuple[str, datetime], ...] = ()
    """(multikey, moment): when the document was first verified with that key, which then stood in the issuer's document"""


class KeyHistory(Protocol):
    def remembered(self, issuer_id: str, content_hash: str) -> Remembered:
        """What was seen before of the keys of `issuer_id` (did:web or https) and of the document. Never raises for not knowing."""
        ...


class NoKeyHistory:
    """Nothing is remembered: only what stands in issuers' documents now counts."""

    def remembered(self, issuer_id: str, content_hash: str) -> Remembered:
        return Remembered()


NO_HISTORY: Final = NoKeyHistory()


@dataclass(frozen=True, slots=True)
class Past:
    """The history as it is asked about one document, by the hash of what was handed in."""

    history: KeyHistory
    content_hash: str

    def of(self, issuer_id: str) -> Remembered:
        return self.history.remembered(issuer_id, self.content_hash)


NO_PAST: Final = Past(NO_HISTORY, "")
