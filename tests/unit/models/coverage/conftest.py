import pytest

from credence_models.coverage import Policy, load_policy


@pytest.fixture(scope="session")
def policy() -> Policy:
    return load_policy()
