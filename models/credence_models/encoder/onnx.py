"""The encoder on onnxruntime: no torch, ready in a fraction of a second."""

import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

from .model import Span, Tokens, Vectors
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
        return self._encode(texts, tokens=False)[0]

    def encode_tokens(self, texts: Sequence[str]) -> tuple[Vectors, list[Tokens]]:
        return self._encode(texts, tokens=True)

    def _encode(self, texts: Sequence[str], *, tokens: bool) -> tuple[Vectors, list[Tokens]]:
        """Batches of like length, so that little is padded; rows come back in the order of `texts`."""
        vectors = np.empty((len(texts), DIMENSION), dtype=np.float32)
        found: dict[int, Tokens] = {}
        encodings = self._tokenizer.encode_batch([utf8(text) for text in texts])
        ids = [encoding.ids for encoding in encodings]
        order = sorted(range(len(texts)), key=lambda row: len(ids[row]), reverse=True)
        start = 0
        while start < len(order):
            width = len(ids[order[start]])
            rows = order[start : start + max(1, _TOKENS_A_BATCH // width)]
            vectors[rows], states = self._run([ids[row] for row in rows], width, tokens=tokens)
            for row, own in zip(rows, states, strict=False):
                found[row] = within(encodings[row].offsets, own)
            start += len(rows)
        return vectors, [found[row] for row in range(len(found))]

    def _run(self, batch: list[list[int]], width: int, *, tokens: bool) -> tuple[Vectors, Vectors]:
        """Vectors, and the states of all tokens where they are asked for, else nothing."""
        numbers = np.zeros((len(batch), width), dtype=np.int64)  # 0 is the padding token
        mask = np.zeros_like(numbers)
        for row, ids in enumerate(batch):
            numbers[row, : len(ids)] = ids
            mask[row, : len(ids)] = 1
        outputs = ["sentence_embedding", "token_embeddings"] if tokens else ["sentence_embedding"]
        vectors, *states = self._session.run(outputs, {"input_ids": numbers, "attention_mask": mask})
        return vectors, states[0] if tokens else vectors[:0]


def within(offsets: Sequence[Span], states: Vectors) -> Tokens:
    """Only the tokens that stand for something in the text: not the first, the last, nor padding."""
    inner = [i for i, (start, end) in enumerate(offsets) if end > start]
    return Tokens(tuple(offsets[i] for i in inner), states[inner])


def utf8(text: str) -> str:
    """JSON may escape half of a surrogate pair, which is no text that a tokenizer takes."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")
