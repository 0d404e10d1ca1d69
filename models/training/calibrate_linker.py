"""Fit the linker's probabilities: writes credence_models/linker/calibration.json and prints what they are worth.

    python models/training/calibrate_linker.py --spans FILE.csv [--spans FILE.csv ...] --sentences FILE.csv [--write]

`--spans` has columns sentence, span, sub_span, label (several rows a span are several right answers); labels that name
no skill are "LABEL NOT PRESENT" and "UNDERSPECIFIED". `--sentences` has columns sentence, skills (a list; ['UNK'] is none).
Phrases are the annotated spans and held-out alternative labels; running text is the sentences of all files. Precision and
recall are of folds that the fit has not seen (GroupKFold by text). Only concepts of ESCO can be right, because the
annotations know no others. Tune on validation data only.
"""

import argparse
import ast
import csv
import json
import random
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from credence_models import encoder as encoders
from credence_models import linker as linkers
from credence_models import taxonomy as taxonomies
from credence_models.evaluation.heldout import held_out_queries
from credence_models.linker.calibration import FEATURES
from credence_models.linker.meaning import Meaning, Weighed
from credence_models.linker.text import core
from credence_models.similarity import ConceptSpace
from credence_models.taxonomy import Taxonomy

NO_SKILL = {"LABELNOTPRESENT", "UNDERSPECIFIED", "UNK"}
ALIASES = 600
"""Held-out aliases that take part, so that they do not outweigh the annotated spans."""
OUT = Path(linkers.__file__).with_name("calibration.json")

Gold = dict[str, set[str]]


def squeezed(label: str) -> str:
    return "".join(label.split())


def read_spans(path: Path) -> tuple[Gold, Gold]:
    """Span -> right labels, and sentence -> right labels."""
    spans: Gold = defaultdict(set)
    sentences: Gold = defaultdict(set)
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            spans[row["sub_span"] or row["span"]].add(squeezed(row["label"]))
            sentences[row["sentence"]].add(squeezed(row["label"]))
    return {k: v - NO_SKILL for k, v in spans.items()}, {k: v - NO_SKILL for k, v in sentences.items()}


def read_sentences(path: Path) -> Gold:
    with path.open(encoding="utf-8", newline="") as file:
        return {
            row["sentence"]: {squeezed(label) for label in ast.literal_eval(row["skills"])} - NO_SKILL
            for row in csv.DictReader(file)
        }


def fit(
    name: str, taxonomy: Taxonomy, gold: Gold, weighed: dict[str, list[Weighed]], sources: dict[str, str]
) -> dict[str, Any]:
    """A curve from all candidates, reported by thresholds on unseen folds."""
    rows = [
        (text, one, squeezed(taxonomy.concepts[one.position].label) in gold[text])
        for text, found in weighed.items()
        for one in found
        if taxonomy.concepts[one.position].id.startswith("esco:")
    ]
    features = np.array([one.features for _, one, _ in rows])
    right = np.array([ok for _, _, ok in rows])
    model = make_pipeline(StandardScaler(), LogisticRegression(C=1.0, max_iter=1000))
    groups = np.unique([text for text, _, _ in rows], return_inverse=True)[1]
    unseen = cross_val_predict(
        model, features, right, groups=groups, cv=GroupKFold(5), method="predict_proba"
    )[:, 1]
    for source in sorted(set(sources.values())):
        texts = [text for text in weighed if sources[text] == source]
        wanted = sum(map(len, (gold[text] for text in texts)))
        print(f"{name}, {source}: {len(texts)} texts, {wanted} labels")  # noqa: T201
        own = np.array([sources[text] == source for text, _, _ in rows])
        if name == "phrase":  # the likeliest alone
            best: dict[str, int] = {}
            for i, (text, _, _) in enumerate(rows):
                if text not in best or unseen[i] > unseen[best[text]]:
                    best[text] = i
            own &= np.isin(np.arange(len(rows)), list(best.values()))
        for threshold in (0.3, 0.4, 0.5, 0.6, 0.7, 0.8):
            given = own & (unseen >= threshold)
            share = right[given].mean() if given.any() else float("nan")
            print(  # noqa: T201
                f"  p >= {threshold}: given {given.sum():5}  right {right[given].sum():5}  precision {share:.2f}"
                f"  recall {right[given].sum() / max(1, wanted):.2f}"
            )
    for low in np.arange(0, 1, 0.1):
        there = (unseen >= low) & (unseen < low + 0.1)
        if there.sum() > 20:
            print(f"  said {unseen[there].mean():.2f}  was {right[there].mean():.2f}  of {there.sum()}")  # noqa: T201
    model.fit(features, right)
    scaler, regression = model[0], model[1]
    return {
        "features": list(FEATURES),
        "intercept": round(float(regression.intercept_[0]), 6),
        "coefficients": [round(float(x), 6) for x in regression.coef_[0]],
        "mean": [round(float(x), 6) for x in scaler.mean_],
        "scale": [round(float(x), 6) for x in scaler.scale_],
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--spans", type=Path, action="append", default=[])
    parser.add_argument("--sentences", type=Path, action="append", default=[])
    parser.add_argument("--write", action="store_true")
    args = parser.parse_args()
    taxonomy, encoder = taxonomies.load(), encoders.load_encoder()
    meaning = Meaning(ConceptSpace(taxonomy, encoder), encoder)

    phrases: Gold = {}
    texts: Gold = {}
    phrase_source: dict[str, str] = {}
    text_source: dict[str, str] = {}
    for path in args.spans:
        spans, sentences = read_spans(path)
        phrases |= spans
        texts |= sentences
        phrase_source |= dict.fromkeys(spans, path.stem)
        text_source |= dict.fromkeys(sentences, path.stem)
    asked = held_out_queries(taxonomy.concepts)
    for alias in random.Random(5).sample(sorted(asked), ALIASES):  # noqa: S311 - no secret
        phrases[alias] = {squeezed(c.label) for i in asked[alias] if (c := taxonomy.get(i))}
        phrase_source[alias] = "held-out aliases"
    for path in args.sentences:
        texts |= (own := read_sentences(path))
        text_source |= dict.fromkeys(own, path.stem)

    found = dict(zip(phrases, meaning.weigh_phrases([core(p) for p in phrases]), strict=True))
    curves = {"phrase": fit("phrase", taxonomy, phrases, found, phrase_source)}
    found = dict(zip(texts, meaning.weigh_segments(list(texts)), strict=True))
    curves["text"] = fit("text", taxonomy, texts, found, text_source)
    if args.write:
        OUT.write_text(json.dumps({"encoder": encoder.version, **curves}, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
