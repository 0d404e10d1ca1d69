import os
from pathlib import Path


def cache_dir() -> Path:
    """Per-user cache, created: $CREDENCE_CACHE, else $XDG_CACHE_HOME/credence, else ~/.cache/credence."""
    if own := os.environ.get("CREDENCE_CACHE"):
        path = Path(own)
    elif xdg := os.environ.get("XDG_CACHE_HOME"):
        path = Path(xdg) / "credence"
    else:
        path = Path.home() / ".cache" / "credence"
    path = path.expanduser().absolute()
    path.mkdir(parents=True, exist_ok=True)
    return path
