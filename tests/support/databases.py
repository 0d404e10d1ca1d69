"""Fresh databases of services: provisioned and migrated as in production."""

from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from credence.platform.local import LocalPostgres
from credence.platform.sql.database import Database
from credence.platform.sql.migrate import migrate, upgrade
from credence.platform.sql.provision import Passwords, Urls, provision

OPEN = 8
"""Databases that keep their connections, of which the server has a bounded number for the whole session."""


@dataclass(frozen=True)
class ServiceDatabase:
    """One database with its three roles; `database` is open on the service's and the system role."""

    name: str
    urls: Urls
    database: Database = field(repr=False)


class ServiceDatabases:
    """Makes a fresh, migrated database at each call; they go with the server, at the end of the session."""

    def __init__(self, postgres: LocalPostgres) -> None:
        self._postgres = postgres
        self._numbers = count(1)
        self._made: list[ServiceDatabase] = []

    def __call__(self, service: str, versions: Path | None = None) -> ServiceDatabase:
        """A database of `service`, with its own migrations or those in the folder `versions`."""
        name = f"test_{service}_{next(self._numbers)}"
        urls = provision(self._postgres.url(), service, Passwords(), database=name)
        if versions is None:
            migrate(service, urls.owner)
        else:
            upgrade(versions, urls.owner)
        made = ServiceDatabase(name, urls, Database(urls.service, urls.system))
        for old in self._made[:-OPEN]:
            old.database.close()  # its connections; it opens new ones if it is used again
        self._made.append(made)
        return made

    def close(self) -> None:
        for made in self._made:
            made.database.close()
