"""Where a worker waits at a boundary until the harness lets it go on, or does not."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec
import structlog

from cricksy import failpoints
from cricksy.failpoints import Failpoint


class Passing(msgspec.Struct, frozen=True):
    """A worker has come to a boundary."""

    worker: str
    phase: Failpoint
    job_id: str | None


OnPassing = Callable[[Passing], Awaitable[None]]


class Gate:
    """The harness's side: workers go on when ``on_passing`` returns."""

    def __init__(self, socket: Path, on_passing: OnPassing) -> None:
        self._socket = socket
        self._on_passing = on_passing
        self._server: asyncio.Server | None = None

    async def open(self) -> None:
        self._server = await asyncio.start_unix_server(self._answer, self._socket)

    def close(self) -> None:
        if self._server is not None:
            self._server.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # A worker that was killed here hears no answer.
        with suppress(ConnectionError, asyncio.CancelledError):
            if line := await reader.readline():
                await self._on_passing(msgspec.json.decode(line, type=Passing))
                writer.write(b"go on\n")
                await writer.drain()
        writer.close()


def install(socket: Path, worker: str) -> None:
    """The worker's side: ask at every boundary from now on."""

    async def ask(failpoint: Failpoint) -> None:
        context: dict[str, Any] = structlog.contextvars.get_contextvars()
        reader, writer = await asyncio.open_unix_connection(socket)
        try:
            writer.write(msgspec.json.encode(Passing(worker, failpoint, context.get("job_id"))) + b"\n")
            await reader.readline()
        finally:
            writer.close()

    failpoints.install(ask)
