"""What one verification is asked under, and what is left of its bounds."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime

from .documents import Documents
from .key_history import NO_PAST, Past
from .model import Limits, Recipient
from .registry import IssuerRegistry

__all__ = ["Scene"]


@dataclass(slots=True)
class _Left:
    """Of what all credentials within one document may cost together."""

    embedded: int
    graph_values: int


@dataclass(frozen=True, slots=True)
class Scene:
    """The arguments of `verify`, and how deep within another credential this one lies."""

    recipient: Recipient | None
    at: datetime
    documents: Documents
    registry: IssuerRegistry
    limits: Limits
    past: Past = NO_PAST
    """what is remembered of issuers' keys and of the document that was handed in"""
    depth: int = 0
    left: _Left = field(default_factory=lambda: _Left(0, 0))

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
        left = _Left(limits.max_embedded, 2 * limits.max_graph_values)
        return cls(recipient, at, documents, registry, limits, past, 0, left)

    def within(self, recipient: Recipient | None) -> Scene:
        """For a credential within this one; it shares what is left."""
        return replace(self, recipient=recipient, depth=self.depth + 1)
