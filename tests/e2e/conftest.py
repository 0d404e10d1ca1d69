"""One stack with one company in it, shared by every end-to-end test. Tests that change people bring their own."""

from collections.abc import Iterator

import pytest

from credence.demo import generate
from support.workplace import REFERENCE, Workplace, open_workplace

PEOPLE = 300


@pytest.fixture(scope="session")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workplace]:
    """Everybody has been imported, and all of it has flowed to where it goes."""
    company = generate(reference=REFERENCE, candidates=PEOPLE)
    with open_workplace(tmp_path_factory.mktemp("stack"), company, fsync=False) as workplace:
        workplace.set_up()
        imported = workplace.take_in(company.candidates)
        assert (imported.created, imported.failed) == (PEOPLE, 0)
        workplace.settle()
        yield workplace
        workplace.stack.supervisor.check()
