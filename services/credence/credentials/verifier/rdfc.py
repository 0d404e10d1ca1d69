"""RDF canonicalisation of a secured document, with the checks that make a signature over RDF mean what the JSON says.

A signature over RDF covers quads, while people and programs read JSON. Whatever JSON can hold without changing the quads is a way to lie:
terms that no context maps, relative names, values under another name, `@included`, statements moved to another place that
names the same node. Each is refused here, so that equal quads mean equal reading.
"""

from __future__ import annotations

import hashlib
import json
import re
import threading
from typing import Any, Final

from pyld import canon, jsonld
from pyld.context_resolver import ContextResolver
from pyld.identifier_issuer import IdentifierIssuer

from credence.credentials import contexts

from .model import Limits
from .parsing import Refused, pointer
from .verdicts import Code

__all__ = ["canonical_digest", "check_contexts", "rdf_canonical"]

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


def canonical_digest(document: dict[str, Any], limits: Limits, algorithm: str = "sha256") -> bytes:
    """The hash of the canonical N-Quads of `document`, after all checks of this module. Refused: one of them fails.

    It depends on the document alone, so the latest digests are kept by the hash of its text.
    """
    key = (hashlib.sha256(json.dumps(document, sort_keys=True).encode()).digest(), algorithm)
    with _DIGESTS_LOCK:
        if (known := _DIGESTS.pop(key, None)) is not None:
            _DIGESTS[key] = known
            return known
    digest = hashlib.new(algorithm, rdf_canonical(document, limits, algorithm).encode()).digest()
    with _DIGESTS_LOCK:
        _DIGESTS[key] = digest
        if len(_DIGESTS) > _MOST_DIGESTS:
            del _DIGESTS[next(iter(_DIGESTS))]
    return digest


_DIGESTS: Final[dict[tuple[bytes, str], bytes]] = {}
_DIGESTS_LOCK: Final = threading.Lock()
_MOST_DIGESTS: Final = 16_384


def rdf_canonical(document: dict[str, Any], limits: Limits, algorithm: str = "sha256") -> str:
    """RDFC-1.0 canonical N-Quads of a JSON-LD document whose JSON reading is fully covered by them."""
    context = check_contexts(document.get("@context"))
    _check_keywords(document, limits)
    dropped: list[str] = []
    processor = _Processor(dropped.append)
    options = {"base": "", "documentLoader": _load, "contextResolver": ContextResolver(_CACHE, _load)}
    try:
        expanded = processor.expand(document, options)
        if dropped:
            raise Refused(
                Code.UNSIGNED_TERM,
                f"The term {dropped[0][:80]!r} has no meaning in the credential's contexts, so no signature covers it.",
                _find(document, dropped[0]),
            )
        if len(expanded) != 1:
            raise Refused(Code.CONTEXT_INVALID, "The document does not describe one thing.")
        _check_expanded(expanded[0])
        _check_round_trip(processor, document, expanded, context, options)
        dataset = processor.dataset(expanded, options)
    except jsonld.JsonLdError as error:
        code = Code.CONTEXT_NOT_PINNED if error.code == "loading document failed" else Code.CONTEXT_INVALID
        raise Refused(code, f"The document is not JSON-LD: {_first_line(error)}.") from None
    except (AttributeError, IndexError, KeyError, TypeError, ValueError, RecursionError) as error:
        # what pyld raises on values of a kind that it does not expect
        raise Refused(
            Code.CONTEXT_INVALID, f"The document is not JSON-LD ({type(error).__name__})."
        ) from None
    return canonicalise(dataset, limits, algorithm)


def canonicalise(dataset: dict[str, list[dict[str, Any]]], limits: Limits, algorithm: str = "sha256") -> str:
    """RDFC-1.0 of a dataset in pyld's form (consumed). Refused: POISON_GRAPH, or a term no N-Quads line can hold."""
    _check_terms(dataset)
    canonical: str = _Canonicaliser(limits.max_ndegree_calls, algorithm).main(
        dataset, {"format": "application/n-quads"}
    )
    return canonical


