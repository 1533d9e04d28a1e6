"""A TCP proxy between one worker and one service, which cuts, silences and delays, and sees what is said."""

import asyncio
from collections.abc import Callable
from contextlib import suppress

from cricksy.embedded.process import LOOPBACK, free_port

OnConnected = Callable[[int], None]
"""Told the local port from which the service sees a new connection come."""

OnBytes = Callable[[int, bytes], None]
"""Told the same port and what went over the connection, in pieces."""


def _ignore(_port: int, _data: bytes) -> None:
    pass


class Proxy:
    """Stands on a port of its own for as long as the run lasts."""

    def __init__(
        self, target: int, on_connected: OnConnected, on_asked: OnBytes = _ignore, on_answered: OnBytes = _ignore
    ) -> None:
        self.port = free_port()
        self._target = target
        self._on_connected = on_connected
        self._on_asked = on_asked
        self._on_answered = on_answered
        self._server: asyncio.Server | None = None
        self._pairs: set[tuple[asyncio.StreamWriter, asyncio.StreamWriter]] = set()
        self._silent: set[asyncio.StreamWriter] = set()
        self._delay_seconds = 0.0

    async def open(self) -> None:
        self._server = await asyncio.start_server(self._serve, LOOPBACK, self.port)

    def close(self) -> None:
        """Refuse new connections and reset those that stand."""
        if self._server is not None:
            self._server.close()
        for pair in self._pairs:
            for writer in pair:
                writer.transport.abort()

    async def cut(self, seconds: float) -> None:
        self.close()
        await asyncio.sleep(seconds)
        await self.open()

    async def silence(self, seconds: float) -> None:
        """Half-close the connections that stand: the service hears that its client ended, the client hears nothing."""
        pairs = set(self._pairs)
        for client, service in pairs:
            self._silent |= {client, service}
            with suppress(OSError, RuntimeError):
                service.write_eof()
        await asyncio.sleep(seconds)
        for client, service in pairs:
            self._silent -= {client, service}
            client.transport.abort()

    async def delay(self, seconds: float) -> None:
        """For ``seconds``, each piece comes a twentieth of them late."""
        self._delay_seconds = seconds / 20
        await asyncio.sleep(seconds)
        self._delay_seconds = 0.0

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            service_reader, service_writer = await asyncio.open_connection(LOOPBACK, self._target)
        except OSError:
            writer.transport.abort()
            return
        port: int = service_writer.get_extra_info("sockname")[1]
        self._on_connected(port)
        pair = (writer, service_writer)
        self._pairs.add(pair)
        try:
            await asyncio.gather(
                self._pump(reader, service_writer, port, self._on_asked),
                self._pump(service_reader, writer, port, self._on_answered),
            )
        finally:
            self._pairs.discard(pair)

    async def _pump(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, port: int, on_bytes: OnBytes
    ) -> None:
        with suppress(OSError):
            while data := await reader.read(1 << 16):
                await asyncio.sleep(self._delay_seconds)
                on_bytes(port, data)
                if writer not in self._silent:
                    writer.write(data)
                    await writer.drain()
        if writer not in self._silent:
            writer.close()
