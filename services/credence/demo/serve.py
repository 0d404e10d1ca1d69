"""Serves the invented issuers' documents on loopback: `python -m credence.demo.serve DIRECTORY PORT`.

What an issuer would have at https://<host>/<path> is the file DIRECTORY/<host>/<path>; the Host header says which host is asked.
"""

import sys
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit


class Handler(BaseHTTPRequestHandler):
    """GET of files below the directory; 404 for all else."""

    protocol_version = "HTTP/1.1"

    def __init__(self, directory: Path, *args: object) -> None:
        self._directory = directory
        super().__init__(*args)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        host = self.headers.get("Host", "").partition(":")[0]
        path = unquote(urlsplit(self.path).path).lstrip("/")
        found = (self._directory / host / path).resolve()
        inside = found.is_relative_to(self._directory) and host
        body = found.read_bytes() if inside and found.is_file() else None
        self.send_response(200 if body is not None else 404)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body or b"")))
        self.end_headers()
        self.wfile.write(body or b"")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Nothing: the asking service logs what it fetches."""


def main(arguments: list[str]) -> int:
    if len(arguments) != 2 or not arguments[1].isdecimal():
        sys.stderr.write("usage: python -m credence.demo.serve DIRECTORY PORT\n")
        return 2
    handler = partial(Handler, Path(arguments[0]).resolve())
    with ThreadingHTTPServer(("127.0.0.1", int(arguments[1])), handler) as server:
        server.serve_forever()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
