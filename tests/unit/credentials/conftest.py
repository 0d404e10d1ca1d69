import pytest

from credence_models.linker import Linker, load_linker


@pytest.fixture(scope="session")
def linker() -> Linker:
    """The real one, over the installed taxonomy and weights."""
    return load_linker(threads=1)
