"""The text chunks of a PNG (PNG 1.2, section 4.2.3) that Open Badges are baked into.

`openbadges` holds a badge of version 1 or 2, `openbadgecredential` one of version 3. Every chunk's CRC is checked, so that a file that
was cut or damaged on its way is told from one that never held a badge. Pixels are not decoded, whatever size they claim to have.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from typing import Final

from ..model import Limits
from ..parsing import Refused
from ..verdicts import Code

__all__ = ["SIGNATURE", "credential_in"]

SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
_KEYWORDS: Final = frozenset({b"openbadges", b"openbadgecredential"})
_TEXTS: Final = frozenset({b"iTXt", b"tEXt", b"zTXt"})
_MOST_CHUNKS: Final = 20_000
_MOST_PIXELS: Final = 100_000_000


def credential_in(image: bytes, limits: Limits) -> bytes:
    """The one baked text, as UTF-8."""
    if len(image) > limits.max_image_bytes:
        raise Refused(
            Code.IMAGE_TOO_LARGE,
            f"The picture has {len(image)} bytes; at most {limits.max_image_bytes} are read.",
        )
    found = [
        (kind, body)
        for kind, body in _chunks(image)
        if kind in _TEXTS and body.partition(b"\0")[0] in _KEYWORDS
    ]
    if not found:
        raise Refused(Code.NO_CREDENTIAL_IN_IMAGE, "No credential is baked into the picture.")
    if len(found) > 1:
        raise Refused(
            Code.TWO_CREDENTIALS_IN_IMAGE, "More than one credential is baked into the picture; none is read."
        )
    # only now, so that many packed texts cost no more than one
    return _text(*found[0], limits)


def _chunks(image: bytes) -> Iterator[tuple[bytes, bytes]]:
    """(type, data) of all chunks up to IEND; what follows it belongs to no PNG."""
    at = len(SIGNATURE)
    for number in range(_MOST_CHUNKS):
        if at + 12 > len(image):
            raise Refused(Code.IMAGE_MALFORMED, "The picture is cut off.")
        length, kind = struct.unpack_from(">I4s", image, at)
        end = at + 12 + length
        if end > len(image):
            raise Refused(Code.IMAGE_MALFORMED, "The picture is cut off.")
        body = image[at + 8 : end - 4]
        (checksum,) = struct.unpack_from(">I", image, end - 4)
        if zlib.crc32(body, zlib.crc32(kind)) != checksum:
            raise Refused(Code.IMAGE_MALFORMED, "A part of the picture is damaged: its checksum is wrong.")
        if (number == 0) != (kind == b"IHDR"):
            raise Refused(Code.IMAGE_MALFORMED, "The picture does not begin as a PNG does.")
        if kind == b"IHDR":
            _check_size(body)
        if kind == b"IEND":
            return
        yield kind, body
        at = end
    raise Refused(Code.IMAGE_TOO_LARGE, f"The picture has more than {_MOST_CHUNKS} parts.")


def _check_size(header: bytes) -> None:
    """Nothing here decodes the pixels, but people will look at the picture."""
    if len(header) != 13:
        raise Refused(Code.IMAGE_MALFORMED, "The picture does not begin as a PNG does.")
    width, height = struct.unpack_from(">II", header)
    if not width or not height:
        raise Refused(Code.IMAGE_MALFORMED, "The picture has no size.")
    if width * height > _MOST_PIXELS:
        raise Refused(Code.IMAGE_TOO_LARGE, f"The picture claims to have {width} times {height} points.")


def _text(kind: bytes, body: bytes, limits: Limits) -> bytes:
    _, _, rest = body.partition(b"\0")
    if kind == b"tEXt":
        return _as_utf8(rest, "latin-1")
    if kind == b"zTXt":
        return _as_utf8(_inflated(rest[1:], rest[:1], limits), "latin-1")
    compressed, method, tail = rest[:1], rest[1:2], rest[2:]
    parts = tail.split(b"\0", 2)  # language, translated keyword, text
    if len(parts) != 3 or compressed not in (b"\0", b"\1"):
        raise Refused(Code.IMAGE_MALFORMED, "The text in the picture cannot be read.")
    text = _inflated(parts[2], method, limits) if compressed == b"\1" else parts[2]
    return _as_utf8(text, "utf-8")


def _inflated(packed: bytes, method: bytes, limits: Limits) -> bytes:
    inflater = zlib.decompressobj()
    try:
        text = inflater.decompress(packed, limits.max_bytes + 1) if method == b"\0" else b""
    except zlib.error:
        text = b""
    if len(text) > limits.max_bytes:
        raise Refused(
            Code.IMAGE_TOO_LARGE, f"The text in the picture unpacks to more than {limits.max_bytes} bytes."
        )
    if not inflater.eof:
        raise Refused(Code.IMAGE_MALFORMED, "The text in the picture cannot be unpacked.")
    return text


def _as_utf8(text: bytes, encoding: str) -> bytes:
    try:
        return text.decode(encoding).strip().encode()
    except UnicodeDecodeError:
        raise Refused(Code.IMAGE_MALFORMED, "The text in the picture is not UTF-8.") from None
