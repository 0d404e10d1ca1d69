"""Sentences of postings that state nobody's skills: equal opportunity, benefits, blurbs, how to apply.

A logistic regression over what a sentence means and over its words, fitted by `models/training/train_boilerplate.py` and kept as
numbers. Neither is enough: "we build machine learning products" means a skill, and "our" is said of duties too.
"""

import json
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from ..encoder import EncoderError, Vectors

LIKELY = 0.7
"""From this probability on a sentence is boilerplate; chosen on unseen folds, see models/cards/linker.md."""

_WORD = re.compile(r"[\w'&$%+#\u20ac\u00a3]+")


@dataclass(frozen=True, slots=True)
class _Fitted:
    encoder: str
    intercept: float
    coefficients: NDArray[np.float64]
    words: dict[str, float]


def words_of(sentence: str) -> set[str]:
    return set(_WORD.findall(sentence.lower()))


def probabilities(sentences: Sequence[str], vectors: Vectors, encoder_version: str) -> NDArray[np.float64]:
    """That each sentence is boilerplate, 0..1, by its words and its unit vector.

    Raises `EncoderError`: the vectors are another encoder's than the fit was made of.
    """
    fitted = _fitted()
    if fitted.encoder != encoder_version:
        raise EncoderError(
            f"boilerplate.json is of {fitted.encoder}, not {encoder_version}: run models/training/train_boilerplate.py"
        )
    odds = fitted.intercept + vectors @ fitted.coefficients
    for i, sentence in enumerate(sentences):
        words = sorted(words_of(sentence))  # a sum of floats depends on its order
        if words:
            odds[i] += sum(fitted.words.get(word, 0.0) for word in words) / math.sqrt(len(words))
    result: NDArray[np.float64] = 1 / (1 + np.exp(-odds))
    return result


@cache
def _fitted() -> _Fitted:
    stored = json.loads(files(__package__).joinpath("boilerplate.json").read_text("utf-8"))
    return _Fitted(stored["encoder"], stored["intercept"], np.array(stored["coefficients"]), stored["words"])
