"""Runs the API with uvicorn and drains it on a signal."""

import asyncio
import signal
import socket
from functools import partial
from types import FrameType
from typing import Any, cast

import structlog
import uvicorn

from cricksy.api.app import BODY_SECONDS, create_app
from cricksy.api.health import Readiness
from cricksy.api.processes import is_orphan, run_processes
from cricksy.api.protocol import Patience, PatientProtocol
from cricksy.dumps import forbid_dumps
from cricksy.exits import EXIT_FAILED
from cricksy.logs import configure
from cricksy.settings import ApiSettings

log = structlog.stdlib.get_logger()

DRAIN_SECONDS = 10
"""Seconds that requests in flight may take to end."""


class DrainingServer(uvicorn.Server):
    """Keeps listening while requests are in flight, so that ``/health/ready`` can report the drain."""

    def __init__(self, config: uvicorn.Config, readiness: Readiness) -> None:
        super().__init__(config)
        self._readiness = readiness

    async def on_tick(self, counter: int) -> bool:
        return await super().on_tick(counter) or is_orphan()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        try:
            await super().startup(sockets)
        except SystemExit as error:
            # uvicorn's own code is that of a rejected video here.
            raise SystemExit(EXIT_FAILED) from error
        log.info("api_started")

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._readiness.draining = True
        log.info("draining")
        if self.server_state.tasks:
            await asyncio.wait(self.server_state.tasks, timeout=DRAIN_SECONDS)
        await super().shutdown(sockets)
        log.info("api_stopped")


def listen(host: str, port: int) -> socket.socket:
    """A listening socket. Raises :class:`OSError` if the address is in use or not ours."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.create_server((host, port), family=family, backlog=2048)
    # Accepted connections inherit it. Without, a small body waits 40 ms for the client to acknowledge the head.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def serve(settings: ApiSettings, listener: socket.socket, *, processes: int = 1) -> int:
    """Answer requests until SIGINT or SIGTERM, in so many processes; returns the exit code."""
    configure("api", settings.log_level)
    forbid_dumps()
    if processes > 1:
        return run_processes(listener, processes)
    readiness = Readiness()
    serve_configured(configuration(create_app(settings, readiness), Patience(body=BODY_SECONDS)), listener, readiness)
    return 0


def serve_configured(config: uvicorn.Config, listener: socket.socket, readiness: Readiness | None = None) -> None:
    """The same for an application that is configured already, whose ``readiness`` says that it drains."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _end_with_code_0)
    DrainingServer(config, readiness or Readiness()).run(sockets=[listener])


def configuration(app: Any, patience: Patience) -> uvicorn.Config:  # noqa: ANN401 - Litestar's idea of ASGI, not uvicorn's
    return uvicorn.Config(
        _telling_why(app),
        # Any callable that makes a protocol will do.
        http=cast("Any", partial(PatientProtocol, patience=patience)),
        ws="none",
        loop="uvloop",
        # The scheme that a proxy names is read by RequestContext, where a setting says so.
        proxy_headers=False,
        log_config=None,
        # RequestContext logs every request, without its query string.
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=1,
    )


def _telling_why(app: Any) -> Any:  # noqa: ANN401 - see configuration
    """``app``, whose fault at start-up or shutdown is one event with its traceback, not the text of it."""

    async def told(scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401 - ASGI's
        if scope["type"] != "lifespan":
            await app(scope, receive, send)
            return

        async def send_without_text(message: dict[str, Any]) -> None:
            await send({"type": message["type"]})

        try:
            await app(scope, receive, send_without_text)
        except Exception:
            log.critical("crashed", exc_info=True)
            raise

    return told


def _end_with_code_0(_signal: int, _frame: FrameType | None) -> None:
    """Ignore the signal that uvicorn raises again once it has stopped: a requested stop is no failure."""
