"""Settings from the environment: `CREDENCE_KAFKA_BOOTSTRAP` and so on. A service subclasses `Settings` with
what only it needs.
"""

import os
import sys
from pathlib import Path
from typing import Literal, TypeVar

from pydantic import AwareDatetime, Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Common to all services. Every field is one variable, in capitals behind `CREDENCE_`."""

    model_config = SettingsConfigDict(env_prefix="CREDENCE_", frozen=True, extra="ignore")

    service: str
    """The service's name: labels logs, metrics, consumer groups and its token audience."""
    listen: str = Field(default="127.0.0.1:0", pattern=r"^\S+:\d+$")
    """host:port of the gRPC server; port 0 takes a free one, announced in the log line "ready" and in
    `ready_file`.
    """
    metrics_listen: str = Field(default="", pattern=r"^(\S+:\d+)?$")
    """host:port of the Prometheus page; empty: none."""
    ready_file: Path | None = None
    """Written when the service is ready, with its addresses as JSON."""
    kafka_bootstrap: str = Field(min_length=1)
    """host:port, comma between several."""
    database_url: str = Field(min_length=1)
    """postgresql://... with the service's own role, which row-level security seals."""
    system_database_url: str = Field(min_length=1)
    """The same database with the system role: the outbox relay, the list of tenants."""
    migration_database_url: str = ""
    """The same database with its owner; read by `python -m credence.platform.sql.migrate` only."""
    token_keys: str = Field(min_length=1)
    """Keys that verify tokens: a JWKS document, or the path of a file that holds one."""
    token_issuer: str = "credence-dev"  # noqa: S105 - a name
    token_audience: str = "credence"  # noqa: S105 - a name
    tls_certificate_file: Path | None = None
    """PEM chain for the gRPC server; with `tls_key_file`. Without both it serves plain HTTP/2."""
    tls_key_file: Path | None = None
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    otlp_endpoint: str = ""
    """Where traces go over OTLP/gRPC; empty: nowhere."""
    drain_seconds: float = Field(default=10, ge=0)
    """How long calls that run may go on after SIGTERM."""
    default_deadline_seconds: float = Field(default=30, gt=0)
    """The deadline of a unary call whose caller set none."""
    max_concurrent_calls: int = Field(default=64, gt=0)
    max_message_bytes: int = Field(default=4 * 1024 * 1024, gt=0)
    """Largest gRPC message taken or given."""
    clock_at: AwareDatetime | None = None
    """Development and tests: "now" stands still at this time."""


S = TypeVar("S", bound=Settings)


def load_settings(cls: type[S]) -> S:
    """The settings of this process; ends it with ONE line on stderr that names each variable and what is
    wrong with it.
    """
    try:
        return cls()  # pydantic-settings fills the fields from the environment
    except ValidationError as error:
        causes = "; ".join(_cause(cls, problem["loc"], problem["msg"]) for problem in error.errors())
        sys.exit(f"settings: {causes}")


def _cause(cls: type[Settings], location: tuple[int | str, ...], message: str) -> str:
    variable = (cls.model_config.get("env_prefix") or "") + "_".join(str(part) for part in location)
    variable = variable.upper()
    return f"{variable}: {message}" if variable in os.environ else f"{variable} is not set"
