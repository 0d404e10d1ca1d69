"""Settings of the candidates service."""

from pydantic import Field

from credence.platform.settings import Settings


class CandidatesSettings(Settings):
    service: str = "candidates"
    page_token_secret: str = Field(min_length=16)
    """Signs page tokens; the same in all replicas."""
