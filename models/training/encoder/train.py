"""Train the encoder: all-MiniLM-L6-v2, contrastively, on texts that mean the same skill.

    python -m training.encoder.train --data DIR --out DIR [--sentences DIR] [--epochs N] [...]     (in models/)

DIR of `--data` holds `esco/esco_occupation_profiles.parquet` and `skill-linking/skillskape/train.csv`; `--out` gets
a sentence-transformers folder. Needs the extra `train`. Word embeddings stay as they are, so the result differs from the
package's weights in the transformer alone. Two CPU cores with bfloat16 need under two hours; a GPU is used where there is one.

Loss: InfoNCE in both directions over the batch and mined hard negatives (van den Oord et al. 2018; as
MultipleNegativesRankingLoss of sentence-transformers), without the negatives that mean the same (`Pair.keys`).
"""

import argparse
import json
import math
import random
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import torch  # type: ignore[import-not-found, unused-ignore]  # only where one trains
from sentence_transformers import SentenceTransformer

from credence_models import encoder, taxonomy

from .pairs import (
    Pair,
    occupation_pairs,
    sentence_pairs,
    skillskape_pairs,
    squeezed,
    taxonomy_pairs,
    without_contradictions,
)

MAX_TOKENS = 64
POOL = 24
"""Batches that are sorted by length together, so that little is padded."""
SHARES = {
    "alias": 1.0,
    "description": 1.0,
    "skillskape": 1.0,
    "sentence": 1.0,
    "title": 0.7,
    "occupation": 0.6,
}
"""Share of each source's pairs that an epoch sees, unless `--share` says otherwise."""


class Trainer:
    def __init__(self, folder: Path, *, scale: float, rate: float, seed: int) -> None:
        torch.manual_seed(seed)
        self.device = "cuda" if torch.cuda.is_available() else "cpu"
        self.model = SentenceTransformer(str(folder), device=self.device)
        self.transformer = self.model[0].auto_model
        self.tokenizer = self.model.tokenizer
        self.transformer.embeddings.word_embeddings.weight.requires_grad_(False)
        self.scale, self.rate = scale, rate
        trained = [p for p in self.transformer.parameters() if p.requires_grad]
        plain = [p for p in trained if p.ndim < 2]
        self.optimiser = torch.optim.AdamW(
            [
                {"params": [p for p in trained if p.ndim >= 2], "weight_decay": 0.01},
                {"params": plain, "weight_decay": 0.0},
            ],
            lr=rate,
        )

    def vectors(self, texts: Sequence[str]) -> "torch.Tensor":
        tokens = self.tokenizer(
            list(texts), padding=True, truncation=True, max_length=MAX_TOKENS, return_tensors="pt"
        ).to(self.device)
        with torch.autocast(self.device, dtype=torch.bfloat16):
            hidden = self.transformer(**tokens).last_hidden_state
        mask = tokens["attention_mask"].unsqueeze(-1).float()
        mean = (hidden.float() * mask).sum(1) / mask.sum(1)
        return torch.nn.functional.normalize(mean, dim=1)

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        self.transformer.eval()
        order = np.argsort([len(t) for t in texts], kind="stable")
        rows = np.empty((len(texts), 384), dtype=np.float32)
        with torch.no_grad():
            for start in range(0, len(order), 512):
                some = order[start : start + 512]
                rows[some] = self.vectors([texts[i] for i in some]).cpu().numpy()
        self.transformer.train()
        return rows

    def step(self, pairs: Sequence[Pair], negatives: Sequence[str], rate: float) -> float:
        """One update. `negatives` are further labels; they count for every pair that they do not mean."""
        for group in self.optimiser.param_groups:
            group["lr"] = rate
        targets = [pair.target for pair in pairs] + list(negatives)
        keys = [squeezed(target) for target in targets]
        own = torch.arange(len(pairs))
        same = torch.tensor([[key in pair.keys for key in keys] for pair in pairs])
        same[own, own] = False
        text_vectors, target_vectors = self.vectors([pair.text for pair in pairs]), self.vectors(targets)
        scores = self.scale * text_vectors @ target_vectors.T
        scores = scores.masked_fill(same.to(self.device), -1e4)
        labels = own.to(self.device)
        back = scores[:, : len(pairs)].T
        loss = torch.nn.functional.cross_entropy(scores, labels) * 0.75
        loss = loss + torch.nn.functional.cross_entropy(back, labels) * 0.25
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.transformer.parameters(), 1.0)
        self.optimiser.step()
        return float(loss.detach())


