"""The element of an SVG that an Open Badge is baked into.

Version 1 and 2: `<openbadges:assertion verify="...">`; version 3: `<openbadges:credential verify="...">`. `verify` holds a compact token
or the address of a hosted badge, the element's text the JSON. The document is read as a stream, no tree is built, and a document
type that declares anything is refused (defusedxml), so nothing in it can grow or fetch anything.
"""

from __future__ import annotations

from typing import Final
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException, DTDForbidden
from defusedxml.ElementTree import DefusedXMLParser

from ..model import Limits
from ..parsing import Refused
from ..verdicts import Code

__all__ = ["credential_in"]

_SVG: Final = "{http://www.w3.org/2000/svg}svg"
_BAKED: Final = frozenset(
    f"{{{namespace}}}{name}"
    for namespace in ("http://openbadges.org", "https://openbadges.org", "https://purl.imsglobal.org/ob/v3p0")
    for name in ("assertion", "credential")
)
_MOST_ELEMENTS: Final = 50_000
_MOST_DEPTH: Final = 256
_PIECE: Final = 64 * 1024


def credential_in(image: bytes, limits: Limits) -> bytes:
    """The one baked text, as UTF-8."""
    if len(image) > limits.max_bytes:
        raise Refused(
            Code.IMAGE_TOO_LARGE, f"The picture has {len(image)} bytes; at most {limits.max_bytes} are read."
        )
    reader = _Reader()
    parser = _Parser(target=reader, forbid_dtd=True)
    try:
        for start in range(0, len(image), _PIECE):
            parser.feed(image[start : start + _PIECE])
        parser.close()
    except DefusedXmlException:
        raise Refused(
            Code.IMAGE_ENTITIES, "The picture declares a markup of its own, which could stand for anything."
        ) from None
    except (ParseError, LookupError, ValueError):
        if not reader.begun:
            raise Refused(Code.UNSUPPORTED_FORMAT, "The document is markup, but no SVG picture.") from None
        raise Refused(Code.IMAGE_MALFORMED, "The picture is not well-formed XML.") from None
    if not reader.found:
        raise Refused(Code.NO_CREDENTIAL_IN_IMAGE, "No credential is baked into the picture.")
    if len(reader.found) > 1:
        raise Refused(
            Code.TWO_CREDENTIALS_IN_IMAGE, "More than one credential is baked into the picture; none is read."
        )
    return _one_text(*reader.found[0])


def _one_text(verify: str, body: str) -> bytes:
    verify, body = verify.strip(), body.strip()
    if not verify and not body:
        raise Refused(Code.NO_CREDENTIAL_IN_IMAGE, "The picture's place for a credential is empty.")
    if verify and body and not verify.startswith(("http://", "https://")):
        raise Refused(
            Code.TWO_CREDENTIALS_IN_IMAGE, "A token and a text are baked into the picture; none is read."
        )
    # beside a text, an address says where the same badge is hosted, which the text says itself
    return (body or verify).encode()


class _Parser(DefusedXMLParser):
    """Takes a document type that is only named, as drawing programs write it, and none that declares anything: entities, or attributes
    that every element would have."""

    def defused_start_doctype_decl(
        self, name: str, sysid: str | None, pubid: str | None, has_internal_subset: bool
    ) -> None:
        if has_internal_subset:
            raise DTDForbidden(name, sysid, pubid)


class _Reader:
    """What expat calls as it reads."""

    def __init__(self) -> None:
        self.found: list[tuple[str, str]] = []
        """(verify, text) of each baked element"""
        self._depth = 0
        self._elements = 0
        self._inside: int | None = None
        """depth of the baked element that is open"""
        self._verify = ""
        self._pieces: list[str] = []

    @property
    def begun(self) -> bool:
        return self._elements > 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        self._elements += 1
        if self._elements == 1 and tag != _SVG:
            raise Refused(Code.UNSUPPORTED_FORMAT, "The document is XML, but no SVG picture.")
        if self._depth > _MOST_DEPTH or self._elements > _MOST_ELEMENTS:
            raise Refused(Code.IMAGE_TOO_LARGE, "The picture has too many parts.")
        if self._inside is not None:
            raise Refused(Code.IMAGE_MALFORMED, "The credential in the picture is broken by markup.")
        if tag in _BAKED:
            self._inside = self._depth
            self._verify = attributes.get("verify", "")
            self._pieces = []

    def data(self, text: str) -> None:
        if self._inside is not None:
            self._pieces.append(text)

    def end(self, _tag: str) -> None:
        if self._inside == self._depth:
            self.found.append((self._verify, "".join(self._pieces)))
            self._inside = None
        self._depth -= 1

    def close(self) -> None:
        pass
