"""`python -m credence.web`: the pages, until SIGTERM."""

import sys

from credence.platform import telemetry
from credence.platform.settings import load_settings
from credence.web.app import build
from credence.web.server import serve
from credence.web.settings import WebSettings


def main() -> int:
    settings = load_settings(WebSettings)
    telemetry.setup(settings)
    return serve(settings, build(settings))


if __name__ == "__main__":
    sys.exit(main())
