"""The broker's jars: pinned by SHA-256 in kafka.lock, downloaded once per user, verified at every use."""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

from credence.platform.local.cache import cache_dir
from credence.platform.local.errors import FetchError
from credence.platform.local.locks import DirectoryLock

LOCK_FILE = Path(__file__).with_name("kafka.lock")
# The binding sends the broker's log to log4j; without it Kafka says nothing at all.
ROOTS = ("org.apache.kafka:kafka_2.13:4.1.1", "org.apache.logging.log4j:log4j-slf4j-impl:2.24.3")

Progress = Callable[[int, int], None]
"""Called with (bytes so far, bytes in all), one call at a time, from other threads."""


@dataclass(frozen=True, slots=True)
class Jar:
    group: str
    artifact: str
    version: str
    size: int
    sha256: str

    @property
    def filename(self) -> str:
        return f"{self.artifact}-{self.version}.jar"

    def matches(self, path: Path) -> bool:
        try:
            if path.stat().st_size != self.size:
                return False
            with path.open("rb") as file:
                return hashlib.file_digest(file, "sha256").hexdigest() == self.sha256
        except OSError:
            return False


def locked_jars() -> tuple[Jar, ...]:
    lines = LOCK_FILE.read_text(encoding="ascii").splitlines()
    return tuple(_parse(line) for line in lines if line and not line.startswith("#"))


def classpath() -> str:
    """For `java -cp`. Downloads what is missing; raises FetchError."""
    return os.pathsep.join(str(path) for path in fetch())


def fetch(progress: Progress | None = None) -> tuple[Path, ...]:
    """Paths of all jars, each with the pinned content. Only what is missing or damaged is downloaded."""
    jars, directory = locked_jars(), cache_dir() / "jars"
    directory.mkdir(exist_ok=True)
    if _missing(jars, directory):
        lock = DirectoryLock(directory / ".lock")
        # Somebody else may be downloading the same; a slow line takes minutes.
        lock.acquire(patience=600, holder="another process has been downloading to {path} for 10 minutes")
        try:
            _download(_missing(jars, directory), directory, progress)
        finally:
            lock.release()
    return tuple(directory / jar.filename for jar in jars)


def write_lock() -> int:
    """Resolves ROOTS anew and rewrites the lock file; the number of jars. For whoever raises a version."""
    from jgo.parse import Coordinate

    with tempfile.TemporaryDirectory() as repository:
        context = _maven(Path(repository), None)
        resolved: dict[tuple[str, str], Any] = {}
        for root in ROOTS:
            group, artifact, version = root.split(":")
            dependency = context.create_dependency(Coordinate(group, artifact, version, scope="compile"))
            # Each root alone: together, the second one's managed versions would override the broker's own.
            inputs, transitive = context.resolver.resolve([dependency])
            for found in [*inputs, *(d for d in transitive if d.scope in ("compile", "runtime"))]:
                resolved.setdefault((found.groupId, found.artifactId), found)
        with ThreadPoolExecutor(4) as pool:
            paths = list(pool.map(lambda found: Path(found.artifact.resolve()), resolved.values()))
        lines = []
        for found, path in zip(resolved.values(), paths, strict=True):
            a, content = found.artifact, path.read_bytes()
            sha256 = hashlib.sha256(content).hexdigest()
            lines.append(f"{a.groupId}:{a.artifactId}:{a.version} {len(content)} {sha256}\n")
    head = "# Written by `python -m credence.platform.local lock`: coordinate, bytes, SHA-256.\n"
    LOCK_FILE.write_text(head + "".join(sorted(lines)), encoding="ascii")
    return len(lines)


def _parse(line: str) -> Jar:
    coordinate, size, sha256 = line.split()
    group, artifact, version = coordinate.split(":")
    return Jar(group, artifact, version, int(size), sha256)


def _missing(jars: Iterable[Jar], directory: Path) -> list[Jar]:
    return [jar for jar in jars if not jar.matches(directory / jar.filename)]


def _download(jars: list[Jar], directory: Path, progress: Progress | None) -> None:
    total, done, counting = sum(jar.size for jar in jars), 0, Lock()

    @contextmanager
    def count(_filename: str, _size: int) -> Iterator[Callable[[int], None]]:
        def add(count: int) -> None:
            nonlocal done
            with counting:
                done += count
                if progress:
                    progress(done, total)

        yield add

    # A file gets its final name only when it is verified: a killed download leaves nothing that looks whole.
    partial = Path(tempfile.mkdtemp(prefix=".partial-", dir=directory))
    try:
        context = _maven(partial, count)

        def one(jar: Jar) -> None:
            artifact = context.project(jar.group, jar.artifact).at_version(jar.version).artifact()
            try:
                path = Path(artifact.resolve())
            except Exception as error:
                raise FetchError(f"cannot download {jar.filename}: {error}") from error
            if not jar.matches(path):
                raise FetchError(f"{jar.filename} as downloaded is not the pinned one ({jar.sha256})")
            path.replace(directory / jar.filename)

        with ThreadPoolExecutor(4) as pool:
            list(pool.map(one, jars))
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _maven(repository: Path, progress: Any) -> Any:
    # Imported here: half a second that a full cache need not pay.
    from jgo.config import GlobalSettings
    from jgo.constants import MAVEN_CENTRAL_URL
    from jgo.maven import MavenContext, PythonResolver

    return MavenContext(
        repo_cache=repository,
        local_repos=[],
        # Mirrors from the user's jgo.conf come first.
        remote_repos={**GlobalSettings.load().repositories, "central": MAVEN_CENTRAL_URL},
        resolver=PythonResolver(progress_callback=progress),
        timeout=30,
    )
