"""The issuing side of baked badges: a PNG with a credential in it, as Open Badges 3.0 (section 5.3) has people carry one."""

from __future__ import annotations

import struct
import zlib
from typing import Final

__all__ = ["baked_png"]

_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
_BLUE: Final = bytes((0x1F, 0x4E, 0x8C))


def baked_png(credential: bytes) -> bytes:
    """A picture of one point that holds the credential, JSON or a token, as its text."""
    header = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)  # one point of three colours, eight bits each
    text = b"openbadgecredential" + b"\0\0\0\0\0" + credential
    # stored, not packed, so that every version of zlib writes the same bytes
    pixels = zlib.compress(b"\0" + _BLUE, 0)
    chunks = ((b"IHDR", header), (b"iTXt", text), (b"IDAT", pixels), (b"IEND", b""))
    return _SIGNATURE + b"".join(_chunk(kind, body) for kind, body in chunks)


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
