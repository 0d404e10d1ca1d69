"""Everything that Credence is, on one machine: broker, database, services and pages, each its own process.

`credence up`, the end-to-end tests, the fault tests and the benchmarks run this.
"""

import json
import os
import socket
import sys
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

import grpc

from credence.cli.provision import DESCRIPTORS, SERVICES, Secrets, database
from credence.platform.grpc.client import channel
from credence.platform.kafka.topics import ensure_topics
from credence.platform.local import Child, LocalKafka, LocalPostgres, Service, Supervisor, free_port
from credence.platform.sql.provision import Urls
from credence.platform.tokens import development_key, mint_token, public_jwks
from credence.topics import TOPICS

_PASSED_ON = ("CREDENCE_CACHE", "CREDENCE_TAXONOMY", "CREDENCE_REGISTRY_KEYS")
"""Settings of whoever runs the stack that its services share; all others are the stack's own."""

ALL_SCOPES = (
    "candidates.read",
    "candidates.write",
    "candidates.identity",
    "credentials.verify",
    "profiles.read",
    "issuers.write",
    "descriptions.write",
    "roles.read",
    "roles.write",
    "rankings.read",
    "decisions.write",
    "audits.read",
    "audits.write",
    "audits.people",
)


@dataclass(frozen=True)
class StackOptions:
    """What may differ from run to run; the defaults are what `credence up` uses."""

    tenant: str = "meridian"
    web: bool = True
    web_port: int = 8080
    """Taken when free, else another."""
    development_hosts: Mapping[str, str] = field(default_factory=dict)
    """Hosts of issuers that a loopback origin stands in for."""
    clock_at: datetime | None = None
    """Tests: "now" stands still."""
    fsync: bool = True
    extra: Mapping[str, str] = field(default_factory=dict)
    """Further variables for every service."""


class Stack:
    """Use as a context manager; `start` inside it. A Kafka or PostgreSQL of one's own comes by CREDENCE_KAFKA_BOOTSTRAP and
    CREDENCE_POSTGRES_URL (an administrator's URL); otherwise both are started here and keep their data in `data_dir`.
    """

    def __init__(
        self,
        data_dir: Path,
        options: StackOptions | None = None,
        *,
        report: Callable[[str], None] | None = None,
    ) -> None:
        self.data_dir = data_dir.absolute()
        self.options = options or StackOptions()
        self.supervisor = Supervisor(self.data_dir / "run", report=report)
        self.targets: dict[str, str] = {}
        self.bootstrap = ""
        self.postgres_url = ""
        self.urls: dict[str, Urls] = {}
        self.web_url = ""
        self._open = ExitStack()

    def __enter__(self) -> Self:
        self.supervisor.__enter__()
        # what the stack lends out ends before the children do
        self._open.push(self.supervisor)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    def start(self, also: Mapping[str, Child] | None = None) -> None:
        """Servers first, then databases and topics, then all services side by side. StartError says what did not come up."""
        self._kept = Secrets(self.data_dir / "secrets.json")
        self.key = development_key(self.data_dir / "signing-key.json")
        self.bootstrap, self.postgres_url = self._servers(also or {})
        passwords = [self._kept.passwords(service) for service in SERVICES]
        with ThreadPoolExecutor() as pool:
            topics = pool.submit(ensure_topics, self.bootstrap, TOPICS)
            databases = pool.map(database, [self.postgres_url] * len(SERVICES), SERVICES, passwords)
            self.urls = dict(zip(SERVICES, databases, strict=True))
            topics.result()
        self.supervisor.start({s: self._service(s, self.urls[s]) for s in SERVICES})
        if self.options.web:
            self.supervisor.start({"web": self._web()})
        self.supervisor.publish(
            kafka=self.bootstrap,
            tenant=self.options.tenant,
            key=str(self.data_dir / "signing-key.json"),
            web=self.web_url,
            **{f"target.{name}": target for name, target in self.targets.items()},
        )

    def token(self, *scopes: str, tenant: str = "", subject: str = "development") -> str:
        """A token for `tenant` (the stack's) with `scopes` (all)."""
        return mint_token(
            self.key,
            subject=subject,
            tenant=tenant or self.options.tenant,
            scopes=scopes or ALL_SCOPES,
            ttl=timedelta(hours=8),
        )

    def channel(self, service: str, *scopes: str, tenant: str = "", deadline_s: float = 30.0) -> grpc.Channel:
        """A channel to `service`, closed with the stack."""
        token = self.token(*scopes, tenant=tenant)
        opened = channel(self.targets[service], token, services=[DESCRIPTORS[service]], deadline_s=deadline_s)
        self._open.callback(opened.close)
        return opened

    def _servers(self, also: Mapping[str, Child]) -> tuple[str, str]:
        bootstrap = os.environ.get("CREDENCE_KAFKA_BOOTSTRAP", "")
        postgres_url = os.environ.get("CREDENCE_POSTGRES_URL", "")
        kafka = None if bootstrap else LocalKafka(self.data_dir / "kafka")
        postgres = (
            None if postgres_url else LocalPostgres(self.data_dir / "postgres", fsync=self.options.fsync)
        )
        children: dict[str, Child] = dict(also)
        if kafka is not None:
            children["kafka"] = kafka
        if postgres is not None:
            children["postgres"] = postgres
        self.supervisor.start(children)
        return bootstrap or kafka.bootstrap, postgres_url or postgres.url()  # type: ignore[union-attr]

    def _service(self, service: str, urls: Urls) -> Service:
        port = free_port()
        self.targets[service] = f"127.0.0.1:{port}"
        variables = {
            "CREDENCE_LISTEN": self.targets[service],
            "CREDENCE_KAFKA_BOOTSTRAP": self.bootstrap,
            "CREDENCE_DATABASE_URL": urls.service,
            "CREDENCE_SYSTEM_DATABASE_URL": urls.system,
            "CREDENCE_TOKEN_KEYS": public_jwks(self.key),
            "CREDENCE_PAGE_TOKEN_SECRET": self._kept.secret("page-tokens"),
            "CREDENCE_DEVELOPMENT_HOSTS": json.dumps(dict(self.options.development_hosts)),
        }
        if self.options.clock_at is not None:
            variables["CREDENCE_CLOCK_AT"] = self.options.clock_at.isoformat()
        return self._process(service, variables)

    def _web(self) -> Service:
        port = self.options.web_port if _is_free(self.options.web_port) else free_port()
        self.web_url = f"http://127.0.0.1:{port}"
        variables = {f"CREDENCE_{name.upper()}_TARGET": target for name, target in self.targets.items()}
        variables |= {
            "CREDENCE_LISTEN": f"127.0.0.1:{port}",
            "CREDENCE_SIGNING_KEY_FILE": str(self.data_dir / "signing-key.json"),
            "CREDENCE_SESSION_SECRET": self._kept.secret("sessions"),
            "CREDENCE_TENANT": self.options.tenant,
        }
        return self._process("web", variables)

    def _process(self, service: str, variables: Mapping[str, str]) -> Service:
        ready_file = self.data_dir / "run" / f"{service}.ready.json"
        ready_file.unlink(missing_ok=True)
        inherited = {k: v for k, v in os.environ.items() if not k.startswith("CREDENCE_") or k in _PASSED_ON}
        process = Service(
            [sys.executable, "-m", f"credence.{service}"],
            log=self.data_dir / "run" / f"{service}.log",
            env={**inherited, **variables, **self.options.extra, "CREDENCE_READY_FILE": str(ready_file)},
            ready=lambda: json.loads(ready_file.read_bytes())["pid"] == process.pid,
            ready_timeout=60,
        )
        return process


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True
