"""Each way in which a call to the database fails, by the name that the rest of the program knows."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import make_url, text
from sqlalchemy.exc import DBAPIError

from cricksy.data.engine import Database, connected
from cricksy.data.errors import DatabaseError, DatabaseOutage, PoolExhausted, TransientDatabaseError, database_errors


async def execute(database: Database, sql: str) -> None:
    async with database.begin() as transaction:
        await transaction.execute(text(sql))


async def execute_as_the_driver(database: Database, sql: str) -> None:
    async with database.begin() as transaction:
        driver: Any = (await transaction.get_raw_connection()).driver_connection
        await driver.execute(sql)


async def test_an_answer_that_does_not_come_in_time_is_an_outage(database_url: str) -> None:
    async with connected(f"{database_url}?connect_timeout=20", application="tests", statement_seconds=1) as database:
        with pytest.raises(DatabaseOutage, match="statement timeout"):
            await execute(database, "SELECT pg_sleep(5)")


async def test_a_wrong_statement_is_refused_in_the_databases_words_alone(database: Database) -> None:
    with pytest.raises(DatabaseError) as refused:
        await execute(database, "SELECT 1 / 0")
    assert not isinstance(refused.value, TransientDatabaseError)
    assert str(refused.value) == "division by zero"
    assert isinstance(refused.value.__cause__, DBAPIError)


async def test_an_error_of_the_driver_itself_is_translated_too(empty_database_url: str) -> None:
    async with connected(empty_database_url, application="tests") as database:
        with pytest.raises(DatabaseError, match="syntax error") as refused:
            await execute_as_the_driver(database, "CREATE nonsense;")
    assert not isinstance(refused.value, TransientDatabaseError)


async def test_a_wrong_password_is_no_outage(database_url: str) -> None:
    url = make_url(database_url).set(password="wrong").render_as_string(hide_password=False)
    async with connected(url, application="tests") as database:
        with pytest.raises(DatabaseError, match="password authentication failed") as refused:
            await execute(database, "SELECT 1")
    assert not isinstance(refused.value, TransientDatabaseError)


async def test_a_server_that_nobody_answers_for_is_an_outage() -> None:
    async with connected("postgresql://nobody:x@127.0.0.1:1/d", application="tests") as database:
        with pytest.raises(DatabaseOutage, match="Connect call failed"):
            await execute(database, "SELECT 1")


async def test_a_pool_whose_connections_are_all_in_use_is_no_outage(database_url: str) -> None:
    patient = f"{database_url}?connect_timeout=20"
    async with connected(patient, application="tests", pool_size=1, statement_seconds=1) as database:
        async with database.begin():
            with pytest.raises(PoolExhausted) as exhausted:
                await execute(database, "SELECT 1")
        await execute(database, "SELECT 1")
    assert not isinstance(exhausted.value, DatabaseOutage)
    assert exhausted.value.reason == "pool_exhausted"


async def test_a_lock_that_is_not_free_in_time_is_an_outage(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cricksy.data.engine.LOCK_SECONDS", 0.5)
    async with connected(database_url, application="tests") as database, database.begin() as holder:
        await holder.execute(text("LOCK TABLE jobs"))
        with pytest.raises(DatabaseOutage, match="lock timeout"):
            await execute(database, "LOCK TABLE jobs")


async def test_a_limit_of_the_callers_own_stays_a_timeout(database: Database) -> None:
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1):
            await execute(database, "SELECT pg_sleep(2)")


@pytest.mark.parametrize("error", [KeyError("x"), asyncio.CancelledError(), AssertionError()])
async def test_what_is_not_of_the_database_passes(error: BaseException) -> None:
    with pytest.raises(type(error)):
        async with database_errors():
            raise error
