"""Each service from an installation that holds no other service's folder: it starts, and its health check answers."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import grpc
import httpx
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc

import credence
import credence_models
import credencepb
from credence.platform.kafka.topics import ensure_topics
from credence.platform.local import LocalKafka, Service
from credence.platform.tokens import development_key, new_key, public_jwks
from credence.topics import TOPICS
from support.databases import ServiceDatabases
from support.launcher import LaunchedService

SERVICES = {
    "candidates": "credencepb.candidates.v1.CandidatesService",
    "credentials": "credencepb.credentials.v1.CredentialsService",
    "matching": "credencepb.matching.v1.MatchingService",
    "audit": "credencepb.audit.v1.AuditService",
}
SHARED = ("__init__.py", "py.typed", "topics.py", "platform")


def installation(service: str, folder: Path) -> Path:
    """What a deployment of one service needs: itself, the platform, the topics, the models and the contracts."""
    (source,) = map(Path, credence.__path__)
    target = folder / "installation"
    (target / "credence").mkdir(parents=True)
    for name in (*SHARED, service):
        copy = shutil.copytree if (source / name).is_dir() else shutil.copy2
        copy(source / name, target / "credence" / name)
    for package in (credence_models, credencepb):
        (path,) = package.__path__
        shutil.copytree(path, target / package.__name__)
    return target


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_runs_alone(
    service: str, kafka: LocalKafka, service_databases: ServiceDatabases, tmp_path: Path
) -> None:
    installed = installation(service, tmp_path)
    ensure_topics(kafka.bootstrap, TOPICS)
    launched = LaunchedService(
        service,
        tmp_path,
        kafka=kafka,
        database=service_databases(service),
        token_keys=public_jwks(new_key()),
        settings={"PAGE_TOKEN_SECRET": "a secret of the tests alone"},
        path=installed,
    )
    with launched:
        others = [other for other in SERVICES if other != service]
        for other in others:
            assert not importable(launched.environment, f"credence.{other}")
        assert importable(launched.environment, f"credence.{service}")
        with grpc.insecure_channel(launched.address) as channel:
            health = health_pb2_grpc.HealthStub(channel)
            for name in ("", SERVICES[service]):
                answer = health.Check(health_pb2.HealthCheckRequest(service=name), timeout=10)
                assert answer.status == health_pb2.HealthCheckResponse.SERVING
    assert launched.returncode == 0, "it drains and ends by itself"


def importable(env: Mapping[str, str], module: str) -> bool:
    code = f"import importlib.util, sys; sys.exit(importlib.util.find_spec({module!r}) is None)"
    return subprocess.run([sys.executable, "-c", code], env=dict(env), check=False).returncode == 0


def test_the_pages_run_alone(tmp_path: Path) -> None:
    """They need no service to start: what is away is said on the page."""
    installed, ready = installation("web", tmp_path), tmp_path / "web.json"
    key_file = tmp_path / "key.json"
    development_key(key_file)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CREDENCE_")}
    environment = {
        **kept,
        "PYTHONPATH": str(installed),
        **{f"CREDENCE_{service.upper()}_TARGET": "127.0.0.1:9" for service in SERVICES},
        "CREDENCE_LISTEN": "127.0.0.1:0",
        "CREDENCE_READY_FILE": str(ready),
        "CREDENCE_SIGNING_KEY_FILE": str(key_file),
        "CREDENCE_SESSION_SECRET": "a secret of the tests alone",
        "CREDENCE_TENANT": "acme",
    }
    pages = Service(
        [sys.executable, "-m", "credence.web"],
        log=tmp_path / "web.log",
        env=environment,
        ready=lambda: json.loads(ready.read_bytes())["pid"] == pages.pid,
    )
    pages.start()
    try:
        address = json.loads(ready.read_bytes())["http"]
        assert httpx.get(f"http://{address}/healthz").status_code == 200
        assert not any(importable(environment, f"credence.{service}") for service in SERVICES)
    finally:
        pages.stop()
    assert pages.returncode == 0
