"""Settings of the credentials service."""

from datetime import timedelta
from pathlib import Path

from pydantic import Field

from credence.platform.settings import Settings


class CredentialsSettings(Settings):
    service: str = "credentials"
    page_token_secret: str = Field(min_length=16)
    """Signs page tokens; the same in all replicas."""
    verifier_workers: int = Field(default=2, ge=1, le=64)
    """Processes that verify."""
    verification_timeout_seconds: float = Field(default=2.0, gt=0)
    """One that takes longer is killed, and the credential is INDETERMINATE."""
    development_hosts: dict[str, str] = Field(default_factory=dict)
    """Development only: host (or .suffix) to a loopback origin that stands in for it, as JSON."""
    offline: bool = False
    """True: nothing is ever fetched; issuers by did:web and status lists are INDETERMINATE."""
    status_every: timedelta = Field(default=timedelta(hours=1), gt=timedelta(0))
    """How long a looked-up status is believed."""
    unreachable_retry: timedelta = Field(default=timedelta(minutes=1), gt=timedelta(0))
    """How soon an issuer or a status list that could not be reached is tried again; twice as late each time, up to `status_every`."""
    clock_seconds: float = Field(default=1.0, gt=0)
    """How often the standing clock looks for profiles that are due."""
    registry_keys: str = Field(default="", pattern=r"^\s*(did:key:z\w+[\s,]*)*$")
    """did:key of the Ed25519 keys that may sign registry snapshots, with spaces or commas between; none: no snapshot is taken."""
    policy_file: Path | None = None
    """Scoring policy; without it, the one that the models carry."""
    encoder: str = Field(default="onnx", pattern="^(onnx|sentence-transformers)$")