class _Processor(jsonld.JsonLdProcessor):  # type: ignore[misc]
    """pyld's processor with the steps of toRDF apart, so that a document is expanded once."""

    def dataset(self, expanded: Any, options: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
        """Consumes `expanded`."""
        ready = _Expanded()
        made: dict[str, list[dict[str, Any]]] = ready.to_rdf(
            expanded, {**options, "identifierIssuer": IdentifierIssuer("_:b")}
        )
        return made


class _Expanded(jsonld.JsonLdProcessor):  # type: ignore[misc]
    def expand(self, input_: Any, options: dict[str, Any]) -> Any:
        return input_


class _Canonicaliser(canon.URDNA2015):  # type: ignore[misc]
    """RDFC-1.0 with a budget (the algorithm is exponential on purpose-made graphs) and a choice of hash."""

    def __init__(self, budget: int, algorithm: str) -> None:
        super().__init__()
        self._left = budget
        self._algorithm = algorithm

    def create_hash(self) -> Any:
        return hashlib.new(self._algorithm)

    def hash_n_degree_quads(self, id_: str, issuer: Any) -> Any:
        self._left -= 1
        if self._left < 0:
            raise Refused(Code.POISON_GRAPH, "The document's graph is made to be costly to canonicalise.")
        return super().hash_n_degree_quads(id_, issuer)


def _escape(value: str) -> str:
    """A literal in canonical N-Quads: RDF 1.1 N-Quads, canonical form as RDFC-1.0 fixes it."""
    return value.translate(_ESCAPES)


_ESCAPES: Final = str.maketrans(
    {chr(code): f"\\u{code:04X}" for code in (*range(0x20), 0x7F)}
    | {"\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r", '"': '\\"', "\\": "\\\\"}
)

_CACHE: Final[dict[str, Any]] = {}


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


def _check_keywords(document: dict[str, Any], limits: Limits) -> None:
    """Refuses keywords in the document (`@id`, `@included`, `@graph`...: aliases exist for what is needed) and nested contexts."""
    waiting: list[tuple[Any, tuple[str | int, ...]]] = [(document, ())]
    seen = 0
    while waiting:
        value, path = waiting.pop()
        if not isinstance(value, dict | list):
            continue
        seen += 1
        if seen > limits.max_graph_nodes:
            raise Refused(
                Code.TOO_COMPLEX, f"The graph has more than {limits.max_graph_nodes} objects and arrays."
            )
        if isinstance(value, list):
            waiting.extend((item, (*path, position)) for position, item in enumerate(value))
            continue
        for name, item in value.items():
            if name == "@context" and not path:
                continue
            if name == "@context":
                raise Refused(
                    Code.INLINE_CONTEXT, "An inner object brings a context of its own.", pointer(*path, name)
                )
            if name.startswith("@") and not (name in _VALUE_KEYWORDS and value.keys() <= _VALUE_KEYWORDS):
                raise Refused(
                    Code.NOT_COMPACTED, f"The keyword {name[:20]} hides what is signed.", pointer(*path, name)
                )
            waiting.append((item, (*path, name)))


_RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_CREDENTIALS: Final = "https://www.w3.org/2018/credentials#"
_BADGES: Final = "https://purl.imsglobal.org/spec/vc/ob/vocab.html#"
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
) | frozenset(_BADGES + name for name in ("achievement", "identifier", "result"))
"""statements that nobody may move to another place where the same node is named"""


def _check_expanded(root: dict[str, Any]) -> None:
    """Every name absolute, and no node with a decisive statement described differently in two places."""
    described: dict[str, dict[str, Any]] = {}
    waiting: list[Any] = [root]
    while waiting:
        value = waiting.pop()
        if isinstance(value, list):
            waiting.extend(value)
        elif isinstance(value, dict):
            if "@value" in value:
                if value.get("@type") not in (None, "@json"):
                    _check_iri(value["@type"])
                continue
            for name, item in value.items():
                if name == "@id":
                    _check_iri(item)
                elif name == "@type":
                    for kind in item:
                        _check_iri(kind)
                elif name.startswith("@"):
                    waiting.append(item)
                else:
                    _check_iri(name)
                    if name.startswith(_RDF):
                        raise Refused(Code.NOT_COMPACTED, f"The name {name} hides a type or a list.")
                    waiting.append(item)
            identifier = value.get("@id")
            if identifier is not None and len(value) > 1:
                other = described.setdefault(identifier, value)
                if (
                    other is not value
                    and other != value
                    and not _DECISIVE.isdisjoint(other.keys() | value.keys())
                ):
                    # the quads are the same wherever the statement stands, but a reader looks in one place
                    raise Refused(Code.SPLIT_NODE, f"{str(identifier)[:80]} is described in two places.")


