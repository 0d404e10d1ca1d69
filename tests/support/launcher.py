"""Starts a service as its own process, as in production: for tests across services."""

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path

from credence.platform.local import LocalKafka, Service
from support.databases import ServiceDatabase

_TESTS = Path(__file__).parents[1]


class LaunchedService(Service):
    """`python -m credence.<service>` with the settings that it needs; ready when it is SERVING.

    `with launched: ...`, or start, kill (-9) and start again. Its log is `folder/<service>.log`.
    """

    def __init__(
        self,
        service: str,
        folder: Path,
        *,
        kafka: LocalKafka,
        database: ServiceDatabase,
        token_keys: str,
        module: str = "",
        settings: Mapping[str, str] | None = None,
        path: Path = _TESTS,
    ) -> None:
        """`settings`: more of them, by name without CREDENCE_. `module`: what to run instead of `credence.<service>`.
        `path` stands before what is installed, for modules to be found in.
        """
        self._ready_file = folder / f"{service}.json"
        given = {
            "SERVICE": service,
            "KAFKA_BOOTSTRAP": kafka.bootstrap,
            "DATABASE_URL": database.urls.service,
            "SYSTEM_DATABASE_URL": database.urls.system,
            "TOKEN_KEYS": token_keys,
            "READY_FILE": str(self._ready_file),
            **(settings or {}),
        }
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith("CREDENCE_") or name == "CREDENCE_CACHE"
        }
        self.environment = {
            **kept,
            "PYTHONPATH": str(path),
            **{f"CREDENCE_{name}": value for name, value in given.items()},
        }
        super().__init__(
            [sys.executable, "-W", "ignore", "-m", module or f"credence.{service}"],
            log=folder / f"{service}.log",
            env=self.environment,
            ready=self._serving,
        )

    @property
    def address(self) -> str:
        """host:port of its gRPC server; another one after each start."""
        return str(self._facts()["grpc"])

    def __enter__(self) -> "LaunchedService":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _facts(self) -> dict[str, object]:
        return dict(json.loads(self._ready_file.read_text()))

    def _serving(self) -> bool:
        # the file of a process that was killed stays behind
        return self._facts()["pid"] == self.pid
