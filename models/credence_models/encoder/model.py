"""What an encoder is, whatever runs it."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]


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


class EncoderError(Exception):
    """The encoder cannot be loaded; the message says what to run."""
