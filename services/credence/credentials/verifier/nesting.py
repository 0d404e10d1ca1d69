"""Objects under contexts of their own within a document: the credentials of a record, the endorsements of an achievement.

What an inner context makes of a term depends on the contexts around it, and the document as a whole compacts under its outer contexts
only. So a document is taken apart: the outer part, with a bare name in the place of each inner object, and each inner object alone must
equal their own compaction, and the expansion of the whole must be just these parts put together again.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

from pyld import jsonld

from .model import Limits
from .parsing import Refused, pointer
from .processor import Processor
from .reading import check_contexts, difference, find
from .sections import as_list
from .verdicts import Code

__all__ = ["covered"]

Path = tuple[str | int, ...]


def covered(document: dict[str, Any], processor: Processor, limits: Limits) -> dict[str, Any]:
    """The expansion of a document whose JSON reading its quads cover; all its contexts must be pinned ones. Refused: they do not.

    JsonLdError and what else pyld raises on odd values: as they come.
    """
    return _covered(document, processor, (), limits.max_nested_contexts)


def _covered(document: dict[str, Any], processor: Processor, path: Path, depth: int) -> dict[str, Any]:
    processor.classes = frozenset(_all_of(document, "type"))
    whole = _expanded(document, processor, path)
    context = check_contexts(document["@context"])
    inner = _inner(document, (), document["@context"])
    if not inner:
        _check_compacted(document, whole, context, processor, path)
        return whole
    if depth == 0:
        raise Refused(
            Code.TOO_DEEP, "Objects under contexts of their own are nested too deeply.", pointer(*path)
        )
    # a name that nobody can foresee stands for each inner object
    names = {place: f"urn:uuid:{uuid.uuid4()}" for place in inner}
    outer = _replaced(document, {place: {"id": name} for place, name in names.items()}, ())
    bare = _expanded(outer, processor, path)
    _check_compacted(outer, bare, context, processor, path)
    parts = {
        name: _covered(_at(document, place), processor, (*path, *place), depth - 1)
        for place, name in names.items()
    }
    if _put_together(bare, parts) != whole:
        raise Refused(
            Code.NESTED_CONTEXT,
            "An inner object means something else within the credential than on its own.",
            pointer(*path, *inner[0], "@context"),
        )
    return whole


def _expanded(document: dict[str, Any], processor: Processor, path: Path) -> dict[str, Any]:
    expanded = processor.expanded(document)
    if processor.dropped:
        term = str(processor.dropped[0])
        place = find(document, term)
        raise Refused(
            Code.UNSIGNED_TERM,
            f"The term {term[:80]!r} has no meaning in the credential's contexts, so no signature covers it.",
            pointer(*path) + place if place else "",
        )
    for name in _all_of(expanded, "@type"):
        # a class that no context maps becomes one under an address that pyld makes up
        if name.startswith(jsonld.DEFAULT_BASE_IRI):
            written = name.removeprefix(jsonld.DEFAULT_BASE_IRI)
            raise Refused(
                Code.UNSIGNED_TERM,
                f"The type {written[:80]!r} has no meaning in the credential's contexts, so no signature covers it.",
                _place_of_type(document, written, path),
            )
    if len(expanded) != 1 or not isinstance(expanded[0], dict):
        raise Refused(Code.CONTEXT_INVALID, "The document does not describe one thing.", pointer(*path))
    return expanded[0]


def _check_compacted(
    document: dict[str, Any], expanded: dict[str, Any], context: list[str], processor: Processor, path: Path
) -> None:
    place = difference(document, processor.compacted([expanded], context))
    if place is not None:
        raise Refused(
            Code.NOT_COMPACTED,
            "The document is not written in the terms of its contexts: what is read is not what is signed.",
            pointer(*path, *place),
        )


def _all_of(value: Any, name: str) -> Iterator[str]:
    """Whatever text stands under `name` anywhere in `value`."""
    if isinstance(value, dict):
        yield from (item for item in as_list(value.get(name)) if isinstance(item, str))
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from _all_of(item, name)


def _place_of_type(value: Any, name: str, path: Path) -> str:
    if isinstance(value, dict) and name in as_list(value.get("type")):
        return pointer(*path, "type")
    steps: Any = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    return next((found for step, item in steps if (found := _place_of_type(item, name, (*path, step)))), "")


def _inner(value: Any, path: Path, outer: Any) -> list[Path]:
    """The outermost objects within `value` that bring other contexts than the `outer` ones."""
    if isinstance(value, dict):
        if value.get("@context", outer) != outer:
            return [path]
        steps: Any = value.items()
    elif isinstance(value, list):
        steps = enumerate(value)
    else:
        return []
    return [place for step, item in steps for place in _inner(item, (*path, step), outer)]


def _at(value: Any, path: Path) -> Any:
    for step in path:
        value = value[step]
    return value


def _replaced(value: Any, others: dict[Path, Any], path: Path) -> Any:
    if path in others:
        return others[path]
    if isinstance(value, dict):
        return {name: _replaced(item, others, (*path, name)) for name, item in value.items()}
    if isinstance(value, list):
        return [_replaced(item, others, (*path, position)) for position, item in enumerate(value)]
    return value


def _put_together(value: Any, parts: dict[str, Any]) -> Any:
    if isinstance(value, dict):
        if value.keys() == {"@id"} and value["@id"] in parts:
            return parts[value["@id"]]
        return {name: _put_together(item, parts) for name, item in value.items()}
    return [_put_together(item, parts) for item in value] if isinstance(value, list) else value
