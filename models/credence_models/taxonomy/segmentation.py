"""Cut a run of alternative labels, printed without separators, back into labels.

A semi-Markov model over words: every candidate label scores by a dozen linear features (does it repeat
words of the preferred label, does it end in "of", do the words at the cut occur together elsewhere, ...).
The weights in segmentation.json were trained by models/training/alias_segments.py. A label is returned only
when the model gives it probability `MIN_PROBABILITY` or more: what is unclear is left out rather than
guessed.
"""

import json
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from itertools import pairwise

MAX_WORDS = 12
MIN_PROBABILITY = 0.9

Span = tuple[int, int]

_ARTICLES = frozenset({"a", "an", "the"})
_FUNCTION_WORDS = _ARTICLES | frozenset(
    (
        *("about", "and", "as", "at", "by", "concerning", "for", "from", "in", "into", "of", "on", "or"),
        *("regarding", "related", "relating", "to", "with"),
    )
)
_SUFFIXES = (
    "isation",
    "ization",
    "ations",
    "ation",
    "ings",
    "ing",
    "ies",
    "ers",
    "er",
    "es",
    "ed",
    "s",
    "y",
    "e",
)


def stem(word: str) -> str:
    """The word in lower case without its ending; crude, and good enough to see that two words are kin."""
    word = word.lower().strip(",;.()")
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= 3:
            return word[: -len(suffix)]
    return word


def _is_acronym(word: str) -> bool:
    return len(word) > 1 and word.isupper()


class Run:
    """A preferred label and the words of its alternative labels, with what the features count."""

    def __init__(self, label: str, text: str) -> None:
        self.words = text.split()
        self._label = [stem(word) for word in label.split()]
        self._label_words = set(self._label)
        self._label_pairs = set(pairwise(self._label))
        self._stems = [stem(word) for word in self.words]
        self._count = Counter(self._stems)
        self._pairs = Counter(pairwise(self._stems))
        self._pairs.update(self._label_pairs)

    def features(self, start: int, end: int) -> dict[str, float]:
        """What speaks for or against `words[start:end]` being one label that ends here."""
        stems, label = self._stems[start:end], self._label
        content = [stem for stem in stems if stem not in _FUNCTION_WORDS]
        shared = len(self._label_words.intersection(content))
        size = end - start
        found: dict[str, float] = {
            "label": 1,
            "longer": max(0, size - len(label)),
            "shorter": max(0, len(label) - size),
            "same length": size == len(label),
            "one word": size == 1,
            "two words": size == 2,
            "very long": max(0, size - 6),
            "starts with article": stems[0] in _ARTICLES,
            "starts with function word": stems[0] in _FUNCTION_WORDS - _ARTICLES,
            "ends with function word": stems[-1] in _FUNCTION_WORDS,
            "repeats a word": len(content) - len(set(content)),
            "shared words": shared,
            "shares none": shared == 0,
            "shared part": shared / max(1, len(content)),
            "is acronym": size == 1 and _is_acronym(self.words[start]),
            "holds acronym": size > 1 and any(map(_is_acronym, self.words[start:end])),
            "starts like label": stems[0] == label[0],
            "ends like label": stems[-1] == label[-1],
            "starts like label's end": stems[0] == label[-1],
            "ends like label's start": stems[-1] == label[0],
            "pairs inside": sum(self._pairs[pair] - 1 for pair in pairwise(stems)),
        }
        if end < len(self._stems):
            found |= self._cut_features(stems, end)
        return found

    def _cut_features(self, stems: Sequence[str], end: int) -> dict[str, float]:
        """What speaks for or against a cut before word `end`."""
        following = self._stems[end]
        pair = (stems[-1], following)
        return {
            "cut pair": self._pairs[pair] - 1,
            "cut pair of label": pair in self._label_pairs,
            "next is function word": following in _FUNCTION_WORDS,
            "next is of": following == "of",
            "next starts the same": following == stems[0],
            "next seen in label": following in stems,
            "next starts like the first": following == self._stems[0],
            "ends like the last": stems[-1] == self._stems[-1],
            "next frequent": min(4, self._count[following]),
            "end frequent": min(4, self._count[stems[-1]]),
            "next only here": self._count[following] == 1 and following not in self._label_words,
            "ends with adjective": self.words[end - 1].endswith(("al", "ic", "ive", "ary", "ous")),
        }

    def distinctive(self, start: int, end: int) -> bool:
        """False for one plain word that the label does not hold: in any text it would mean something else."""
        word = self.words[start]
        return end - start > 1 or word != word.lower() or self._stems[start] in self._label_words

    def scores(self, weights: Mapping[str, float]) -> dict[Span, float]:
        size = len(self.words)
        return {
            (start, end): sum(
                weights.get(name, 0.0) * value for name, value in self.features(start, end).items()
            )
            for end in range(1, size + 1)
            for start in range(max(0, end - MAX_WORDS), end)
        }


def best_cut(scores: Mapping[Span, float], size: int) -> list[Span]:
    """The sequence of spans covering words 0..size with the highest total score (Viterbi)."""
    total, origin = [0.0] + [-math.inf] * size, [0] * (size + 1)
    for (start, end), score in scores.items():
        if total[start] + score > total[end]:
            total[end], origin[end] = total[start] + score, start
    spans: list[Span] = []
    end = size
    while end:
        spans.append((origin[end], end))
        end = origin[end]
    return spans[::-1]


def probabilities(scores: Mapping[Span, float], size: int) -> dict[Span, float]:
    """Probability that a span is one label, over all ways to cut (forward-backward)."""
    forward = [0.0] + [-math.inf] * size
    for end in range(1, size + 1):
        starts = range(max(0, end - MAX_WORDS), end)
        forward[end] = _log_sum([forward[start] + scores[start, end] for start in starts])
    backward = [-math.inf] * size + [0.0]
    for start in range(size - 1, -1, -1):
        ends = range(start + 1, min(size, start + MAX_WORDS) + 1)
        backward[start] = _log_sum([scores[start, end] + backward[end] for end in ends])
    return {
        (start, end): math.exp(forward[start] + score + backward[end] - forward[size])
        for (start, end), score in scores.items()
    }


def cut(label: str, text: str) -> list[str]:
    """The alternative labels in `text` that the model is sure of, in order. Empty text gives none."""
    run = Run(label, text)
    size = len(run.words)
    if not size:
        return []
    scores = run.scores(_weights())
    chance = probabilities(scores, size)
    sure = [span for span in best_cut(scores, size) if chance[span] >= MIN_PROBABILITY]
    return [" ".join(run.words[start:end]) for start, end in sure if run.distinctive(start, end)]


@cache
def _weights() -> dict[str, float]:
    text = files(__package__).joinpath("segmentation.json").read_text(encoding="utf-8")
    weights: dict[str, float] = json.loads(text)
    return weights


def _log_sum(values: Sequence[float]) -> float:
    top = max(values)
    return top + math.log(sum(math.exp(value - top) for value in values))
