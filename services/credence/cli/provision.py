"""Databases, roles, tables and topics, on servers that run here or anywhere else."""

import json
import os
import secrets
from collections.abc import Iterable, Iterator
from pathlib import Path

from credence.platform.kafka.topics import ensure_topics
from credence.platform.sql.migrate import migrate
from credence.platform.sql.provision import Passwords, Urls, provision
from credence.topics import TOPICS
from credencepb.audit.v1 import audit_service_pb2
from credencepb.candidates.v1 import candidates_service_pb2
from credencepb.credentials.v1 import credentials_service_pb2
from credencepb.matching.v1 import matching_service_pb2

DESCRIPTORS = {
    "candidates": candidates_service_pb2.DESCRIPTOR.services_by_name["CandidatesService"],
    "credentials": credentials_service_pb2.DESCRIPTOR.services_by_name["CredentialsService"],
    "matching": matching_service_pb2.DESCRIPTOR.services_by_name["MatchingService"],
    "audit": audit_service_pb2.DESCRIPTOR.services_by_name["AuditService"],
}
SERVICES = tuple(DESCRIPTORS)


def provision_servers(passwords_file: Path) -> Iterator[str]:
    """Brings the servers that the environment names to what the services need, telling each step; may be repeated.

    Raises ValueError when the environment does not name them.
    """
    url, bootstrap = (os.environ.get(f"CREDENCE_{v}", "") for v in ("POSTGRES_URL", "KAFKA_BOOTSTRAP"))
    if not url or not bootstrap:
        raise ValueError("set CREDENCE_POSTGRES_URL to an administrator's URL, and CREDENCE_KAFKA_BOOTSTRAP")
    kept = Secrets(passwords_file)
    for service in SERVICES:
        urls = database(url, service, kept.passwords(service))
        yield f"{service}: database and roles are there, tables are the newest"
        yield f"  CREDENCE_DATABASE_URL={urls.service.replace(kept.passwords(service).service, '<service password>')}"
    ensure_topics(bootstrap, TOPICS)
    yield f"topics: {', '.join(topic.name for topic in TOPICS)}, each with its dead-letter topic"


def database(superuser_url: str, service: str, passwords: Passwords) -> Urls:
    """The database of one service, with its roles and its newest tables; may be repeated."""
    urls = provision(superuser_url, service, passwords)
    migrate(service, urls.owner)
    return urls


class Secrets:
    """Secrets of this installation, made once, readable by the owner only."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._values: dict[str, str] = json.loads(self._file.read_bytes()) if self._file.exists() else {}

    def secret(self, name: str) -> str:
        self._fill([name])
        return self._values[name]

    def passwords(self, service: str) -> Passwords:
        names = [f"{service}.{role}" for role in ("owner", "service", "system")]
        self._fill(names)
        return Passwords(*(self._values[name] for name in names))

    def _fill(self, names: Iterable[str]) -> None:
        missing = {name: secrets.token_urlsafe(24) for name in names if name not in self._values}
        if missing:
            self._values |= missing
            new = self._file.with_suffix(f".{secrets.token_hex(4)}")
            new.touch(mode=0o600)
            new.write_text(json.dumps(self._values))
            new.replace(self._file)
