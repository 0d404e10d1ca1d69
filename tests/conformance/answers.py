"""What Credence answers to each row of the material, by kind of row."""

from __future__ import annotations

import csv
import json
import re
from base64 import urlsafe_b64decode
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from pyld import jsonld

from conformance.material import ROOT, Row
from credence.credentials.verifier import Limits, Outcome, State, Verification
from credence.credentials.verifier.baked import unbake
from credence.credentials.verifier.issuers import document_url
from credence.credentials.verifier.jwt import open_envelope
from credence.credentials.verifier.parsing import Refused, looks_like_jwt
from credence.credentials.verifier.rdfc import _Canonicaliser, canonicalise
from credence.credentials.verifier.schema import check_schema
from credence.credentials.verifier.sections import as_list, identifier_of
from support.badges import Shelf, check

AT = datetime(2026, 1, 1, tzinfo=UTC)
_JUDGED = ("integrity", "issuer_authenticated", "status", "validity", "schema")


@dataclass(frozen=True, slots=True)
class Given:
    """`answer`: VALID, INVALID, INDETERMINATE; AGREES, DIFFERS, REFUSED (canonicalisation); SUPPORT where nothing is expected."""

    answer: str
    detail: str = ""

    def __str__(self) -> str:
        return f"{self.answer} {self.detail}".strip()


def expected_of(row: Row) -> str:
    """The manifest's word, in the words of `Given`. A warning is about form: the upstream validator takes the document for valid."""
    if row.kind == "RDFC-1.0":
        return "AGREES" if row.path.endswith(("-in.nq", "-rdfc10map.json")) else "SUPPORT"
    if row.kind == "mit-learn-obv3":
        return "VALID"  # real credentials, whose issuer is a did:key
    if row.kind == "VC-JWT/SD-JWT/COSE" and row.file.suffix != ".txt":
        return "SUPPORT"
    return {"WARNING": "VALID", "VALID/SUPPORT": "VALID", "DISABLED-UPSTREAM": "SUPPORT"}.get(
        row.expected, row.expected
    )


def answer_to(row: Row) -> Given:
    asked = _KINDS.get(row.kind)
    if asked is None or expected_of(row) == "SUPPORT":
        return _harmless(row)
    return asked(row)


def _harmless(row: Row) -> Given:
    """Nothing is expected of it, but nobody may take it for a verified credential."""
    answer = check(row.file.read_bytes(), at=AT, documents=Shelf())
    return Given("VALID") if answer.outcome is Outcome.VERIFIED else Given("SUPPORT")


def _summed_up(answer: Verification) -> Given:
    """INVALID where any verdict on the document itself is, as upstream counts; with the codes of all that is not valid."""
    verdicts = {name: answer.verdicts[name] for name in _JUDGED}
    left = [
        f"{name}={verdict.code}"
        for name, verdict in verdicts.items()
        if verdict.state in (State.INVALID, State.INDETERMINATE) and verdict.code != "NOT_EVALUATED"
    ]
    if any(verdict.state is State.INVALID for verdict in verdicts.values()):
        return Given("INVALID", " ".join(left))
    return Given("VALID" if answer.outcome is Outcome.VERIFIED else "INDETERMINATE", " ".join(left))


def _fixture(row: Row) -> Given:
    if "/ob20/" not in row.path:
        return _credential(row)
    shelf = Shelf(_assets(row))
    return _summed_up(check(row.file.read_bytes().strip(), at=AT, documents=shelf))


def _assets(row: Row) -> dict[str, bytes | dict[str, Any]]:
    """The documents of the suite at the addresses that its badges name, and the badge itself at its own."""
    document = row.file.read_bytes()
    folder = ROOT / "1edtech-public-validator/ob20/assets"
    found: dict[str, bytes | dict[str, Any]] = {
        f"https://{host}/{file.name}": file.read_bytes()
        for host in ("example.org", "example.com")
        for file in sorted(folder.iterdir())
    }
    text = unbake(document, Limits()) or document
    if text.startswith(b"{") and isinstance(parsed := json.loads(text), dict) and "badge" in parsed:
        found[parsed["id"].replace("http://", "https://")] = text
    return found


def _credential(row: Row) -> Given:
    return _summed_up(check(row.file.read_bytes().strip(), at=AT, documents=Shelf()))


def _shape(row: Row) -> Given:
    """The suite's documents leave issuer and moment to the one who signs them, and carry no proof: only their shape is asked for."""
    document = json.loads(row.file.read_bytes())
    if "VerifiablePresentation" in str(document.get("type")) or "presentation-" in row.path:
        return _credential(row)
    if isinstance(document.get("issuer"), dict):
        document["issuer"] = {"id": "did:example:issuer", **document["issuer"]}
    elif "no-issuer" not in row.path:
        document.setdefault("issuer", "did:example:issuer")
    moments = {"PAST DATE": "2020-01-01T00:00:00Z", "FUTURE DATE": "2100-01-01T00:00:00Z"}
    verdict = check_schema({name: moments.get(str(value), value) for name, value in document.items()})
    return Given(verdict.state, "" if verdict.valid else f"schema={verdict.code}")


def _jose(row: Row) -> Given:
    token = row.file.read_bytes().strip()
    return _summed_up(check(token, at=AT, documents=Shelf(_published(token))))


