"""Worker processes: same answers as in this process, and a stuck or dying worker costs one answer."""

import os
import signal
import threading

import pytest

from credence.credentials.issuing import status_entry, status_list_credential
from credence.credentials.verifier import Code, Outcome, Recipient, RegistryEntry, Standing, StaticRegistry
from credence.credentials.verifier.pool import Request, VerifierPool
from support.badges import AT, FROM, HOLDER, ISSUER, SECURINGS, WEB, Shelf, check, credential, web_shelf

LIST = "https://academy.example/status/1"
REGISTRY = StaticRegistry([RegistryEntry((WEB.id,), "Example Academy", Standing.KNOWN)])


@pytest.fixture(scope="module")
def shelf():
    listed = WEB.sign(
        status_list_credential(url=LIST, issuer_id=WEB.id, set_indexes=[7], valid_from=FROM),
        "eddsa-rdfc-2022",
    )
    return web_shelf(**{LIST: listed})


@pytest.fixture(scope="module")
def pool(shelf):
    with VerifierPool(documents=shelf, registry=REGISTRY, workers=2, timeout_s=20) as pool:
        yield pool


def test_the_same_answers_in_order(pool, shelf):
    requests = [
        Request(document, recipient, AT)
        for number in range(12)
        for securing in SECURINGS
        for document, recipient in (
            (ISSUER.sign(credential(id=f"urn:x:{number}"), securing), Recipient(dids=(HOLDER,))),
            (
                WEB.sign(credential(WEB, id=f"urn:y:{number}", status=status_entry(LIST, number)), securing),
                None,
            ),
            (b"not a credential", None),
        )
    ]
    answers = pool.verify_many(requests)
    for request, answer in zip(requests, answers, strict=True):
        expected = check(request.document, recipient=request.recipient, documents=shelf, registry=REGISTRY)
        assert answer == expected
    assert {answer.outcome for answer in answers} == {Outcome.VERIFIED, Outcome.NOT_VERIFIED}
    assert sum(answer.verdicts["status"].code is Code.REVOKED for answer in answers) == len(SECURINGS)
    assert pool.verify_many([]) == []


def test_several_threads_at_once(pool):
    good = Request(ISSUER.sign(credential(), "vc-jwt"), None, AT)
    outcomes: list[Outcome] = []
    threads = [
        threading.Thread(target=lambda: outcomes.extend(a.outcome for a in pool.verify_many([good] * 40)))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes == [Outcome.VERIFIED] * 160


class Stopping(Shelf):
    """Stops the worker that asks: to the pool it is one that thinks without end."""

    def __init__(self, what):
        super().__init__()
        self.what = what
        self.pool = None

    def get(self, url, max_age_s=None):
        for worker in list(self.pool._all):
            os.kill(worker.process.pid, self.what)
        return super().get(url, max_age_s)


@pytest.mark.parametrize(
    ("what", "code"),
    [
        (signal.SIGSTOP, Code.VERIFICATION_TIMEOUT),
        (signal.SIGPROF, Code.VERIFICATION_TIMEOUT),
        (signal.SIGKILL, Code.VERIFICATION_CRASHED),
    ],
)
def test_a_worker_that_does_not_come_back(what, code):
    documents = Stopping(what)
    good = Request(ISSUER.sign(credential(), "eddsa-jcs-2022"), None, AT)
    bad = Request(WEB.sign(credential(WEB), "eddsa-jcs-2022"), None, AT)
    with VerifierPool(documents=documents, registry=REGISTRY, workers=1, patience_s=0.5) as pool:
        documents.pool = pool
        answers = pool.verify_many([good, bad, good, bad, good])
    assert [answer.outcome for answer in answers] == [
        Outcome.VERIFIED,
        Outcome.INDETERMINATE,
        Outcome.VERIFIED,
        Outcome.INDETERMINATE,
        Outcome.VERIFIED,
    ]
    assert {answer.verdicts["integrity"].code for answer in answers} == {Code.OK, code}
    assert answers[1].content_hash == check(bad.document).content_hash


def test_processor_time_is_what_counts():
    slow = credential()
    slow["credentialSubject"]["achievement"]["tag"] = [f"tag {i}" for i in range(500)]
    big = Request(ISSUER.sign(slow, "eddsa-rdfc-2022"), None, AT)
    good = Request(ISSUER.sign(credential(), "eddsa-jcs-2022"), None, AT)
    with VerifierPool(documents=Shelf(), registry=REGISTRY, workers=1, timeout_s=0.05) as pool:
        answers = pool.verify_many([good, big, good])
    assert [a.verdicts["integrity"].code for a in answers] == [Code.OK, Code.VERIFICATION_TIMEOUT, Code.OK]
    with VerifierPool(documents=Shelf(), registry=REGISTRY, workers=1) as pool:
        assert pool.verify_many([big])[0].outcome is Outcome.VERIFIED


@pytest.mark.parametrize("error", [ZeroDivisionError, ConnectionResetError, EOFError])
def test_a_port_that_fails_is_the_callers_to_see_and_the_pool_lives(error):
    class Broken(Shelf):
        def get(self, url, max_age_s=None):
            raise error

    good = Request(ISSUER.sign(credential(), "eddsa-jcs-2022"), None, AT)
    with VerifierPool(documents=Broken(), registry=REGISTRY, workers=1, timeout_s=20) as pool:
        with pytest.raises(error):
            pool.verify_many([Request(WEB.sign(credential(WEB), "vc-jwt"), None, AT)])
        assert pool.verify_many([good])[0].outcome is Outcome.VERIFIED


def test_closed_is_closed():
    pool = VerifierPool(documents=Shelf(), registry=REGISTRY, workers=1)
    processes = [worker.process for worker in pool._all]
    pool.close()
    with pytest.raises(RuntimeError):
        pool.verify_many([Request(b"{}", None, AT)])
    assert all(process.exitcode is not None for process in processes)
