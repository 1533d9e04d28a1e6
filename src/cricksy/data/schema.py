"""The version of the database's schema: read it, compare it with the code's, move it up."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import insert, select, text

from cricksy.data.engine import Database, Transaction
from cricksy.data.errors import DatabaseError, database_errors
from cricksy.data.migrations import Migration, Release, this_release
from cricksy.data.models import AppliedMigration

_FIRST_TABLES: Final = {"sessions", "jobs", "landmarks", "revisions", "workers"}
"""What version 1 holds: it was released before versions were recorded."""
_FIRST_RECORDED: Final = 2
_TABLES: Final = text("""
    SELECT tablename FROM pg_catalog.pg_tables WHERE schemaname = 'public' AND tablename = ANY (CAST(:names AS text[]))
""")
_TRY_LOCK: Final = text("SELECT pg_try_advisory_xact_lock(hashtext('cricksy schema'))")
_STAY_IDLE: Final = text("SET LOCAL idle_in_transaction_session_timeout = 0")
_LOCK_POLL_SECONDS: Final = 0.1
_STEP_SECONDS: Final = 3600
"""The most one migration may take. Its wait for a table's lock has the connection's own, far lower, bound."""


class Mismatch(StrEnum):
    MISSING = "schema_missing"
    TOO_OLD = "schema_too_old"
    TOO_NEW = "schema_too_new"
    UNKNOWN = "schema_unknown"


class SchemaMismatchError(Exception):
    """The code cannot work with this database; the message is one line that says why and what to do."""

    def __init__(self, mismatch: Mismatch, line: str) -> None:
        super().__init__(line)
        self.mismatch = mismatch


class MigrationError(Exception):
    """A step failed and was rolled back, the earlier ones stay; the message is one line that says which and why."""


@dataclass(frozen=True, slots=True)
class Installed:
    """What a database holds."""

    version: int
    oldest_code: int


@dataclass(frozen=True, slots=True)
class Change:
    """What :func:`init_schema` did to a database."""

    version: int
    """Which it holds now."""
    is_new: bool
    steps: Sequence[Migration]
    """Those that this call applied."""

    @property
    def line(self) -> str:
        """The change in a sentence."""
        if self.is_new:
            return f"Created at version {self.version}."
        if not self.steps:
            return f"Up to date: version {self.version}."
        first, last = self.steps[0], self.steps[-1]
        names = ", ".join(step.name for step in self.steps)
        return f"Upgraded from {first.version - 1} to {last.version}: {names}."


async def check_schema(database: Database, release: Release | None = None) -> Installed:
    """What the database holds, where ``release`` (this one by default) can work with it.

    A newer schema fits as long as it says so: in a deploy the earlier code runs beside it.
    Raises :class:`SchemaMismatchError` and :class:`~cricksy.data.errors.DatabaseError`.
    """
    release = release or this_release()
    async with database.connect() as connection:
        installed = await _read(connection)
    if installed is None:
        raise SchemaMismatchError(Mismatch.MISSING, "the schema is missing: run `cricksy db init`")
    _refuse_too_new(installed, release)
    if installed.version < release.version:
        versions = f"the schema is at version {installed.version}, this code needs version {release.version}"
        raise SchemaMismatchError(Mismatch.TOO_OLD, f"{versions}: run `cricksy db init`")
    return installed


async def init_schema(database: Database, release: Release | None = None, *, accept_newer: bool = True) -> Change:
    """Create the schema in an empty database, else apply the migrations that it lacks, each in its own transaction.

    Of several calls at once, one does all the work and the others wait for it. It takes two connections of the pool.
    ``accept_newer``: leave a newer schema that ``release`` can work with alone.
    Raises :class:`SchemaMismatchError` where the database is too new or not ours, :class:`MigrationError`, and
    :class:`~cricksy.data.errors.DatabaseError`.
    """
    release = release or this_release()
    async with _only_one(database):
        return await _init(database, release, accept_newer=accept_newer)


async def _init(database: Database, release: Release, *, accept_newer: bool) -> Change:
    is_new = False
    steps: list[Migration] = []
    while True:
        async with database.begin() as transaction:
            installed = await _read(transaction)
            if installed is None:
                is_new = True
                await _create(transaction, release)
                continue
            _refuse_too_new(installed, release, accept_newer=accept_newer)
            if installed.version >= release.version:
                return Change(version=installed.version, is_new=is_new, steps=steps)
            step = release.migrations[installed.version]
            await _apply(transaction, step)
        steps.append(step)


def _refuse_too_new(installed: Installed, release: Release, *, accept_newer: bool = True) -> None:
    needed = installed.oldest_code if accept_newer else installed.version
    if needed > release.version:
        versions = f"the schema is at version {installed.version}, this code only at {release.version}"
        raise SchemaMismatchError(Mismatch.TOO_NEW, f"{versions}: run newer code, of version {needed} or later")


async def _read(connection: Transaction) -> Installed | None:
    """What the database holds; ``None`` where it holds nothing of ours.

    Raises :class:`SchemaMismatchError` where it holds tables with our names that no release made.
    """
    recorded = AppliedMigration.__tablename__
    names = sorted({*_FIRST_TABLES, recorded})
    found = set((await connection.execute(_TABLES, {"names": names})).scalars())
    if not found:
        return None
    if recorded in found:
        versions = select(AppliedMigration.version, AppliedMigration.oldest_code)
        newest = versions.order_by(AppliedMigration.version.desc()).limit(1)
        if row := (await connection.execute(newest)).one_or_none():
            return Installed(row.version, row.oldest_code)
    elif found == _FIRST_TABLES:
        return Installed(version=1, oldest_code=1)
    tables = ", ".join(sorted(found))
    line = f"the database holds {tables}, but no schema that a release of Cricksy made: use another database"
    raise SchemaMismatchError(Mismatch.UNKNOWN, line)


@asynccontextmanager
async def _only_one(database: Database) -> AsyncGenerator[None]:
    """Wait until no other call is at work, and keep others out until the end.

    The lock ends with a transaction that does nothing else, so it never outlives the call, whatever ends that. Asked
    for again and again, because a wait inside the server would end with the connection's lock timeout.
    """
    async with database.begin() as transaction:
        await transaction.execute(_STAY_IDLE)
        while not (await transaction.execute(_TRY_LOCK)).scalar_one():  # noqa: ASYNC110 - the lock sets no event
            await asyncio.sleep(_LOCK_POLL_SECONDS)
        yield


async def _create(transaction: Transaction, release: Release) -> None:
    await _run(transaction, release.schema_sql, "schema.sql failed, the database stays empty")
    await _record(transaction, release.migrations[-1])


async def _apply(transaction: Transaction, step: Migration) -> None:
    await _run(transaction, step.sql, f"{step.name} failed, the schema stays at version {step.version - 1}")
    await _record(transaction, step)


async def _record(transaction: Transaction, migration: Migration) -> None:
    if migration.version >= _FIRST_RECORDED:
        values = {"version": migration.version, "oldest_code": migration.oldest_code}
        await transaction.execute(insert(AppliedMigration).values(values))


async def _run(transaction: Transaction, script: str, if_it_fails: str) -> None:
    await transaction.execute(text("SET LOCAL statement_timeout = 0"))
    # The driver itself takes a script of many statements; SQLAlchemy would prepare it as one.
    driver: Any = (await transaction.get_raw_connection()).driver_connection
    try:
        async with database_errors():
            await driver.execute(script, timeout=_STEP_SECONDS)
    except DatabaseError as error:
        raise MigrationError(f"{if_it_fails}: {error}") from error
