"""The indexes of all tenants in this process."""

import threading

from credence.matching.index import PostingIndex, RankingIndex
from credence.platform.errors import NotReady


class Pools:
    """One index a tenant; filled by the profile feed. Thread-safe."""

    def __init__(self) -> None:
        self._indexes: dict[str, RankingIndex] = {}
        self._making = threading.Lock()
        self._loaded = threading.Event()

    def of(self, tenant: str) -> RankingIndex:
        """To rank with. Raises NotReady until everything that the database held at the start is in it."""
        if not self._loaded.is_set():
            raise NotReady("the ranking index is loading; try again", cause="index")
        return self.writable(tenant)

    def writable(self, tenant: str) -> RankingIndex:
        with self._making:
            if tenant not in self._indexes:
                self._indexes[tenant] = PostingIndex()
            return self._indexes[tenant]

    def mark_loaded(self) -> None:
        self._loaded.set()
