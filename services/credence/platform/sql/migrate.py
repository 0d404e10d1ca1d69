"""Brings a service's database to its newest schema: `python -m credence.platform.sql.migrate <service>`.
The versions are Alembic files in the package `credence.<service>.migrations`; the URL is the owner's,
CREDENCE_MIGRATION_DATABASE_URL.
"""

import os
import sys
import threading
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory

from credence.platform.sql.database import driver_url

_LOCK = sa.text("SELECT pg_advisory_xact_lock(hashtext('credence.migrate'))")
_ONE_A_PROCESS = threading.Lock()  # `alembic.op`, which the versions use, is one for the whole process


def migrate(service: str, owner_url: str) -> None:
    """Upgrades the database of `service` to its newest version; at once when it is there."""
    with as_file(files(f"credence.{service}.migrations")) as versions:
        upgrade(versions, owner_url)


def upgrade(versions: Path, owner_url: str) -> None:
    """Upgrades to the newest version in the folder `versions`: in one transaction, all or nothing.

    Processes that start at once take turns by an advisory lock.
    """
    script = ScriptDirectory(str(versions), version_locations=[str(versions)])

    def steps(revision: Any, _: Any) -> Any:
        return script._upgrade_revs(
            "head", revision
        )  # what alembic.command.upgrade does; it has no public name

    engine = sa.create_engine(
        driver_url(owner_url), poolclass=sa.NullPool, connect_args={"connect_timeout": 5}
    )
    with (
        _ONE_A_PROCESS,
        engine.begin() as connection,
        EnvironmentContext(Config(), script, fn=steps) as environment,
    ):
        connection.execute(_LOCK)
        environment.configure(connection=connection)
        environment.run_migrations()


def main(arguments: list[str]) -> int:
    url = os.environ.get("CREDENCE_MIGRATION_DATABASE_URL", "")
    if len(arguments) != 1 or not url:
        sys.stderr.write(
            "usage: CREDENCE_MIGRATION_DATABASE_URL=postgresql://..."
            " python -m credence.platform.sql.migrate <service>\n"
        )
        return 2
    migrate(arguments[0], url)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
