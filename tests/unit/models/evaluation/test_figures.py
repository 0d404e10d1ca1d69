"""The figures that this project claims, recomputed as far as that takes seconds.

After a change that moves them, record them anew and say in the commit why they moved:

    python -m credence_models.evaluation record --data ../shared/data
"""

import os
from pathlib import Path

import orjson
import pytest

from credence_models import cache
from credence_models.evaluation import suite
from credence_models.evaluation.bench import Bench
from credence_models.evaluation.rankers import BASELINES, PRODUCT

DATA = Path(os.environ.get("CREDENCE_SHARED", Path(__file__).parents[5] / "shared")) / "data"
RECORDED = orjson.loads(suite.FIGURES.read_bytes())
POINTS = 0.7
"""Another processor rounds otherwise, which may swap two candidates of one of 61 texts."""

FAST = {
    "tech": [PRODUCT, "bm25", "minilm-labels"],
    "house": [PRODUCT, "bm25", "minilm-labels"],
    "job-titles": [PRODUCT, "bm25", "ngrams", "minilm-labels", "minilm+ngrams"],
}


def test_every_set_is_recorded_with_the_product_and_all_baselines() -> None:
    assert set(RECORDED["sets"]) == set(suite.SETS)
    for name, entry in RECORDED["sets"].items():
        missing = {PRODUCT, *BASELINES} - set(entry["percent"])
        assert missing <= ({"minilm-aliases", "trained-aliases"} if name == "job-titles" else set()), name
        assert all(0 <= value <= 100 for row in entry["percent"].values() for value in row.values())


@pytest.mark.needs_shared
@pytest.mark.skipif(not DATA.is_dir(), reason=f"no test data at {DATA}; set CREDENCE_SHARED")
@pytest.mark.parametrize("name", FAST)
def test_the_figures_are_still_those_recorded(name: str, bench: Bench) -> None:
    for file, digest in RECORDED["sha256"].items():
        if cache.sha256(DATA / file)[: len(digest)] != digest:
            pytest.skip(f"{file} is not the one that the figures are of")
    (task,) = suite.load(DATA, bench, [name]).values()
    entry = RECORDED["sets"][name]
    assert (len(task.texts), len(task.candidates)) == (entry["queries"], entry["candidates"])
    for row in bench.rows([task], FAST[name]):
        expected = entry["percent"][row.ranker]
        assert dict(row.figures) == pytest.approx(expected, abs=POINTS), (
            f"{row.ranker} on {name} was recorded with {RECORDED['versions']}, this is {bench.versions}: "
            "see the head of this file"
        )
