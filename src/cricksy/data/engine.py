"""The connection pool, with bounds on everything that could wait."""

import math
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import quote, urlencode

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from cricksy.data.errors import database_errors
from cricksy.database_url import SYSTEM, DatabaseAddress, client_context, parse

Transaction = AsyncConnection

_LOCK_SECONDS = 3
"""Bounds each wait for a row that another transaction has locked."""


class Database:
    """A pool of connections. What goes wrong with one, inside a ``with`` or around it, is a
    :class:`cricksy.data.errors.DatabaseError`.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    @asynccontextmanager
    async def begin(self) -> AsyncGenerator[Transaction]:
        """A transaction, committed at the end and rolled back by an exception."""
        async with database_errors(), self._engine.begin() as transaction:
            yield transaction

    @asynccontextmanager
    async def connect(self) -> AsyncGenerator[AsyncConnection]:
        """A connection for reading: what it writes is rolled back."""
        async with database_errors(), self._engine.connect() as connection:
            yield connection

    async def dispose(self) -> None:
        await self._engine.dispose()


def connect(url: str, *, application: str, pool_size: int = 10, statement_seconds: float = 5) -> Database:
    """A pool of at most ``pool_size`` connections to ``url``; nothing is opened before the first use.

    ``statement_seconds`` bounds each statement on the server's side, and the wait for a free connection. What ``url``
    itself says of ``application_name`` and ``connect_timeout`` goes before. Raises
    :class:`cricksy.database_url.DatabaseUrlError`.
    """
    engine = create_async_engine(
        # The address goes to the driver as it is: SQLAlchemy's own form of it knows neither two hosts nor TLS.
        "postgresql+asyncpg://",
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=statement_seconds,
        # A connection that the server closed while idle is noticed before it is handed out.
        pool_pre_ping=True,
        hide_parameters=True,
        connect_args=_driver_arguments(parse(url), application, statement_seconds),
    )
    return Database(engine)


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
            "statement_timeout": str(math.ceil(statement_seconds * 1000)),
            "lock_timeout": str(_LOCK_SECONDS * 1000),
            "idle_in_transaction_session_timeout": "10000",
            "timezone": "UTC",
            **address.server_settings,
        },
    }
    if address.tls:
        # The driver reads libpq's words for TLS from a URL alone; of the machine's certificates it knows nothing.
        arguments["dsn"] = f"postgresql://?{urlencode(address.tls, quote_via=quote)}"
    if address.tls.get("sslrootcert") == SYSTEM:
        arguments["ssl"] = client_context(address.tls)
    return arguments


@asynccontextmanager
async def connected(
    url: str, *, application: str, pool_size: int = 10, statement_seconds: float = 5
) -> AsyncGenerator[Database]:
    """The pool of :func:`connect`, closed at the end."""
    database = connect(url, application=application, pool_size=pool_size, statement_seconds=statement_seconds)
    try:
        yield database
    finally:
        await database.dispose()
