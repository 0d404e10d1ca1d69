"""The encoder on onnxruntime: no torch, ready in a fraction of a second."""

import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

from .model import Vectors
from .weights import GRAPH, TOKENIZER, Release, verify

MAX_TOKENS = 256
DIMENSION = 384

_TOKENS_A_BATCH = 512
"""Padded tokens in one call of the graph: what two cores take without leaving their caches."""


class OnnxEncoder:
    """See `Encoder` for what it promises.

    `threads` is what one call of the graph uses: by default $CREDENCE_ENCODER_THREADS, else all cores.
    """

    dimension = DIMENSION

    def __init__(self, release: Release, folder: Path, *, threads: int | None = None) -> None:
        verify(folder, release)
        self.name, self.version = release.name, release.version
        # transformers would fork-bomb two cores with tokenizer threads; batches here are small
        os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
        self._tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
        self._tokenizer.enable_truncation(MAX_TOKENS)
        self._tokenizer.no_padding()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads or int(os.environ.get("CREDENCE_ENCODER_THREADS", "0"))
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        options.add_session_config_entry(
            "session.intra_op.allow_spinning", "0"
        )  # idle threads leave the cores alone
        self._session = onnxruntime.InferenceSession(
            str(folder / GRAPH), sess_options=options, providers=["CPUExecutionProvider"]
        )

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Batches of like length, so that little is padded; rows come back in the order of `texts`."""
        vectors = np.empty((len(texts), DIMENSION), dtype=np.float32)
        ids = [encoding.ids for encoding in self._tokenizer.encode_batch([utf8(text) for text in texts])]
        order = sorted(range(len(texts)), key=lambda row: len(ids[row]), reverse=True)
        start = 0
        while start < len(order):
            width = len(ids[order[start]])
            rows = order[start : start + max(1, _TOKENS_A_BATCH // width)]
            vectors[rows] = self._run([ids[row] for row in rows], width)
            start += len(rows)
        return vectors

    def _run(self, batch: list[list[int]], width: int) -> Vectors:
        tokens = np.zeros((len(batch), width), dtype=np.int64)  # 0 is the padding token
        mask = np.zeros_like(tokens)
        for row, ids in enumerate(batch):
            tokens[row, : len(ids)] = ids
            mask[row, : len(ids)] = 1
        (vectors,) = self._session.run(None, {"input_ids": tokens, "attention_mask": mask})
        result: Vectors = vectors
        return result


def utf8(text: str) -> str:
    """JSON may escape half of a surrogate pair, which is no text that a tokenizer takes."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")
