"""How often the linker is right, by threshold: the figures of models/cards/linker.md.

    python models/training/tune_linker.py --spans FILE.csv [--spans FILE.csv ...] [--sentences FILE.csv]

`--spans` has columns sentence, span, sub_span, label (several rows a span are several right answers);
labels that name no skill are "LABEL NOT PRESENT" and "UNDERSPECIFIED". `--sentences` has columns sentence,
skills (a list; ['UNK'] is none). Only ESCO concepts can be right or wrong, because the annotations know no
others; technologies that O*NET alone names are counted apart.
"""

import argparse
import ast
import csv
from collections import defaultdict
from pathlib import Path

from credence_models.linker import Link, Linker, load_linker

NO_SKILL = {"LABELNOTPRESENT", "UNDERSPECIFIED", "UNK"}
THRESHOLDS = (0.65, 0.7, 0.75, 0.8, 0.85, 0.9)


def squeezed(label: str) -> str:
    return "".join(label.split())


def read_spans(path: Path) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    """Span -> right labels, and sentence -> right labels."""
    spans: dict[str, set[str]] = defaultdict(set)
    sentences: dict[str, set[str]] = defaultdict(set)
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            spans[row["sub_span"] or row["span"]].add(squeezed(row["label"]))
            sentences[row["sentence"]].add(squeezed(row["label"]))
    return {k: v - NO_SKILL for k, v in spans.items()}, {k: v - NO_SKILL for k, v in sentences.items()}


def read_sentences(path: Path) -> dict[str, set[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {
        row["sentence"]: {squeezed(label) for label in ast.literal_eval(row["skills"])} - NO_SKILL
        for row in rows
    }


def report(title: str, pairs: list[tuple[str, set[str]]], wanted: int) -> None:
    """`pairs`: (label given, right labels) of ESCO concepts."""
    right = sum(squeezed(label) in gold for label, gold in pairs)
    none = sum(not gold for _, gold in pairs)
    print(  # noqa: T201
        f"  {title:34} given {len(pairs):4}  right {right:4} ({right / max(1, len(pairs)):.2f})  "
        f"where there is none {none:3}  recall {right / max(1, wanted):.2f}"
    )


def phrases(linker: Linker, spans: dict[str, set[str]]) -> None:
    texts = sorted(spans)
    wanted = sum(bool(gold) for gold in spans.values())
    links = dict(zip(texts, linker.link_phrases(texts), strict=True))
    for method in ("exact", "nearest"):
        chosen = [(text, link) for text, link in links.items() if link and link.method == method]
        esco = [
            (label_of(linker, link), spans[text])
            for text, link in chosen
            if link.concept_id.startswith("esco:")
        ]
        report(f"phrases, {method}, threshold {linker.threshold}", esco, wanted)
        print(f"  {'':34} technologies of O*NET alone {len(chosen) - len(esco)}")  # noqa: T201


def texts(linker: Linker, sentences: dict[str, set[str]]) -> None:
    pairs = [
        (label_of(linker, link), gold)
        for text, gold in sentences.items()
        for link in linker.link_text(text)
        if link.concept_id.startswith("esco:")
    ]
    report(f"sentences, threshold {linker.threshold}", pairs, sum(map(len, sentences.values())))


def label_of(linker: Linker, link: Link) -> str:
    concept = linker.taxonomy.get(link.concept_id)
    return concept.label if concept else ""


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--spans", type=Path, action="append", default=[])
    parser.add_argument("--sentences", type=Path, action="append", default=[])
    args = parser.parse_args()
    first = load_linker()
    for threshold in THRESHOLDS:
        linker = Linker(first.taxonomy, first.space.encoder, threshold=threshold, space=first.space)
        for path in args.spans:
            spans, sentences = read_spans(path)
            print(f"{path.name}: {len(spans)} spans, {sum(map(bool, spans.values()))} with a skill")  # noqa: T201
            phrases(linker, spans)
            texts(linker, sentences)
        for path in args.sentences:
            sentences = read_sentences(path)
            filled = sum(map(bool, sentences.values()))
            print(f"{path.name}: {len(sentences)} sentences, {filled} with a skill")  # noqa: T201
            texts(linker, sentences)


if __name__ == "__main__":
    main()
