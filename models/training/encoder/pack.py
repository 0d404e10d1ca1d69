"""Pack a trained encoder: what differs from the package's weights, as float16, fit to be committed.

    python -m training.encoder.pack --trained DIR --out FILE.safetensors      (in models/)

Tensors that training left alone are not in it. Prints the SHA-256 of the weights that the installer makes of both
(`credence_models.encoder.weights`), which has to be pinned there.
"""

import argparse
import hashlib
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file, save_file  # type: ignore[import-not-found, unused-ignore]  # only where one trains

from credence_models.encoder.weights import PLAIN, WEIGHTS, merged


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--trained", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    base_path = PLAIN.folder / WEIGHTS
    base, trained = load_file(base_path), load_file(args.trained / WEIGHTS)
    missing = sorted(set(base) - set(trained) - {"embeddings.position_ids"})
    if missing:
        raise SystemExit(f"{args.trained} lacks {missing}")
    changed = {
        name: tensor.astype(np.float16)
        for name, tensor in sorted(trained.items())
        if not np.array_equal(tensor, base[name])
    }
    worst = max(float(np.abs(trained[name] - half).max()) for name, half in changed.items())
    save_file(changed, args.out)
    whole = merged(base_path.read_bytes(), args.out.read_bytes())
    size = args.out.stat().st_size
    print(f"{len(changed)} of {len(base)} tensors, {size:,} bytes, rounded by {worst:.1e} at most")  # noqa: T201
    print(f"weights: {hashlib.sha256(whole).hexdigest()}")  # noqa: T201
    print(f"delta: {hashlib.sha256(args.out.read_bytes()).hexdigest()}")  # noqa: T201


if __name__ == "__main__":
    main()
