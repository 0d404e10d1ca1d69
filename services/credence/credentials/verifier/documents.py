"""Where documents that a credential only names (DID documents, status lists) come from: a port and two implementations."""

from __future__ import annotations

from pathlib import Path
from typing import Final, Protocol
from urllib.parse import unquote, urlsplit

__all__ = ["DocumentUnavailable", "Documents", "FolderDocuments", "NoDocuments"]

_MAX_BYTES: Final = 2 * 1024 * 1024


class DocumentUnavailable(Exception):  # noqa: N818  (an answer of the port: "not now", never "this is wrong")
    """The document cannot be had; a verdict that needs it is INDETERMINATE. `lasting`: asking again will not help. `gone`: its host says
    that it was taken away for good (HTTP 410), which is how a hosted badge is revoked."""

    def __init__(self, url: str, reason: str, lasting: bool = False, gone: bool = False) -> None:
        super().__init__(url, reason, lasting, gone)  # all, so that it survives pickling
        self.url = url
        self.reason = reason
        self.lasting = lasting
        self.gone = gone

    def __str__(self) -> str:
        return f"{self.url[:200]}: {self.reason}"


class Documents(Protocol):
    def get(self, url: str, max_age_s: float | None = None) -> bytes:
        """The body at an https URL, a copy at most `max_age_s` old where given. DocumentUnavailable: anything else."""
        ...


class NoDocuments:
    """Nothing is fetched: whatever needs a document stays INDETERMINATE."""

    def get(self, url: str, max_age_s: float | None = None) -> bytes:
        raise DocumentUnavailable(url, "nothing is fetched here", lasting=True)


class FolderDocuments:
    """https://<host>/<path> is the file DIRECTORY/<host>/<path>, for checking without a network.

    The host keeps its port (`host:8080`, or `host%3A8080` as a DID spells it). A query belongs to the file's name. Nothing outside the
    directory is read, also not by a symbolic link.
    """

    def __init__(self, directory: Path) -> None:
        self._root = directory.resolve()

    def get(self, url: str, max_age_s: float | None = None) -> bytes:
        try:
            parts = urlsplit(url)
        except ValueError:
            raise DocumentUnavailable(url, "not an address", lasting=True) from None
        if parts.scheme != "https" or not parts.netloc or parts.username is not None:
            raise DocumentUnavailable(url, "not an https address")
        host = parts.netloc.lower()
        tail = parts.path.lstrip("/") + (f"?{parts.query}" if parts.query else "")
        for folder in dict.fromkeys((host, host.replace(":", "%3A"))):
            for name in dict.fromkeys((tail, unquote(tail))):
                found = self._read(url, folder, name)
                if found is not None:
                    return found
        raise DocumentUnavailable(url, "not in the folder")

    def _read(self, url: str, host: str, name: str) -> bytes | None:
        if "\0" in name or "\0" in host:
            return None
        path = (self._root / host / name).resolve()
        if host in ("", ".", "..") or not path.is_relative_to(self._root / host):
            raise DocumentUnavailable(url, "outside the folder")
        try:
            if not path.is_file():
                return None
            if path.stat().st_size > _MAX_BYTES:
                raise DocumentUnavailable(url, f"larger than {_MAX_BYTES} bytes")
            return path.read_bytes()
        except OSError as error:
            raise DocumentUnavailable(url, error.strerror or "cannot be read") from None
