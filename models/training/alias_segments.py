"""Train the model that cuts runs of alternative labels (credence_models/taxonomy/segmentation.py).

    python models/training/alias_segments.py --skills skills.csv --weights OUT.json

skills.csv holds ESCO knowledge concepts with preferredLabel, altLabels (one a line) and skillType, as the
official download does. Half of them trains an averaged structured perceptron, half measures it; the weights
are then trained on all. Perceptron scores have no scale, so `SCALE` turns them into log-odds; it was chosen
on the training half.
"""

import argparse
import csv
import json
import random
from collections import Counter
from pathlib import Path

from credence_models.taxonomy.segmentation import (
    MAX_WORDS,
    MIN_PROBABILITY,
    Run,
    Span,
    best_cut,
    probabilities,
)

SCALE = 0.08
EPOCHS = 6
SEED = 1

Example = tuple[Run, list[Span]]


def read(path: Path) -> list[Example]:
    """Every knowledge concept with alternative labels, as one run and where its labels lie."""
    examples: list[Example] = []
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            aliases = [alias.strip() for alias in row["altLabels"].split("\n") if alias.strip()]
            if row["skillType"] != "knowledge" or not aliases:
                continue
            spans, start = [], 0
            for alias in aliases:
                spans.append((start, start + len(alias.split())))
                start = spans[-1][1]
            if all(end - start <= MAX_WORDS for start, end in spans):
                examples.append((Run(row["preferredLabel"], " ".join(aliases)), spans))
    return examples


def train(examples: list[Example], seed: int = SEED) -> dict[str, float]:
    """Averaged structured perceptron: weights move from the features of the wrong cut to those of the right
    one.
    """
    weights: Counter[str] = Counter()
    drift: Counter[str] = Counter()
    order, step = list(examples), 1
    shuffler = random.Random(seed)  # noqa: S311 - an order of examples, no secret
    for _ in range(EPOCHS):
        shuffler.shuffle(order)
        for run, truth in order:
            guess = best_cut(run.scores(weights), len(run.words))
            if guess != truth:
                for spans, sign in ((truth, 1.0), (guess, -1.0)):
                    for span in spans:
                        for name, value in run.features(*span).items():
                            weights[name] += sign * value  # type: ignore[assignment]  # Counter of floats
                            drift[name] += sign * value * step  # type: ignore[assignment]
            step += 1
    return {name: round(SCALE * (weights[name] - drift[name] / step), 4) for name in sorted(weights)}


def measure(examples: list[Example], weights: dict[str, float], least: float) -> tuple[float, float]:
    """Precision and recall of the labels that are given out with at least that probability."""
    right = given = wanted = 0
    for run, truth in examples:
        scores = run.scores(weights)
        chance = probabilities(scores, len(run.words))
        kept = {span for span in best_cut(scores, len(run.words)) if chance[span] >= least}
        right, given, wanted = right + len(kept & set(truth)), given + len(kept), wanted + len(truth)
    return right / given, right / wanted


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--skills", type=Path, required=True)
    parser.add_argument("--weights", type=Path, required=True)
    args = parser.parse_args()

    examples = read(args.skills)
    random.Random(SEED).shuffle(examples)  # noqa: S311
    half = len(examples) // 2
    weights = train(examples[:half])
    for least in (0.0, 0.5, 0.8, MIN_PROBABILITY):
        precision, recall = measure(examples[half:], weights, least)
        figures = f"precision {precision:.3f} recall {recall:.3f}"
        print(f"held-out half ({len(examples) - half}), p >= {least}: {figures}")  # noqa: T201
    args.weights.write_text(json.dumps(train(examples), indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
