from pathlib import Path

import pytest

from support.downloads import Files


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Files:
    """A download, in a world without any table."""
    monkeypatch.setenv("CREDENCE_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("CREDENCE_TAXONOMY", raising=False)
    return Files(tmp_path)
