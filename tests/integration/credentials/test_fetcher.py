"""The guarded fetcher against real servers on the loopback interface, and against addresses that it must not reach."""

import pickle
import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from credence.credentials.verifier import DocumentUnavailable, GuardedFetcher
from credence.credentials.verifier import fetcher as module


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.server.seen.append((self.headers["Host"], self.path, dict(self.headers)))
        answer = self.server.answers.get(self.path)
        if answer is None:
            self.send_error(404)
            return
        answer(self)

    def log_message(self, *args):
        pass


def body(content, status=200, **headers):
    def answer(handler):
        handler.send_response(status)
        handler.send_header("Content-Length", str(len(content)))
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(content)

    return answer


def endless(handler):
    handler.send_response(200)
    handler.send_header("Connection", "close")
    handler.end_headers()
    try:
        while True:
            handler.wfile.write(b"a" * 65_536)
    except OSError:
        pass


def dripping(handler):
    """A byte at a time, each within the time limit of one read; waits on the client, which must go away."""
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    try:
        while not handler.server.stopping.wait(0.05):
            handler.wfile.write(b"a")
    except OSError:
        pass


def dripping_headers(handler):
    try:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Header: ")
        while not handler.server.stopping.wait(0.05):
            handler.wfile.write(b"a")
    except OSError:
        pass


@pytest.fixture
def server():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.answers, server.seen, server.stopping = {}, [], threading.Event()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.stopping.set()
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def origin(server):
    return f"http://127.0.0.1:{server.server_address[1]}"


def test_what_a_host_took_away_is_told_from_what_it_never_had(server, origin):
    """410 is how a hosted badge is revoked; the answer is kept, and crosses to a worker's process, as it is."""
    server.answers["/gone"] = body(b"{}", status=410)
    fetcher = GuardedFetcher(development_hosts={"academy.test": origin})
    for path, gone in (("/gone", True), ("/gone", True), ("/nothing", False)):
        with pytest.raises(DocumentUnavailable) as caught:
            fetcher.get(f"https://academy.test{path}")
        assert caught.value.gone is gone
        assert pickle.loads(pickle.dumps(caught.value)).gone is gone
    assert [path for _, path, _ in server.seen] == ["/gone", "/nothing"]


def test_a_development_host_by_suffix_name_and_port(server, origin):
    server.answers["/.well-known/did.json"] = body(b"{}")
    hosts = {".credence-demo.test": origin, "localhost:8080": origin, "academy.example": origin}
    fetcher = GuardedFetcher(development_hosts=hosts)
    for host in ("academy.credence-demo.test", "localhost:8080", "academy.example"):
        assert fetcher.get(f"https://{host}/.well-known/did.json") == b"{}"
        assert server.seen[-1][0] == host
    for host in (
        "credence-demo.test.evil.example",
        "localhost:8081",
        "xacademy.example",
        "credence-demo.test",
    ):
        with pytest.raises(DocumentUnavailable):
            GuardedFetcher(development_hosts=hosts, timeout_s=1).get(f"https://{host}/.well-known/did.json")


@pytest.mark.parametrize(
    "origin",
    [
        "http://10.0.0.1:80",
        "https://127.0.0.1:80",
        "http://127.0.0.1",
        "http://example.org:80",
        "http://u@127.0.0.1:80",
        "http://127.0.0.1:80/x",
        "127.0.0.1:80",
        "http://169.254.169.254:80",
    ],
)
def test_development_means_loopback(origin):
    with pytest.raises(ValueError, match="loopback"):
        GuardedFetcher(development_hosts={"a.example": origin})


@pytest.mark.parametrize(
    "url",
    [
        "http://academy.example/x",
        "ftp://academy.example/x",
        "file:///etc/passwd",
        "https:///x",
        "https://user:pass@academy.example/x",
        "https://academy.example:99999/x",
        "https://academy.example/a b",
        "https://academy.example/a\r\nHost: evil",
        "https://aca demy.example/",
        "https://[::1]/",
        "data:,x",
        "",
        "x",
    ],
)
def test_addresses_that_are_none(origin, url):
    fetcher = GuardedFetcher(development_hosts={"academy.example": origin})
    for _ in range(2):
        with pytest.raises(DocumentUnavailable) as caught:
            fetcher.get(url)
        assert caught.value.lasting, "nobody needs to try it again, also not when the answer was kept"


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1", "255.255.255.255",
        "::1", "::", "fe80::1", "fc00::1", "fd00::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::",
        "192.0.2.1", "198.18.0.1", "240.0.0.1", "fe80::1%eth0",
    ],
)  # fmt: skip
def test_addresses_that_are_not_public_are_not_called(monkeypatch, address):
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    monkeypatch.setattr(
        module.socket, "getaddrinfo", lambda *a, **k: [(family, socket.SOCK_STREAM, 6, "", (address, 443))]
    )
    monkeypatch.setattr(module.socket, "create_connection", lambda *a, **k: pytest.fail("connected"))
    with pytest.raises(DocumentUnavailable, match="public"):
        GuardedFetcher().get("https://rebinding.example/x")


