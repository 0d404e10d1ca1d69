import shutil
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError, ProgrammingError

from credence.platform.local import LocalPostgres
from credence.platform.sql.database import Database, driver_url
from credence.platform.sql.migrate import main, upgrade
from credence.platform.sql.provision import Passwords, database_of, provision
from support.databases import ServiceDatabase
from support.things import VERSIONS, put, things


def test_provision_may_be_repeated_and_run_at_once(postgres: LocalPostgres) -> None:
    passwords = Passwords("one", "two", "three")
    with ThreadPoolExecutor(4) as pool:
        given = list(pool.map(lambda _: provision(postgres.url(), "repeated", passwords), range(4)))
    assert len(set(given)) == 1
    assert sa.make_url(given[0].service).database == database_of("repeated")
    changed = provision(postgres.url(), "repeated", Passwords("one", "changed", "three"))
    with pytest.raises(OperationalError, match="password"):
        connect(given[0].service)
    connect(changed.service)


def test_services_cannot_reach_each_other(made: ServiceDatabase, postgres: LocalPostgres) -> None:
    other = provision(postgres.url(), "other", Passwords())
    url = sa.make_url(made.urls.service).set(database=sa.make_url(other.service).database)
    with pytest.raises(OperationalError, match="permission denied for database"):
        connect(url.render_as_string(hide_password=False))


def test_passwords_are_not_shown(made: ServiceDatabase) -> None:
    assert "postgresql" not in repr(made.urls)
    assert repr(Passwords()) == "Passwords()"


def test_migrations_run_at_once_and_again(postgres: LocalPostgres) -> None:
    urls = provision(postgres.url(), "migrated", Passwords())
    with ThreadPoolExecutor(3) as threads, ProcessPoolExecutor(2, get_context("spawn")) as processes:
        runs = [pool.submit(upgrade, VERSIONS, urls.owner) for pool in (threads, processes) for _ in range(3)]
    for run in runs:
        run.result()
    database = Database(urls.service)
    with database.transaction("acme") as tx:
        put(tx, "a", "x")
    upgrade(VERSIONS, urls.owner)
    assert things(database, "acme") == {"a": "x"}
    database.close()


def test_a_migration_that_fails_leaves_the_version_before(made: ServiceDatabase, tmp_path: Path) -> None:
    shutil.copytree(VERSIONS, tmp_path, dirs_exist_ok=True)
    (tmp_path / "0002_broken.py").write_text(
        "from alembic import op\nrevision, down_revision = '0002', '0001'\n"
        "def upgrade():\n    op.execute('CREATE TABLE half (tenant text)')\n    op.execute('SELECT 1/0')\n"
    )
    with pytest.raises(sa.exc.DataError):
        upgrade(tmp_path, made.urls.owner)
    with pytest.raises(ProgrammingError, match="does not exist"), made.database.transaction("acme") as tx:
        tx.execute(sa.text("SELECT FROM half"))
    upgrade(VERSIONS, made.urls.owner)


def test_the_service_role_cannot_migrate(made: ServiceDatabase, tmp_path: Path) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"):
        upgrade(VERSIONS, made.urls.service)


def test_the_command_says_how_to_use_it(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CREDENCE_MIGRATION_DATABASE_URL", raising=False)
    assert main([]) == 2
    assert "CREDENCE_MIGRATION_DATABASE_URL" in capsys.readouterr().err


def connect(url: str) -> None:
    engine = sa.create_engine(driver_url(url), poolclass=sa.NullPool)
    with engine.connect() as connection:
        connection.execute(sa.text("SELECT 1"))
