"""That a JSON-LD document says to a reader of JSON just what its quads say, so that a signature over quads covers the reading.

People and programs read JSON, and a signature over RDF covers quads. Whatever JSON can hold without changing the quads is a way to lie:
terms that no context maps, relative names, values under another name, `@included`, statements moved to another place that names
the same node. Each is refused here.
"""

from __future__ import annotations

import re
from typing import Any, Final

from credence.credentials import contexts

from .model import Limits
from .parsing import Refused, pointer
from .verdicts import Code

__all__ = [
    "check_contexts",
    "check_expanded",
    "check_iri",
    "check_keywords",
    "check_terms",
    "difference",
    "find",
]

_IRI: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|^`\\\x7f]*")
_LANGUAGE: Final = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")
_VALUE_KEYWORDS: Final = frozenset({"@value", "@language", "@direction"})


def check_contexts(context: Any) -> list[str]:
    """The `@context` of a document as a list of pinned URLs. Refused: an inline context, or one that is not pinned."""
    urls = context if isinstance(context, list) else [context]
    if not urls or len(urls) > 16:
        raise Refused(Code.CONTEXT_INVALID, "The credential has no usable @context.", "/@context")
    for position, url in enumerate(urls):
        if not isinstance(url, str):
            raise Refused(
                Code.INLINE_CONTEXT,
                "The credential redefines terms in an inline context.",
                pointer("@context", position),
            )
        if url not in contexts.PINNED:
            raise Refused(
                Code.CONTEXT_NOT_PINNED,
                f"The context {url[:120]} is not among the known ones.",
                pointer("@context", position),
            )
    return urls


def check_keywords(document: dict[str, Any], limits: Limits) -> None:
    """Refuses keywords in the document (`@id`, `@included`, `@graph`...: aliases exist for what is needed) and inner contexts that are not
    pinned."""
    waiting: list[tuple[Any, tuple[str | int, ...]]] = [(document, ())]
    seen = 0
    while waiting:
        value, path = waiting.pop()
        seen += 1
        if seen > limits.max_graph_values or (isinstance(value, list) and len(value) > limits.max_set):
            raise Refused(
                Code.TOO_COMPLEX, "The document has too many values to be read as a graph.", pointer(*path)
            )
        if not isinstance(value, dict | list):
            continue
        if isinstance(value, list):
            if any(isinstance(item, list) for item in value):
                # quads know no set of sets: what is in the inner one is signed as if it were not there, and read as none
                raise Refused(
                    Code.NOT_COMPACTED, "A list within a list hides what is signed.", pointer(*path)
                )
            waiting.extend((item, (*path, position)) for position, item in enumerate(value))
            continue
        for name, item in value.items():
            if name == "@context" and not path:
                continue
            if name == "@context":
                _check_nested(item, pointer(*path, name))
                continue
            if name.startswith("@") and not (name in _VALUE_KEYWORDS and value.keys() <= _VALUE_KEYWORDS):
                raise Refused(
                    Code.NOT_COMPACTED, f"The keyword {name[:20]} hides what is signed.", pointer(*path, name)
                )
            waiting.append((item, (*path, name)))


def _check_nested(context: Any, where: str) -> None:
    """An embedded credential brings contexts of its own; what they make of its terms is looked at elsewhere, if they are known."""
    try:
        check_contexts(context)
    except Refused as refused:
        raise Refused(
            Code.INLINE_CONTEXT, f"An inner object brings a context: {refused.message}", where
        ) from None


_RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_CREDENTIALS: Final = "https://www.w3.org/2018/credentials#"
_DECISIVE: Final = frozenset(
    _CREDENTIALS + name
    for name in (
        "credentialStatus",
        "credentialSubject",
        "expirationDate",
        "issuanceDate",
        "issuer",
        "validFrom",
        "validUntil",
    )
) | {"https://purl.imsglobal.org/spec/vc/ob/vocab.html#result"}
"""statements that nobody may move to another place where the same node is named"""


def check_expanded(root: dict[str, Any]) -> None:
    """Every name absolute, and no node with a decisive statement described differently in two places.

    The members of a record are each looked at alone: they are about one person and say different things of them, and a statement that was
    moved out of one or into it breaks the member's own signature, without which the record is not verified.
    """
    members = _members(root)
    for member in members:
        check_expanded(member)
    apart = {id(member) for member in members}
    described: dict[str, dict[str, Any]] = {}
    waiting: list[Any] = [root]
    while waiting:
        value = waiting.pop()
        if isinstance(value, list):
            waiting.extend(value)
        elif isinstance(value, dict) and id(value) not in apart:
            if "@value" in value:
                if value.get("@type") not in (None, "@json"):
                    check_iri(value["@type"])
                continue
            for name, item in value.items():
                if name == "@id":
                    check_iri(item)
                elif name == "@type":
                    for kind in item:
                        check_iri(kind)
                elif name.startswith("@"):
                    waiting.append(item)
                else:
                    check_iri(name)
                    if name.startswith(_RDF):
                        raise Refused(Code.NOT_COMPACTED, f"The name {name} hides a type or a list.")
                    waiting.append(item)
            identifier = value.get("@id")
            if (
                identifier is not None
                and len(value) > 1
                and not (_is_endorsed(value) or _is_refreshed(value))
            ):
                other = described.setdefault(identifier, value)
                split = other is not value and other != value
                if split and not _DECISIVE.isdisjoint(other.keys() | value.keys()):
                    # the quads are the same wherever the statement stands, but a reader looks in one place
                    raise Refused(Code.SPLIT_NODE, f"{str(identifier)[:80]} is described in two places.")


_CLR: Final = "https://purl.imsglobal.org/spec/vc/clr/vocab.html#"


def _members(root: dict[str, Any]) -> list[dict[str, Any]]:
    if _CLR + "ClrCredential" not in root.get("@type", ()):
        return []
    return [
        member
        for subject in root.get(_CREDENTIALS + "credentialSubject", ())
        if isinstance(subject, dict)
        for member in subject.get(_CLR + "verifiableCredential", ())
        if isinstance(member, dict)
    ]


_OB: Final = "https://purl.imsglobal.org/spec/vc/ob/vocab.html#"


def _is_endorsed(node: dict[str, Any]) -> bool:
    """An endorsement within a credential says of the credential, where it names it, no more than its comment."""
    return node.keys() <= {"@id", "@type", _OB + "endorsementComment"} and node.get("@type") == [
        _OB + "EndorsementSubject"
    ]


def _is_refreshed(node: dict[str, Any]) -> bool:
    """Issuers that give a credential out anew at its own address name it so as its refresh service, and say nothing more there."""
    return node.keys() == {"@id", "@type"} and node["@type"] == [
        "https://purl.imsglobal.org/spec/vccr/v1p0/context.json#1EdTechCredentialRefresh"
    ]


def check_iri(value: Any) -> None:
    if not isinstance(value, str) or _IRI.fullmatch(value) is None:
        raise Refused(
            Code.UNSIGNED_TERM,
            f"{str(value)[:80]!r} is no absolute name, so no signature covers what it stands for.",
        )


def difference(ours: Any, other: Any, path: tuple[str | int, ...] = ()) -> tuple[str | int, ...] | None:
    """The place of the first difference. A set of one equals its member, and null equals absence, as in JSON-LD."""
    ours, other = _single(ours), _single(other)
    if isinstance(ours, dict) and isinstance(other, dict):
        left = {name: value for name, value in ours.items() if value is not None and name != "@context"}
        right = {name: value for name, value in other.items() if value is not None and name != "@context"}
        for name in left.keys() | right.keys():
            if name not in left or name not in right:
                return (*path, name)
            if (found := difference(left[name], right[name], (*path, name))) is not None:
                return found
        return None
    if isinstance(ours, list) and isinstance(other, list):
        if len(ours) != len(other):
            return path
        for position, (one, two) in enumerate(zip(ours, other, strict=True)):
            if (found := difference(one, two, (*path, position))) is not None:
                return found
        return None
    if (
        path
        and {path[-1], path[-2] if len(path) > 1 else None} & {"type"}
        and {str(ours), str(other)} in _SYNONYMS
    ):
        return None
    same = type(ours) is type(other) or (_is_number(ours) and _is_number(other))
    return None if same and ours == other else path


# two names that the 1EdTech contexts give to one class; compaction picks either
_SYNONYMS: Final = ({"OpenBadgeCredential", "AchievementCredential"}, {"GeoCoordinates", "geo"})


def _single(value: Any) -> Any:
    """A set of one is its member, and a bare reference is the name that it holds."""
    while isinstance(value, list):
        kept = [item for item in value if item is not None]
        if len(kept) != 1:
            return kept
        value = kept[0]
    if isinstance(value, dict) and value.keys() == {"id"} and isinstance(value["id"], str):
        return value["id"]
    return value


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def check_terms(dataset: dict[str, list[dict[str, Any]]]) -> None:
    """pyld writes names into N-Quads as they are; one with `>` or a line break would write quads of its own."""
    for graph, triples in dataset.items():
        if graph != "@default" and not graph.startswith("_:"):
            check_iri(graph)
        for triple in triples:
            for component in triple.values():
                if component["type"] == "IRI":
                    check_iri(component["value"])
                elif component["type"] == "literal":
                    check_iri(component["datatype"])
                    language = component.get("language")
                    if language is not None and _LANGUAGE.fullmatch(language) is None:
                        raise Refused(Code.NOT_COMPACTED, "A language tag is malformed.")


def find(value: Any, name: str, path: tuple[str | int, ...] = ()) -> str:
    """The pointer of the first place where `name` is a name."""
    if isinstance(value, dict):
        if name in value:
            return pointer(*path, name)
        return next((found for key, item in value.items() if (found := find(item, name, (*path, key)))), "")
    if isinstance(value, list):
        return next((found for i, item in enumerate(value) if (found := find(item, name, (*path, i)))), "")
    return ""
