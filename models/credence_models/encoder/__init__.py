"""Text -> unit vectors: all-MiniLM-L6-v2, served with onnxruntime, no torch at install or run time."""

from pathlib import Path
from typing import Literal

from .model import Encoder, EncoderError, Vectors
from .weights import default_folder, install

__all__ = ["Encoder", "EncoderError", "Vectors", "default_folder", "install", "load_encoder"]


def load_encoder(
    backend: Literal["onnx", "sentence-transformers"] = "onnx",
    *,
    folder: Path | None = None,
    threads: int | None = None,
) -> Encoder:
    """The encoder in `folder`, or the one that `install` laid into the cache; its files are verified first.

    `threads` bounds the onnx backend only. Raises `EncoderError`.
    """
    if backend == "onnx":
        from .onnx import OnnxEncoder

        return OnnxEncoder(folder or default_folder(), threads=threads)
    if backend == "sentence-transformers":
        from .torch import SentenceTransformersEncoder

        return SentenceTransformersEncoder(folder or default_folder())
    raise ValueError(f"no encoder backend {backend!r}: onnx or sentence-transformers")