def _check_iri(value: Any) -> None:
    if not isinstance(value, str) or _IRI.fullmatch(value) is None:
        raise Refused(
            Code.UNSIGNED_TERM,
            f"{str(value)[:80]!r} is no absolute name, so no signature covers what it stands for.",
        )


def _check_round_trip(
    processor: jsonld.JsonLdProcessor,
    document: dict[str, Any],
    expanded: list[Any],
    context: list[str],
    options: dict[str, Any],
) -> None:
    compacted = processor.compact(expanded, context, {**options, "skipExpansion": True})
    difference = _difference(_without_context(document), _without_context(compacted), ())
    if difference is not None:
        raise Refused(
            Code.NOT_COMPACTED,
            "The document is not written in the terms of its contexts: what is read is not what is signed.",
            pointer(*difference),
        )


def _without_context(document: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in document.items() if name != "@context"}


def _difference(ours: Any, other: Any, path: tuple[str | int, ...]) -> tuple[str | int, ...] | None:
    """The place of the first difference. A set of one equals its member, and null equals absence, as in JSON-LD."""
    ours, other = _single(ours), _single(other)
    if isinstance(ours, dict) and isinstance(other, dict):
        left = {name: value for name, value in ours.items() if value is not None}
        right = {name: value for name, value in other.items() if value is not None}
        for name in left.keys() | right.keys():
            if name not in left or name not in right:
                return (*path, name)
            if (found := _difference(left[name], right[name], (*path, name))) is not None:
                return found
        return None
    if isinstance(ours, list) and isinstance(other, list):
        if len(ours) != len(other):
            return path
        for position, (one, two) in enumerate(zip(ours, other, strict=True)):
            if (found := _difference(one, two, (*path, position))) is not None:
                return found
        return None
    same = type(ours) is type(other) or (_is_number(ours) and _is_number(other))
    return None if same and ours == other else path


def _single(value: Any) -> Any:
    while isinstance(value, list):
        kept = [item for item in value if item is not None]
        if len(kept) != 1:
            return kept
        value = kept[0]
    return value


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _check_terms(dataset: dict[str, list[dict[str, Any]]]) -> None:
    """pyld writes names into N-Quads as they are; one with `>` or a line break would write quads of its own."""
    for graph, triples in dataset.items():
        if graph != "@default" and not graph.startswith("_:"):
            _check_iri(graph)
        for triple in triples:
            for component in triple.values():
                if component["type"] == "IRI":
                    _check_iri(component["value"])
                elif component["type"] == "literal":
                    _check_iri(component["datatype"])
                    language = component.get("language")
                    if language is not None and _LANGUAGE.fullmatch(language) is None:
                        raise Refused(Code.NOT_COMPACTED, "A language tag is malformed.")


def _find(value: Any, name: str, path: tuple[str | int, ...] = ()) -> str:
    """The pointer of the first place where `name` is a name."""
    if isinstance(value, dict):
        if name in value:
            return pointer(*path, name)
        return next((found for key, item in value.items() if (found := _find(item, name, (*path, key)))), "")
    if isinstance(value, list):
        return next((found for i, item in enumerate(value) if (found := _find(item, name, (*path, i)))), "")
    return ""


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0][:160].rstrip(". ") if str(error) else type(error).__name__


# pyld 3.3 leaves \b, \f and other control characters of literals as they are; RDFC-1.0 escapes them. The canonicaliser looks the
# function up in its module at every call, so this is the one place to set it right.
_pyld_serialize: Final = canon.serialize_nquad


def _serialize_nquad(quad: dict[str, Any], graph_name: str | None = None) -> str:
    literal = quad["object"]
    if literal["type"] != "literal":
        line: str = _pyld_serialize(quad, graph_name)
        return line
    # an IRI in the object's place keeps the rest of the line; its brackets are replaced by the literal
    head, _, tail = _pyld_serialize({**quad, "object": {"type": "IRI", "value": "\0"}}, graph_name).partition(
        "<\0>"
    )
    text = f'"{_escape(literal["value"])}"'
    if literal["datatype"] == _RDF + "langString":
        text += f"@{literal['language']}"
    elif literal["datatype"] != "http://www.w3.org/2001/XMLSchema#string":
        text += f"^^<{literal['datatype']}>"
    return f"{head}{text}{tail}"


canon.serialize_nquad = _serialize_nquad
