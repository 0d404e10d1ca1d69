"""What one verification is asked under, and what is left of its bounds."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from datetime import datetime

from .documents import Documents, DocumentUnavailable
from .key_history import NO_PAST, Past
from .model import Limits, Recipient
from .registry import IssuerRegistry

__all__ = ["Scene"]


@dataclass(slots=True)
class _Left:
    """Of what all credentials within one document may cost together."""

    embedded: int
    graph_values: int
    asked: set[str] = field(default_factory=set)
    """addresses of documents that they asked for"""


@dataclass(frozen=True, slots=True)
class Scene:
    """The arguments of `verify`, and how deep within another credential this one lies."""

    recipient: Recipient | None
    at: datetime
    documents: Documents
    registry: IssuerRegistry
    limits: Limits
    left: _Left
    past: Past = NO_PAST
    """what is remembered of issuers' keys and of the document that was handed in"""
    depth: int = 0

    @classmethod
    def of(
        cls,
        recipient: Recipient | None,
        at: datetime,
        documents: Documents,
        registry: IssuerRegistry,
        limits: Limits,
        past: Past = NO_PAST,
    ) -> Scene:
        # as much again as a document may hold itself: what lies within it is read once with it and once alone
        left = _Left(limits.max_embedded, 2 * limits.max_graph_values)
        return cls(recipient, at, documents, registry, limits, left, past)

    def within(self, recipient: Recipient | None, text: bytes) -> Scene:
        """For a credential within this one, of that text, which shares what is left; it has a past of its own."""
        documents = self.documents
        if self.depth == 0:
            documents = _Counted(documents, self.left.asked, self.limits.max_documents)
        past = Past(self.past.history, hashlib.sha256(text).hexdigest())
        return replace(self, recipient=recipient, documents=documents, depth=self.depth + 1, past=past)


class _Counted:
    """At most so many documents of all: a record of many issuers must not make one reader talk to as many hosts."""

    def __init__(self, documents: Documents, asked: set[str], most: int) -> None:
        self._documents = documents
        self._asked = asked
        self._most = most

    def get(self, url: str, max_age_s: float | None = None) -> bytes:
        if url not in self._asked and len(self._asked) >= self._most:
            raise DocumentUnavailable(url, "the document refers to too many others", lasting=True)
        self._asked.add(url)
        return self._documents.get(url, max_age_s)
