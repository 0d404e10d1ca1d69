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
from credence.platform.local.service import Service
from credence.platform.local.state import RunState, read_state
from credence.platform.local.supervisor import Supervisor

__all__ = [
    "AlreadyRunningError",
    "Child",
    "ChildDiedError",
    "FetchError",
    "LocalError",
    "LocalKafka",
    "LocalPostgres",
    "RunState",
    "Service",
    "StartError",
    "Supervisor",
    "cache_dir",
    "free_port",
    "read_state",
]
