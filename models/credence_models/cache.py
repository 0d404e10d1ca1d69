"""The per-user cache of what is fetched or computed once: taxonomy table, encoder weights, vectors.

Everything in it can be rebuilt. A file appears under its final name only when it is whole, and writers of one
entry take turns, so any number of processes may share a cache.
"""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock

LOCK_TIMEOUT = 900.0
"""Seconds to wait for another process that builds the same entry; the slowest entry takes minutes, not
more.
"""


def root() -> Path:
    """$CREDENCE_CACHE, else $XDG_CACHE_HOME/credence, else ~/.cache/credence. Not created here."""
    if own := os.environ.get("CREDENCE_CACHE"):
        return Path(own).expanduser()
    if xdg := os.environ.get("XDG_CACHE_HOME"):
        return Path(xdg).expanduser() / "credence"
    return Path("~/.cache/credence").expanduser()


@contextmanager
def locked(entry: Path) -> Iterator[None]:
    """Hold the right to write `entry` (file or folder), across processes."""
    entry.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(entry.with_name(entry.name + ".lock"), timeout=LOCK_TIMEOUT):
        yield


@contextmanager
def appearing(target: Path) -> Iterator[Path]:
    """A temporary path beside `target` that becomes `target` when the block ends well, and vanishes when
    not.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=f".{target.name}.") as scratch:
        part = Path(scratch) / target.name
        yield part
        if part.is_dir() and target.exists():
            shutil.rmtree(target)
        part.replace(target)


def sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
