"""`python -m credence.candidates` runs the service; settings come from the environment."""

import sys

from credence.candidates.app import build
from credence.candidates.settings import CandidatesSettings
from credence.platform.lifecycle import run
from credence.platform.settings import load_settings


def main() -> int:
    settings = load_settings(CandidatesSettings)
    parts, bindings, close = build(settings)
    return run(settings, parts, bindings=bindings, close=close)


if __name__ == "__main__":
    sys.exit(main())