def _published(token: bytes) -> dict[str, bytes | dict[str, Any]]:
    """The suite's keys, published by the issuer that the token names."""
    payload = token.split(b".")[1] if b"." in token else b""
    try:
        issuer = json.loads(urlsafe_b64decode(payload + b"=" * (-len(payload) % 4)))["issuer"]
    except (KeyError, TypeError, ValueError):
        return {}
    issuer = issuer["id"] if isinstance(issuer, dict) else issuer
    methods = []
    for name in ("vm-ed25519.json", "vm-p256.json", "vm-p384.json"):
        jwk = json.loads((ROOT / "w3c-vc-jose-cose-test-suite" / name).read_bytes())["publicKeyJwk"]
        methods.append(
            {"id": f"{issuer}#{name}", "type": "JsonWebKey", "controller": issuer, "publicKeyJwk": jwk}
        )
    return {issuer: {"id": issuer, "assertionMethod": methods}}


def taken_on_trust(row: Row) -> Verification:
    """The answer where issuers' documents list the keys that the row's signatures bring along, as if the issuers had published them."""
    document = row.file.read_bytes().strip()
    text = unbake(document, Limits()) or document
    published: dict[str, bytes | dict[str, Any]] = {}
    if looks_like_jwt(text):
        envelope = open_envelope(text, Limits())
        issuer = identifier_of(envelope.credential["issuer"]) or ""
        jwk = {"id": f"{issuer}#brought", "publicKeyJwk": envelope.header["jwk"]}
        published |= _listing(issuer, [{**jwk, "type": "JsonWebKey", "controller": issuer}])
    else:
        for credential in _signed_within(json.loads(text)):
            issuer = identifier_of(credential["issuer"]) or ""
            names = [p["verificationMethod"] for p in as_list(credential["proof"]) if "proofValue" in p]
            keys = [{"id": name, "publicKeyMultibase": name.partition("#")[2]} for name in names]
            published |= _listing(issuer, [{**key, "type": "Multikey", "controller": issuer} for key in keys])
    return check(document, at=AT, documents=Shelf(published))


def _listing(issuer: str, methods: list[dict[str, Any]]) -> dict[str, bytes | dict[str, Any]]:
    return {document_url(issuer): {"id": issuer, "assertionMethod": methods}}


def _signed_within(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        if "proof" in value and "issuer" in value:
            yield value
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from _signed_within(item)


def _canonical(row: Row) -> Given:
    number = row.file.name.split("-")[0]
    algorithm = _algorithms().get(number, "") or "SHA256"
    source = row.file.with_name(f"{number}-in.nq")
    hashed = algorithm.lower().replace("-", "")
    if row.path.endswith("map.json"):
        canonicaliser = _Canonicaliser(_LARGE.max_ndegree_calls, hashed)
        canonicaliser.main(_dataset(source), {"format": "application/n-quads"})
        issued = {
            old.removeprefix("_:"): new.removeprefix("_:")
            for old, new in canonicaliser.canonical_issuer.existing.items()
        }
        return Given("AGREES" if issued == json.loads(row.file.read_bytes()) else "DIFFERS")
    wanted = row.file.with_name(f"{number}-rdfc10.nq")
    try:
        return _compared(canonicalise(_dataset(source), Limits(), hashed), wanted)
    except Refused as refused:
        if not wanted.is_file():
            return Given("AGREES")  # the suite's poison graphs have no canonical form: they are to be refused
        again = canonicalise(_dataset(source), _LARGE, hashed)
        return Given("REFUSED", f"{refused.code}, and {_compared(again, wanted)} without the budget")


def _dataset(source: Path) -> dict[str, Any]:
    """pyld's parser of N-Quads, which the product has no use for, leaves most escapes as they are: they are set aside while it parses."""
    text = _ESCAPE.sub(
        lambda escape: chr(_ASIDE + _character(escape[0][1:])), source.read_text(encoding="utf-8")
    )
    graphs: dict[str, Any] = {}
    for name, triples in jsonld.JsonLdProcessor.parse_nquads(text).items():
        graphs.setdefault(_restored(name), []).extend(_restored(triples))
    return graphs


def _character(escaped: str) -> int:
    return int(escaped[1:], 16) if escaped[0] in "uU" else ord(_LETTERS.get(escaped, escaped))


def _restored(value: Any) -> Any:
    if isinstance(value, str):
        return "".join(chr(ord(c) - _ASIDE) if ord(c) >= _ASIDE else c for c in value)
    if isinstance(value, dict):
        return {_restored(name): _restored(item) for name, item in value.items()}
    return [_restored(item) for item in value] if isinstance(value, list) else value


_ASIDE = 0xE0000
"""a plane that the suite has nothing in; its escapes stay below U+20000"""
_ESCAPE = re.compile(r"\\(?:u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|.)")
_LETTERS = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}
_LARGE = Limits(max_ndegree_calls=20_000)


def _compared(canonical: str, wanted: Any) -> Given:
    same = wanted.is_file() and canonical == wanted.read_text(encoding="utf-8")
    return Given("AGREES" if same else "DIFFERS")


@cache
def _algorithms() -> dict[str, str]:
    with (ROOT / "w3c-rdf-canon/manifest.csv").open(encoding="utf-8") as lines:
        return {line["test"]: line["hashAlgorithm"] for line in csv.DictReader(lines)}


_KINDS: dict[str, Callable[[Row], Given]] = {
    "Data Integrity signed vector": _credential,
    "OB2/OB3/CLR2/LER fixture": _fixture,
    "RDFC-1.0": _canonical,
    "VC-JWT/SD-JWT/COSE": _jose,
    "mit-learn-obv3": _credential,
    "VCDM 2.0 shape": _shape,
}
