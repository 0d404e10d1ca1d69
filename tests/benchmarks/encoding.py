"""How fast phrases become vectors and links: `python tests/benchmarks/encoding.py [--seconds 3] [--reference PYTHON]`.

The product's encoder and linker on onnxruntime beside the same weights on sentence-transformers and torch, in processes of their own
and in turn, the encoders with all cores each. In the linker torch has one: faiss is held to one thread (similarity.py), and torch
shares its OpenMP; compare by processor time there. Texts are names and descriptions of the taxonomy; no text that is said to be new
was seen before. Memory is what the process holds; starts are of fresh processes, files warm. A ratio above 1 is in the product's favour.

The reference needs the extra `train` (5 GB); PYTHON is an interpreter that has it, if this one has not.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import psutil

import credence_models
from credence_models import taxonomy
from credence_models.taxonomy import Taxonomy

WORKER = Path(__file__).with_name("encoding_worker.py")
MODELS = Path(credence_models.__file__).parents[1]
OURS, REFERENCE = "onnx", "sentence-transformers"
WORDS = 5
BATCH = 256
MIB = 2**20
STARTS = (
    ("imported", "imports", "s"),
    ("loaded", "loading", "s"),
    ("started", "from the start of a process to its first answer", "s"),
    ("resident_then", "resident then", "MiB"),
)


class Worker:
    """A fresh process with an encoder or a linker in it; closed, it is gone."""

    def __init__(self, python: str, backend: str, what: str) -> None:
        started = time.perf_counter()
        self._process = subprocess.Popen(
            [python, "-W", "ignore", str(WORKER), backend, what],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(MODELS), "HF_HUB_OFFLINE": "1", "TQDM_DISABLE": "1"},
        )
        self.imported: float = self._line()["imported"]
        self.loaded: float = self._line()["loaded"]
        self._line()
        self.started = time.perf_counter() - started
        self.resident_then = self.resident()

    def close(self) -> None:
        self._process.stdin.close()
        self._process.wait()

    def resident(self) -> float:
        return psutil.Process(self._process.pid).memory_info().rss / MIB

    def ask(self, call: str, way: str, texts: Sequence[str], *, size: int, seconds: float) -> dict[str, Any]:
        order = {"call": call, "way": way, "texts": texts, "size": size, "seconds": seconds}
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return self._line()

    def _line(self) -> dict[str, Any]:
        line = self._process.stdout.readline()
        if not line:
            sys.exit(f"a worker ended with {self._process.wait()}")
        return json.loads(line)


class Meter:
    """How busy others keep the machine. It matters: threads of torch wait for each other spinning, and with a core short they
    spin for long.
    """

    def __init__(self) -> None:
        self._started, self._all, self._own = time.perf_counter(), self._busy(), sum(os.times()[:4])

    def others(self) -> float:
        """Share of all cores since this began. Of our own processes those count that have ended."""
        wall = (time.perf_counter() - self._started) * (os.cpu_count() or 1)
        return max(0.0, self._busy() - self._all - sum(os.times()[:4]) + self._own) / wall

    @staticmethod
    def _busy() -> float:
        times = psutil.cpu_times()
        return times.user + times.system + getattr(times, "nice", 0.0)


class Texts:
    """Texts that nobody has seen yet, in an order that is the same in every run."""

    def __init__(self, texts: Sequence[str]) -> None:
        unseen = list(dict.fromkeys(texts))
        random.Random(1).shuffle(unseen)
        self._unseen = iter(unseen)

    def take(self, count: int) -> list[str]:
        return list(islice(self._unseen, count))


def names(concepts: Taxonomy) -> list[str]:
    found = (name for concept in concepts.concepts for name in (concept.label, *concept.aliases))
    return [name for name in found if len(name.split()) == WORDS]


def strangers(known: Sequence[str]) -> Iterator[str]:
    """Phrases as long as names that no concept has: the beginning of one with the last word of another."""
    taken = {name.casefold() for name in known}
    last = [name.split()[-1] for name in known]
    random.Random(2).shuffle(last)
    for name, word in zip(known, last, strict=True):
        phrase = " ".join((*name.split()[:-1], word))
        if phrase.casefold() not in taken:
            yield phrase


class Bench:
    """Rows of figures, each measured on both sides in turn, so that what else the machine does hits both."""

    def __init__(
        self, pythons: dict[str, str], what: str, *, seconds: float, rounds: int, one_by_one: int
    ) -> None:
        self.pythons, self.what = pythons, what
        self.seconds, self.rounds, self.one_by_one = seconds, rounds, one_by_one
        self.workers: dict[str, Worker] = {}

    def __enter__(self) -> "Bench":
        print(f"\n{self.what:<58}{'onnxruntime':>12}{'torch':>14} {'':4}{'ratio':>8}")
        self._starts()
        self.workers = {backend: self._worker(backend) for backend in self.pythons}
        return self

    def __exit__(self, *_: object) -> None:
        self._line(
            "resident after all of it", {k: w.resident() for k, w in self.workers.items()}, "MiB", less=True
        )
        for worker in self.workers.values():
            worker.close()

    def rates(self, what: str, call: str, way: str, texts: Texts, most: int) -> None:
        """The median of rounds with other texts each, `most` at the most."""
        found: dict[str, list[dict[str, float]]] = {backend: [] for backend in self.workers}
        for _ in range(self.rounds):
            chosen = texts.take(most)
            for backend, worker in self.workers.items():
                found[backend].append(worker.ask(call, way, chosen, size=BATCH, seconds=self.seconds))
        for field, name in (("a_second", what), ("a_cpu_second", "  a second of processor time")):
            self._line(name, {key: median(one[field] for one in given) for key, given in found.items()}, "/s")

    def singles(self, what: str, call: str, texts: Texts) -> None:
        found: dict[str, list[float]] = {backend: [] for backend in self.workers}
        for _ in range(self.rounds):
            chosen = texts.take(self.one_by_one)
            for backend, worker in self.workers.items():
                found[backend] += worker.ask(call, "singles", chosen, size=1, seconds=0)["each"]
        cuts = {key: quantiles(times, n=100) for key, times in found.items()}
        for percent in (50, 99):
            self._line(
                f"{what}, p{percent}", {k: cut[percent - 1] * 1e3 for k, cut in cuts.items()}, "ms", less=True
            )

    def _starts(self) -> None:
        """Of fresh processes; the first of each side only warms the files."""
        found: dict[str, list[Worker]] = {backend: [] for backend in self.pythons}
        for _ in range(self.rounds + 1):
            for backend, workers in found.items():
                workers.append(self._worker(backend))
                workers[-1].close()
        for field, name, unit in STARTS:
            values = {
                key: median(getattr(worker, field) for worker in workers[1:])
                for key, workers in found.items()
            }
            self._line(name, values, unit, less=True)

    def _worker(self, backend: str) -> Worker:
        return Worker(self.pythons[backend], backend, self.what)

    def _line(self, what: str, values: Mapping[str, float], unit: str, *, less: bool = False) -> None:
        """The ratio is above 1 where the product is better, also where `less` is."""
        digits = {"s": 2, "ms": 1}.get(unit, 0)
        ours, other, ratio = values[OURS], "-", "-"
        if REFERENCE in values:
            reference = values[REFERENCE]
            other, ratio = f"{reference:,.{digits}f}", f"{reference / ours if less else ours / reference:.2f}"
        print(f"{what:<58}{ours:12,.{digits}f}{other:>14} {unit:4}{ratio:>8}", flush=True)


def has_reference(python: str) -> bool:
    asked = "import importlib.util, sys; sys.exit(importlib.util.find_spec('sentence_transformers') is None)"
    return subprocess.run([python, "-c", asked], check=False).returncode == 0


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    arguments.add_argument("--seconds", type=float, default=3.0, help="of each batch measurement, at most")
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--singles", type=int, default=200, help="texts measured alone in a round")
    arguments.add_argument("--reference", default=sys.executable, metavar="PYTHON")
    given = arguments.parse_args()
    pythons = {OURS: sys.executable}
    if has_reference(given.reference):
        pythons[REFERENCE] = given.reference
    else:
        print(
            "no reference: sentence-transformers is not installed; pip install 'credence[train]' (5 GB), or name an"
            " interpreter that has it with --reference"
        )
    meter = Meter()
    concepts = taxonomy.load()
    phrases = names(concepts)
    sentences = [
        concept.description
        for concept in concepts.concepts
        if concept.id.startswith("esco:") and concept.description
    ]
    words = sum(len(text.split()) for text in sentences) / len(sentences)
    options = {"seconds": given.seconds, "rounds": given.rounds, "one_by_one": given.singles}
    with Bench(pythons, "encoder", **options) as bench:
        known, texts = Texts(phrases), Texts(sentences)
        bench.rates(f"phrases of {WORDS} words, {BATCH} a call", "encode", "rate", known, 4_000)
        bench.singles(f"one phrase of {WORDS} words", "encode", known)
        bench.rates(f"descriptions of {words:.0f} words, {BATCH} a call", "encode", "rate", texts, 1_500)
    with Bench(pythons, "linker", **options) as bench:
        known, new, texts = Texts(phrases), Texts(list(strangers(phrases))), Texts(sentences)
        bench.rates("link_phrases, new, all of them names", "link_phrases", "rate", known, 4_000)
        bench.rates("link_phrases, new, none a name", "link_phrases", "rate", new, 3_000)
        bench.rates("link_phrases, seen before", "link_phrases", "repeated", new, 500)
        bench.singles("one new phrase that is no name", "link_phrases", new)
        bench.rates(f"link_texts, new descriptions of {words:.0f} words", "link_texts", "rate", texts, 3_000)
        bench.rates("link_texts, seen before", "link_texts", "repeated", texts, 200)
    print(f"\nother work took {meter.others():.0%} of the processors meanwhile")
    return 0


if __name__ == "__main__":
    sys.exit(main())
