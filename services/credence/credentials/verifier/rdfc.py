"""RDF canonicalisation (RDFC-1.0) of JSON-LD documents whose reading their quads cover."""

from __future__ import annotations

import hashlib
import json
import threading
from typing import Any, Final

from pyld import canon, jsonld

from .model import Limits
from .nesting import covered
from .parsing import Refused
from .processor import Dataset, Processor
from .reading import check_contexts, check_expanded, check_keywords, check_terms
from .verdicts import Code

__all__ = ["canonical_digest", "canonicalise", "rdf_canonical"]


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
    check_contexts(document.get("@context"))
    check_keywords(document, limits)
    processor = Processor()
    try:
        expanded = covered(document, processor, limits)
        check_expanded(expanded)
        dataset = processor.dataset([expanded])
    except jsonld.JsonLdError as error:
        code = Code.CONTEXT_NOT_PINNED if error.code == "loading document failed" else Code.CONTEXT_INVALID
        raise Refused(code, f"The document is not JSON-LD: {_first_line(error)}.") from None
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError, RecursionError) as error:
        # what pyld raises on values of a kind, or an integer of a size, that it does not expect
        raise Refused(
            Code.CONTEXT_INVALID, f"The document is not JSON-LD ({type(error).__name__})."
        ) from None
    return canonicalise(dataset, limits, algorithm)


def canonicalise(dataset: Dataset, limits: Limits, algorithm: str = "sha256") -> str:
    """RDFC-1.0 of a dataset in pyld's form (consumed). Refused: POISON_GRAPH, or a term no N-Quads line can hold."""
    check_terms(dataset)
    canonical: str = _Canonicaliser(limits.max_ndegree_calls, algorithm).main(
        dataset, {"format": "application/n-quads"}
    )
    return canonical


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


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0][:160].rstrip(". ") if str(error) else type(error).__name__


_LANG_STRING: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"
_STRING: Final = "http://www.w3.org/2001/XMLSchema#string"

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
    if literal["datatype"] == _LANG_STRING:
        text += f"@{literal['language']}"
    elif literal["datatype"] != _STRING:
        text += f"^^<{literal['datatype']}>"
    return f"{head}{text}{tail}"


canon.serialize_nquad = _serialize_nquad
