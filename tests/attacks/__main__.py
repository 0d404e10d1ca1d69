"""How long each attack takes, the slowest last; or, with --markdown, the table of README.md. Exit status 1: one was answered wrong."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from attacks.cases import ATTACKS
from attacks.table import markdown


def main() -> int:
    arguments = argparse.ArgumentParser(prog="python -m tests.attacks", description=__doc__)
    arguments.add_argument("--markdown", action="store_true")
    arguments.add_argument("--slowest", type=int, default=15, metavar="N")
    chosen = arguments.parse_args()
    if chosen.markdown:
        print(markdown(ATTACKS), end="")
        return 0
    taken: list[tuple[float, str]] = []
    failed = 0
    for attack in ATTACKS:
        run = attack.prepare()
        started = time.process_time()
        answer = run()
        taken.append((time.process_time() - started, f"{attack.row.name}: {attack.name[:100]}"))
        if (wrong := attack.wrong(answer)) is not None:
            failed += 1
            print(f"WRONG {taken[-1][1]}: {wrong[:600]}", file=sys.stderr)
    taken.sort()
    print(
        f"{len(ATTACKS)} attacks, {failed} answered wrong, {sum(t for t, _ in taken):.1f} s of processor time"
    )
    for spent, name in taken[-chosen.slowest :]:
        print(f"{spent * 1000:8.1f} ms  {name}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
