"""From how near a skill is to how likely it is meant: logistic regressions, fitted by
`models/training/calibrate_linker.py` with scikit-learn and kept as numbers, so that serving needs neither.
"""

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ..encoder import EncoderError
from .text import folded

Numbers = NDArray[np.float64]
Kind = Literal["phrase", "text"]

FEATURES = ("similarity", "whole", "lead", "margin", "rank", "letters", "words", "share")
"""What a probability is made of, in this order.

similarity: cosine of the stretch and the label; whole: of the whole segment and the label; lead: by how much the similarity is
above that of the second best skill for the stretch; letters: Dice coefficient of the character trigrams of stretch and
label; words: log2 of the words of the stretch; share: of the segment's words that are in the stretch; margin: by how much the skill
is above the best other one of the segment, both weights of `ranking` in the sum; rank: log2 of its place there.
"""


@dataclass(frozen=True, slots=True)
class Curve:
    """p = 1 / (1 + exp(-(intercept + coefficients . (features - mean) / scale)))."""

    intercept: float
    coefficients: Numbers
    mean: Numbers
    scale: Numbers

    def probabilities(self, features: Numbers) -> Numbers:
        """Shape (n, len(FEATURES)) -> (n,)."""
        odds = self.intercept + ((features - self.mean) / self.scale) @ self.coefficients
        result: Numbers = 1 / (1 + np.exp(-odds))
        return result


@cache
def curve(kind: Kind, encoder_version: str) -> Curve:
    """That of phrases, or of stretches of running text. Raises `EncoderError`: it was fitted on another encoder's cosines."""
    whole = json.loads(files(__package__).joinpath("calibration.json").read_text("utf-8"))
    stored = whole[kind]
    if whole["encoder"] != encoder_version or stored["features"] != list(FEATURES):
        raise EncoderError(
            f"calibration.json is of {whole['encoder']} and {stored['features']}, not {encoder_version} and {FEATURES}: "
            "run models/training/calibrate_linker.py"
        )
    return Curve(stored["intercept"], *(np.array(stored[key]) for key in ("coefficients", "mean", "scale")))


def trigrams(text: str) -> frozenset[str]:
    """Of the words, each with a space at both ends."""
    padded = [f" {word} " for word in folded(text).split()]
    return frozenset(word[i : i + 3] for word in padded for i in range(len(word) - 2))


def dice(a: frozenset[str], b: frozenset[str]) -> float:
    """0..1, 1 for the same."""
    return 2 * len(a & b) / (len(a) + len(b)) if a or b else 0.0
