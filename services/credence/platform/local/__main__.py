"""`python -m credence.platform.local fetch` downloads what the local servers need before they need it."""

import sys

from credence.platform.local import jars, start_cache
from credence.platform.local.errors import LocalError

_USAGE = """\
usage: python -m credence.platform.local fetch    download and verify the broker's jars, prepare its quick start
       python -m credence.platform.local lock     resolve them anew and rewrite kafka.lock
"""


def main(arguments: list[str]) -> int:
    try:
        match arguments:
            case ["fetch"]:
                paths = jars.fetch(_progress)
                sys.stderr.write(f"Apache Kafka: {len(paths)} jars verified in {paths[0].parent}\n")
                if start_cache.train():
                    sys.stderr.write("Apache Kafka: prepared to start quickly\n")
            case ["lock"]:
                sys.stderr.write(f"{jars.write_lock()} jars locked\n")
            case _:
                sys.stderr.write(_USAGE)
                return 2
    except LocalError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def _progress(done: int, total: int) -> None:
    # A terminal gets a moving line, a log file one line at the end.
    end = "\n" if done == total else "\r"
    if sys.stderr.isatty() or done == total:
        sys.stderr.write(f"Apache Kafka: {done / 1e6:5.1f} of {total / 1e6:.1f} MB{end}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
