"""What every ranker promises, and what each of them is."""

import numpy as np
import pytest

from credence_models import encoder as encoders
from credence_models.encoder import EncoderError, load_encoder
from credence_models.evaluation.bench import Bench, UnknownRanker
from credence_models.evaluation.candidates import Candidates, of_labels, of_taxonomy, of_texts
from credence_models.evaluation.encoders import Remembering, open_encoder
from credence_models.evaluation.heldout import without_held_out
from credence_models.evaluation.metrics import LINKING
from credence_models.evaluation.rankers import BASELINES, PRODUCT, Ranker, Workshop
from credence_models.evaluation.rankers.fused import FusedRanker, standardised
from credence_models.evaluation.tasks import Task, held_out_aliases
from credence_models.taxonomy import Taxonomy

TEXTS = ["We work in teams and write SQL.", "java, javascript", "", "!?", "solving problems with C++ " * 20]


def workshop(bench: Bench, candidates: Candidates, *, phrases: bool = False) -> Workshop:
    space = bench.space if candidates.taxonomy else None
    return Workshop(candidates, bench.encoders, bench.product, space=space, phrases=phrases)


@pytest.fixture(scope="module", params=(*BASELINES, PRODUCT))
def ranker(request, bench: Bench, few: Candidates) -> Ranker:
    return workshop(bench, few).make(request.param)


def first(ranker: Ranker, candidates: Candidates, text: str) -> str:
    return candidates.labels[int(ranker.rank_scores([text])[0].argmax())]


def test_one_score_for_each_text_and_candidate(ranker: Ranker, few: Candidates) -> None:
    scores = ranker.rank_scores(TEXTS)
    assert scores.shape == (len(TEXTS), len(few))
    assert scores.dtype == np.float32
    assert np.isfinite(scores).all()


def test_a_text_scores_the_same_in_any_batch(ranker: Ranker) -> None:
    together = ranker.rank_scores(TEXTS)
    alone = np.concatenate([ranker.rank_scores([text]) for text in TEXTS])
    np.testing.assert_allclose(together, alone, atol=2e-5)


def test_a_label_finds_itself(ranker: Ranker, few: Candidates) -> None:
    for label in few.labels:
        assert first(ranker, few, label) == label


def test_the_order_of_candidates_is_no_matter(ranker: Ranker, bench: Bench, few: Candidates) -> None:
    turned = of_labels(few.labels[::-1], bench.taxonomy)
    other = workshop(bench, turned).make(ranker.name)
    np.testing.assert_allclose(other.rank_scores(TEXTS)[:, ::-1], ranker.rank_scores(TEXTS), atol=2e-5)


@pytest.mark.parametrize("name", ["bm25", "ngrams", "rapidfuzz", "minilm-aliases", "minilm+ngrams"])
def test_another_name_finds_the_label(bench: Bench, few: Candidates, name: str) -> None:
    position = few.labels.index("work in teams")
    alias = few.names[position][1]
    assert first(workshop(bench, few).make(name), few, alias) == "work in teams"


def test_without_aliases_there_is_nothing_to_choose(bench: Bench) -> None:
    names = workshop(bench, of_texts(["cook", "head chef", "baker"])).names()
    assert "minilm-labels" in names
    assert "minilm-aliases" not in names
    with pytest.raises(KeyError):
        workshop(bench, of_texts(["cook"])).make("bm26")


def test_every_ranker_works_on_texts_that_are_no_concepts(bench: Bench) -> None:
    titles = of_texts(["cook", "head chef", "baker"])
    made = workshop(bench, titles)
    for name in made.names():
        assert first(made.make(name), titles, "Chef, head") == "head chef", name


def test_the_product_ranks_what_the_linker_finds_before_all_else(bench: Bench, few: Candidates) -> None:
    scores = workshop(bench, few).make(PRODUCT).rank_scores(["wrote SQL to solve problems of JavaScript"])[0]
    found = {label for label, score in zip(few.labels, scores, strict=True) if score > 2}
    assert {"SQL", "JavaScript"} <= found
    assert "manage musical staff" not in found


def test_a_phrase_means_one_thing_for_the_product(bench: Bench, few: Candidates) -> None:
    product = workshop(bench, few, phrases=True).make(PRODUCT)
    scores = product.rank_scores(["SQL", "databases behind JavaScript pages"])
    assert (scores > 50).sum(axis=1).tolist() == [1, 0]


def test_the_product_does_not_know_what_is_held_out(bench: Bench) -> None:
    task = held_out_aliases(bench.taxonomy, ["SQL", "work in teams", "coach employees", "manage staff"])
    product = workshop(bench, task.candidates, phrases=True).make(PRODUCT)
    assert task.texts
    assert (product.rank_scores(task.texts) < 50).all(axis=1).all()
    names = {name for names in task.candidates.names for name in names}
    assert not names & set(task.texts)


