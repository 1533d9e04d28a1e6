"""A connection that dies between two statements: the server's last words are there, the end of the stream is not."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import make_url, text
from sqlalchemy.dialects.postgresql.asyncpg import AsyncAdapt_asyncpg_dbapi
from sqlalchemy.exc import InternalError

from cricksy.data.engine import Database, connect
from cricksy.data.errors import DatabaseOutage, database_errors

_LAST_WORDS = b"SFATAL\0C57P01\0Mterminating connection\0\0"
LAST_WORDS = b"E" + (len(_LAST_WORDS) + 4).to_bytes(4, "big") + _LAST_WORDS
BEGUN = b"BEGIN\0"
CONNECTED = b"server_version\0"
READY = (b"Z\0\0\0\5I", b"Z\0\0\0\5T")


class DyingWire:
    """A way to the server; once armed, the answer that ends with ``after`` is the last before the server's last words.

    The stream stays open after them, as it does behind a proxy that is slow to pass the end on.
    """

    def __init__(self, port: int) -> None:
        self._target = port
        self._after = b""
        self._tasks: set[asyncio.Task[None]] = set()

    def arm(self, after: bytes) -> None:
        self._after = after

    async def connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there_reader, there_writer = await asyncio.open_connection("127.0.0.1", self._target)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._pump(reader, there_writer))
            tasks.create_task(self._pump(there_reader, writer))

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65536):
            writer.write(data)
            if self._after and self._after in data and data.endswith(READY):
                self._after = b""
                writer.write(LAST_WORDS)
            await writer.drain()
        writer.close()


@pytest.fixture
async def wire(database_url: str) -> AsyncIterator[tuple[DyingWire, Database]]:
    url = make_url(database_url)
    assert url.port is not None
    wire = DyingWire(url.port)
    server = await asyncio.start_server(wire.connect, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    through_wire = url.set(port=port).render_as_string(hide_password=False)
    database = connect(through_wire, application="tests", pool_size=1)
    yield wire, database
    await database.dispose()
    server.close()


async def test_a_connection_that_dies_when_it_is_taken_is_replaced(wire: tuple[DyingWire, Database]) -> None:
    way, database = wire
    await one(database)
    way.arm(BEGUN)
    assert await one(database) == 1


async def test_a_connection_that_dies_at_its_start_means_that_the_database_is_away(
    wire: tuple[DyingWire, Database],
) -> None:
    way, database = wire
    way.arm(CONNECTED)
    with pytest.raises(DatabaseOutage):
        await one(database)
    assert await one(database) == 1


async def test_a_connection_that_dies_between_statements_means_that_the_database_is_away(
    wire: tuple[DyingWire, Database],
) -> None:
    way, database = wire
    answers: list[int] = []

    async def ask_three_times() -> None:
        async with database.connect() as connection:
            for number in range(3):
                if number == 1:
                    way.arm(b"SELECT 1\0")
                answers.append((await connection.execute(text("SELECT 1"))).scalar_one())

    with pytest.raises(DatabaseOutage):
        await ask_three_times()
    assert answers == [1, 1]
    assert await one(database) == 1


async def test_a_driver_that_is_out_of_step_means_that_the_database_is_away() -> None:
    orig = AsyncAdapt_asyncpg_dbapi.InternalClientError("cannot switch to state 12")
    with pytest.raises(DatabaseOutage, match="cannot switch to state 12"):
        async with database_errors():
            raise InternalError(None, None, orig, connection_invalidated=False)


async def one(database: Database) -> int:
    async with database.begin() as transaction:
        return (await transaction.execute(text("SELECT 1"))).scalar_one()
