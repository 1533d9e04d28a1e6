"""A connection that a test can cut."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress

from sqlalchemy import make_url


class Wire:
    """A way to a server on the loopback that can be cut and repaired."""

    def __init__(self, port: int) -> None:
        self._target = port
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self.port = 0

    async def restore(self) -> None:
        """Accept connections, on the same port as before."""
        self._server = await asyncio.start_server(self._connect, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    def cut(self) -> None:
        """Refuse new connections and reset those that are open."""
        assert self._server is not None
        self._server.close()
        for writer in self._writers:
            writer.transport.abort()

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there_reader, there_writer = await asyncio.open_connection("127.0.0.1", self._target)
        self._writers |= {writer, there_writer}
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(_pump(reader, there_writer))
            tasks.create_task(_pump(there_reader, writer))
        self._writers -= {writer, there_writer}


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    writer.close()


@asynccontextmanager
async def wire_to_database(database_url: str) -> AsyncGenerator[tuple[Wire, str]]:
    """A wire to the server of ``database_url``, and the URL of the database through it; cut at the end."""
    url = make_url(database_url)
    assert url.port is not None
    wire = Wire(url.port)
    await wire.restore()
    yield wire, url.set(port=wire.port).render_as_string(hide_password=False)
    wire.cut()
