"""Every address in a credential that the verifier may follow, pointed at somebody's inner network, at this machine, or nowhere.

The guarded fetcher runs as it does in the service; only the name server and the wire below it are ours.
"""

import gzip
import json

from attacks.model import Attack, Row
from credence.credentials.issuing import status_entry, status_list_credential
from credence.credentials.verifier import Code, GuardedFetcher, Outcome
from support.badges import FROM, ISSUER, OTHER, WEB, Shelf, credential
from support.forging import pretending

LIST = "https://academy.example/status/1"
LOOPBACK = "127.0.0.1:9"
HOSTS = {
    "inner.example": "10.0.0.5",
    "metadata.example": "169.254.169.254",
    "rebinding.example": ("93.184.215.14", "127.0.0.1"),
    "six.example": "::ffff:10.0.0.5",
    "unique-local.example": "fd00::1",
    "nat64.example": "64:ff9b::a00:5",
    "teredo.example": "2001:0:4136:e378:8000:63bf:f5ff:fffa",
    "localhost": "127.0.0.1",
    "xn--80ak6aa92e.example": "10.0.0.5",
}


def unreachable(url):
    return Attack(
        Row.REQUESTS,
        f"a status list at {url!a}",
        lambda: ISSUER.sign(
            credential(status={**status_entry(LIST, 5), "statusListCredential": url}), "vc-jwt"
        ),
        Outcome.INDETERMINATE,
        Code.STATUS_UNREACHABLE,
        "status",
        documents=GuardedFetcher,
        hosts=HOSTS,
    )


def issuer(identifier, outcome, code):
    return Attack(
        Row.REQUESTS,
        f"an issuer called {identifier!a}",
        lambda: pretending(identifier).sign(credential(pretending(identifier)), "eddsa-jcs-2022"),
        outcome,
        code,
        "issuer_authenticated",
        documents=GuardedFetcher,
        hosts=HOSTS,
    )


def answered(name, answer, **given):
    """The issuer's own host answers, and must be believed no further than its own signature."""
    return Attack(
        Row.REQUESTS,
        name,
        lambda: WEB.sign(credential(WEB), "eddsa-jcs-2022"),
        Outcome.INDETERMINATE,
        Code.ISSUER_NOT_AUTHENTICATED,
        "issuer_authenticated",
        documents=lambda: GuardedFetcher(
            development_hosts={"academy.example": f"http://{LOOPBACK}"}, timeout_s=2
        ),
        answers={LOOPBACK: answer},
        **given,
    )


def http(body=b"", status="200 OK", **headers):
    lines = [f"HTTP/1.1 {status}", *(f"{name.replace('_', '-')}: {value}" for name, value in headers.items())]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


DOCUMENT = json.dumps(WEB.did_document()).encode()

