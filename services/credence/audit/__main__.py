"""`python -m credence.audit` runs the service; settings come from the environment."""

import sys

from credence.audit.app import build
from credence.audit.settings import AuditSettings
from credence.platform.lifecycle import run
from credence.platform.settings import load_settings


def main() -> int:
    settings = load_settings(AuditSettings)
    parts, bindings, close = build(settings)
    return run(settings, parts, bindings=bindings, close=close)


if __name__ == "__main__":
    sys.exit(main())