class HardNegatives:
    """For a pair, labels that the encoder finds near to its target and that mean something else."""

    def __init__(self, trainer: Trainer, labels: Sequence[str], *, near: int = 40) -> None:
        self.labels = list(labels)
        self._keys = [squeezed(label) for label in self.labels]
        self._of = {label: i for i, label in enumerate(self.labels)}
        vectors = torch.from_numpy(trainer.encode(self.labels))
        blocks = [
            (vectors[start : start + 1024] @ vectors.T).topk(near, dim=1).indices
            for start in range(0, len(self.labels), 1024)
        ]
        self._near = torch.cat(blocks).numpy()

    def draw(self, pair: Pair, random_: random.Random) -> str | None:
        near = self._near[self._of[pair.target]]
        for _ in range(6):
            # the nearest most often: they are what it confuses
            position = int(near[int(len(near) * random_.random() ** 2)])
            if self._keys[position] not in pair.keys:
                return self.labels[position]
        return None


def batches(
    pairs: Sequence[Pair], shares: Mapping[str, float], size: int, draw: random.Random
) -> Iterator[list[Pair]]:
    """An epoch: each source by its share, in batches of like length."""
    chosen = [pair for pair in pairs if draw.random() < shares[pair.source]]
    draw.shuffle(chosen)
    for start in range(0, len(chosen), POOL * size):
        pool = sorted(chosen[start : start + POOL * size], key=lambda pair: len(pair.text))
        some = [pool[i : i + size] for i in range(0, len(pool), size)]
        draw.shuffle(some)
        yield from (batch for batch in some if len(batch) > size // 2)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--sentences", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--start", type=Path, default=encoder.PLAIN.folder)
    parser.add_argument("--epochs", type=float, default=2)
    parser.add_argument("--batch", type=int, default=256)
    parser.add_argument("--scale", type=float, default=25.0)
    parser.add_argument("--rate", type=float, default=1e-4)
    parser.add_argument("--share", action="append", default=[], metavar="SOURCE=SHARE")
    parser.add_argument("--seed", type=int, default=7)
    args = parser.parse_args()

    draw = random.Random(args.seed)  # noqa: S311 - no secret
    table = taxonomy.load()
    found = list(taxonomy_pairs(table))
    found += skillskape_pairs(args.data / "skill-linking/skillskape/train.csv")
    found += occupation_pairs(args.data / "esco/esco_occupation_profiles.parquet", skills=6, seed=args.seed)
    if args.sentences:
        found += sentence_pairs(args.sentences, table)
    pairs = without_contradictions(found)
    shares = SHARES | {source: float(share) for source, _, share in (s.partition("=") for s in args.share)}
    counts = {source: sum(p.source == source for p in pairs) for source in SHARES}
    print(f"{len(pairs)} pairs: {counts}", flush=True)  # noqa: T201

    labels = sorted({pair.target for pair in pairs})
    trainer = Trainer(args.start, scale=args.scale, rate=args.rate, seed=args.seed)
    started = time.monotonic()
    expected = sum(shares[p.source] for p in pairs) / args.batch
    steps, done = math.ceil(expected * args.epochs), 0
    losses: list[float] = []
    while done < 0.95 * steps:  # short batches are left out, so an epoch has a few less than expected
        hard = HardNegatives(trainer, labels)
        print(f"negatives mined, {time.monotonic() - started:.0f} s", flush=True)  # noqa: T201
        for batch in batches(pairs, shares, args.batch, draw):
            warm = min(1.0, (done + 1) / (0.08 * steps))
            rate = args.rate * warm * max(0.02, 1 - done / steps)
            negatives = [label for pair in batch if (label := hard.draw(pair, draw))]
            losses.append(trainer.step(batch, negatives, rate))
            done += 1
            if done % 50 == 0:
                spent = time.monotonic() - started
                mean = sum(losses[-50:]) / 50
                print(  # noqa: T201
                    f"{done}/{steps} loss {mean:.3f} {spent:.0f} s, {spent / done * (steps - done):.0f} s to go",
                    flush=True,
                )
            if done >= steps:
                break
    trainer.model.save(str(args.out))
    (args.out / "training.json").write_text(
        json.dumps({"arguments": sys.argv[1:], "pairs": counts, "steps": done}, indent=1)
    )


if __name__ == "__main__":
    main()
