"""pyld as this verifier uses it: pinned contexts only, kept once processed, and the steps of toRDF apart."""

from __future__ import annotations

import contextlib
import uuid
from typing import Any, Final

from pyld import jsonld
from pyld.context_resolver import ContextResolver
from pyld.identifier_issuer import IdentifierIssuer

from credence.credentials import contexts

__all__ = ["Dataset", "Processor"]

Dataset = dict[str, list[dict[str, Any]]]


class Processor(jsonld.JsonLdProcessor):  # type: ignore[misc]
    """pyld's processor with its contexts kept: only pinned texts reach it, so what one becomes after another never changes.

    pyld keeps processed contexts too, but not type-scoped ones, and an Open Badge has a type-scoped context at every node; with this a
    document costs a tenth. The steps of toRDF are apart, so that a document is expanded once.
    """

    def __init__(self) -> None:
        self.dropped: list[str | None] = []
        """terms that no context maps, in the order met"""
        self.classes: frozenset[str] = frozenset()
        """terms that the document at hand has for classes"""
        super().__init__(self.dropped.append)

    def expanded(self, document: dict[str, Any]) -> list[Any]:
        """JsonLdError: not JSON-LD, or a context that is not pinned."""
        made: list[Any] = self.expand(document, dict(_OPTIONS))
        return made

    def compacted(self, expanded: list[Any], context: list[str]) -> dict[str, Any]:
        made: dict[str, Any] = self.compact(expanded, context, {**_OPTIONS, "skipExpansion": True})
        return made

    def dataset(self, expanded: list[Any]) -> Dataset:
        """Consumes `expanded`."""
        made: Dataset = _Expanded().to_rdf(
            expanded, {**_OPTIONS, "identifierIssuer": IdentifierIssuer("_:b")}
        )
        return made

    def _process_context(self, active_ctx: Any, local_ctx: Any, options: Any, *how: Any, **named: Any) -> Any:
        if named.keys() - {"override_protected", "propagate"} or how or "_uuid" not in active_ctx:
            return super()._process_context(active_ctx, local_ctx, options, *how, **named)
        spelled = tuple(local_ctx) if isinstance(local_ctx, list) else local_ctx
        # an inner object of a pinned context lives as long as the process, so its identity names it
        name = id(local_ctx) if isinstance(local_ctx, dict) else spelled
        key = (active_ctx["_uuid"], name, tuple(sorted(named.items())))
        try:
            return _PROCESSED[key][0]
        except (KeyError, TypeError):
            pass
        made = super()._process_context(active_ctx, local_ctx, options, **named)
        made.setdefault("_uuid", str(uuid.uuid4()))
        if len(_PROCESSED) >= _MOST_PROCESSED:
            _PROCESSED.clear()
            _INVERSE.clear()
        with contextlib.suppress(TypeError):  # a list with an object in it has no name
            _PROCESSED[key] = (made, local_ctx)
        return made

    def _compact_iri(
        self, active_ctx: Any, iri: Any, value: Any = None, vocab: bool = False, *how: Any, **named: Any
    ) -> Any:
        """As the standard algorithm, but for two things that the 1EdTech contexts do.

        They give one name to several terms, such as a class and a property: of the terms for a class, the one that the document uses.
        They give terms of objects the class of the objects as their datatype, which no object matches, so that the whole name is
        written: where just one such term has the name, and the value is an object, it is that term.
        """
        made = super()._compact_iri(active_ctx, iri, value, vocab, *how, **named)
        terms = active_ctx["mappings"]
        if not vocab:
            return made
        if value is None:
            if made in self.classes:
                return made
            used = (term for term in self.classes if (terms.get(term) or {}).get("@id") == iri)
            return min(used, default=made)
        if made in terms or not isinstance(value, dict) or not value.keys().isdisjoint(_NO_NODE):
            return made
        fitting = [
            term
            for term, mapping in terms.items()
            if mapping
            and mapping.get("@id") == iri
            and not mapping.get("reverse")
            and not str(mapping.get("@type", "@id")).startswith("@")
        ]
        return fitting[0] if len(fitting) == 1 else made

    def _get_inverse_context(self, active_ctx: Any) -> Any:
        known = _INVERSE.get(active_ctx["_uuid"])
        if known is None:
            known = _INVERSE[active_ctx["_uuid"]] = super()._get_inverse_context(active_ctx)
        return known


_NO_NODE: Final = frozenset({"@value", "@list", "@set", "@graph"})
_PROCESSED: Final[dict[Any, tuple[Any, Any]]] = {}
_INVERSE: Final[dict[str, Any]] = {}
_MOST_PROCESSED: Final = 2_000


class _Expanded(jsonld.JsonLdProcessor):  # type: ignore[misc]
    def expand(self, input_: Any, options: dict[str, Any]) -> Any:
        return input_


def _load(url: str, _options: dict[str, Any]) -> dict[str, Any]:
    try:
        text = contexts.document(url)
    except KeyError:
        raise jsonld.JsonLdError(
            "not a pinned context", "jsonld.LoadDocumentError", {"url": url}, code="loading document failed"
        ) from None
    # "static" lets the shared resolver keep the processed context for good
    return {
        "contentType": "application/ld+json",
        "contextUrl": None,
        "documentUrl": url,
        "document": text,
        "tag": "static",
    }


_OPTIONS: Final = {"base": "", "documentLoader": _load, "contextResolver": ContextResolver({}, _load)}
