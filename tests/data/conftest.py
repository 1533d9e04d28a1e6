from collections.abc import AsyncGenerator
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from cricksy.data.engine import Database


@pytest.fixture
async def empty_database_url(database: Database) -> AsyncGenerator[str]:
    """A database without the schema, beside the test's own."""
    name = f"empty_{uuid4().hex}"
    autocommit = create_async_engine(database.url, isolation_level="AUTOCOMMIT")
    async with autocommit.connect() as connection:
        await connection.execute(text(f"CREATE DATABASE {name} TEMPLATE template0"))
    yield database.url.set(database=name).render_as_string(hide_password=False)
    async with autocommit.connect() as connection:
        await connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    await autocommit.dispose()
