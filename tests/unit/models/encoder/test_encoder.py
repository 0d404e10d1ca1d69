import json
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from credence_models import cache
from credence_models import encoder as encoders
from credence_models.encoder import Encoder, EncoderError, load_encoder

RECORDED: dict[str, list[float]] = json.loads(
    Path(__file__).with_name("vectors.json").read_text(encoding="utf-8")
)
"""Vectors of sentence-transformers 6.2, rounded to five decimals; models/training/export_encoder.py writes them."""


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return load_encoder(threads=1)


def test_vectors_are_those_of_sentence_transformers(encoder: Encoder) -> None:
    vectors = encoder.encode(list(RECORDED))
    expected = np.array(list(RECORDED.values()), dtype=np.float32)
    assert vectors.shape == (len(RECORDED), encoder.dimension)
    assert np.abs(vectors - expected).max() < 1e-5
    cosines = (vectors * expected).sum(axis=1) / np.linalg.norm(expected, axis=1)
    assert cosines.min() >= 0.9999


@pytest.mark.skipif(not find_spec("sentence_transformers"), reason="the extra `train` is not installed")
def test_both_backends_agree(encoder: Encoder) -> None:
    other = load_encoder("sentence-transformers")
    assert (other.version, other.dimension) == (encoder.version, encoder.dimension)
    texts = [*RECORDED, "Ω", "a\nb", "SQL " * 50]
    assert (encoder.encode(texts) * other.encode(texts)).sum(axis=1).min() >= 0.9999


@pytest.mark.skipif(bool(find_spec("sentence_transformers")), reason="the extra `train` is installed")
def test_the_other_backend_says_what_it_lacks() -> None:
    with pytest.raises(EncoderError, match=r"credence\[train\]"):
        load_encoder("sentence-transformers")


@settings(max_examples=20)
@given(texts=st.lists(st.text(max_size=60), min_size=1, max_size=12), order=st.randoms(use_true_random=False))
def test_batch_and_order_do_not_matter(encoder: Encoder, texts: list[str], order: object) -> None:
    alone = np.concatenate([encoder.encode([text]) for text in texts])
    rows = list(range(len(texts)))
    order.shuffle(rows)  # type: ignore[attr-defined]
    together = encoder.encode([texts[row] for row in rows])
    assert np.allclose(together, alone[rows], atol=2e-6)
    assert np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)


def test_no_texts_give_no_vectors(encoder: Encoder) -> None:
    assert encoder.encode([]).shape == (0, encoder.dimension)


def test_a_missing_or_damaged_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match=r"credence_models\.encoder fetch"):
        load_encoder(folder=tmp_path)
    for file in encoders.PRODUCT.folder.iterdir():
        if file.is_file():
            (tmp_path / file.name).hardlink_to(file)
    damaged = tmp_path / "tokenizer.json"
    damaged.unlink()
    damaged.write_text("{}")
    with pytest.raises(EncoderError, match="damaged"):
        load_encoder(folder=tmp_path)


def test_an_unknown_backend_is_named() -> None:
    with pytest.raises(ValueError, match="no encoder backend 'jax'"):
        load_encoder("jax")  # type: ignore[arg-type]


def test_half_a_file_never_appears(tmp_path: Path) -> None:
    target = tmp_path / "entry"
    with pytest.raises(ZeroDivisionError), cache.appearing(target) as part:
        part.write_bytes(b"half" if part.write_bytes(b"h") > 1 else bytes(1 // 0))
    assert list(tmp_path.iterdir()) == []
    with cache.appearing(target) as part:
        part.write_text("whole")
    assert target.read_text() == "whole"


def test_the_mean_of_the_tokens_is_nearly_the_vector_of_the_text(encoder: Encoder) -> None:
    texts = ["Deploy containers on AWS, and watch their cost.", "naïve café", ""]
    vectors, tokens = encoder.encode_tokens(texts)
    assert np.allclose(vectors, encoder.encode(texts), atol=2e-6)
    for text, vector, own in zip(texts[:2], vectors, tokens, strict=False):
        assert own.states.shape == (len(own.spans), encoder.dimension)
        assert "".join(text[slice(*span)] for span in own.spans) == text.replace(" ", "")
        mean = own.states.mean(axis=0)
        assert mean @ vector / np.linalg.norm(mean) > 0.9  # all but the two marks at its ends
    assert tokens[2].spans == ()
    assert tokens[2].states.shape == (0, encoder.dimension)
