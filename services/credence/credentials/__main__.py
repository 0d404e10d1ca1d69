"""`python -m credence.credentials` runs the service; settings come from the environment."""

import sys

from credence.credentials.app import build
from credence.credentials.settings import CredentialsSettings
from credence.platform.lifecycle import run
from credence.platform.settings import load_settings


def main() -> int:
    settings = load_settings(CredentialsSettings)
    parts, bindings, close = build(settings)
    return run(settings, parts, bindings=bindings, close=close)


if __name__ == "__main__":
    sys.exit(main())
