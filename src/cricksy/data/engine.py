"""The connection pool, with bounds on everything that could wait."""

import asyncio
import math
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any, Final
from urllib.parse import quote, urlencode

from sqlalchemy import Connection, Engine, PoolProxiedConnection, event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry, Pool

from cricksy.data.errors import DRIVER_ERRORS, PoolExhausted, database_errors, is_connection_lost
from cricksy.database_url import SYSTEM, DatabaseAddress, client_context, parse

Transaction = AsyncConnection

STATEMENT_SECONDS: Final = 5
"""Bounds each statement on the server's side, where the caller names no bound."""
LOCK_SECONDS: Final = 3
"""Bounds each wait for a row that another transaction has locked."""
IDLE_SECONDS: Final = 10
"""Bounds each pause inside a transaction."""
_WAITERS_PER_CONNECTION: Final = 32
"""Calls that may wait for one connection: some 100 ms of statements. More would only wait to be refused."""
_USED_AT: Final = "used_at"
_WITHOUT_STATEMENTS: Final = {
    # The next transaction may meet a server that has never seen a prepared statement. One without a name is parsed
    # with each use.
    "statement_cache_size": 0,
    "prepared_statement_cache_size": 0,
    "prepared_statement_name_func": str,
}


class Database:
    """A pool of connections. What goes wrong with one, inside a ``with`` or around it, is a
    :class:`cricksy.data.errors.DatabaseError`.
    """

    def __init__(self, engine: AsyncEngine, *, pool_size: int, wait_seconds: float) -> None:
        self._engine = engine
        # Shares the pool. Here a statement is a transaction by itself, without BEGIN and ROLLBACK.
        self._reading = engine.execution_options(isolation_level="AUTOCOMMIT")
        self._free = asyncio.Semaphore(pool_size)
        self._waiting = 0
        self._most_waiting = pool_size * _WAITERS_PER_CONNECTION
        self._wait_seconds = wait_seconds

    @asynccontextmanager
    async def begin(self) -> AsyncGenerator[Transaction]:
        """A transaction, committed at the end and rolled back by an exception."""
        async with self._turn(), database_errors(), self._engine.begin() as transaction:
            yield transaction

    @asynccontextmanager
    async def connect(self) -> AsyncGenerator[AsyncConnection]:
        """A connection for reading: each statement is a transaction of its own and costs one round trip."""
        async with self._turn(), database_errors(), self._reading.connect() as connection:
            yield connection

    @asynccontextmanager
    async def _turn(self) -> AsyncGenerator[None]:
        """Wait for a connection to be free, first come, first served. Raises :class:`PoolExhausted`."""
        if self._free.locked() and self._waiting >= self._most_waiting:
            raise PoolExhausted("too many calls wait for a connection of the pool")
        self._waiting += 1
        try:
            async with asyncio.timeout(self._wait_seconds):
                await self._free.acquire()
        except TimeoutError as error:
            raise PoolExhausted("every connection of the pool was in use for too long") from error
        finally:
            self._waiting -= 1
        try:
            yield
        finally:
            self._free.release()

    async def dispose(self) -> None:
        await self._engine.dispose()


def connect(  # noqa: PLR0913 - what differs between the programs
    url: str,
    *,
    application: str,
    pool_size: int = 10,
    statement_seconds: float | None = None,
    wait_seconds: float | None = None,
    trusted_seconds: float = 1,
) -> Database:
    """A pool of at most ``pool_size`` connections to ``url``; nothing is opened before the first use.

    ``statement_seconds`` (``STATEMENT_SECONDS`` by default) bounds each statement on the server's side, and
    ``wait_seconds`` (the same by default) the wait for a free connection. One that was idle for longer than
    ``trusted_seconds`` is asked whether it still answers before it is handed out. What ``url`` itself says of
    ``application_name`` and ``connect_timeout`` goes before. Behind a pooler, which ``url`` says, a read is bounded on
    our side alone.
    Raises :class:`cricksy.database_url.DatabaseUrlError`.
    """
    statement_seconds = STATEMENT_SECONDS if statement_seconds is None else statement_seconds
    address = parse(url)
    engine = create_async_engine(
        # The address goes to the driver as it is: SQLAlchemy's own form of it knows neither two hosts nor TLS.
        "postgresql+asyncpg://",
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=statement_seconds,
        # The last used is the next: it needs no question, and knows the statements.
        pool_use_lifo=True,
        hide_parameters=True,
        connect_args=_driver_arguments(address, application, statement_seconds),
    )
    if address.is_pooled:
        _bound_each_transaction(engine.sync_engine, _bounds(statement_seconds))
    _notice_dead_connections(engine.sync_engine.pool, trusted_seconds)
    event.listen(engine.sync_engine, "handle_error", _drop_what_is_broken)
    return Database(engine, pool_size=pool_size, wait_seconds=wait_seconds or statement_seconds)


