"""How a command finds the services: those that `credence up` runs here, or any others by the environment."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import grpc

from credence.cli.provision import DESCRIPTORS, SERVICES
from credence.cli.stack import ALL_SCOPES
from credence.platform.grpc.client import channel
from credence.platform.local import read_state
from credence.platform.tokens import development_key, mint_token

DEFAULT_DATA_DIR = Path(".credence")


class NotRunningError(Exception):
    """No services are known; the message says what to do."""


@dataclass(frozen=True)
class Connection:
    """Where the services are, and a token for them."""

    tenant: str
    targets: dict[str, str]
    token: str

    @property
    def parent(self) -> str:
        return f"tenants/{self.tenant}"

    @contextmanager
    def channel(self, service: str, *, deadline_s: float = 60.0) -> Iterator[grpc.Channel]:
        """A channel to one service, closed at the end."""
        if service not in self.targets:
            raise NotRunningError(
                f"no address of the {service} service: set CREDENCE_{service.upper()}_TARGET"
            )
        opened = channel(
            self.targets[service], self.token, services=[DESCRIPTORS[service]], deadline_s=deadline_s
        )
        try:
            yield opened
        finally:
            opened.close()

    def name(self, collection: str, name_or_id: str) -> str:
        """A resource name from a name or the id alone: `data-analyst` in `roles`."""
        return name_or_id if name_or_id.startswith("tenants/") else f"{self.parent}/{collection}/{name_or_id}"


def connect(
    data_dir: Path = DEFAULT_DATA_DIR, tenant: str = "", scopes: tuple[str, ...] = ALL_SCOPES
) -> Connection:
    """The services of `credence up` in `data_dir`; CREDENCE_<SERVICE>_TARGET, CREDENCE_TOKEN and CREDENCE_TENANT come before them."""
    state = read_state(data_dir / "run")
    facts = state.facts if state else {}
    targets = {s: facts[f"target.{s}"] for s in SERVICES if f"target.{s}" in facts}
    targets |= {s: os.environ[v] for s in SERVICES if (v := f"CREDENCE_{s.upper()}_TARGET") in os.environ}
    if not targets:
        raise NotRunningError(
            f"nothing runs in {data_dir}: start it with `credence up`, or set CREDENCE_<SERVICE>_TARGET and CREDENCE_TOKEN"
        )
    tenant = tenant or os.environ.get("CREDENCE_TENANT", "") or facts.get("tenant", "")
    token = os.environ.get("CREDENCE_TOKEN", "")
    if not token:
        if "key" not in facts:
            raise NotRunningError("no token: set CREDENCE_TOKEN")
        token = mint_token(
            development_key(Path(facts["key"])),
            subject="cli",
            tenant=tenant,
            scopes=scopes,
            ttl=timedelta(hours=1),
        )
    return Connection(tenant, targets, token)
