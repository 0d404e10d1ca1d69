"""`python -m credence_models.taxonomy build | show | path`."""

import argparse
import json
import sys
from collections import Counter

from ..wheels import WheelError
from . import TaxonomyError, default_path, install, load
from .table import read_about


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m credence_models.taxonomy", description="The skills taxonomy."
    )
    parser.add_argument("command", choices=("build", "show", "path"))
    command = parser.parse_args().command
    out = sys.stdout
    try:
        if command == "path":
            out.write(f"{default_path()}\n")
        elif command == "build":
            path = install(lambda line: print(line, file=sys.stderr, flush=True))  # noqa: T201 - progress
            out.write(f"{read_about(path)['version']}\n")
        else:
            taxonomy = load()
            kinds = Counter(concept.kind.value for concept in taxonomy.concepts)
            aliases = sum(len(concept.aliases) for concept in taxonomy.concepts)
            out.write(
                json.dumps({**read_about(default_path()), "kinds": kinds, "aliases": aliases}, indent=1)
                + "\n"
            )
    except (TaxonomyError, WheelError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
