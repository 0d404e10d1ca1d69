"""Keeps the indexes of this process as the database is, whichever replica took the change in."""

import logging
import time
from collections.abc import Callable

import psycopg

from credence.matching.index import IndexedProfile
from credence.matching.pools import Pools
from credence.matching.profile_store import CHANNEL, ProfileStore, State
from credence.matching.profiles import InvalidProfileError, indexed
from credence.platform.errors import NotReady
from credence.platform.parts import StopToken, Worker
from credence.platform.sql.database import Database, conninfo

_log = logging.getLogger(__name__)

_WAIT_S = 0.25
_SWEEP_S = 10.0
"""NOTIFY tells of every change; a look at all tenants now and then costs little and assumes nothing."""
_PAUSE_S = 1.0


class ProfileFeed(Worker):
    """Part that loads all profiles of all tenants at the start and follows every change, some milliseconds behind its commit.

    Lives through a database that is away: rankings go on from what is loaded. `on_removal` is called with a tenant after somebody left its
    index.
    """

    def __init__(
        self,
        database_url: str,
        database: Database,
        store: ProfileStore,
        pools: Pools,
        on_removal: Callable[[str], None],
    ) -> None:
        super().__init__("profile-feed")
        self._url = conninfo(database_url)
        self._database = database
        self._store = store
        self._pools = pools
        self._on_removal = on_removal
        self._since: dict[str, int] = {}
        self._seen: dict[str, dict[str, int]] = {}  # tenant -> candidate -> number of the change

    def run(self, stop: StopToken) -> None:
        while not stop.is_set():
            try:
                with psycopg.connect(self._url, autocommit=True, connect_timeout=5) as connection:
                    connection.execute(f"LISTEN {CHANNEL}")
                    self._listen(connection, stop)
            except (psycopg.OperationalError, NotReady) as error:
                _log.warning("profile feed: the database is away: %s", error)
                stop.wait(_PAUSE_S)

    def _listen(self, connection: psycopg.Connection, stop: StopToken) -> None:
        swept = -_SWEEP_S
        while not stop.is_set():
            if time.monotonic() - swept >= _SWEEP_S:
                for tenant in self._database.tenants():
                    self.follow(tenant)
                swept = time.monotonic()
                if not self.ready():
                    self._pools.mark_loaded()
                    self.mark_ready()
            for tenant in {note.payload for note in connection.notifies(timeout=_WAIT_S, stop_after=1)}:
                self.follow(tenant)

    def follow(self, tenant: str) -> None:
        """Brings the index of one tenant to what is committed now."""
        seen = self._seen.setdefault(tenant, {})
        with self._database.transaction(tenant, read_only=True) as tx:
            horizon = self._store.horizon(tx)
            changes = self._store.changes(tx, self._since.get(tenant, 0))
            new = [change for change in changes if seen.get(change.candidate) != change.changed]
            live = [change.candidate for change in new if change.state is State.LIVE]
            contents = list(self._store.read(tx, live))
        if new:
            gone = {change.candidate for change in new if change.state is not State.LIVE}
            # one that became another state between the two reads comes with the next change
            self._apply(tenant, [content for _, content in contents], gone)
            seen.update((change.candidate, change.changed) for change in new if change.candidate in gone)
            seen.update((change.candidate, change.changed) for change, _ in contents)
        self._since[tenant] = horizon

    def _apply(self, tenant: str, contents: list[bytes], gone: set[str]) -> None:
        index = self._pools.writable(tenant)
        profiles: list[IndexedProfile] = []
        for content in contents:
            try:
                profiles.append(indexed(content))
            except InvalidProfileError:
                _log.exception("a stored profile cannot be ranked")
        # a person who was erased and came back begins again at revision 1, under the same id
        again = {
            profile.candidate
            for profile in profiles
            if (present := index.get(profile.candidate)) is not None and present.revision >= profile.revision
        }
        leaving = [candidate for candidate in gone | again if index.get(candidate) is not None]
        if leaving:
            index.remove(leaving)
            self._on_removal(tenant)
        index.apply(profiles)
