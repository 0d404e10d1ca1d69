"""A bounded cache of results, for callers that look up many keys and compute the missing ones together."""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from threading import Lock
from typing import Generic, TypeVar

V = TypeVar("V")


class BatchCache(Generic[V]):
    """Keeps the `size` results used last. Safe to use from several threads; a value may be computed twice."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._values: OrderedDict[str, V] = OrderedDict()
        self._lock = Lock()

    def get_all(self, keys: Iterable[str], compute: Callable[[list[str]], Mapping[str, V]]) -> dict[str, V]:
        """Every key's value. `compute` is called at most once, with the missing keys, each once, in order."""
        wanted = list(dict.fromkeys(keys))
        found: dict[str, V] = {}
        with self._lock:
            for key in wanted:
                if key in self._values:
                    self._values.move_to_end(key)
                    found[key] = self._values[key]
        missing = [key for key in wanted if key not in found]
        if missing:
            fresh = compute(missing)
            found.update(fresh)
            with self._lock:
                self._values.update(fresh)
                while len(self._values) > self._size:
                    self._values.popitem(last=False)
        return found
