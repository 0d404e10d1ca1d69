import os
import signal
import socket
import stat
import subprocess
import sys
from pathlib import Path

import psutil
import psycopg
import pytest
from sqlalchemy import create_engine, make_url, text

from credence.platform.local import LocalPostgres, StartError


def dsn(postgres: LocalPostgres) -> str:
    return postgres.url().replace("+psycopg", "")


def test_committed_rows_survive_stop_and_kill(tmp_path: Path) -> None:
    with LocalPostgres(tmp_path / "pg") as postgres:
        url = postgres.url()
        with psycopg.connect(dsn(postgres)) as connection:
            assert connection.info.server_version // 10_000 == 18
            connection.execute("CREATE TABLE letter (value text)")
            connection.execute("INSERT INTO letter VALUES ('a')")
        family = [psutil.Process(postgres.pid), *psutil.Process(postgres.pid).children(recursive=True)]
        postgres.kill()
        assert not any(p.is_running() and p.status() != psutil.STATUS_ZOMBIE for p in family)
        postgres.start()
        assert postgres.url() == url
        connection = psycopg.connect(dsn(postgres))
        connection.execute("INSERT INTO letter VALUES ('b')")
        postgres.stop()  # an open session does not hold it up
        with pytest.raises(psycopg.OperationalError):
            connection.commit()

    with LocalPostgres(tmp_path / "pg") as postgres:
        assert postgres.url() == url
        with psycopg.connect(dsn(postgres)) as connection:
            assert connection.execute("SELECT value FROM letter").fetchall() == [("a",)]


def test_killed_from_outside_while_clients_are_busy(tmp_path: Path) -> None:
    """Only the postmaster dies at first; the start waits until the other processes of it have gone too."""
    with LocalPostgres(tmp_path / "pg") as postgres:
        with psycopg.connect(dsn(postgres), autocommit=True) as connection:
            connection.execute("CREATE TABLE n AS SELECT generate_series(1, 100000) AS i")
            assert postgres.pid
            os.kill(postgres.pid, signal.SIGKILL)
            while postgres.running:
                pass
            postgres.start()
        with psycopg.connect(dsn(postgres)) as connection:
            assert connection.execute("SELECT count(*) FROM n").fetchone() == (100_000,)


def test_what_matters_is_set() -> None:
    with (
        LocalPostgres(settings={"work_mem": "5MB"}) as postgres,
        create_engine(postgres.url()).connect() as connection,
    ):

        def show(name: str) -> str:
            return connection.execute(text(f"SHOW {name}")).scalar_one()

        assert show("fsync") == show("synchronous_commit") == show("data_checksums") == "on"
        assert show("max_connections") == "200"
        assert show("server_encoding") == "UTF8"
        assert show("work_mem") == "5MB"
        data = postgres.data_dir
        connection.close()
    assert not data.exists()
    with LocalPostgres(fsync=False) as postgres, psycopg.connect(dsn(postgres)) as connection:
        assert connection.execute("SHOW fsync").fetchone() == ("off",)


def test_the_password_is_asked_for_and_private(tmp_path: Path) -> None:
    with LocalPostgres(tmp_path, fsync=False) as postgres:
        assert stat.S_IMODE((tmp_path / "password").stat().st_mode) == 0o600
        assert len(postgres.password) >= 32
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(postgres.url(role="postgres", password="guess").replace("+psycopg", ""))
        # What people put into names and passwords arrives as it was.
        url = make_url(postgres.url("a/b", role="r@x", password="p:/?#%"))
        assert (url.drivername, url.username, url.password, url.database, url.host, url.port) == (
            "postgresql+psycopg",
            "r@x",
            "p:/?#%",
            "a/b",
            "127.0.0.1",
            postgres.port,
        )


def test_a_process_id_given_to_another_program_does_not_stop_it(tmp_path: Path) -> None:
    with LocalPostgres(tmp_path / "pg", fsync=False) as postgres:
        pid_file = tmp_path / "pg" / "cluster" / "postmaster.pid"
        lines = pid_file.read_text().splitlines()
        postgres.kill()
        account = {"user": "nobody"} if os.geteuid() == 0 else {}
        other = subprocess.Popen(["sleep", "60"], **account)
        try:
            pid_file.write_text("\n".join([str(other.pid), *lines[1:]]) + "\n")
            postgres.start()
        finally:
            other.kill()
            other.wait()


def test_a_preparation_cut_short_is_begun_again(tmp_path: Path) -> None:
    (tmp_path / "pg" / "cluster.new").mkdir(parents=True)
    (tmp_path / "pg" / "cluster.new" / "PG_VERSION").write_text("18\n")
    with LocalPostgres(tmp_path / "pg", fsync=False) as postgres:
        assert postgres.running


def test_a_server_that_does_not_come_up_says_why(tmp_path: Path) -> None:
    postgres = LocalPostgres(tmp_path, fsync=False, settings={"shared_buffers": "plenty"})
    with pytest.raises(StartError, match=r"(?s)postgres did not start.*plenty"):
        postgres.start()
    assert not postgres.running


def test_a_fixed_port_in_use_is_an_error(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        postgres = LocalPostgres(tmp_path, fsync=False, port=taken.getsockname()[1])
        with pytest.raises(StartError, match=r"(?i)address already in use"):
            postgres.start()


def test_one_owner_a_directory(tmp_path: Path) -> None:
    """Also across processes, and also when the other owner's server is all that is left of it."""
    with LocalPostgres(tmp_path, fsync=False):
        code = (
            "import sys; from pathlib import Path\n"
            "from credence.platform.local import LocalPostgres, AlreadyRunningError, server\n"
            "server._PATIENCE = 0.2\n"
            "try: LocalPostgres(Path(sys.argv[1])).start()\n"
            "except AlreadyRunningError as error: print(error)\n"
        )
        done = subprocess.run(
            [sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True
        )
        assert f"another process runs postgres in {tmp_path}" in done.stdout
    with LocalPostgres(tmp_path, fsync=False) as postgres:
        assert postgres.running
