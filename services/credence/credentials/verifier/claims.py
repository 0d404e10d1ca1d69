"""What carries no signature that could be checked here: a PDF, or a link to a page that shows a credential. It is a claim, no more."""

from __future__ import annotations

import re
from typing import Final

from .platforms import platform_of_link

__all__ = ["claimed_only"]

_LINK: Final = re.compile(rb"\s*(https?://[!-~]{4,2048})\s*")


def claimed_only(document: bytes) -> str | None:
    """One sentence on a document that only claims; None: it may be a credential."""
    if document[:64].lstrip().startswith(b"%PDF-"):
        return "A PDF carries no signature that is checked here: it is a claim, not verified."
    link = _LINK.fullmatch(document) if len(document) <= 4096 else None
    if link is None:
        return None
    platform = platform_of_link(link[1].decode("ascii"))
    whose = f"A share link of {platform.name}" if platform else "A link"
    return f"{whose} is a claim, not verified: what a page shows carries no signature. Ask for the credential itself."
