import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa
from google.protobuf.wrappers_pb2 import StringValue

from credence.platform.errors import InvalidField, RequestIdReused
from credence.platform.sql.database import Transaction
from credence.platform.sql.housekeeping import forget_old
from credence.platform.sql.inbox import first_seen
from credence.platform.sql.requests import answer_once
from credencepb.candidates.v1.candidates_service_pb2 import CreateCandidateRequest
from support.databases import ServiceDatabase
from support.waiting import eventually


class Counter:
    """Work that shows how often it was done."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> StringValue:
        self.times += 1
        return StringValue(value=f"answer {self.times}")


def ask(tx: Transaction, work: Counter, request: CreateCandidateRequest, method: str = "Create") -> str:
    return answer_once(tx, method, request, StringValue, work).value


def request(request_id: str, parent: str = "tenants/acme") -> CreateCandidateRequest:
    return CreateCandidateRequest(parent=parent, request_id=request_id)


def test_the_same_request_gets_the_first_answer(made: ServiceDatabase) -> None:
    work = Counter()
    for _ in range(2):
        with made.database.transaction("acme") as tx:
            assert ask(tx, work, request("r1")) == "answer 1"
    assert work.times == 1


def test_other_contents_are_refused(made: ServiceDatabase) -> None:
    work = Counter()
    with made.database.transaction("acme") as tx:
        ask(tx, work, request("r1"))
    with pytest.raises(RequestIdReused), made.database.transaction("acme") as tx:
        ask(tx, work, request("r1", parent="tenants/acme2"))


def test_ids_are_of_one_tenant_and_one_method(made: ServiceDatabase) -> None:
    work = Counter()
    for tenant, method in (("acme", "Create"), ("globex", "Create"), ("acme", "Update")):
        with made.database.transaction(tenant) as tx:
            ask(tx, work, request("r1"), method)
    assert work.times == 3


def test_without_an_id_nothing_is_remembered(made: ServiceDatabase) -> None:
    work = Counter()
    for _ in range(2):
        with made.database.transaction("acme") as tx:
            ask(tx, work, request(""))
    assert work.times == 2


def test_a_failure_is_not_remembered(made: ServiceDatabase) -> None:
    def fail() -> StringValue:
        raise RuntimeError("no")

    with pytest.raises(RuntimeError), made.database.transaction("acme") as tx:
        answer_once(tx, "Create", request("r1"), StringValue, fail)
    with made.database.transaction("acme") as tx:
        assert ask(tx, Counter(), request("r1")) == "answer 1"


def test_two_at_once_happen_once(made: ServiceDatabase) -> None:
    work, answers = Counter(), []

    def second() -> None:
        with made.database.transaction("acme") as tx:
            answers.append(ask(tx, work, request("r1")))

    with made.database.transaction("acme"):
        pass  # the tenant is known from here on: nothing else is there to wait for
    thread = threading.Thread(target=second)
    with made.database.transaction("acme") as tx:
        answers.append(ask(tx, work, request("r1")))
        thread.start()
        waits = sa.text("SELECT count(*) FROM pg_locks WHERE NOT granted")
        eventually(lambda: tx.execute(waits).scalar_one(), what="the second waits for the first")
    thread.join(10)
    assert answers == ["answer 1", "answer 1"]


def test_an_id_without_end_is_refused(made: ServiceDatabase) -> None:
    with pytest.raises(InvalidField), made.database.transaction("acme") as tx:
        ask(tx, Counter(), request("x" * 129))


def test_the_inbox_gives_each_event_once(made: ServiceDatabase) -> None:
    with made.database.transaction("acme") as tx:
        assert first_seen(tx, "c", ["1", "2", "2"]) == {"1", "2"}
        assert first_seen(tx, "c", ["2", "3"]) == {"3"}
        assert first_seen(tx, "other", ["2"]) == {"2"}
    with made.database.transaction("globex") as tx:
        assert first_seen(tx, "c", ["2"]) == {"2"}


def test_the_inbox_forgets_what_was_rolled_back(made: ServiceDatabase) -> None:
    with pytest.raises(RuntimeError), made.database.transaction("acme") as tx:  # noqa: PT012 - after a write
        first_seen(tx, "c", ["1"])
        raise RuntimeError
    with made.database.transaction("acme") as tx:
        assert first_seen(tx, "c", ["1"]) == {"1"}


def test_old_rows_of_all_tenants_are_forgotten(made: ServiceDatabase) -> None:
    for tenant in ("acme", "globex"):
        with made.database.transaction(tenant) as tx:
            first_seen(tx, "c", ["old", "new"])
            ask(tx, Counter(), request("r1"))
            tx.execute(
                sa.text("UPDATE inbox SET receive_time = now() - interval '31 days' WHERE event_id = 'old'")
            )
    forget_old(made.database)
    for tenant in ("acme", "globex"):
        with made.database.transaction(tenant) as tx:
            assert first_seen(tx, "c", ["old", "new"]) == {"old"}
            assert ask(tx, Counter(), request("r1")) == "answer 1"
    forget_old(made.database, request_ids=timedelta(0))
    with made.database.transaction("acme") as tx:
        assert tx.execute(sa.text("SELECT count(*) FROM request_ids")).scalar_one() == 0
