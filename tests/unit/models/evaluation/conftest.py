from collections.abc import Sequence
from pathlib import Path

import pytest

from credence_models.evaluation.bench import Bench
from credence_models.evaluation.candidates import Candidates, of_labels

LABELS = (
    *("SQL", "Java (computer programming)", "JavaScript", "work in teams", "show determination"),
    *("solve problems", "web programming", "manage musical staff", "C++", "a label of no concept"),
)


@pytest.fixture(scope="session")
def bench() -> Bench:
    """The real taxonomy and encoder, as `python -m credence_models.setup` installed them."""
    return Bench(say=_silent)


@pytest.fixture(scope="session")
def few(bench: Bench) -> Candidates:
    return of_labels(LABELS, bench.taxonomy)


@pytest.fixture
def write(tmp_path: Path):
    def _write(name: str, lines: Sequence[str]) -> str:
        path = tmp_path / name
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return str(path)

    return _write


def _silent(_: str) -> None:
    """Say nothing."""
