"""The connection pool, with bounds on everything that could wait."""

import math
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from sqlalchemy.dialects.postgresql.asyncpg import AsyncAdapt_asyncpg_dbapi
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

Database = AsyncEngine
Transaction = AsyncConnection

UnavailableErrors = (OperationalError, InterfaceError, PoolTimeoutError, OSError)
"""What a statement raises when the database is away, restarting or out of reach."""

_UNAVAILABLE_STATES = ("08", "53", "55P03", "57")
"""No connection, no resources, a lock or an answer not in time, start or shutdown: PostgreSQL manual, appendix A."""

_LOCK_SECONDS = 3
"""Bounds each wait for a row that another transaction has locked."""


def connect(url: str, *, application: str, pool_size: int = 10, statement_seconds: float = 5) -> Database:
    """A pool of at most ``pool_size`` connections to ``url``; nothing is opened before the first use.

    ``statement_seconds`` bounds each statement on the server's side.
    """
    return create_async_engine(
        url,
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=statement_seconds,
        # A connection that the server closed while idle is noticed before it is handed out.
        pool_pre_ping=True,
        hide_parameters=True,
        connect_args={
            "timeout": statement_seconds,
            # The server's own timeout comes first; this one is for a server that no longer answers.
            "command_timeout": statement_seconds + 2,
            "server_settings": {
                "application_name": application,
                "statement_timeout": str(math.ceil(statement_seconds * 1000)),
                "lock_timeout": str(_LOCK_SECONDS * 1000),
                "idle_in_transaction_session_timeout": "10000",
                "timezone": "UTC",
            },
        },
    )


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


def is_unavailable(error: BaseException) -> bool:
    """Whether ``error`` means that the database is away, rather than that the statement was wrong."""
    if isinstance(error, DBAPIError):
        state = getattr(error.orig, "sqlstate", None) or ""
        # The server's last words can reach asyncpg before the end of the stream: it is out of step, not yet closed.
        if isinstance(error.orig, AsyncAdapt_asyncpg_dbapi.InternalClientError):
            return True
        if error.connection_invalidated or state.startswith(_UNAVAILABLE_STATES):
            return True
    return isinstance(error, UnavailableErrors)
