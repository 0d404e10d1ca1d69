"""Settings of the audit service."""

from pathlib import Path

from pydantic import Field

from credence.platform.settings import Settings


class AuditSettings(Settings):
    service: str = "audit"
    page_token_secret: str = Field(min_length=16)
    """Signs page tokens; the same in all replicas."""
    policy_file: Path | None = None
    """Scoring policy; without it, the one that the models carry."""
