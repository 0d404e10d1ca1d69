"""Poison that slips through every bound, workers that die of what is no document's fault, and callers with a thousand documents."""

import json
import os
import signal
import threading
from dataclasses import replace

import pytest

from attacks.cases.bombs import twins
from credence.credentials.verifier import Code, Limits, Outcome, Recipient, StaticRegistry
from credence.credentials.verifier.pool import Request, VerifierPool
from credence.credentials.verifier.turns import Job, Turns
from support.badges import AT, ISSUER, WEB, Shelf, credential, web_shelf

GOOD = Request(ISSUER.sign(credential(), "eddsa-jcs-2022"), None, AT)
ASKING = Request(WEB.sign(credential(WEB), "eddsa-jcs-2022"), None, AT)
UNBOUNDED = replace(Limits(), max_ndegree_calls=10**9, max_bytes=10**9, max_nodes=10**9, max_values=10**9)


def pool_of(documents=None, **settings):
    arguments = {
        "documents": documents or Shelf(),
        "registry": StaticRegistry(),
        "workers": 1,
        "timeout_s": 20.0,
    }
    return VerifierPool(**(arguments | settings))


def pids(pool):
    return [worker.process.pid for worker in pool._all]


def poison():
    document = json.loads(ISSUER.sign(credential(), "eddsa-rdfc-2022"))
    document["credentialSubject"]["achievement"]["resultDescription"] = twins(11)
    return Request(json.dumps(document), None, AT)


def outcomes(answers):
    return [answer.outcome for answer in answers]


def test_a_graph_without_a_budget_costs_its_own_answer_and_its_worker():
    with pool_of(limits=UNBOUNDED, timeout_s=0.4) as pool:
        before = pids(pool)
        answers = pool.verify_many([GOOD, poison(), GOOD, poison(), GOOD])
        assert pids(pool) != before
    codes = [answer.verdicts["integrity"].code for answer in answers]
    assert codes == [Code.OK, Code.VERIFICATION_TIMEOUT, Code.OK, Code.VERIFICATION_TIMEOUT, Code.OK]
    assert {answer.outcome for answer in answers[1::2]} == {Outcome.INDETERMINATE}


def test_a_document_that_wants_more_memory_than_there_is():
    hungry = Request(b"[" + b"1.5," * 3_000_000 + b"1.5]", None, AT)
    with pool_of(limits=UNBOUNDED, memory_bytes=150_000_000) as pool:
        answers = pool.verify_many([GOOD, hungry, GOOD])
    assert [a.verdicts["integrity"].code for a in answers] == [Code.OK, Code.VERIFICATION_CRASHED, Code.OK]
    assert outcomes(answers) == [Outcome.VERIFIED, Outcome.INDETERMINATE, Outcome.VERIFIED]


def test_a_worker_that_died_while_it_had_nothing_to_do_is_nobodys_fault():
    with pool_of() as pool:
        assert outcomes(pool.verify_many([GOOD])) == [Outcome.VERIFIED]
        for worker in list(pool._all):
            os.kill(worker.process.pid, signal.SIGKILL)
            worker.process.join()
        assert outcomes(pool.verify_many([GOOD] * 20)) == [Outcome.VERIFIED] * 20


def test_a_worker_that_is_killed_once_loses_no_request():
    class KillsOnce(Shelf):
        pool, killed = None, 0

        def get(self, url, max_age_s=None):
            if not self.killed:
                self.killed += 1
                for pid in pids(self.pool):
                    os.kill(pid, signal.SIGKILL)
            return super().get(url, max_age_s)

    documents = KillsOnce(web_shelf().documents)
    with pool_of(documents) as pool:
        documents.pool = pool
        assert outcomes(pool.verify_many([GOOD, ASKING, GOOD] * 8)) == [Outcome.VERIFIED] * 24
    assert documents.killed == 1


def test_an_error_within_the_verifier_is_one_answer_and_the_worker_lives():
    by_mail = credential(subject_id="mailto:ada@example.com")
    broken = Request(ISSUER.sign(by_mail, "vc-jwt"), Recipient(emails=(None,)), AT)  # type: ignore[arg-type]
    with pool_of() as pool:
        before = pids(pool)
        answers = pool.verify_many([GOOD, broken, GOOD])
        assert pids(pool) == before
    assert [a.verdicts["integrity"].code for a in answers] == [Code.OK, Code.VERIFICATION_CRASHED, Code.OK]
    assert answers[1].outcome is Outcome.INDETERMINATE


def test_a_caller_with_one_document_does_not_wait_for_one_with_many():
    """The many begin first and cannot end before the one was answered."""

    class Gated(Shelf):
        begun, answered, unfair = threading.Event(), threading.Event(), False

        def get(self, url, max_age_s=None):
            if url.endswith("/first/did.json"):
                self.begun.set()
            elif url.endswith("/last/did.json") and not self.answered.wait(60):
                self.unfair = True
            return super().get(url, max_age_s)

    def asking(path):
        return Request(
            ISSUER.sign({**credential(), "issuer": f"did:web:academy.example:{path}"}, "vc-jwt"), None, AT
        )

    documents = Gated()
    many = [asking("first"), *[GOOD] * 400, asking("last")]
    with pool_of(documents) as pool:
        thread = threading.Thread(target=lambda: pool.verify_many(many))
        thread.start()
        assert documents.begun.wait(60)
        assert outcomes(pool.verify_many([GOOD])) == [Outcome.VERIFIED]
        documents.answered.set()
        thread.join()
    assert not documents.unfair


def test_turns_go_round():
    turns = Turns()
    many, one, none = Job("aaaaaaa", 2), Job("b", 2), Job("", 2)
    for job in (many, one, none):
        turns.add(job)
    taken = [turns.take() for _ in range(5)]
    assert taken == [
        (many, range(2)),
        (one, range(1)),
        (many, range(2, 4)),
        (many, range(4, 6)),
        (many, range(6, 7)),
    ]
    turns.put_back(many, range(1, 2), range(0), range(5, 6))
    turns.put_back(one, range(1))
    assert [turns.take() for _ in range(3)] == [(many, range(1, 2)), (one, range(1)), (many, range(5, 6))]
    assert none.result() == []


def test_who_waits_when_the_pool_closes_is_told():
    turns = Turns()
    job = Job("ab", 1)
    turns.add(job)
    turns.take()
    turns.close(RuntimeError("closed"))
    assert turns.take() is None
    for call in (job.result, lambda: turns.add(Job("c", 1))):
        with pytest.raises(RuntimeError, match="closed"):
            call()
