"""Credentials baked into pictures: PNG and SVG, recognised by content. The picture itself is never decoded."""

from __future__ import annotations

import re
from typing import Final

from ..model import Limits
from . import png, svg

__all__ = ["unbake"]

_MARKUP: Final = re.compile(rb"(?:\xef\xbb\xbf)?\s*<|\xff\xfe<\x00|\xfe\xff\x00<")


def unbake(document: bytes, limits: Limits) -> bytes | None:
    """The credential in a picture: JSON, a compact token or the address of a hosted badge. None: the document is no picture.

    Refused: the picture is broken, too large, or holds no credential or several.
    """
    if document.startswith(png.SIGNATURE):
        return png.credential_in(document, limits)
    if _MARKUP.match(document):
        return svg.credential_in(document, limits)
    return None
