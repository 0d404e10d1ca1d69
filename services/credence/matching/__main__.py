"""`python -m credence.matching` runs the service; settings come from the environment."""

import sys

from credence.matching.app import build
from credence.matching.settings import MatchingSettings
from credence.platform.lifecycle import run
from credence.platform.settings import load_settings
from credence_models.encoder import EncoderError
from credence_models.taxonomy import TaxonomyError


def main() -> int:
    settings = load_settings(MatchingSettings)
    try:
        parts, bindings, close = build(settings)
    except (TaxonomyError, EncoderError) as error:
        sys.exit(f"{settings.service}: {error}")
    return run(settings, parts, bindings=bindings, close=close)


if __name__ == "__main__":
    sys.exit(main())
