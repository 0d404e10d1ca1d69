"""The broker's classes as the JVM has them once it is up, kept in a file of 67 MB (JEP 483 and 514).

With it a broker needs half the CPU time until it is ready. It is only ever a gain: without the file, or with
one that no longer fits, the JVM starts as usual.
"""

from pathlib import Path

from credence.platform.local.cache import cache_dir
from credence.platform.local.kafka import LocalKafka, start_cache_path
from credence.platform.local.locks import DirectoryLock


def train() -> bool:
    """Makes the file from one run of a temporary broker, about 10 s; False when it is there already."""
    path = start_cache_path()
    if path.exists():
        return False
    lock = DirectoryLock(cache_dir() / ".training")
    lock.acquire(patience=300, holder="another process has been preparing {path} for 5 minutes")
    try:
        if path.exists():
            return False
        new = path.with_suffix(".new")
        with _TrainingKafka(new) as kafka:
            kafka.stop()
        new.replace(path)
    finally:
        lock.release()
    return True


class _TrainingKafka(LocalKafka):
    stop_timeout = 120  # the file is written as the JVM ends

    def __init__(self, output: Path) -> None:
        super().__init__()
        self._output = output

    def _server_options(self) -> list[str]:
        return [f"-XX:AOTCacheOutput={self._output}"]
