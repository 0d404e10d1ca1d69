"""What commands have in common: options, and how they fail."""

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Annotated, ParamSpec, TypeVar

import grpc
import typer

from credence.cli import output
from credence.cli.context import NotRunningError
from credence.platform.grpc.client import readable
from credence.platform.local import LocalError
from credence_models.taxonomy import TaxonomyError
from credence_models.wheels import WheelError

DataDir = Annotated[Path, typer.Option("--data", help="Where `credence up` keeps its data.")]
Tenant = Annotated[str, typer.Option(help="The tenant; by default the one that runs here.")]
AsJson = Annotated[bool, typer.Option("--json", help="For programs: one JSON object a line.")]

_PLAIN = (NotRunningError, LocalError, TaxonomyError, WheelError, OSError, ValueError, TimeoutError)

P = ParamSpec("P")
R = TypeVar("R")


def plainly(command: Callable[P, R]) -> Callable[P, R]:
    """What goes wrong becomes one plain line on stderr and exit status 2."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except grpc.RpcError as error:
            output.errors.print(f"credence: {readable(error)}", markup=False, soft_wrap=True)
        except _PLAIN as error:
            output.errors.print(f"credence: {error}", markup=False, soft_wrap=True)
        raise typer.Exit(2)

    return run
