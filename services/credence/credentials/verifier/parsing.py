"""From bytes to JSON within bounds: size, depth, number of containers, no duplicate names, no number out of range.

`json.loads` recurses per level and keeps the last of two equal names; both are attacks here. So the text is scanned once for
its structure before it is parsed, and names are checked as objects close.
"""

from __future__ import annotations

import json
import math
import re
from typing import Any, Final

from .model import Limits
from .verdicts import Code

__all__ = ["Refused", "looks_like_jwt", "parse_json", "pointer", "to_bytes"]

# A string, or what is left of one at the end of the text, is one token, so that brackets inside are not counted and an
# unterminated string costs one pass.
_STRUCTURE: Final = re.compile(rb'"(?:[^"\\]++|\\.)*+(?:"|\\?\Z)|[\[{]|[\]}]', re.DOTALL)
_JWT: Final = re.compile(rb"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*")
_SURROGATE: Final = re.compile(rb"\\u[dD][89a-fA-F]")


class Refused(Exception):  # noqa: N818  (it is an answer, not an error of the program)
    """The document is not looked at further; `code` and the message say why, `pointer` where."""

    def __init__(self, code: Code, message: str, pointer: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.pointer = pointer


def to_bytes(document: bytes | str) -> bytes:
    """Refused: a str that is not encodable as UTF-8."""
    if isinstance(document, bytes):
        return document
    try:
        return document.encode()
    except UnicodeEncodeError:
        raise Refused(Code.NOT_JSON, "The text holds characters that no UTF-8 text can hold.") from None


def looks_like_jwt(document: bytes) -> bool:
    return _JWT.fullmatch(document.strip()) is not None


def parse_json(text: bytes, limits: Limits) -> Any:
    """The JSON value of `text`. Refused: not JSON (RFC 8259, UTF-8, finite numbers), or past a limit. Never RecursionError."""
    if len(text) > limits.max_bytes:
        raise Refused(
            Code.TOO_LARGE, f"The document has {len(text)} bytes; at most {limits.max_bytes} are read."
        )
    if text.count(b",") > limits.max_values:
        raise Refused(Code.TOO_COMPLEX, f"The document has more than {limits.max_values} values.")
    _check_structure(text, limits)
    try:
        parsed = json.loads(
            text.decode("utf-8"),
            object_pairs_hook=_object,
            parse_constant=_no_constant,
            parse_float=_finite,
        )
    except UnicodeDecodeError:
        raise Refused(Code.NOT_JSON, "The document is not UTF-8 text.") from None
    except RecursionError:
        raise Refused(Code.TOO_DEEP, "The document is nested too deeply.") from None
    except ValueError as error:
        raise Refused(Code.NOT_JSON, f"The document is not JSON: {str(error)[:120]}.") from None
    if _SURROGATE.search(text):
        _check_surrogates(parsed)
    return parsed


def pointer(*steps: str | int) -> str:
    """An RFC 6901 JSON pointer."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in steps)


def _check_structure(text: bytes, limits: Limits) -> None:
    if text.count(b"{") + text.count(b"[") <= min(limits.max_depth, limits.max_nodes):
        return  # so few cannot go deep
    depth = containers = 0
    for match in _STRUCTURE.finditer(text):
        token = match.group()
        if token in (b"{", b"["):
            depth += 1
            containers += 1
            if depth > limits.max_depth:
                raise Refused(Code.TOO_DEEP, f"The document is nested deeper than {limits.max_depth} levels.")
            if containers > limits.max_nodes:
                raise Refused(
                    Code.TOO_COMPLEX, f"The document has more than {limits.max_nodes} objects and arrays."
                )
        elif token in (b"}", b"]"):
            depth -= 1


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    built = dict(pairs)
    if len(built) != len(pairs):
        seen: set[str] = set()
        twice = next(name for name, _ in pairs if name in seen or seen.add(name))  # type: ignore[func-returns-value]
        raise Refused(Code.DUPLICATE_KEY, f"The name {twice[:80]!r} stands twice in one object.")
    return built


def _no_constant(name: str) -> Any:
    raise Refused(Code.NOT_JSON, f"{name} is not a JSON number.")


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise Refused(Code.NOT_JSON, "A number is too large for JSON.")
    return number


def _check_surrogates(value: Any) -> None:
    """An escaped half of a surrogate pair parses, but is no character: nothing can sign it."""
    waiting = [value]
    while waiting:
        current = waiting.pop()
        if isinstance(current, str):
            try:
                current.encode()
            except UnicodeEncodeError:
                raise Refused(Code.NOT_JSON, "A string holds half of a surrogate pair.") from None
        elif isinstance(current, dict):
            waiting.extend(current)
            waiting.extend(current.values())
        elif isinstance(current, list):
            waiting.extend(current)
