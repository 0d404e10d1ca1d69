import pytest

from credence_models.encoder import EncoderError
from credence_models.linker import Linker
from credence_models.linker.boilerplate import LIKELY, probabilities


def probability(linker: Linker, sentence: str) -> float:
    encoder = linker.space.encoder
    return float(probabilities([sentence], encoder.encode([sentence]), encoder.version)[0])


@pytest.mark.parametrize(
    "sentence",
    [
        "We are an equal opportunity employer.",
        "All applicants are considered without regard to race, color, religion or sex.",
        "Health insurance, 401(k) and paid time off.",
        "Competitive salary and a gym membership",
        "Acme is the world's leading provider of databases.",
        "Our yoga classes and English lessons are free for all employees.",
    ],
)
def test_boilerplate(linker: Linker, sentence: str) -> None:
    assert probability(linker, sentence) >= LIKELY


@pytest.mark.parametrize(
    "sentence",
    [
        "Designed employee benefits reports in SQL",
        "Apply machine learning to text",
        "Fluent English, both spoken and written",
        "Teaches yoga to beginners",
    ],
)
def test_work_is_no_boilerplate(linker: Linker, sentence: str) -> None:
    assert probability(linker, sentence) < LIKELY


def test_vectors_of_another_encoder_are_refused(linker: Linker) -> None:
    with pytest.raises(EncoderError, match="train_boilerplate"):
        probabilities(["a b c"], linker.space.encoder.encode(["a b c"]), "another")
