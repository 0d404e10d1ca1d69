"""A broker, a database and a supervisor for one machine: what `credence up` and the tests run on."""

from credence.platform.local.cache import cache_dir
from credence.platform.local.errors import (
    AlreadyRunningError,
    ChildDiedError,
    FetchError,
    LocalError,
    StartError,
)
from credence.platform.local.kafka import LocalKafka
from credence.platform.local.ports import free_port
from credence.platform.local.postgres import LocalPostgres
from credence.platform.local.program import Child

__all__ = [
    "AlreadyRunningError",
    "Child",
    "ChildDiedError",
    "FetchError",
    "LocalError",
    "LocalKafka",
    "LocalPostgres",
    "StartError",
    "cache_dir",
    "free_port",
]
