"""The slowest of all attacks, in processor time: each is to be answered within a second."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from attacks.__main__ import main

if __name__ == "__main__":
    sys.exit(main())
