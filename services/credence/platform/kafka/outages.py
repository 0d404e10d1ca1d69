"""An absent broker is one line in the log, whoever notices it first; kafka-python alone would write several a second."""

import logging
import re
import threading
import time
from collections.abc import Callable
from typing import Final

from kafka.errors import BrokerResponseError, KafkaError, RequestTimedOutError

__all__ = ["BROKER", "LibraryFilter", "Outages", "is_outage"]

_log: Final = logging.getLogger(__name__)

QUIET_S: Final = 30.0
"""After this long without a sign of it an outage is over, and the next sign is news again; all of us try at least once a second."""

_SAYING: Final = ("kafka.net.", "kafka.cluster", "kafka.coordinator")
_SAID: Final = re.compile(
    r"socket disconnected|Error (receiving|sending)|Connection (lost|failed)|Abort|timed out|Bootstrap|No node available"
    r"|Marking the coordinator dead|Heartbeat session expired"
)
"""How kafka-python 3.0 speaks of lost connections where it gives no exception."""


def is_outage(error: BaseException) -> bool:
    """Whether `error` says that no broker answered, rather than what one answered."""
    if isinstance(error, KafkaError):
        answered = isinstance(error, BrokerResponseError) and not isinstance(error, RequestTimedOutError)
        return bool(error.retriable) and not answered
    return isinstance(error, OSError)


class Outages:
    """Says once that the broker is away. Thread-safe."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._noticed = -QUIET_S

    def away(self, who: str, why: object) -> None:
        """`who` noticed it: a WARNING if nobody did in the last `QUIET_S`."""
        with self._lock:
            now = self._clock()
            news, self._noticed = now - self._noticed >= QUIET_S, now
        if news:
            _log.warning("the broker is away, trying until it is back; %s: %s", who, why)

    def failed(self, what: str, error: KafkaError) -> None:
        """`what` failed: an outage is told once, anything else each time."""
        if is_outage(error):
            self.away(what, error)
        else:
            _log.warning("%s: %s", what, error)


BROKER: Final = Outages()
"""The one that this process talks to."""


class LibraryFilter(logging.Filter):
    """Keeps what kafka-python says of an absent broker out of a handler, and tells `outages` of it. Lets everything else pass."""

    def __init__(self, outages: Outages = BROKER) -> None:
        super().__init__()
        self._outages = outages

    def filter(self, record: logging.LogRecord) -> bool:
        if not record.name.startswith("kafka.") or not _of_outage(record):
            return True
        self._outages.away(record.name, record.getMessage())
        return False


def _of_outage(record: logging.LogRecord) -> bool:
    args = record.args if isinstance(record.args, tuple) else ()
    errors = [arg for arg in args if isinstance(arg, BaseException)]
    if errors:
        return all(is_outage(error) for error in errors)
    return record.name.startswith(_SAYING) and _SAID.search(str(record.msg)) is not None
