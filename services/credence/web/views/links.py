"""Links to work. An address often holds its owner's name, so a blind session gets none."""

from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Link:
    """`href` is empty when the address is not shown or cannot be opened safely; `text` says which."""

    href: str
    text: str


def link(url: str, *, shown: bool) -> Link | None:
    """None without an address. Only http and https can be opened."""
    if not url:
        return None
    if not shown:
        return Link("", "Link hidden in blind mode: an address may name its owner.")
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        host = None
    if host is None or parts.scheme not in ("http", "https"):
        return Link("", f"Not a web address: {url}")
    return Link(url, f"{host}{parts.path.rstrip('/')}")
