from pathlib import Path

import psutil
import pytest

from credence.platform.local import LocalKafka, jars
from credence.platform.local.kafka import start_cache_path
from credence.platform.local.start_cache import train


def test_made_once_then_used_and_never_in_the_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cached = jars.fetch()[0].parent
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / "jars").symlink_to(cached)
    monkeypatch.setenv("CREDENCE_CACHE", str(tmp_path / "cache"))
    path = start_cache_path()
    assert path.is_relative_to(tmp_path)

    assert train()
    assert not train()
    with LocalKafka(tmp_path / "kafka") as kafka:
        assert str(path) in {mapped.path for mapped in psutil.Process(kafka.pid).memory_maps()}

    path.write_bytes(b"not what it was")
    with LocalKafka(tmp_path / "kafka") as kafka:
        assert kafka.running
