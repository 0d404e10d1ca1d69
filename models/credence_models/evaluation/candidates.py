"""What is ranked: entries with a label, and other names where a taxonomy knows some."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from ..taxonomy import Taxonomy
from .data import squeezed


@dataclass(frozen=True)
class Candidates:
    """Entry i is called `names[i]`, its label first, and stands for the concepts `concepts[i]` of `taxonomy`,
    which are none where the taxonomy does not have the label.
    """

    names: tuple[tuple[str, ...], ...]
    concepts: tuple[tuple[str, ...], ...]
    taxonomy: Taxonomy | None

    def __len__(self) -> int:
        return len(self.names)

    @cached_property
    def labels(self) -> list[str]:
        return [names[0] for names in self.names]

    @cached_property
    def all_names(self) -> list[str]:
        """Every name, those of an entry together, in the order of the entries."""
        return list(chain.from_iterable(self.names))

    @cached_property
    def starts(self) -> NDArray[np.intp]:
        """Where the names of each entry start in `all_names`."""
        sizes = np.fromiter(map(len, self.names), dtype=np.intp, count=len(self.names))
        return np.cumsum(sizes) - sizes

    @property
    def has_aliases(self) -> bool:
        return len(self.all_names) > len(self)

    def find(self, label: str) -> tuple[int, ...]:
        """The entries with this label, compared without spaces; without regard to case where none is else."""
        key = squeezed(label)
        return self._by_label.get(key) or self._by_folded_label.get(key.casefold(), ())

    def of_concepts(self, ids: Iterable[str]) -> tuple[int, ...]:
        return tuple(dict.fromkeys(chain.from_iterable(self._by_concept.get(key, ()) for key in ids)))

    @cached_property
    def _by_label(self) -> dict[str, tuple[int, ...]]:
        return _inverted((squeezed(label),) for label in self.labels)

    @cached_property
    def _by_folded_label(self) -> dict[str, tuple[int, ...]]:
        return _inverted((squeezed(label).casefold(),) for label in self.labels)

    @cached_property
    def _by_concept(self) -> dict[str, tuple[int, ...]]:
        return _inverted(self.concepts)


def of_taxonomy(taxonomy: Taxonomy) -> Candidates:
    """All its concepts."""
    names = tuple(_distinct((concept.label, *concept.aliases)) for concept in taxonomy.concepts)
    return Candidates(names, tuple((concept.id,) for concept in taxonomy.concepts), taxonomy)


def of_labels(labels: Sequence[str], taxonomy: Taxonomy) -> Candidates:
    """These labels, with the other names of the concepts that have them, compared without spaces."""
    by_label = defaultdict(list)
    for concept in taxonomy.concepts:
        by_label[squeezed(concept.label)].append(concept)
    meant = [by_label.get(squeezed(label), []) for label in labels]
    return Candidates(
        tuple(
            _distinct((label, *chain.from_iterable(concept.aliases for concept in concepts)))
            for label, concepts in zip(labels, meant, strict=True)
        ),
        tuple(tuple(concept.id for concept in concepts) for concepts in meant),
        taxonomy,
    )


def of_texts(texts: Iterable[str]) -> Candidates:
    """Texts that are no concepts, such as titles."""
    names = tuple((text,) for text in texts)
    return Candidates(names, ((),) * len(names), None)


def _distinct(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


def _inverted(keys: Iterable[Iterable[str]]) -> dict[str, tuple[int, ...]]:
    found: dict[str, list[int]] = defaultdict(list)
    for position, own in enumerate(keys):
        for key in own:
            found[key].append(position)
    return {key: tuple(positions) for key, positions in found.items()}
