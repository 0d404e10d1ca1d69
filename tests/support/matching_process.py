"""`python -m credence.matching` as a process that tests start and kill."""

import json
import os
import sys
from pathlib import Path

from credence.platform.grpc.client import channel
from credence.platform.local import Service
from credence.platform.tokens import mint_token, new_key, public_jwks
from credencepb.matching.v1.matching_service_pb2_grpc import MatchingServiceStub
from support.databases import ServiceDatabase
from support.matching import NOW, SCOPES, SECRET, TENANT


class MatchingProcess:
    """The service over `made` and a broker; its files lie in `folder`."""

    def __init__(self, made: ServiceDatabase, kafka: str, folder: Path) -> None:
        self.made = made
        self._key = new_key()
        self._ready_file = folder / "ready.json"
        env = {
            **os.environ,
            "CREDENCE_KAFKA_BOOTSTRAP": kafka,
            "CREDENCE_DATABASE_URL": made.urls.service,
            "CREDENCE_SYSTEM_DATABASE_URL": made.urls.system,
            "CREDENCE_TOKEN_KEYS": public_jwks(self._key),
            "CREDENCE_PAGE_TOKEN_SECRET": SECRET,
            "CREDENCE_READY_FILE": str(self._ready_file),
            "CREDENCE_METRICS_LISTEN": "127.0.0.1:0",
            "CREDENCE_CLOCK_AT": NOW.isoformat(),
        }
        self.process = Service(
            [sys.executable, "-m", "credence.matching"],
            log=folder / "matching.log",
            env=env,
            ready=self._ready_file.exists,
            ready_timeout=60,
        )

    def start(self) -> None:
        self._ready_file.unlink(missing_ok=True)
        self.process.start()

    @property
    def facts(self) -> dict[str, str]:
        """What the service wrote when it was ready: `grpc`, `metrics`, `pid`."""
        return json.loads(self._ready_file.read_text())

    def stub(self) -> MatchingServiceStub:
        token = mint_token(self._key, subject="dana", tenant=TENANT, scopes=SCOPES)
        return MatchingServiceStub(channel(self.facts["grpc"], token))
