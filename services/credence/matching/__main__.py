"""`python -m credence.matching` runs the service; settings come from the environment."""

import sys

from credence.matching.app import build
from credence.matching.settings import MatchingSettings
from credence.platform.lifecycle import run
from credence.platform.settings import load_settings


def main() -> int:
    settings = load_settings(MatchingSettings)
    parts, bindings, close = build(settings)
    return run(settings, parts, bindings=bindings, close=close)


if __name__ == "__main__":
    sys.exit(main())