def _ask(driver: Any) -> Any:  # noqa: ANN401 - the driver has no types
    return driver.execute("SELECT 1")


def _drop_what_is_broken(context: ExceptionContext) -> None:
    """Let a connection that cannot be used again go, even where the driver does not call it closed yet."""
    if is_connection_lost(context.original_exception):
        context.is_disconnect = True


def _notice_dead_connections(pool: Pool, trusted_seconds: float) -> None:
    """Replace a connection that died while idle before it is handed out.

    One whose end the driver has seen costs nothing to notice. A round trip finds the others: behind a proxy the end
    can come late. SQLAlchemy's own ping takes two, before every use.
    """

    def taken(connection: DBAPIConnection, record: ConnectionPoolEntry, _proxy: PoolProxiedConnection) -> None:
        adapted: Any = connection
        if adapted.driver_connection.is_closed():
            raise DisconnectionError("the server closed the connection")
        used_at = record.info.get(_USED_AT)
        if used_at is None or time.monotonic() - used_at < trusted_seconds:
            return
        try:
            adapted.run_async(_ask)
        except DRIVER_ERRORS as error:
            raise DisconnectionError("the connection is dead") from error

    def returned(_connection: DBAPIConnection | None, record: ConnectionPoolEntry) -> None:
        record.info[_USED_AT] = time.monotonic()

    event.listen(pool, "checkout", taken)
    event.listen(pool, "checkin", returned)


def _bounds(statement_seconds: float) -> dict[str, str]:
    """The server's own bounds, in milliseconds."""
    seconds = {
        "statement_timeout": statement_seconds,
        "lock_timeout": LOCK_SECONDS,
        "idle_in_transaction_session_timeout": IDLE_SECONDS,
    }
    return {name: str(math.ceil(value * 1000)) for name, value in seconds.items()}


def _bound_each_transaction(engine: Engine, bounds: dict[str, str]) -> None:
    """Set at each BEGIN what a pooler takes neither at the start of a connection nor for longer than a transaction."""
    calls = ", ".join(f"set_config('{name}', '{value}', true)" for name, value in bounds.items())

    def begun(connection: Connection) -> None:
        if connection.get_execution_options().get("isolation_level") != "AUTOCOMMIT":
            connection.exec_driver_sql(f"SELECT {calls}")

    event.listen(engine, "begin", begun)


def _driver_arguments(address: DatabaseAddress, application: str, statement_seconds: float) -> dict[str, Any]:
    """The arguments of asyncpg's ``connect``."""
    arguments: dict[str, Any] = {
        "host": address.hosts,
        "port": address.ports,
        "user": address.user,
        "password": address.password,
        "database": address.database,
        "target_session_attrs": address.target_session_attrs,
        "timeout": address.connect_seconds or statement_seconds,
        # The server's own timeout comes first; this one is for a server that no longer answers.
        "command_timeout": statement_seconds + 2,
        "server_settings": {
            "application_name": application,
            **({} if address.is_pooled else _bounds(statement_seconds)),
            "timezone": "UTC",
            **address.server_settings,
        },
    }
    if address.is_pooled:
        arguments |= _WITHOUT_STATEMENTS
    if address.tls:
        # The driver reads libpq's words for TLS from a URL alone; of the machine's certificates it knows nothing.
        arguments["dsn"] = f"postgresql://?{urlencode(address.tls, quote_via=quote)}"
    if address.tls.get("sslrootcert") == SYSTEM:
        arguments["ssl"] = client_context(address.tls)
    return arguments


@asynccontextmanager
async def connected(
    url: str,
    *,
    application: str,
    pool_size: int = 10,
    statement_seconds: float | None = None,
    wait_seconds: float | None = None,
) -> AsyncGenerator[Database]:
    """The pool of :func:`connect`, closed at the end."""
    database = connect(
        url,
        application=application,
        pool_size=pool_size,
        statement_seconds=statement_seconds,
        wait_seconds=wait_seconds,
    )
    try:
        yield database
    finally:
        await database.dispose()