ATTACKS = (
    *(
        unreachable(f"https://{host}/list")
        for host in (
            *HOSTS,
            "127.0.0.1",
            "0.0.0.0",
            "10.0.0.5",
            "172.16.0.1",
            "192.168.0.1",
            "100.64.0.1",
            "169.254.169.254",
            "224.0.0.1",
            "255.255.255.255",
            "2130706433",
            "0x7f000001",
            "0x7f.1",
            "0177.0.0.1",
            "127.1",
            "0",
            "017700000001",
            "[::1]",
            "[::]",
            "[::ffff:127.0.0.1]",
            "[fe80::1%25eth0]",
            "[2002:7f00:1::]",
            "[64:ff9b::7f00:1]",
            "localhost.",
            "127.0.0.1.",
            "localhost:22",
            "127.0.0.1:6379",
            "LOCALHOST",
            "user@inner.example",
            "user:pass@inner.example",
            "@127.0.0.1",
            "academy.example@127.0.0.1",
            "academy.example:443@127.0.0.1",
            "%6c%6f%63%61%6c%68%6f%73%74",
            "127%2e0%2e0%2e1",
            "①②⑦.⓪.⓪.①",
            "ⓛocalhost",
            "１２７.0.0.1",
            "аcademy.example",
            "127。0。0。1",
            "",
            " ",
            "academy.example:99999",
            "academy.example:-1",
            "academy.example:80:80",
            "academy.example\\@127.0.0.1",
            "-academy.example",
            "[",
            "[::1",
        )
    ),
    *(
        unreachable(url)
        for url in (
            "http://academy.example/list",
            "ftp://academy.example/list",
            "file:///etc/passwd",
            "data:application/json,{}",
            "gopher://127.0.0.1:70/_x",
            "//academy.example/list",
            "/etc/passwd",
            "unix:///var/run/docker.sock",
            "https:academy.example",
            "https:/academy.example/x",
            "jar:https://x!/y",
            "https://academy.example/a b",
            "https://academy.example/a\r\nHost: inner.example",
            "https://academy.example/\x00",
            "https://academy.example/ü",
            "",
            "HTTPS://INNER.EXAMPLE/list",
            "https://inner.example#@academy.example/",
            "https://inner.example?.academy.example/",
            "did:web:academy.example",
        )
    ),
    *(
        issuer(f"did:web:{host}", Outcome.INDETERMINATE, Code.ISSUER_NOT_AUTHENTICATED)
        for host in (
            "localhost",
            "127.0.0.1",
            "inner.example",
            "inner.example:path:to",
            "metadata.example",
            "169.254.169.254",
            "2130706433",
            "0x7f.1",
            "localhost%3A22",
            "127.0.0.1%3A6379",
            "rebinding.example",
            "six.example",
            "LOCALHOST",
            "academy.example%3A99999",
        )
    ),
    *(
        issuer(f"did:web:{host}", Outcome.NOT_VERIFIED, Code.ISSUER_MALFORMED)
        for host in (
            "",
            "..",
            "a.example:..:x",
            "a.example:%2e%2e",
            "a.example%2Fx",
            "a.example/x",
            "user@a.example",
            "user%40a.example",
            "a.example?x",
            "a.example%3A",
            "a.example%3A80%3A80",
            "a b",
            "[::1]",
            "localhost.",
            "127.0.0.1.",
            "аcademy.example",
            "ⓛocalhost",
            "%6c%6f",
            "a.example%0d%0aHost",
            "a.example\n",
        )
    ),
    *(
        issuer(f"https://{host}/issuer", Outcome.INDETERMINATE, Code.ISSUER_NOT_AUTHENTICATED)
        for host in (
            "localhost",
            "127.0.0.1",
            "inner.example",
            "rebinding.example",
            "169.254.169.254",
            "2130706433",
            "localhost.",
            "localhost:22",
            "academy.example:99999",
        )
    ),
    *(
        issuer(f"https://{host}/issuer", Outcome.INDETERMINATE, Code.ISSUER_METHOD_UNSUPPORTED)
        for host in (
            "[::1]",
            "[::ffff:127.0.0.1]",
            "user@inner.example",
            "%6cocalhost",
            "ⓛocalhost",
            "a.example:80:80",
            "",
            "[",
            "[x",
        )
    ),
    *(
        issuer(identifier, Outcome.INDETERMINATE, Code.ISSUER_METHOD_UNSUPPORTED)
        for identifier in (
            "http://academy.example/issuer",
            "file:///etc/passwd",
            "data:,x",
            "did:example:1",
            "did:web",
            "urn:x:y",
            "did:webvh:a.example",
        )
    ),
    answered(
        "the issuer's host redirects inward",
        http(status="302 Found", Location="http://169.254.169.254/", Content_Length=0),
    ),
    answered(
        "the issuer's host redirects to another https host",
        http(status="301 Moved", Location="https://evil.example/did.json", Content_Length=0),
    ),
    answered(
        "the issuer's host redirects, with a good document as the body",
        http(DOCUMENT, "307 Temporary", Location="/x", Content_Length=len(DOCUMENT)),
    ),
    answered("a good document under an error", http(DOCUMENT, "404 Not Found", Content_Length=len(DOCUMENT))),
    answered("a good document in part", http(DOCUMENT, "206 Partial Content", Content_Length=len(DOCUMENT))),
    answered("a document packed by GZIP", http(gzip.compress(DOCUMENT), Content_Encoding="gzip")),
    answered("a GZIP bomb as an encoding", http(gzip.compress(bytes(100_000_000)), Content_Encoding="gzip")),
    answered("a document of three megabytes", http(b" " * 3_000_000)),
    answered("a document that is cut off", http(DOCUMENT[:-5], Content_Length=len(DOCUMENT))),
    answered("a chunk of a length that is none", http(b"zz\r\n" + DOCUMENT, Transfer_Encoding="chunked")),
    answered("a thousand header lines", b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 1_000 + b"\r\n" + DOCUMENT),
    answered(
        "a header line of a megabyte", b"HTTP/1.1 200 OK\r\nX: " + b"y" * 1_000_000 + b"\r\n\r\n" + DOCUMENT
    ),
    answered("a status line that is none", b"\x16\x03\x01 200 OK\r\n\r\n"),
    answered("nothing", b""),
    Attack(
        Row.REQUESTS,
        "a context at the attacker's host is not asked for",
        lambda: _with(lambda d: d["@context"].append("https://inner.example/context")),
        Outcome.INDETERMINATE,
        Code.CONTEXT_NOT_PINNED,
        documents=GuardedFetcher,
    ),
    Attack(
        Row.REQUESTS,
        "evidence, criteria, images and schemas are not asked for",
        lambda: ISSUER.sign(
            {
                **credential(evidence=[{"id": "https://inner.example/e", "type": ["Evidence"]}]),
                "credentialSchema": {
                    "id": "https://inner.example/s",
                    "type": "1EdTechJsonSchemaValidator2019",
                },
                "refreshService": {"id": "https://inner.example/r", "type": "ManualRefreshService2018"},
                "termsOfUse": {"id": "https://inner.example/t", "type": "x"},
            },
            "vc-jwt",
        ),
        Outcome.VERIFIED,
        Code.OK,
        documents=GuardedFetcher,
    ),
    Attack(
        Row.REQUESTS,
        "a list's own status, schema and evidence are not asked for",
        lambda: ISSUER.sign(credential(status=status_entry(LIST, 5)), "vc-jwt"),
        Outcome.VERIFIED,
        Code.OK,
        "status",
        documents=lambda: _only(
            LIST,
            ISSUER.sign(
                {
                    **status_list_credential(url=LIST, issuer_id=ISSUER.id, set_indexes=[], valid_from=FROM),
                    "credentialStatus": status_entry("https://inner.example/s", 1),
                    "credentialSchema": {"id": "https://inner.example/x", "type": "x"},
                },
                "vc-jwt",
            ),
        ),
    ),
    Attack(
        Row.REQUESTS,
        "the key of somebody else's host is not asked for",
        lambda: _signed_elsewhere(),
        Outcome.NOT_VERIFIED,
        Code.ISSUER_NOT_AUTHENTICATED,
        "issuer_authenticated",
        documents=lambda: _only("", b""),
    ),
)


class _Only(Shelf):
    def get(self, url, max_age_s=None):
        if url not in self.documents:
            raise AssertionError(f"asked for {url}")
        return super().get(url, max_age_s)


def _only(url, body):
    return _Only({url: body})


def _with(change):
    document = json.loads(ISSUER.sign(credential(), "eddsa-rdfc-2022"))
    change(document)
    return json.dumps(document)


def _signed_elsewhere():
    """The proof names a key at the attacker's host; the issuer is a did:key."""
    document = json.loads(OTHER.sign(credential(), "eddsa-jcs-2022"))
    document["proof"]["verificationMethod"] = f"did:web:inner.example#{OTHER.multikey}"
    return json.dumps(document)
