"""Text -> skill concepts: exact names first, then the nearest label above a threshold, else nothing."""

from threading import Thread
from typing import Literal

from .. import encoder as encoders
from .. import taxonomy as taxonomies
from .linker import Link, Linker

__all__ = ["Link", "Linker", "load_linker"]


def load_linker(
    backend: Literal["onnx", "sentence-transformers"] = "onnx",
    *,
    threshold: float | None = None,
    threads: int | None = None,
) -> Linker:
    """The linker over what `python -m credence_models.setup` laid into the cache.

    Raises `TaxonomyMissing` or `EncoderError` where it has not run. Its table of names goes on being built in the background.
    """
    linker = Linker(taxonomies.load(), encoders.load_encoder(backend, threads=threads), threshold=threshold)
    Thread(target=linker.warm, name="linker-names", daemon=True).start()
    return linker
