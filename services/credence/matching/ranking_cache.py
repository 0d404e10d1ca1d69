"""Rankings that were given lately, as they were: later pages and decisions refer to them."""

import threading
from collections import OrderedDict
from dataclasses import dataclass

from credence.matching.explain import Target
from credence.matching.index import Ranking
from credencepb.matching.v1.ranking_pb2 import Provenance

MAX_PLACES = 2_000_000
"""Places of all rankings kept together: some 60 MB, beside the profiles that they still hold on to."""
MAX_RANKINGS = 256


@dataclass(frozen=True, slots=True)
class Given:
    """A ranking with what it depends on."""

    target: Target
    ranking: Ranking
    provenance: Provenance


class RankingCache:
    """The rankings used last, by name; which ones are in the log already. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._given: OrderedDict[str, Given] = OrderedDict()
        self._places = 0
        self._logged: OrderedDict[str, None] = OrderedDict()

    def get(self, name: str) -> Given | None:
        with self._lock:
            given = self._given.get(name)
            if given is not None:
                self._given.move_to_end(name)
            return given

    def put(self, given: Given) -> None:
        with self._lock:
            self._drop(given.provenance.ranking)
            self._given[given.provenance.ranking] = given
            self._places += len(given.ranking)
            while len(self._given) > 1 and (self._places > MAX_PLACES or len(self._given) > MAX_RANKINGS):
                self._drop(next(iter(self._given)))

    def forget(self, tenant: str) -> None:
        """Drops a tenant's rankings: somebody in them is to be shown no more."""
        with self._lock:
            for name in [name for name in self._given if name.startswith(f"tenants/{tenant}/")]:
                self._drop(name)

    def is_logged(self, name: str) -> bool:
        with self._lock:
            return name in self._logged

    def mark_logged(self, name: str) -> None:
        with self._lock:
            self._logged[name] = None
            while len(self._logged) > 16 * MAX_RANKINGS:
                self._logged.popitem(last=False)

    def _drop(self, name: str) -> None:
        given = self._given.pop(name, None)
        if given is not None:
            self._places -= len(given.ranking)
