"""Stretches of a text, and what each means there."""

from dataclasses import dataclass

import numpy as np

from ..encoder import Span, Tokens, Vectors

SIZES = (1, 2, 3, 4, 6, 8, 12)
"""Words a stretch. A skill is mostly said in one to four; a duty in up to twelve."""


@dataclass(frozen=True, slots=True)
class Windows:
    """`spans[i]` of a text means `vectors[i]`, a unit vector. Never empty, except for a text without words."""

    spans: tuple[Span, ...]
    vectors: Vectors


def windows_of(text: str, tokens: Tokens) -> Windows:
    """All stretches of each size that start at every half of it, as the mean of their tokens in context.

    So a stretch is read with the rest of its sentence ("teaching" before "communication"), and the whole
    sentence costs one run of the encoder.
    """
    words = _words(text, tokens.spans)
    if not words:
        return Windows((), tokens.states[:0])
    sums = np.zeros((len(tokens.spans) + 1, tokens.states.shape[1]), dtype=np.float64)
    np.cumsum(tokens.states, axis=0, dtype=np.float64, out=sums[1:])
    stretches = dict.fromkeys(
        (words[first][0], words[min(first + size, len(words)) - 1][1])
        for size in SIZES
        for first in range(0, max(1, len(words) - size + 1), max(1, size // 2))
    )
    first, last = np.array(list(stretches)).T
    means = sums[last] - sums[first]
    vectors = (means / np.linalg.norm(means, axis=1, keepdims=True)).astype(np.float32)
    spans = tuple((tokens.spans[a][0], tokens.spans[b - 1][1]) for a, b in stretches)
    return Windows(spans, vectors)


def _words(text: str, spans: tuple[Span, ...]) -> list[tuple[int, int]]:
    """Which tokens make up each word: those that no space separates."""
    words: list[tuple[int, int]] = []
    end = -1
    for i, span in enumerate(spans):
        if words and text[end : span[0]].strip() == "" and end == span[0]:
            words[-1] = (words[-1][0], i + 1)
        else:
            words.append((i, i + 1))
        end = span[1]
    return words
