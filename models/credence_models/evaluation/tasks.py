"""What is asked of a ranker: texts, candidates, and which of them are right."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

from ..taxonomy import Taxonomy
from . import candidates as listed
from . import data, heldout, metrics
from .candidates import Candidates
from .rankers import Ranker

BATCH = 64
"""Texts scored at once: with 100,000 names that is 25 MB of scores."""

Gold = Mapping[int, float]
"""Candidate -> relevance, above 0."""


@dataclass(frozen=True)
class Task:
    """`texts[i]` is to find `gold[i]`, which is never empty, among `candidates`. `left_out` counts what the data
    holds and nobody can be measured by.
    """

    kind: str
    data: str
    texts: tuple[str, ...]
    gold: tuple[Gold, ...]
    candidates: Candidates
    metrics: Mapping[str, metrics.Metric]
    left_out: Mapping[str, int]

    @property
    def phrases(self) -> bool:
        """Whether each text is one name, not running text."""
        return self.kind == "normalisation"

    def figures(self, ranker: Ranker, say: Callable[[str], None]) -> dict[str, float]:
        """Each metric's mean over all texts, in percent with two decimals."""
        found: list[metrics.Ranked] = []
        for start in range(0, len(self.texts), BATCH):
            if start and start % (16 * BATCH) == 0:
                say(f"{self.data}: {ranker.name}: {start} of {len(self.texts)} texts")
            batch = slice(start, start + BATCH)
            scores = ranker.rank_scores(self.texts[batch])
            found.extend(map(metrics.ranked, scores, self.gold[batch]))
        return {name: round(100 * fmean(map(metric, found)), 2) for name, metric in self.metrics.items()}


def linking(path: Path, candidates: Candidates) -> Task:
    """Sentence -> all labels annotated in it. Raises `DataError`."""
    return _labelled("linking", path, data.read_sentences(path), candidates, metrics.LINKING)


def normalisation(path: Path, candidates: Candidates) -> Task:
    """Another name -> the label. Raises `DataError`."""
    return _labelled("normalisation", path, data.read_pairs(path), candidates, metrics.NORMALISATION)


def held_out_aliases(taxonomy: Taxonomy, labels: Sequence[str] | None = None) -> Task:
    """Held-out alternative label -> its concepts, among candidates that do not have it: those with `labels`, else all.

    `taxonomy` is the whole one. Raises `DataError` where no label has an alias that is held out.
    """
    known = heldout.without_held_out(taxonomy)
    candidates = listed.of_taxonomy(known) if labels is None else listed.of_labels(labels, known)
    gold = {
        alias: dict.fromkeys(candidates.of_concepts(ids), 1.0)
        for alias, ids in heldout.held_out_queries(taxonomy.concepts).items()
    }
    asked = {alias: right for alias, right in gold.items() if right}
    if not asked:
        raise data.DataError("no label is one of the taxonomy that has an alias held out")
    left_out = {"aliases of concepts without a label here": len(gold) - len(asked)}
    return _task("normalisation", "held-out-aliases", asked, candidates, metrics.NORMALISATION, left_out)


def retrieval(queries: Path, corpus: Path, qrels: Path) -> Task:
    """Query -> relevant documents, among all of the corpus, one with the query's own id too. Raises `DataError`."""
    texts, documents, judged = data.read_texts(queries), data.read_texts(corpus), data.read_judgements(qrels)
    position = {key: index for index, key in enumerate(documents)}
    gold: dict[str, Gold] = {}
    for query in texts:
        right = {position[doc]: value for doc, value in judged.get(query, {}).items() if doc in position}
        if right:
            gold[query] = right
    if not gold:
        raise data.DataError(f"{qrels}: no query of {queries.name} has a relevant document in {corpus.name}")
    left_out = {
        "queries without a relevant document": len(texts) - len(gold),
        "judgements of other queries or documents": sum(map(len, judged.values()))
        - sum(map(len, gold.values())),
    }
    return Task(
        kind="retrieval",
        data=str(queries),
        texts=tuple(texts[query] for query in gold),
        gold=tuple(gold.values()),
        candidates=listed.of_texts(documents.values()),
        metrics=metrics.RETRIEVAL,
        left_out=_counted(left_out),
    )


def _labelled(
    kind: str,
    path: Path,
    answers: data.Answers,
    candidates: Candidates,
    measured: Mapping[str, metrics.Metric],
) -> Task:
    gold: dict[str, Gold] = {}
    unknown = 0
    for text, labels in answers.items():
        right: dict[int, float] = {}
        for label in labels:
            positions = candidates.find(label)
            unknown += not positions
            right.update(dict.fromkeys(positions, 1.0))
        if right:
            gold[text] = right
    if not gold:
        raise data.DataError(f"{path}: no text in it has a label that is among the {len(candidates)} to rank")
    left_out = {
        "texts without a right label": len(answers) - len(gold),
        "labels that are not listed": unknown,
    }
    return _task(kind, str(path), gold, candidates, measured, left_out)


def _task(
    kind: str,
    name: str,
    gold: Mapping[str, Gold],
    candidates: Candidates,
    measured: Mapping[str, metrics.Metric],
    left_out: Mapping[str, int],
) -> Task:
    return Task(kind, name, tuple(gold), tuple(gold.values()), candidates, measured, _counted(left_out))


def _counted(left_out: Mapping[str, int]) -> dict[str, int]:
    return {what: count for what, count in left_out.items() if count}
