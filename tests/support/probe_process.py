"""A whole service process around the probe: `python -m support.probe_process MODE`, settings from the environment.

Modes: `good`; `dying` (a part dies when the file `die` appears in the working directory); `undeclared` (a method without
`@method`); `stubborn` (a call never ends).
"""

import sys
import time
from pathlib import Path
from typing import Any

from credence.platform.grpc.server import bind
from credence.platform.lifecycle import Loop, run
from credence.platform.settings import Settings, load_settings
from support.probe import PROBE, Servicer


class Undeclared(Servicer):
    def GetThing(self, request: Any, context: Any) -> Any:  # noqa: N802 - the rpc's name
        return request


def stay(request: Any) -> Any:
    Path("entered").touch()
    while not Path("leave").exists():
        time.sleep(0.01)
    return request


def die() -> None:
    if Path("die").exists():
        raise RuntimeError("the disk is gone")


def main(mode: str) -> int:
    settings = load_settings(Settings)
    servicer = Undeclared() if mode == "undeclared" else Servicer(stay)
    parts = [Loop("first", lambda: None, every=0.01), Loop("second", die, every=0.01)]
    return run(
        settings,
        parts if mode == "dying" else parts[:1],
        bindings=[bind(PROBE, servicer)],
        close=[lambda: print("closed", flush=True)],
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