def test_one_private_address_among_public_ones_is_enough_to_refuse(monkeypatch):
    found = [
        (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443))
        for address in ("93.184.215.14", "10.0.0.1")
    ]
    monkeypatch.setattr(module.socket, "getaddrinfo", lambda *a, **k: found)
    with pytest.raises(DocumentUnavailable, match="public"):
        GuardedFetcher().get("https://rebinding.example/x")


def test_the_connection_goes_to_the_address_that_was_checked(monkeypatch):
    answers = iter([[(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.215.14", 443))]])
    called = []

    def connect(address, timeout):
        called.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(module.socket, "getaddrinfo", lambda *a, **k: next(answers))
    monkeypatch.setattr(module.socket, "create_connection", connect)
    with pytest.raises(DocumentUnavailable):
        GuardedFetcher().get("https://academy.example/x")
    assert called == [("93.184.215.14", 443)]


def test_no_redirect_is_followed(server, origin):
    server.answers["/x"] = body(b"", 302, Location="http://127.0.0.1:1/")
    with pytest.raises(DocumentUnavailable, match="302"):
        GuardedFetcher(development_hosts={"academy.example": origin}).get("https://academy.example/x")


def test_sizes_and_times_are_bounded(server, origin):
    server.answers.update(
        {"/endless": endless, "/dripping": dripping, "/headers": dripping_headers, "/big": body(b"a" * 2_000)}
    )
    fetcher = GuardedFetcher(development_hosts={"academy.example": origin}, max_bytes=1_000, timeout_s=0.5)
    for path, reason in (
        ("/endless", "larger"),
        ("/big", "larger"),
        ("/dripping", "no answer"),
        ("/headers", "no answer"),
    ):
        started = time.monotonic()
        with pytest.raises(DocumentUnavailable, match=reason):
            fetcher.get(f"https://academy.example{path}")
        assert time.monotonic() - started < 5


def test_a_document_that_is_cut_off_is_none(server, origin):
    def cut(handler):
        handler.send_response(200)
        handler.send_header("Content-Length", "1000")
        handler.end_headers()
        handler.wfile.write(b'{"id": 1}')
        handler.close_connection = True

    server.answers["/cut"] = cut
    with pytest.raises(DocumentUnavailable, match="IncompleteRead"):
        GuardedFetcher(development_hosts={"academy.example": origin}).get("https://academy.example/cut")


def test_compression_is_refused(server, origin):
    server.answers["/x"] = body(b"xx", Content_Encoding="gzip")
    with pytest.raises(DocumentUnavailable, match="compressed"):
        GuardedFetcher(development_hosts={"academy.example": origin}).get("https://academy.example/x")
    assert server.seen[0][2]["Accept-Encoding"] == "identity"


def test_copies_and_failures_are_kept(server, origin):
    server.answers["/x"] = body(b"1")
    fetcher = GuardedFetcher(development_hosts={"academy.example": origin})
    assert [fetcher.get("https://academy.example/x") for _ in range(3)] == [b"1"] * 3
    server.answers["/x"] = body(b"2")
    assert fetcher.get("https://academy.example/x", 60.0) == b"1"
    assert fetcher.get("https://academy.example/x", 0.0) == b"2"
    for _ in range(3):
        with pytest.raises(DocumentUnavailable) as caught:
            fetcher.get("https://academy.example/none")
        assert not caught.value.lasting
    assert [path for _, path, _ in server.seen] == ["/x", "/x", "/none"]
    assert (
        len(
            GuardedFetcher(development_hosts={"academy.example": origin}, ttl_s=0).get(
                "https://academy.example/x"
            )
        )
        == 1
    )
