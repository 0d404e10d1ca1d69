"""HTTP until SIGTERM: the pages are announced when they answer, and requests in flight are finished."""

import logging
import os
import signal
import socket
from types import FrameType

import uvicorn
from starlette.types import ASGIApp

from credence.platform import metrics, telemetry
from credence.platform.lifecycle import write_atomically
from credence.platform.listen import split_address
from credence.web.settings import WebSettings

_log = logging.getLogger(__name__)


class _Announcing(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, settings: WebSettings, metrics_address: str | None) -> None:
        super().__init__(config)
        self._settings = settings
        self._metrics_address = metrics_address

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if not self.started or not sockets:
            return
        host, port = sockets[0].getsockname()[:2]
        address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        facts = {
            "service": self._settings.service,
            "pid": os.getpid(),
            "http": address,
            "metrics": self._metrics_address,
        }
        _log.info("ready", extra=facts)
        if self._settings.ready_file is not None:
            write_atomically(self._settings.ready_file, facts)


def serve(settings: WebSettings, app: ASGIApp) -> int:
    """Blocks until SIGTERM or SIGINT; the exit code: 0 after an orderly stop, 1 when the address could not be bound."""
    if settings.ready_file is not None:  # one that a killed process left would be believed
        settings.ready_file.unlink(missing_ok=True)
    try:
        bound = _bind(settings.listen)
        metrics_address = metrics.expose(settings.metrics_listen)
    except OSError as error:
        _log.critical("web cannot start: %s", error)
        return 1
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=max(1, round(settings.drain_seconds)),
        limit_concurrency=settings.max_concurrent_calls * 4,
    )
    # uvicorn raises the signals that it took again at its end; these handlers let the process end in order instead
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _taken)
    try:
        _Announcing(config, settings, metrics_address).run(sockets=[bound])
    finally:
        if settings.ready_file is not None:
            settings.ready_file.unlink(missing_ok=True)
        _log.info("stopped")
        telemetry.shut_down()
    return 0


def _bind(listen: str) -> socket.socket:
    host, port = split_address(listen)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # the protocol is named because asyncio sets TCP_NODELAY only then: without it every other answer waits 40 ms for an ACK
    bound = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host, port))
    except OSError:
        bound.close()
        raise
    return bound


def _taken(_number: int, _frame: FrameType | None) -> None:
    """uvicorn has acted on it already."""
