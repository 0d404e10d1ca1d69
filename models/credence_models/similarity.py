"""How near concepts are to each other and to free text: cosine of the encoder's vectors of their labels."""

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray

from . import cache
from .encoder import Encoder, Vectors
from .lru import BatchCache
from .taxonomy import Taxonomy

faiss.omp_set_num_threads(1)
"""The search for one vector is bound by memory. More threads do not make it faster, and while they wait for each other
they take the cores of everything else: 64 look-ups a CPU second with two, 184 with one."""

Neighbours = tuple[tuple[str, float], ...]

CACHED_TEXTS = 20_000
CACHED_CONCEPTS = 20_000
_CHUNK = 2_000
_DECIMALS = 6
"""Similarities are rounded so far, because a product of float32 depends on the batch that it was computed
in.
"""


def _silent(_: str) -> None:
    """Say nothing."""


class ConceptSpace:
    """Unit vectors of all concept labels, in the order of the taxonomy.

    They are computed once for a version of taxonomy and encoder (10 seconds on two cores), kept in the
    cache of the user and mapped into memory, so that processes share them.
    """

    def __init__(self, taxonomy: Taxonomy, encoder: Encoder, *, say: Callable[[str], None] = _silent) -> None:
        self.taxonomy = taxonomy
        self.encoder = encoder
        self._index = self._opened(say)
        self._of_concept = lru_cache(CACHED_CONCEPTS)(self._neighbours_of_concept)
        self._of_text: BatchCache[Neighbours] = BatchCache(CACHED_TEXTS)

    def neighbours_of_concept(self, concept_id: str, *, threshold: float) -> Neighbours:
        """(concept id, similarity) of all concepts at `threshold` or above: itself with 1.0, then by
        falling similarity.

        Each concept comes with the ids of those that it replaced, which evidence may still carry. A concept
        that the taxonomy lacks, or that is retired, is like itself and nothing else.
        """
        return self._of_concept(concept_id, threshold)

    def neighbours_of_text(self, text: str, *, threshold: float) -> Neighbours:
        """(concept id, similarity) of all concepts at `threshold` or above, by falling similarity, then id."""
        plain = " ".join(text.split())
        key = f"{threshold!r} {plain}"
        return self._of_text.get_all(
            [key], lambda _: {key: self._above(self.encoder.encode([plain]), threshold)}
        )[key]

    def nearest_of(self, vectors: Vectors, count: int) -> tuple[NDArray[np.int64], Vectors]:
        """For each unit vector the positions of the `count` concepts with the nearest labels (all, if there are fewer),
        and the similarities, falling. Both of shape (len(vectors), count).
        """
        similarities, positions = self._index.search(vectors, min(count, len(self.taxonomy)))
        return positions, similarities

    def vectors_of(self, positions: NDArray[np.int64]) -> Vectors:
        """The vectors of the labels of these concepts."""
        vectors: Vectors = self._index.reconstruct_batch(positions)
        return vectors

    def _neighbours_of_concept(self, concept_id: str, threshold: float) -> Neighbours:
        own = self.taxonomy.ids_of(concept_id)
        same = tuple((stored, 1.0) for stored in own)
        position = self.taxonomy.index(own[0])
        if position is None:
            return same
        vector = self._index.reconstruct(position)[np.newaxis]
        others = (pair for pair in self._above(vector, threshold) if pair[0] not in own)
        return (*same, *others)

    def _above(self, vector: Vectors, threshold: float) -> Neighbours:
        _, similarities, positions = self._index.range_search(vector, threshold - 10**-_DECIMALS)
        found = [
            (stored, similarity)
            for position, similarity in zip(positions, map(_rounded, similarities), strict=True)
            if similarity >= threshold
            for stored in self.taxonomy.ids_of(self.taxonomy.concepts[int(position)].id)
        ]
        return tuple(sorted(found, key=lambda pair: (-pair[1], pair[0])))

    def _opened(self, say: Callable[[str], None]) -> faiss.Index:
        path = index_path(self.taxonomy, self.encoder)
        if not path.exists():
            with cache.locked(path):
                if not path.exists():
                    self._write(path, say)
        index = faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC)
        if (index.ntotal, index.d) != (len(self.taxonomy), self.encoder.dimension):
            raise ValueError(f"{path} is not of this taxonomy: delete it, it will be computed again")
        return index

    def _write(self, path: Path, say: Callable[[str], None]) -> None:
        labels = [concept.label for concept in self.taxonomy.concepts]
        index = faiss.IndexFlatIP(self.encoder.dimension)
        for start in range(0, len(labels), _CHUNK):
            say(f"vectors: {start} of {len(labels)} concept labels")
            index.add(self.encoder.encode(labels[start : start + _CHUNK]))
        with cache.appearing(path) as part:
            faiss.write_index(index, str(part))
        say(f"vectors: {len(labels)} concept labels done")


def index_path(taxonomy: Taxonomy, encoder: Encoder) -> Path:
    """Where the vectors of these versions are kept."""
    return cache.root() / "vectors" / f"{taxonomy.version}-{encoder.version}.faiss"


def _rounded(similarity: float) -> float:
    return min(1.0, round(float(similarity), _DECIMALS))
