"""What a call to the database raises, in our own words.

The tree::

    DatabaseError               the database refused: a wrong statement, password or name
    └── TransientDatabaseError  the same call may succeed later
        ├── DatabaseOutage      the database is down, restarting, out of reach or too slow
        └── PoolExhausted       it answers, but all our connections to it were in use for too long

SQLAlchemy's, asyncpg's and the socket's exceptions are named here and nowhere else. Each becomes one of the above in
:func:`database_errors`, which surrounds every use of a connection; the original stays as ``__cause__``.
"""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from importlib import import_module
from typing import Any, ClassVar

from sqlalchemy.dialects.postgresql.asyncpg import AsyncAdapt_asyncpg_dbapi
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

# Imported by name: it has no types.
_asyncpg: Any = import_module("asyncpg")
DRIVER_ERRORS = (_asyncpg.PostgresError, _asyncpg.InterfaceError, _asyncpg.InternalClientError, OSError)
_FOREIGN = (SQLAlchemyError, *DRIVER_ERRORS)
"""An :class:`OSError` is the socket's, because nothing else happens inside :func:`database_errors`."""

# PostgreSQL manual, appendix A.
_OUTAGE_STATES = (
    "08",  # no connection
    "53",  # no resources: too many connections, no disk or memory left
    "55P03",  # a lock was not free in time
    "57",  # a statement took too long; the server is starting or shutting down
)
_ENDING_STATES = ("08", "57P")
"""Those that end the connection."""


class DatabaseError(Exception):
    """The message is the database's own: one line, without SQL and parameters."""

    reason: ClassVar[str] = "database_refused"
    """How logs name it."""


class TransientDatabaseError(DatabaseError):
    """Worth another try, later."""


class DatabaseOutage(TransientDatabaseError):  # noqa: N818 - a state, not a defect
    reason = "database_unavailable"


class PoolExhausted(TransientDatabaseError):  # noqa: N818 - a state, not a defect
    reason = "pool_exhausted"


@asynccontextmanager
async def database_errors() -> AsyncGenerator[None]:
    """Translate what the body's calls to the database raise. Raises :class:`DatabaseError`.

    The body does nothing else: its own file or its own :func:`asyncio.timeout` would pass for the database's.
    """
    try:
        yield
    except _FOREIGN as error:
        raise _translated(error) from error


def _translated(error: Exception) -> DatabaseError:
    if isinstance(error, PoolTimeoutError):
        return PoolExhausted("every connection of the pool was in use for too long")
    kind = DatabaseOutage if _is_outage(error) else DatabaseError
    return kind(_words(error))


def is_connection_lost(original: BaseException) -> bool:
    """Whether the connection that raised ``original``, an error of the driver, cannot be used again."""
    # The server's last words can reach asyncpg before the end of the stream: it is out of step, not yet closed.
    if isinstance(original, (AsyncAdapt_asyncpg_dbapi.InternalClientError, _asyncpg.InternalClientError)):
        return True
    # A TimeoutError too: the server did not even end the statement by its own timeout.
    return isinstance(original, OSError) or (getattr(original, "sqlstate", None) or "").startswith(_ENDING_STATES)


def _is_outage(error: Exception) -> bool:
    original = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return True
    if original is not None and is_connection_lost(original):
        return True
    if (getattr(original, "sqlstate", None) or "").startswith(_OUTAGE_STATES):
        return True
    return isinstance(error, (OperationalError, InterfaceError, _asyncpg.InterfaceError, OSError))


def _words(error: Exception) -> str:
    original = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    if isinstance(original, TimeoutError) and not str(original):
        return "no answer in time"
    return str(original).partition("\n")[0] or type(original).__name__
