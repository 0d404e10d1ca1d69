"""Against a repository of our own on loopback: the real download, without the network."""

import functools
import http.server
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from credence.platform.local import FetchError, jars

FETCH = [sys.executable, "-m", "credence.platform.local", "fetch"]


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Root of a Maven repository that holds all pinned jars, served and configured as the user's mirror."""
    root = tmp_path / "repository"
    for jar, path in zip(jars.locked_jars(), jars.fetch(), strict=True):
        folder = root / jar.group.replace(".", "/") / jar.artifact / jar.version
        folder.mkdir(parents=True)
        (folder / jar.filename).symlink_to(path)

    class Handler(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

    handler = functools.partial(Handler, directory=str(root))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever).start()
        settings = tmp_path / "jgo.conf"
        settings.write_text(f"[repositories]\nours = http://127.0.0.1:{server.server_port}\n")
        monkeypatch.setenv("JGO_CONFIG_FILE", str(settings))
        monkeypatch.setenv("CREDENCE_CACHE", str(tmp_path / "cache"))
        yield root
        server.shutdown()


def in_repository(root: Path, jar: jars.Jar) -> Path:
    return next(root.rglob(jar.filename))


def test_an_empty_cache_is_filled_with_progress(repository: Path) -> None:
    seen: list[tuple[int, int]] = []
    paths = jars.fetch(lambda done, total: seen.append((done, total)))
    pinned = jars.locked_jars()
    assert len(paths) == len(pinned) > 40
    assert all(jar.matches(path) for jar, path in zip(pinned, paths, strict=True))
    total = sum(jar.size for jar in pinned)
    assert seen[-1] == (total, total)
    assert seen == sorted(seen)
    assert sorted(p.name for p in paths[0].parent.iterdir()) == sorted(
        [".lock", *(jar.filename for jar in pinned)]
    )


def test_a_full_cache_needs_no_repository(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    jars.fetch()
    (tmp_path / "jgo.conf").write_text("[repositories]\nours = http://127.0.0.1:9\n")
    monkeypatch.setattr(jars, "_maven", None)
    began = time.perf_counter()
    jars.fetch(pytest.fail)  # type: ignore[arg-type]
    assert time.perf_counter() - began < 1


def test_a_damaged_jar_is_replaced(repository: Path) -> None:
    paths = jars.fetch()
    damaged = paths[3]
    content = damaged.read_bytes()
    damaged.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    (paths[4]).unlink()
    fetched: list[int] = []
    jars.fetch(lambda done, _total: fetched.append(done))
    assert damaged.read_bytes() == content
    assert fetched[-1] == sum(jar.size for jar in jars.locked_jars()[3:5])


def test_another_content_than_the_pinned_is_refused(repository: Path) -> None:
    jar = jars.locked_jars()[0]
    path = in_repository(repository, jar)
    content = path.read_bytes()
    path.unlink()
    path.write_bytes(bytes([content[0] ^ 1]) + content[1:])
    with pytest.raises(FetchError, match=rf"{jar.filename} as downloaded is not the pinned one"):
        jars.fetch()
    cache = jars.cache_dir() / "jars"
    assert not (cache / jar.filename).exists()
    assert not list(cache.glob(".partial-*"))


def test_an_unreachable_repository_is_one_line(repository: Path, tmp_path: Path) -> None:
    (tmp_path / "jgo.conf").write_text("[repositories]\nours = http://127.0.0.1:9\n")
    done = subprocess.run(
        [sys.executable, "-m", "credence.platform.local", "fetch"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert done.stderr.startswith("cannot download ")


def test_two_at_once_download_once(repository: Path) -> None:
    code = "from credence.platform.local import jars; jars.fetch(lambda done, total: print(done))"
    argv = [sys.executable, "-c", code]
    both = [subprocess.Popen(argv, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    told = [process.communicate()[0] for process in both]
    assert [process.returncode for process in both] == [0, 0]
    assert sum(text != "" for text in told) == 1


def test_the_lock_file_names_coordinates_only() -> None:
    for line in jars.LOCK_FILE.read_text().splitlines()[1:]:
        coordinate, size, digest = line.split()
        assert coordinate.count(":") == 2
        assert "/" not in coordinate
        assert size.isdecimal()
        assert len(digest) == 64
