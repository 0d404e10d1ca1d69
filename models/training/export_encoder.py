"""Export all-MiniLM-L6-v2 as an ONNX graph that holds no weights of its own.

    python models/training/export_encoder.py --weights DIR --graph FILE --vectors FILE

DIR is the folder of the sentence-transformers model (model.safetensors, tokenizer.json, ...). The graph
takes token ids and gives unit sentence vectors (mean pooling and normalisation are inside) and the states of the
tokens, which are what the mean is of. Without constant
folding every initialiser stays, byte for byte, a tensor of model.safetensors, so the graph names it there
(ONNX external data: location, offset, length) and is small enough to be committed. Needs the extra `train`
and the package `onnx`.
"""

import argparse
import io
import json
import struct
from pathlib import Path
from typing import Any

import numpy as np
import onnx  # type: ignore[import-not-found, unused-ignore]  # only where one exports
import torch  # type: ignore[import-not-found, unused-ignore]  # only where one exports
from onnx import TensorProto, numpy_helper
from sentence_transformers import SentenceTransformer

PINNED_TEXTS = (
    "SQL",
    "Python (computer programming)",
    "deploy and monitor containers on AWS ECS with cost optimisation",
    "manage musical staff",
    "understand spoken Luxembourgish",
    "naïve café – données",
    (
        "We are looking for a data analyst who builds dashboards, writes SQL and explains results to "
        "non-technical stakeholders in plain words."
    ),
    "",
    "x " * 400,
)
"""What the recorded vectors are of: short, long, past the length limit, empty, outside ASCII."""

OPSET = 17


class SentenceVector(torch.nn.Module):  # type: ignore[misc, unused-ignore]
    """Transformer, then the mean over the tokens that are not padding, then unit length; and the tokens."""

    def __init__(self, transformer: Any) -> None:
        super().__init__()
        self.transformer = transformer

    def forward(self, input_ids: Any, attention_mask: Any) -> Any:
        tokens = self.transformer(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        mask = attention_mask.unsqueeze(-1).to(tokens.dtype)
        mean = (tokens * mask).sum(1) / mask.sum(1).clamp(min=1e-9)
        return torch.nn.functional.normalize(mean, p=2.0, dim=1), tokens


def tensors_of(path: Path) -> dict[bytes, tuple[int, int]]:
    """Content of every tensor in a safetensors file -> (offset in the file, length)."""
    raw = path.read_bytes()
    (header,) = struct.unpack("<Q", raw[:8])
    entries = json.loads(raw[8 : 8 + header])
    entries.pop("__metadata__", None)
    spans = [(8 + header + e["data_offsets"][0], 8 + header + e["data_offsets"][1]) for e in entries.values()]
    return {raw[start:end]: (start, end - start) for start, end in spans}


def export(model: Any) -> Any:
    """The ONNX model of `model`, with its initialisers inside."""
    transformer = model[0].auto_model.eval()
    transformer.config._attn_implementation = "eager"
    ids = torch.randint(1000, 2000, (3, 11))
    mask = torch.ones_like(ids)
    mask[1, 7:] = 0
    out = io.BytesIO()
    torch.onnx.export(
        SentenceVector(transformer).eval(),
        (ids, mask),
        out,
        input_names=["input_ids", "attention_mask"],
        output_names=["sentence_embedding", "token_embeddings"],
        dynamic_axes={
            "input_ids": {0: "batch", 1: "length"},
            "attention_mask": {0: "batch", 1: "length"},
            "sentence_embedding": {0: "batch"},
            "token_embeddings": {0: "batch", 1: "length"},
        },
        opset_version=OPSET,
        do_constant_folding=False,
        dynamo=False,
    )
    return onnx.load_from_string(out.getvalue())


def externalise(graph: Any, weights: Path) -> int:
    """Point every initialiser at its bytes in `weights`; how many. Fails where one is not there."""
    spans = tensors_of(weights)
    for tensor in graph.graph.initializer:
        content = np.ascontiguousarray(numpy_helper.to_array(tensor)).tobytes()
        if content not in spans:
            raise SystemExit(f"{tensor.name} {list(tensor.dims)} is no tensor of {weights.name}")
        offset, length = spans[content]
        tensor.ClearField("raw_data")
        tensor.data_location = TensorProto.EXTERNAL
        for key, value in (("location", weights.name), ("offset", offset), ("length", length)):
            entry = tensor.external_data.add()
            entry.key, entry.value = key, str(value)
    return len(graph.graph.initializer)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--weights", type=Path, required=True)
    parser.add_argument("--graph", type=Path, required=True)
    parser.add_argument("--vectors", type=Path, required=True, help="where the vectors of the parity test go")
    args = parser.parse_args()

    model = SentenceTransformer(
        str(args.weights), device="cpu", model_kwargs={"attn_implementation": "eager"}
    )
    graph = export(model)
    count = externalise(graph, args.weights / "model.safetensors")
    for node in graph.graph.node:  # traces of this machine's file names have no place in a committed file
        node.doc_string = ""
    args.graph.write_bytes(graph.SerializeToString())
    vectors = model.encode(list(PINNED_TEXTS), normalize_embeddings=True, convert_to_numpy=True)
    pinned = {
        text: [round(float(x), 5) for x in row] for text, row in zip(PINNED_TEXTS, vectors, strict=True)
    }
    args.vectors.write_text(json.dumps(pinned, ensure_ascii=False, separators=(",", ":")) + "\n")
    print(f"{count} initialisers outside, graph {args.graph.stat().st_size} bytes")  # noqa: T201


if __name__ == "__main__":
    main()
