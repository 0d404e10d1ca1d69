"""Settings of the matching service."""

from pydantic import Field

from credence.platform.settings import Settings


class MatchingSettings(Settings):
    service: str = "matching"
    page_token_secret: str = Field(min_length=16)
    """Signs page tokens; the same in all replicas."""
    encoder_threads: int = Field(default=1, ge=1)
    """Threads that the encoder may use for the texts of new roles and postings."""
