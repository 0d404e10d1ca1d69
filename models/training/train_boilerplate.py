"""Fit what tells boilerplate from skills: writes credence_models/linker/boilerplate.json and prints what it is worth.

    python models/training/train_boilerplate.py [--write]

Boilerplate is models/training/boilerplate/boilerplate.txt; all else is duties.txt beside it and sentences drawn from
models/training/sentences. Figures are of folds that the fit has not seen. Run it again after a change of encoder.
"""

import argparse
import json
import random
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

from credence_models import encoder as encoders
from credence_models import linker as linkers
from credence_models.linker.boilerplate import words_of

HERE = Path(__file__).parent
OUT = Path(linkers.__file__).with_name("boilerplate.json")
OTHERS = 10_000
"""Sentences about skills that take part, and what each weighs beside one of the others."""
WEIGHT = 0.4
STRENGTH = 8.0
FEWEST = 3
"""Sentences that a word must stand in."""


def lines(path: Path) -> list[str]:
    return [line for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--write", action="store_true")
    args = parser.parse_args()
    encoder = encoders.load_encoder()
    boilerplate = lines(HERE / "boilerplate" / "boilerplate.txt")
    duties = lines(HERE / "boilerplate" / "duties.txt")
    written = [
        line.partition("|")[2]
        for path in sorted((HERE / "sentences").glob("*.txt"))
        for line in lines(path)
        if "|" in line
    ]
    skills = random.Random(7).sample(written, OTHERS)  # noqa: S311 - no secret
    texts = [*boilerplate, *duties, *skills]
    sources = np.array(
        ["boilerplate"] * len(boilerplate) + ["duties"] * len(duties) + ["sentences"] * len(skills)
    )
    counter = CountVectorizer(analyzer=words_of, min_df=FEWEST, binary=True)
    counts = counter.fit_transform(texts)
    sizes = np.sqrt([max(1, len(words_of(text))) for text in texts])
    features = hstack([csr_matrix(encoder.encode(texts)), counts.multiply(1 / sizes[:, None])]).tocsr()
    right, weight = sources == "boilerplate", np.where(sources == "sentences", WEIGHT, 1.0)
    model = LogisticRegression(C=STRENGTH, max_iter=3000)
    unseen = np.zeros(len(texts))
    for seen, rest in StratifiedKFold(5, shuffle=True, random_state=7).split(features, right):
        model.fit(features[seen], right[seen], sample_weight=weight[seen])
        unseen[rest] = model.predict_proba(features[rest])[:, 1]
    for threshold in (0.4, 0.5, 0.6, 0.7, 0.8):
        shares = "  ".join(
            f"{name} {(unseen[sources == name] >= threshold).mean():.3f}" for name in dict.fromkeys(sources)
        )
        print(f"taken for boilerplate at {threshold}: {shares}")  # noqa: T201
    print({str(name): int((sources == name).sum()) for name in dict.fromkeys(sources)})  # noqa: T201
    model.fit(features, right, sample_weight=weight)
    if args.write:
        size = encoder.dimension
        fitted = {
            "encoder": encoder.version,
            "intercept": round(float(model.intercept_[0]), 5),
            "coefficients": [round(float(x), 5) for x in model.coef_[0][:size]],
            "words": {
                word: round(float(model.coef_[0][size + place]), 4)
                for word, place in sorted(counter.vocabulary_.items())
            },
        }
        OUT.write_text(json.dumps(fitted, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
