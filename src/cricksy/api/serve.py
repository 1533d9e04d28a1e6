"""Runs the API in one process with uvicorn and drains it on a signal."""

import asyncio
import signal
import socket
from types import FrameType

import structlog
import uvicorn

from cricksy.api.app import create_app
from cricksy.api.health import Readiness
from cricksy.logs import configure
from cricksy.settings import ApiSettings

DRAIN_SECONDS = 10
"""Seconds that requests in flight may take to end."""


class DrainingServer(uvicorn.Server):
    """Keeps listening while requests are in flight, so that ``/health/ready`` can report the drain."""

    def __init__(self, config: uvicorn.Config, readiness: Readiness) -> None:
        super().__init__(config)
        self._readiness = readiness

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._readiness.draining = True
        structlog.stdlib.get_logger().info("draining")
        if self.server_state.tasks:
            await asyncio.wait(self.server_state.tasks, timeout=DRAIN_SECONDS)
        await super().shutdown(sockets)


def listen(host: str, port: int) -> socket.socket:
    """A listening socket. Raises :class:`OSError` if the address is in use or not ours."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family, backlog=2048)


def serve(settings: ApiSettings, listener: socket.socket) -> None:
    """Answer requests until SIGINT or SIGTERM."""
    configure("api", settings.log_level)
    readiness = Readiness()
    config = uvicorn.Config(
        create_app(settings, readiness),
        log_config=None,
        # RequestContext logs every request, without its query string.
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=1,
    )
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _end_with_code_0)
    DrainingServer(config, readiness).run(sockets=[listener])


def _end_with_code_0(_signal: int, _frame: FrameType | None) -> None:
    """Ignore the signal that uvicorn raises again once it has stopped: a requested stop is no failure."""