def test_fused_parts_count_by_their_weight(bench: Bench, few: Candidates) -> None:
    made = workshop(bench, few)
    dense, sparse = made.make("minilm-aliases"), made.make("ngrams")
    expected = 0.7 * standardised(dense.rank_scores(TEXTS)) + 0.3 * standardised(sparse.rank_scores(TEXTS))
    np.testing.assert_allclose(made.make("minilm+ngrams").rank_scores(TEXTS), expected, atol=1e-5)
    assert (
        FusedRanker("one", ((1.0, dense),)).rank_scores(TEXTS).argmax(1) == dense.rank_scores(TEXTS).argmax(1)
    ).all()


def test_standard_scores() -> None:
    scores = standardised(np.array([[1, 2, 3], [5, 5, 5]], dtype=np.float32))
    np.testing.assert_allclose(scores, [[-1.2247449, 0, 1.2247449], [0, 0, 0]], rtol=1e-6)


def test_candidates_are_found_by_label_without_spaces(bench: Bench, few: Candidates) -> None:
    assert few.find("Java(computer  programming)") == (1,)
    assert few.find("javascript") == (2,), "in another case where no label has this one"
    assert few.find("Work In Teams") == (3,)
    assert few.find("teamwork") == ()
    two = of_texts(["Go", "go", "GO "])
    assert (two.find("go"), two.find("gO")) == ((1,), (0, 1, 2))
    assert of_taxonomy(bench.taxonomy).find("SQL") == (bench.taxonomy.index(few.concepts[0][0]),)


def test_names_of_a_label_come_from_the_concept_that_has_it(bench: Bench, few: Candidates) -> None:
    concept = bench.taxonomy.resolve("work in teams")
    assert concept is not None
    assert few.names[3] == ("work in teams", *concept.aliases)
    assert few.concepts[3] == (concept.id,)
    assert few.names[-1] == ("a label of no concept",)
    assert few.of_concepts([concept.id, "esco:none"]) == (3,)
    known = of_labels(["work in teams"], without_held_out(bench.taxonomy))
    assert set(known.names[0]) < set(few.names[3]) or known.names[0] == few.names[3]


def test_an_exported_graph_gives_the_vectors_of_the_product() -> None:
    folder = encoders.PRODUCT.folder
    texts = ["SQL", "", "a sentence about teams", "x " * 400]
    ours, theirs = load_encoder().encode(texts), open_encoder(folder).encode(texts)
    assert (ours * theirs).sum(axis=1).min() > 0.9999


def test_what_is_no_encoder_is_refused(tmp_path) -> None:
    with pytest.raises(EncoderError, match="no encoder in"):
        open_encoder(tmp_path)
    (tmp_path / "tokenizer.json").write_bytes((encoders.PRODUCT.folder / "tokenizer.json").read_bytes())
    (tmp_path / "model.onnx").write_bytes(b"no graph")
    with pytest.raises(EncoderError, match=r"model\.onnx"):
        open_encoder(tmp_path)
    (tmp_path / "other.onnx").touch()
    with pytest.raises(EncoderError, match="2 ONNX graphs"):
        open_encoder(tmp_path)


def test_no_text_is_encoded_twice() -> None:
    asked: list[str] = []

    class Counting:
        name, version, dimension = "n", "v", 2

        def encode(self, texts):
            asked.extend(texts)
            return np.array([[len(text), 1] for text in texts], dtype=np.float32)

    encoder = Remembering(Counting(), str)
    assert encoder.encode(["a", "bb", "a"])[:, 0].tolist() == [1, 2, 1]
    assert encoder.encode(["bb", "ccc"])[:, 0].tolist() == [2, 3]
    assert encoder.encode([]).shape == (0, 2)
    assert asked == ["a", "bb", "ccc"]


def test_names_of_rankers_are_checked(bench: Bench, few: Candidates) -> None:
    task = Task("linking", "here", ("SQL",), ({0: 1.0},), few, LINKING, {})
    with pytest.raises(UnknownRanker, match="no ranker 'bm26'; there are: all, bm25"):
        list(bench.rows([task], ["bm26"]))
    assert [row.ranker for row in bench.rows([task], ["bm25", "bm25"])] == ["bm25"]
    assert [row.ranker for row in bench.rows([task], [])] == [PRODUCT]


def test_a_taxonomy_alone_gives_candidates() -> None:
    assert len(of_taxonomy(Taxonomy("v", []))) == 0
