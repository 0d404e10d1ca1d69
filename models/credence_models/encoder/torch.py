"""The same encoder on sentence-transformers and torch: for training, and to hold the ONNX graph against."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from .model import EncoderError, Tokens, Vectors
from .onnx import DIMENSION, utf8, within
from .weights import Release, verify


class SentenceTransformersEncoder:
    """See `Encoder` for what it promises. Raises `EncoderError` without the extra `train`."""

    dimension = DIMENSION

    def __init__(self, release: Release, folder: Path) -> None:
        try:
            from sentence_transformers import SentenceTransformer
        except ImportError as error:
            raise EncoderError(
                "the sentence-transformers backend is in the extra `train` (5 GB): "
                "pip install 'credence[train]', or use the onnx backend, which gives the same vectors"
            ) from error
        verify(folder, release)
        self.name, self.version = release.name, release.version
        self._model = SentenceTransformer(str(folder), device="cpu", local_files_only=True)

    def encode(self, texts: Sequence[str]) -> Vectors:
        if not texts:
            return np.empty((0, DIMENSION), dtype=np.float32)
        vectors: Vectors = self._model.encode(
            [utf8(text) for text in texts],
            normalize_embeddings=True,
            convert_to_numpy=True,
            show_progress_bar=False,
        )
        return vectors

    def encode_tokens(self, texts: Sequence[str]) -> tuple[Vectors, list[Tokens]]:
        found = []
        for text in map(utf8, texts):
            offsets = self._model.tokenizer(
                text, truncation=True, max_length=self._model.max_seq_length, return_offsets_mapping=True
            )["offset_mapping"]
            states = self._model.encode(text, output_value="token_embeddings").float().cpu().numpy()
            found.append(within([(int(start), int(end)) for start, end in offsets], states))
        return self.encode(texts), found
