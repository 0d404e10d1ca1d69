"""What an encoder is, whatever runs it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]


Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Tokens:
    """A text in word pieces, without those that only begin and end it: where each stands, and its vector in its
    context, shape (len(spans), dimension). The mean over a stretch of them, at unit length, is a vector of that stretch.
    """

    spans: tuple[Span, ...]
    states: Vectors


class Encoder(Protocol):
    """Text -> unit vectors, so that the inner product of two is their cosine.

    The same text gives the same vector up to float32 rounding (1e-6), whatever it is batched with. Texts
    are cut after 256 word pieces. Safe to call from several threads.
    """

    name: str
    version: str
    """Names graph and weights by content: vectors of different versions must not be compared."""
    dimension: int

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Shape (len(texts), dimension), rows in the order of `texts`."""
        ...


class TokenEncoder(Encoder, Protocol):
    """An encoder that also says what stands where in a text."""

    def encode_tokens(self, texts: Sequence[str]) -> tuple[Vectors, list[Tokens]]:
        """`encode`, and the tokens of each text, for little more time."""
        ...


class EncoderError(Exception):
    """The encoder cannot be loaded; the message says what to run."""
