"""One generated company for all tests of this folder, and the issuers' documents as a verifier sees them."""

from datetime import date

import pytest

from credence.demo import Company, generate

REFERENCE = date(2026, 11, 21)


@pytest.fixture(scope="session")
def company() -> Company:
    return generate(reference=REFERENCE)


@pytest.fixture(scope="session")
def small() -> Company:
    return generate(reference=REFERENCE, candidates=120, seed=7)
