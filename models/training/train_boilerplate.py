"""Fit what tells boilerplate from skills: writes credence_models/linker/boilerplate.json and prints what it is worth.

    python models/training/train_boilerplate.py [--write]

Boilerplate is models/training/boilerplate/boilerplate.txt, and skills in the frames of blurbs.txt; all else is duties.txt beside it,
skills in the frames of requirements.txt (N for what one knows, V for what one does), and sentences drawn from
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
from credence_models import taxonomy as taxonomies
from credence_models.linker.boilerplate import words_of
from credence_models.taxonomy import ConceptKind

HERE = Path(__file__).parent
OUT = Path(linkers.__file__).with_name("boilerplate.json")
OTHERS = 10_000
"""Sentences about skills that take part, and what each weighs beside one of the others."""
REQUIREMENTS = 8_000
BLURBS = 2_500
"""Frames filled with labels of skills."""
WEIGHT = 0.4
STRENGTH = 8.0
FEWEST = 3
"""Sentences that a word must stand in."""


def lines(path: Path) -> list[str]:
    return [line for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def filled(frames: list[str], count: int, draw: random.Random) -> list[str]:
    """`count` short lines in the voice of a posting: what they are, they are whichever skill they name."""
    concepts = taxonomies.load().concepts
    known = [c.label for c in concepts if c.kind is not ConceptKind.SKILL]
    done = [c.label for c in concepts if c.kind is ConceptKind.SKILL]
    made = []
    for _ in range(count):
        kind, _, frame = draw.choice(frames).partition("|")
        line = frame.replace("{}", draw.choice(known if kind == "N" else done))
        made.append(line[0].upper() + line[1:] + draw.choice(("", ".")))
    return made


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
    draw = random.Random(7)  # noqa: S311 - no secret
    asked = filled(lines(HERE / "boilerplate" / "requirements.txt"), REQUIREMENTS, draw)
    blurbs = filled(lines(HERE / "boilerplate" / "blurbs.txt"), BLURBS, draw)
    texts = [*boilerplate, *blurbs, *duties, *asked, *skills]
    sources = np.repeat(
        ["boilerplate", "blurbs", "duties", "requirements", "sentences"],
        [len(boilerplate), len(blurbs), len(duties), len(asked), len(skills)],
    )
    counter = CountVectorizer(analyzer=words_of, min_df=FEWEST, binary=True)
    counts = counter.fit_transform(texts)
    sizes = np.sqrt([max(1, len(words_of(text))) for text in texts])
    features = hstack([csr_matrix(encoder.encode(texts)), counts.multiply(1 / sizes[:, None])]).tocsr()
    right = np.isin(sources, ["boilerplate", "blurbs"])
    weight = np.where(sources == "sentences", WEIGHT, 1.0)
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
