"""Verifications a second on one core, by securing format, beside the same cryptography with libraries alone and beside another verifier.

    python tests/benchmarks/verification.py [--seconds 2] [--json]

Every verification is of a document not seen before, so nothing is answered from a cache of results; the contexts are warm and the texts
of the achievement are the same, as in a service that sees many holders of one badge. `bare` is the same document read, canonicalised,
hashed and its signature checked with pyld, rfc8785 and cryptography and nothing else: no bounds, no check that what is read is what is
signed, no validity, schema, recipient or extraction. `openvc` is openvc-core's verify_credential. Rates are of processor time and say
little on a machine with other work; the ratios are of one run.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import time
from base64 import urlsafe_b64decode
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

import base58
import psutil
import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from openvc import VerificationPolicy, verify_credential
from pyld import jsonld

from credence.credentials import contexts
from credence.credentials.issuing import Issuer, status_entry, status_list_credential
from credence.credentials.issuing_records import record_credential
from credence.credentials.verifier import Outcome, Recipient, StaticRegistry
from credence.credentials.verifier import rdfc as rdfc_module
from credence.credentials.verifier.pool import Request, VerifierPool
from support.badges import AT, FROM, HOLDER, ISSUER, WEB, check, credential, web_shelf
from support.older import EMAIL, OldAcademy, itxt, png

LIST = "https://academy.example/status/1"
KNOWN = 200
"""documents made before the clock starts; digests are forgotten between rounds"""
CONTEXT_2020 = [*credential()["@context"], "https://w3id.org/security/suites/ed25519-2020/v1"]
P256, P384 = (Issuer.from_seed(b"bench", kind=kind) for kind in ("P-256", "P-384"))
WHO = Recipient(dids=(HOLDER,), emails=(EMAIL,))
EXTRA = {url: contexts.document(url) for url in contexts.PINNED}
EDDSA_RDFC, EDDSA_JCS, JWT = (
    "Open Badges 3.0, eddsa-rdfc-2022",
    "Open Badges 3.0, eddsa-jcs-2022",
    "Open Badges 3.0, VC-JWT",
)


@dataclass(frozen=True)
class Case:
    name: str
    work: str
    """what it takes beyond reading and judging the JSON"""
    make: Callable[[int], bytes]
    bare: Callable[[bytes], None] | None = None
    peer: bool = False


def rate(work: Callable[[], Iterator[None]], seconds: float) -> float:
    """Steps a second of processor time: what a core does, whoever else uses it."""
    done = 0
    started = time.process_time()
    while True:
        for _ in work():
            done += 1
            spent = time.process_time() - started
            if spent >= seconds:
                return done / spent


def bare_ed25519() -> Iterator[None]:
    public, message = ISSUER._private.public_key(), b"x" * 64
    signature = ISSUER._private.sign(message)
    while True:
        public.verify(signature, message)
        yield


def _load(url: str, _options: Any) -> dict[str, Any]:
    return {
        "contentType": "application/ld+json",
        "contextUrl": None,
        "documentUrl": url,
        "document": EXTRA[url],
        "tag": "static",
    }


def _canonical(document: dict[str, Any]) -> bytes:
    options = {"algorithm": "URDNA2015", "format": "application/n-quads", "documentLoader": _load}
    return jsonld.normalize(document, options).encode()


def _opened(document: bytes) -> tuple[dict[str, Any], dict[str, Any], bytes, Ed25519PublicKey]:
    parsed = json.loads(document)
    proof = parsed.pop("proof")
    signature = base58.b58decode(proof.pop("proofValue")[1:])
    did = proof["verificationMethod"].partition("#")[0]
    return parsed, proof, signature, Ed25519PublicKey.from_public_bytes(base58.b58decode(did[9:])[2:])


def bare_rdfc(document: bytes) -> None:
    parsed, proof, signature, key = _opened(document)
    options = {"@context": parsed["@context"], **proof}
    key.verify(signature, b"".join(hashlib.sha256(_canonical(part)).digest() for part in (options, parsed)))


def bare_jcs(document: bytes) -> None:
    parsed, proof, signature, key = _opened(document)
    key.verify(signature, b"".join(hashlib.sha256(rfc8785.dumps(part)).digest() for part in (proof, parsed)))


def bare_jws(document: bytes) -> None:
    header, payload, signature = document.split(b".")
    head, _ = (json.loads(urlsafe_b64decode(part + b"==")) for part in (header, payload))
    key = Ed25519PublicKey.from_public_bytes(base58.b58decode(head["kid"].partition("#")[0][9:])[2:])
    key.verify(urlsafe_b64decode(signature + b"=="), header + b"." + payload)


def _badge(issuer: Issuer, securing: Any, **changed: Any) -> Callable[[int], bytes]:
    return lambda n: issuer.sign(credential(issuer, id=f"urn:x:{securing}:{n}", **changed), securing)


def _jwt(n: int) -> bytes:
    return ISSUER.sign_jwt(credential(id=f"urn:x:jwt:{n}"), vc_claim=True)


def _record(n: int) -> bytes:
    members = [ISSUER.sign(credential(id=f"urn:x:{n}:{m}"), "eddsa-rdfc-2022") for m in range(5)]
    made = record_credential(
        id=f"urn:x:record:{n}",
        issuer_id=ISSUER.id,
        issuer_name="University",
        subject_id=HOLDER,
        members=members,
        valid_from=FROM,
    )
    return ISSUER.sign(made, "eddsa-rdfc-2022")


def cases(academy: OldAcademy) -> list[Case]:
    status = "; its list of 131,072 bits and the issuer's document, from memory"
    hashes, twice = "2 SHA-256, 1 Ed25519", "2 canonical forms, 2 SHA-256"
    return [
        Case(EDDSA_RDFC, f"2 graphs of some 40 quads, {hashes}", _badge(ISSUER, "eddsa-rdfc-2022"), bare_rdfc, peer=True),
        Case(EDDSA_JCS, f"2 canonical forms, {hashes}", _badge(ISSUER, "eddsa-jcs-2022"), bare_jcs, peer=True),
        Case(JWT, "1 Ed25519", _jwt, bare_jws, peer=True),
        Case("the same with did:web and a status list, JCS", f"{twice}, 1 Ed25519{status}",
             lambda n: WEB.sign(credential(WEB, id=f"urn:w:{n}", status=status_entry(LIST, 100 + n)), "eddsa-jcs-2022")),
        Case("Ed25519Signature2020", f"2 graphs, {hashes}", _badge(ISSUER, "Ed25519Signature2020", context=CONTEXT_2020)),
        Case("ecdsa-rdfc-2019, P-256", "2 graphs, 2 SHA-256, 1 ECDSA", _badge(P256, "ecdsa-rdfc-2019"), peer=True),
        Case("ecdsa-jcs-2019, P-256", f"{twice}, 1 ECDSA", _badge(P256, "ecdsa-jcs-2019"), peer=True),
        Case("ecdsa-jcs-2019, P-384", "2 canonical forms, 2 SHA-384, 1 ECDSA", _badge(P384, "ecdsa-jcs-2019"), peer=True),
        Case("a record (CLR 2.0) of five members, RDF", "12 graphs, 12 SHA-256, 6 Ed25519", _record),
        Case("Open Badges 2.0, signed", "1 Ed25519; class, issuer and key from memory",
             lambda n: academy.signed(id=f"urn:uuid:7f5c0c5e-0000-4000-8000-{n:012}")),
        Case("Open Badges 3.0 baked into PNG, VC-JWT", "1 Ed25519, 4 CRC-32", lambda n: png(itxt(_jwt(n), b"openbadgecredential"))),
    ]  # fmt: skip


def verifications(documents: list[bytes], shelf: Any) -> Iterator[None]:
    rdfc_module._DIGESTS.clear()
    for document in documents:
        answer = check(document, recipient=WHO, documents=shelf)
        if answer.outcome is not Outcome.VERIFIED:
            raise SystemExit(f"not verified: {answer.verdicts}")
        yield


def each(work: Callable[[bytes], Any], documents: list[bytes]) -> Callable[[], Iterator[None]]:
    def run() -> Iterator[None]:
        for document in documents:
            work(document)
            yield

    return run


def peer(document: bytes) -> None:
    text = document.decode()
    given = json.loads(text) if text.startswith("{") else text
    verify_credential(given, policy=VerificationPolicy(now=AT), extra_contexts=EXTRA)


def figures(seconds: float) -> dict[str, dict[str, Any]]:
    listed = WEB.sign(
        status_list_credential(url=LIST, issuer_id=WEB.id, set_indexes=[7], valid_from=FROM), "eddsa-jcs-2022"
    )
    academy = OldAcademy()
    shelf = web_shelf(**{LIST: listed}, **academy.shelf.documents)
    found: dict[str, dict[str, Any]] = {
        "bare Ed25519": {"bytes": 64, "work": "1 Ed25519", "per_s": rate(bare_ed25519, seconds)}
    }
    for case in cases(academy):
        documents = [case.make(n) for n in range(KNOWN)]
        figure: dict[str, Any] = {"bytes": len(documents[0]), "work": case.work}
        next(verifications(documents, shelf))
        figure["per_s"] = rate(lambda documents=documents: verifications(documents, shelf), seconds)  # type: ignore[misc]
        if case.bare is not None:
            figure["of_bare"] = figure["per_s"] / rate(each(case.bare, documents), seconds)
        if case.peer:
            peer(documents[0])
            figure["of_openvc"] = figure["per_s"] / rate(each(peer, documents), seconds)
        found[case.name] = figure
    return found


def pooled() -> dict[str, Any]:
    """Formats in turn through a pool, by the processor time of this process and of its workers together."""
    made = [_badge(ISSUER, "eddsa-jcs-2022"), _badge(ISSUER, "eddsa-rdfc-2022"), _jwt]
    requests = [Request(made[n % 3](n), WHO, AT) for n in range(1_500)]
    with VerifierPool(documents=web_shelf(), registry=StaticRegistry()) as pool:
        pool.verify_many(requests[:60])
        processes = [psutil.Process(), *(psutil.Process(worker.process.pid) for worker in pool._all)]
        before = sum(sum(process.cpu_times()[:2]) for process in processes)
        answers = pool.verify_many(requests[60:])
        spent = sum(sum(process.cpu_times()[:2]) for process in processes) - before
    if any(answer.outcome is not Outcome.VERIFIED for answer in answers):
        raise SystemExit("not verified")
    return {
        "bytes": len(requests[0].document),
        "work": "and two messages between processes for sixteen",
        "per_s": len(answers) / spent,
    }


AIMS = {EDDSA_RDFC: 300, EDDSA_JCS: 3_000, JWT: 3_000}


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    arguments.add_argument("--seconds", type=float, default=2.0)
    arguments.add_argument("--json", action="store_true")
    chosen = arguments.parse_args()
    found = figures(chosen.seconds)
    found["pool, formats in turn"] = pooled()
    if chosen.json:
        print(json.dumps(found))
        return
    versions = ", ".join(
        f"{name} {metadata.version(name)}" for name in ("pyld", "rfc8785", "cryptography", "openvc-core")
    )
    print(versions)
    print(f"{'':46}{'bytes':>8}{'per second':>12}{'of bare':>9}{'of openvc':>11}{'aim':>8}  work")
    for name, figure in found.items():
        bare, other = (f"{figure[key]:.2f}" if key in figure else "" for key in ("of_bare", "of_openvc"))
        aim = f"{AIMS[name]:,}" if name in AIMS else ""
        print(
            f"{name:46}{figure['bytes']:8,}{figure['per_s']:12,.0f}{bare:>9}{other:>11}{aim:>8}  {figure['work']}"
        )


if __name__ == "__main__":
    main()
