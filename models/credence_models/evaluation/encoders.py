"""Encoders to compare: the plain one, and any that a folder holds."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Generic, TypeVar

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

from ..encoder import Encoder, EncoderError, Vectors

MAX_TOKENS = 256
_CHUNK = 4_096
_TOKENS_A_BATCH = 512

E = TypeVar("E", bound=Encoder)


def open_encoder(folder: Path) -> Encoder:
    """The encoder in a folder: one ONNX graph beside a tokenizer.json, else a model of sentence-transformers.

    Raises `EncoderError`.
    """
    graphs = sorted(folder.glob("*.onnx"))
    if len(graphs) > 1:
        raise EncoderError(f"{folder} holds {len(graphs)} ONNX graphs; which is meant?")
    if graphs and (folder / "tokenizer.json").exists():
        return OnnxFolder(graphs[0], folder / "tokenizer.json")
    if (folder / "modules.json").exists():
        return SentenceTransformersFolder(folder)
    raise EncoderError(f"no encoder in {folder}: neither an ONNX graph with tokenizer.json nor modules.json")


class OnnxFolder:
    """An exported graph that takes input_ids and attention_mask, and gives sentence vectors, or token vectors that are
    averaged. See `Encoder` for what it promises.
    """

    def __init__(self, graph: Path, tokenizer: Path) -> None:
        self.name = self.version = graph.parent.resolve().name
        os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
        self._tokenizer = Tokenizer.from_file(str(tokenizer))
        self._tokenizer.enable_truncation(MAX_TOKENS)
        self._tokenizer.no_padding()
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        try:
            self._session = onnxruntime.InferenceSession(
                str(graph), sess_options=options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # onnxruntime's own exceptions share no base class
            raise EncoderError(f"{graph}: {error}") from error
        self._inputs = {tensor.name for tensor in self._session.get_inputs()}
        self.dimension = int(self._session.get_outputs()[0].shape[-1])

    def encode(self, texts: Sequence[str]) -> Vectors:
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        ids = [encoding.ids for encoding in self._tokenizer.encode_batch(list(texts))]
        order = sorted(range(len(texts)), key=lambda row: len(ids[row]), reverse=True)
        start = 0
        while start < len(order):
            width = len(ids[order[start]])
            rows = order[start : start + max(1, _TOKENS_A_BATCH // width)]
            vectors[rows] = self._run([ids[row] for row in rows], width)
            start += len(rows)
        return vectors

    def _run(self, batch: list[list[int]], width: int) -> Vectors:
        tokens = np.zeros((len(batch), width), dtype=np.int64)
        mask = np.zeros_like(tokens)
        for row, ids in enumerate(batch):
            tokens[row, : len(ids)] = ids
            mask[row, : len(ids)] = 1
        feed = {"input_ids": tokens, "attention_mask": mask, "token_type_ids": np.zeros_like(tokens)}
        output = self._session.run(None, {key: feed[key] for key in feed if key in self._inputs})[0]
        if output.ndim == 3:
            output = (output * mask[..., np.newaxis]).sum(axis=1)
        result: Vectors = output / np.linalg.norm(output, axis=1, keepdims=True)
        return result


class SentenceTransformersFolder:
    """A model as training leaves it. See `Encoder` for what it promises."""

    def __init__(self, folder: Path) -> None:
        try:
            from sentence_transformers import SentenceTransformer
        except ImportError as error:
            raise EncoderError(f"{folder} needs the extra `train`: pip install 'credence[train]'") from error
        self.name = self.version = folder.resolve().name
        self._model = SentenceTransformer(str(folder), local_files_only=True)
        self.dimension = int(self._model.get_embedding_dimension())

    def encode(self, texts: Sequence[str]) -> Vectors:
        vectors: Vectors = self._model.encode(
            list(texts), normalize_embeddings=True, convert_to_numpy=True, show_progress_bar=False
        )
        return vectors


class Remembering(Generic[E]):
    """An encoder that encodes no text twice: the names of a taxonomy take a minute, and every ranker needs them."""

    def __init__(self, encoder: E, say: Callable[[str], None]) -> None:
        self.encoder: E = encoder
        self.name, self.version, self.dimension = encoder.name, encoder.version, encoder.dimension
        self._say = say
        self._known: dict[str, Vectors] = {}

    def encode(self, texts: Sequence[str]) -> Vectors:
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        for start in range(0, len(new), _CHUNK):
            if len(new) > _CHUNK:
                self._say(f"{self.name}: {start} of {len(new)} texts encoded")
            chunk = new[start : start + _CHUNK]
            self._known.update(zip(chunk, self.encoder.encode(chunk), strict=True))
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        for row, text in enumerate(texts):
            vectors[row] = self._known[text]
        return vectors
