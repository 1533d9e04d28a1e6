"""A connection that dies between two statements: the server's last words are there, the end of the stream is not."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from sqlalchemy import make_url, text
from sqlalchemy.dialects.postgresql.asyncpg import AsyncAdapt_asyncpg_dbapi
from sqlalchemy.exc import InternalError
from tests.support.waiting import until

from cricksy.data.engine import Database, connect, connected
from cricksy.data.errors import DatabaseOutage, PoolExhausted, database_errors

_LAST_WORDS = b"SFATAL\0C57P01\0Mterminating connection\0\0"
LAST_WORDS = b"E" + (len(_LAST_WORDS) + 4).to_bytes(4, "big") + _LAST_WORDS
COMMITTED = b"COMMIT\0"
CONNECTED = b"server_version\0"
READY = (b"Z\0\0\0\5I", b"Z\0\0\0\5T")


class DyingWire:
    """A way to the server; once armed, the answer that ends with ``after`` is the last before the server's last words.

    The stream stays open after them, as it does behind a proxy that is slow to pass the end on.
    """

    def __init__(self, port: int) -> None:
        self._target = port
        self._after = b""
        self.asked = 0
        """How often the client has written."""

    def arm(self, after: bytes) -> None:
        self._after = after

    async def connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there_reader, there_writer = await asyncio.open_connection("127.0.0.1", self._target)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._pump(reader, there_writer, counts=True))
            tasks.create_task(self._pump(there_reader, writer))

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, counts: bool = False) -> None:
        while data := await reader.read(65536):
            self.asked += counts
            writer.write(data)
            if self._after and self._after in data and data.endswith(READY):
                self._after = b""
                writer.write(LAST_WORDS)
            await writer.drain()
        writer.close()


async def one(database: Database) -> int:
    async with database.begin() as transaction:
        return (await transaction.execute(text("SELECT 1"))).scalar_one()


async def one_by_reading(database: Database) -> int:
    async with database.connect() as connection:
        return (await connection.execute(text("SELECT 1"))).scalar_one()


async def _one_value(url: str, sql: str) -> int:
    async with connected(url, application="tests") as database, database.connect() as connection:
        return (await connection.execute(text(sql))).scalar_one()


@pytest.fixture
async def way(database_url: str) -> AsyncIterator[tuple[DyingWire, str]]:
    url = make_url(database_url)
    assert url.port is not None
    wire = DyingWire(url.port)
    server = await asyncio.start_server(wire.connect, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    yield wire, url.set(port=port).render_as_string(hide_password=False)
    server.close()


@pytest.fixture
async def wire(way: tuple[DyingWire, str]) -> AsyncIterator[tuple[DyingWire, Database]]:
    """A pool of one connection, which is asked before each use whether it still answers."""
    wire, url = way
    database = connect(url, application="tests", pool_size=1, trusted_seconds=0)
    yield wire, database
    await database.dispose()


@pytest.mark.parametrize("use", [one, one_by_reading])
async def test_a_connection_that_dies_while_idle_is_replaced_when_it_is_taken(
    wire: tuple[DyingWire, Database], use: Callable[[Database], Awaitable[int]]
) -> None:
    way, database = wire
    way.arm(COMMITTED)
    await one(database)
    assert await use(database) == 1


async def test_a_connection_that_dies_just_after_its_use_costs_one_call(way: tuple[DyingWire, str]) -> None:
    wire, url = way
    database = connect(url, application="tests", pool_size=1, trusted_seconds=60)
    wire.arm(COMMITTED)
    await one(database)
    with pytest.raises(DatabaseOutage):
        await one_by_reading(database)
    assert await one_by_reading(database) == 1
    await database.dispose()


async def test_a_connection_whose_end_was_seen_costs_nothing(database_url: str) -> None:
    database = connect(database_url, application="ended", pool_size=1, trusted_seconds=60)
    async with database.connect() as connection:
        driver = (await connection.get_raw_connection()).driver_connection
    assert driver is not None
    ended = await _one_value(
        database_url,
        "SELECT pg_terminate_backend(pid)::int FROM pg_stat_activity "
        "WHERE application_name = 'ended' AND datname = current_database()",
    )
    assert ended == 1
    await until(driver.is_closed)
    assert await one_by_reading(database) == 1
    await database.dispose()


async def test_a_read_costs_one_round_trip(way: tuple[DyingWire, str]) -> None:
    wire, url = way
    database = connect(url, application="tests", pool_size=1)
    for _ in range(2):
        assert await one_by_reading(database) == 1
    wire.asked = 0
    assert await one_by_reading(database) == 1
    assert wire.asked == 1
    await database.dispose()


async def test_a_call_behind_too_many_others_is_refused_at_once(database_url: str) -> None:
    database = connect(f"{database_url}?connect_timeout=20", application="tests", pool_size=1, wait_seconds=60)
    async with database.connect() as holder:
        waiting = [asyncio.create_task(one(database)) for _ in range(32)]
        await asyncio.sleep(0)
        with pytest.raises(PoolExhausted, match="too many calls"):
            await one(database)
        assert (await holder.execute(text("SELECT 1"))).scalar_one() == 1
    assert await asyncio.gather(*waiting) == [1] * 32
    await database.dispose()


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
