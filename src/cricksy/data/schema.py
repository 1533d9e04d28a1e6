"""Loading ``schema.sql``, and asking whether the database answers."""

from pathlib import Path
from typing import Any

from sqlalchemy import text

from cricksy.data.engine import Database

# In a wheel it lies beside the package's modules, in a source checkout at the root.
_PLACES = (Path(__file__).parents[1] / "schema.sql", Path(__file__).parents[3] / "schema.sql")
_STANDS = text("SELECT to_regclass('public.jobs') IS NOT NULL")


def schema_sql() -> str:
    """The text of ``schema.sql``."""
    return next(place for place in _PLACES if place.exists()).read_text(encoding="utf-8")


async def is_ready(database: Database) -> bool:
    """Whether the database holds the schema. Raises :class:`cricksy.data.errors.DatabaseError`."""
    async with database.connect() as connection:
        return (await connection.execute(_STANDS)).scalar_one()


async def load_schema(database: Database, schema_sql: str) -> bool:
    """Create the schema in an empty database, all of it or nothing; ``False`` where it stands already."""
    async with database.begin() as transaction:
        # Two that start together must not both create it.
        await transaction.execute(text("SELECT pg_advisory_xact_lock(hashtext('cricksy schema'))"))
        if (await transaction.execute(_STANDS)).scalar_one():
            return False
        # The driver itself takes a script of many statements; SQLAlchemy would prepare it as one.
        driver: Any = (await transaction.get_raw_connection()).driver_connection
        await driver.execute(schema_sql)
        return True
