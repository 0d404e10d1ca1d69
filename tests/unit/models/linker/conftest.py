import pytest

from credence_models.linker import Linker, load_linker


@pytest.fixture(scope="session")
def linker() -> Linker:
    """The real one, over the taxonomy and the weights that `python -m credence_models.setup` installed."""
    return load_linker(threads=1)
