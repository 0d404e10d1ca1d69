"""Settings of the pages: `CREDENCE_SESSION_SECRET` and so on."""

from pathlib import Path
from typing import Literal

from pydantic import Field

from credence.platform.settings import Settings

_ADDRESS = r"^\S+:\d+$"


class WebSettings(Settings):
    """The pages own no data and take no calls: the platform's settings of broker, database and token keys stay empty."""

    service: Literal["web"] = "web"
    listen: str = Field(default="127.0.0.1:8080", pattern=_ADDRESS)
    """host:port of HTTP; port 0 takes a free one, announced in `ready_file`."""
    kafka_bootstrap: str = ""
    database_url: str = ""
    system_database_url: str = ""
    token_keys: str = ""

    candidates_target: str = Field(pattern=_ADDRESS)
    """host:port of the gRPC service; so are the next three."""
    credentials_target: str = Field(pattern=_ADDRESS)
    matching_target: str = Field(pattern=_ADDRESS)
    audit_target: str = Field(pattern=_ADDRESS)
    signing_key_file: Path
    """Private Ed25519 key (JWK) for the short-lived tokens under which a session calls the services."""
    session_secret: str = Field(min_length=16)
    """Signs cookies and form tokens."""
    tenant: str = Field(min_length=1)
    """What a development sign-in signs in to."""
    allowed_hosts: tuple[str, ...] = ("127.0.0.1", "localhost")
    """Host names that requests may carry (a JSON list): no other site's name may be pointed at these pages."""
