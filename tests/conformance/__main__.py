"""The conformance run: `python -m tests.conformance [--rows]`.

A table of expected against given for each set of the public material, and every divergence with its explanation. Exit status 1 where
one is not explained, 2 where the material is absent.
"""

import argparse
import sys
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from conformance.divergences import compared
from conformance.material import ABSENT, PRESENT


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.conformance", description=__doc__)
    parser.add_argument("--rows", action="store_true", help="print every divergence, not only counts")
    arguments = parser.parse_args()
    if not PRESENT:
        print(ABSENT, file=sys.stderr)
        return 2
    found = compared()
    counts = Counter(
        (
            one.row.path.split("/")[0],
            one.expected,
            one.given.answer,
            "agrees" if one.agrees else "explained" if one.explained else "UNEXPLAINED",
        )
        for one in found
    )
    width = max(len(name) for name, *_ in counts)
    print(f"{'set':{width}}  {'expected':14}  {'given':14}  {'':11}  {'rows':>4}")
    for (name, expected, given, verdict), count in sorted(counts.items()):
        print(f"{name:{width}}  {expected:14}  {given:14}  {verdict:11}  {count:4}")
    unexplained = [one for one in found if not one.explained]
    agreeing = sum(one.agrees for one in found)
    print(
        f"\n{len(found)} rows: {agreeing} agree, {len(found) - agreeing - len(unexplained)} explained,"
        f" {len(unexplained)} unexplained"
    )
    for one in found if arguments.rows else unexplained:
        if not one.agrees:
            print(f"\n{one.row.path}\n  expected {one.expected} ({one.row.why}), given {one.given}")
            if one.explanation:
                print(f"  {one.explanation}")
    return 1 if unexplained else 0


if __name__ == "__main__":
    sys.exit(main())
