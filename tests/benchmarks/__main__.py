"""Every benchmark, one after the other: `python -m tests.benchmarks [--quick] [NAME...]`.

Each is a script of its own beside this file, so that none leaves memory or threads to the next. Figures, with their ratios to a reference
measured in the same run; nothing here fails for being slow.
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
FULL = {
    "verification": ["--seconds", "2"],
    "attacks": ["--slowest", "10"],
    "flow": ["--candidates", "2000", "--updates", "60"],
    "ranking": ["--candidates", "10000"],
    "encoding": ["--seconds", "3"],
    "outbox_flow": [],
    "grpc_overhead": ["--seconds", "3", "--rounds", "3"],
}
QUICK = {
    "verification": ["--seconds", "0.3"],
    "attacks": ["--slowest", "3"],
    "flow": ["--candidates", "300", "--updates", "15"],
    "ranking": ["--candidates", "1000"],
    "encoding": ["--seconds", "0.5", "--rounds", "1", "--singles", "50"],
    "grpc_overhead": ["--seconds", "0.5", "--rounds", "1"],
}


def main() -> int:
    arguments = argparse.ArgumentParser(
        prog="python -m tests.benchmarks", description=__doc__.partition("\n")[0]
    )
    arguments.add_argument("--quick", action="store_true", help="smaller sizes: minutes become seconds")
    arguments.add_argument("names", nargs="*", choices=[*FULL, []], metavar="NAME", help=", ".join(FULL))
    given = arguments.parse_args()
    chosen = QUICK if given.quick else FULL
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(HERE.parent), os.environ.get("PYTHONPATH", "")]),
    }
    failed = []
    for name in given.names or chosen:
        print(f"\n== {name}", flush=True)
        command = [sys.executable, "-W", "ignore", str(HERE / f"{name}.py"), *chosen.get(name, FULL[name])]
        if subprocess.run(command, env=environment, check=False).returncode:
            failed.append(name)
    if failed:
        print(f"\nfailed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
