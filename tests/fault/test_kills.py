"""kill -9 of every process in turn, in the middle of an import: what comes out is what comes out without.

Two runs of the same import on fresh real parts, with fsync: one in peace, one in which each service, the broker and the database are
killed while the stream is open, with work for the victim in flight. Takes some minutes; `pytest tests/fault` runs it alone.
"""

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import grpc
import pytest

from credence.demo import Company, generate
from credence.topics import CANDIDATES
from credencepb.candidates.v1 import candidate_pb2
from credencepb.candidates.v1 import candidates_service_pb2 as api
from support.snapshot import Snapshot, snapshot
from support.waiting import eventually
from support.workplace import REFERENCE, Workplace, open_workplace

PEOPLE = 2_000
CHUNK = 50
SLOW_FORMAT = b'"eddsa-rdfc-2022"'
WITH_SLOW_FORMAT = 150
"""People whose credentials in the format that takes longest to verify are kept; the test is about losing nothing, not about speed."""


@dataclass(frozen=True)
class Fault:
    """`victim` dies as soon as `watched` has committed something more or, when `busy`, as soon as there is something that it has not.

    Its own commit is followed by acknowledgements and offsets; that of the one before it is on its way to the victim.
    """

    victim: str
    watched: str
    busy: bool = False


FAULTS = (
    Fault("candidates", "candidates"),
    Fault("credentials", "credentials", busy=True),
    Fault("kafka", "matching"),
    Fault("matching", "matching"),
    Fault("audit", "audit"),
    Fault("credentials", "credentials"),
    Fault("postgres", "credentials"),
    Fault("matching", "credentials"),
    Fault("audit", "credentials"),
)


@pytest.fixture(scope="module")
def company() -> Company:
    made = generate(reference=REFERENCE, candidates=PEOPLE)
    for person in made.candidates[WITH_SLOW_FORMAT:]:
        kept = [c for c in person.credentials if SLOW_FORMAT not in c.document]
        del person.credentials[:]
        person.credentials.extend(kept)
    return made


@pytest.fixture(scope="module")
def in_peace(company: Company, tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    with open_workplace(tmp_path_factory.mktemp("peace"), company) as place:
        place.set_up()
        place.take_in(company.candidates, CHUNK)
        place.settle(within=300)
        return snapshot(place)


class Import:
    """The client: sends the whole import again whenever it breaks off, until it is complete. It goes no faster than the faults."""

    def __init__(self, place: Workplace, people: Sequence[candidate_pb2.Candidate], stages: int) -> None:
        self._place, self._people = place, people
        self._share = len(people) // CHUNK // stages
        self._open = threading.Semaphore(0)
        self._released = 0
        self.attempts = 0
        self.last = api.ImportCandidatesResponse()
        self.error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="import")
        self._thread.start()

    def release(self) -> int:
        """Lets the next share of the people go; returns how many may have arrived after it."""
        self._released += 1
        return min(self._released * self._share * CHUNK, len(self._people))

    def release_all(self) -> None:
        self._released = len(self._people)

    def finish(self) -> None:
        self.release_all()
        self._thread.join(240)
        assert not self._thread.is_alive(), "the import did not end"
        if self.error:
            raise self.error

    @property
    def running(self) -> bool:
        return self._thread.is_alive()

    def _run(self) -> None:
        try:
            while not self.last.done:
                self.attempts += 1
                try:
                    # a stream that stands still is not dead: only the server's end breaks it off
                    for answer in self._place.candidates.ImportCandidates(self._stream(), timeout=600):
                        assert not answer.failures, answer.failures
                        self.last = answer
                except grpc.RpcError as error:
                    if error.code() not in (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.CANCELLED):
                        raise
                    threading.Event().wait(0.2)
        except BaseException as error:
            self.error = error

    def _stream(self) -> Iterator[api.ImportCandidatesRequest]:
        for number, request in enumerate(self._place.stream(self._people, CHUNK)):
            eventually(lambda n=number: n < self._released * self._share, within=300, what="the next share")
            yield request


def progress(place: Workplace, service: str) -> int:
    """People that the service has stored."""
    table = "candidates" if service == "candidates" else "profiles"
    return place.flow.count(service, f"SELECT count(*) FROM {table}")


def strike(place: Workplace, fault: Fault, importing: Import) -> None:
    """Kills the victim with work in flight, checks that the others go on, and starts it again."""
    supervisor = place.stack.supervisor
    before = progress(place, fault.watched)
    arriving = importing.release()
    if fault.busy:
        eventually(
            lambda: place.flow.lag(fault.watched, [CANDIDATES.name]) > 0, within=120, what=f"work: {fault}"
        )
    else:
        eventually(lambda: progress(place, fault.watched) > before, within=120, what=f"progress: {fault}")
    assert importing.running, "the import is under way"
    supervisor.kill(fault.victim)
    if fault.victim == "kafka":
        arriving = importing.release()
    if fault.victim not in ("candidates", "postgres"):
        # nobody else needs it: the whole share is taken in while it is down
        eventually(lambda: progress(place, "candidates") >= arriving, within=120, what="writes go on")
    if fault.victim == "kafka":
        without_broker(place, before)
    supervisor.restart(fault.victim)
    supervisor.check()


def without_broker(place: Workplace, ranked: int) -> None:
    """With the broker stopped, what was just written is kept for later, and questions are answered over at least `ranked` people."""
    assert place.flow.count("candidates", "SELECT count(*) FROM outbox") > 0, "nothing can have left"
    role = next(iter(place.roles.values()))
    page = place.rank_page(role.name, page_size=5)
    assert page.total_size > ranked
    assert place.explain(role.title, page.candidates[0].candidate).score == page.candidates[0].score


@pytest.mark.timeout(900)
def test_kills_during_an_import_change_nothing(company: Company, in_peace: Snapshot, tmp_path: Path) -> None:
    with open_workplace(tmp_path, company) as place:
        place.set_up()
        importing = Import(place, company.candidates, len(FAULTS) + 2)
        try:
            for fault in FAULTS:
                strike(place, fault, importing)
        finally:
            importing.finish()
        assert importing.attempts >= 2, "the client met the kill of candidates"
        assert importing.last.received == PEOPLE
        place.settle(within=300)
        after = snapshot(place)
        assert place.flow.dead_letters() == []
    assert after.differences(in_peace) == []
    assert len(in_peace.profiles) == PEOPLE
    assert len(in_peace.rankings) == PEOPLE * len(place.roles)
