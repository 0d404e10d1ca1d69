"""Verifications a second on one core, by securing format, beside what the same machine does at bare Ed25519.

    python tests/benchmarks/verification.py [--seconds 2] [--json]

Every verification is of a document not seen before, so nothing is answered from a cache of results; the contexts are warm, as in a
service. `ratio` is the share of the bare rate: it says more than the rate on a machine that has other work.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from credence.credentials.issuing import status_entry, status_list_credential
from credence.credentials.verifier import Outcome, Recipient, Verification
from credence.credentials.verifier import rdfc as rdfc_module
from credence.credentials.verifier.pool import Request, VerifierPool
from support.badges import AT, FROM, HOLDER, ISSUER, SECURINGS, WEB, check, credential, web_shelf

LIST = "https://academy.example/status/1"
KNOWN = 200
"""documents made before the clock starts; digests are forgotten between rounds"""


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


def bare() -> Iterator[None]:
    public, message = ISSUER._private.public_key(), b"x" * 64
    signature = ISSUER._private.sign(message)
    while True:
        public.verify(signature, message)
        yield


def verifications(documents: list[bytes], shelf: Any) -> Iterator[None]:
    rdfc_module._DIGESTS.clear()
    for document in documents:
        answer: Verification = check(document, recipient=Recipient(dids=(HOLDER,)), documents=shelf)
        if answer.outcome is not Outcome.VERIFIED:
            raise SystemExit(f"not verified: {answer.verdicts}")
        yield


def figures(seconds: float) -> dict[str, dict[str, float]]:
    listed = WEB.sign(
        status_list_credential(url=LIST, issuer_id=WEB.id, set_indexes=[7], valid_from=FROM), "eddsa-jcs-2022"
    )
    shelf = web_shelf(**{LIST: listed})
    found = {"bare Ed25519": {"per_s": rate(bare, seconds), "ratio": 1.0}}
    made: dict[str, list[bytes]] = {
        securing: [ISSUER.sign(credential(id=f"urn:x:{securing}:{n}"), securing) for n in range(KNOWN)]
        for securing in SECURINGS
    }
    made["eddsa-jcs-2022, did:web and status list"] = [
        WEB.sign(credential(WEB, id=f"urn:w:{n}", status=status_entry(LIST, 100 + n)), "eddsa-jcs-2022")
        for n in range(KNOWN)
    ]
    for name, documents in made.items():
        next(verifications(documents, shelf))
        per_s = rate(lambda documents=documents: verifications(documents, shelf), seconds)  # type: ignore[misc]
        found[name] = {"per_s": per_s, "ratio": per_s / found["bare Ed25519"]["per_s"]}
    return found


def pooled(seconds: float) -> float:
    """All formats in turn through a pool with a worker a core, by the wall's clock."""
    requests = [
        Request(ISSUER.sign(credential(id=f"urn:p:{n}"), SECURINGS[n % 3]), Recipient(dids=(HOLDER,)), AT)
        for n in range(1_500)
    ]
    with VerifierPool(documents=web_shelf(), registry=_no_registry()) as pool:
        pool.verify_many(requests[:60])
        started = time.perf_counter()
        answers = pool.verify_many(requests[60:])
        spent = time.perf_counter() - started
    if any(answer.outcome is not Outcome.VERIFIED for answer in answers):
        raise SystemExit("not verified")
    return len(answers) / spent


def _no_registry() -> Any:
    from credence.credentials.verifier import StaticRegistry

    return StaticRegistry()


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    arguments.add_argument("--seconds", type=float, default=2.0)
    arguments.add_argument("--json", action="store_true")
    chosen = arguments.parse_args()
    found = figures(chosen.seconds)
    found["pool, formats in turn"] = {"per_s": pooled(chosen.seconds), "ratio": 0.0}
    if chosen.json:
        print(json.dumps(found))
        return
    print(f"{'':44}{'per second':>12}{'of bare':>10}")
    for name, figure in found.items():
        share = f"{figure['ratio']:10.4f}" if figure["ratio"] else ""
        print(f"{name:44}{figure['per_s']:12,.0f}{share}")


if __name__ == "__main__":
    main()
