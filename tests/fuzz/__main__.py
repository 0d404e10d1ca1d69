"""The long run: every fuzz test with many examples; NAMEs choose tests as pytest's -k does. Exit status as pytest's."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent


def main() -> int:
    arguments = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    arguments.add_argument("--examples", type=int, default=20_000)
    arguments.add_argument("names", nargs="*", metavar="NAME")
    chosen = arguments.parse_args()
    command = [sys.executable, "-m", "pytest", str(HERE), "-q", "--timeout", "86400", "--durations", "10"]
    if chosen.names:
        command += ["-k", " or ".join(chosen.names)]
    environment = {**os.environ, "CREDENCE_FUZZ_EXAMPLES": str(chosen.examples)}
    return subprocess.run(command, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
