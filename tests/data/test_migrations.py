"""From every earlier schema to that of ``schema.sql``, once, whole, and with every row."""

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import text
from tests.data.test_schema import dump
from tests.support.version_1 import first_release, make_version_1, read_rows

from cricksy.data.engine import Database, connect, connected
from cricksy.data.migrations import Migration, MigrationFileError, Release, read_migrations, this_release
from cricksy.data.schema import (
    Installed,
    MigrationError,
    Mismatch,
    SchemaMismatchError,
    check_schema,
    init_schema,
)

VERSION = this_release().version


def after(release: Release, *scripts: str, oldest_code: int = 1) -> Release:
    """A later release, whose further migrations are ``scripts``."""
    first = release.version + 1
    more = [
        Migration(version=version, name=f"{version:04}_more", oldest_code=oldest_code, sql=sql)
        for version, sql in enumerate(scripts, first)
    ]
    return Release(release.schema_sql, [*release.migrations, *more])


async def recorded(database: Database) -> list[tuple[int, int]]:
    async with database.connect() as connection:
        found = await connection.execute(text("SELECT version, oldest_code FROM schema_version ORDER BY version"))
        return [(row.version, row.oldest_code) for row in found]


async def tables(database: Database) -> set[str]:
    async with database.connect() as connection:
        names = await connection.execute(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'"))
        return set(names.scalars())


async def mismatch_of(database: Database, release: Release | None = None) -> Mismatch:
    with pytest.raises(SchemaMismatchError) as caught:
        await check_schema(database, release)
    assert "\n" not in str(caught.value)
    return caught.value.mismatch


@pytest.fixture
async def second_pool(empty_database_url: str) -> AsyncIterator[Database]:
    database = connect(empty_database_url, application="tests")
    yield database
    await database.dispose()


async def test_all_migrations_make_what_schema_sql_does(
    empty_database: Database, empty_database_url: str, database_url: str
) -> None:
    await init_schema(empty_database, first_release())
    assert dump(empty_database_url) != dump(database_url)
    change = await init_schema(empty_database)
    assert [step.version for step in change.steps] == list(range(2, VERSION + 1))
    assert dump(empty_database_url) == dump(database_url)


async def test_a_database_with_jobs_is_upgraded_in_place(
    empty_database: Database, empty_database_url: str, database_url: str
) -> None:
    await make_version_1(empty_database, "coach-1")
    before = await read_rows(empty_database)
    assert await mismatch_of(empty_database) == Mismatch.TOO_OLD
    names = ", ".join(step.name for step in this_release().migrations[1:])
    assert (await init_schema(empty_database)).line == f"Upgraded from 1 to {VERSION}: {names}."
    assert await read_rows(empty_database, like=before) == before
    assert dump(empty_database_url) == dump(database_url)
    assert await check_schema(empty_database) == Installed(VERSION, this_release().oldest_code)
    assert (await init_schema(empty_database)).line == f"Up to date: version {VERSION}."


async def test_an_empty_database_is_created_at_the_newest_version(empty_database: Database) -> None:
    assert await mismatch_of(empty_database) == Mismatch.MISSING
    assert (await init_schema(empty_database)).line == f"Created at version {VERSION}."
    assert await recorded(empty_database) == [(VERSION, this_release().oldest_code)]


async def test_a_script_that_fails_leaves_nothing_behind(empty_database: Database) -> None:
    broken = Release("CREATE TABLE jobs (id int); CREATE nonsense;", this_release().migrations)
    with pytest.raises(MigrationError, match=r"^schema\.sql failed, the database stays empty: syntax error"):
        await init_schema(empty_database, broken)
    assert await mismatch_of(empty_database) == Mismatch.MISSING
    assert await tables(empty_database) == set()


async def test_a_step_that_fails_is_rolled_back_and_the_earlier_ones_stay(empty_database: Database) -> None:
    await make_version_1(empty_database, "coach-1")
    before = await read_rows(empty_database)
    broken = after(this_release(), "CREATE TABLE whole (id int)", "CREATE TABLE half (id int); SELECT 1 / 0; SELECT 1")
    stays = f"{VERSION + 2:04}_more failed, the schema stays at version {VERSION + 1}: division by zero"
    with pytest.raises(MigrationError, match=f"^{stays}$"):
        await init_schema(empty_database, broken)
    assert await recorded(empty_database) == [(version, 1) for version in range(2, VERSION + 2)]
    assert "whole" in await tables(empty_database)
    assert "half" not in await tables(empty_database)
    assert await read_rows(empty_database, like=before) == before
    # Once it is corrected, it goes on from there.
    corrected = after(this_release(), "CREATE TABLE whole (id int)", "CREATE TABLE half (id int)")
    assert [step.version for step in (await init_schema(empty_database, corrected)).steps] == [VERSION + 2]


async def test_a_step_may_take_longer_than_a_statement_of_the_api(empty_database_url: str) -> None:
    database = connect(empty_database_url, application="tests", statement_seconds=0.2)
    await init_schema(database)
    assert (await init_schema(database, after(this_release(), "SELECT pg_sleep(0.5)"))).version == VERSION + 1
    await database.dispose()


async def test_a_step_waits_only_for_a_moment_for_a_lock_that_requests_hold(
    empty_database: Database, empty_database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await init_schema(empty_database)
    monkeypatch.setattr("cricksy.data.engine.LOCK_SECONDS", 0.5)
    async with connected(empty_database_url, application="tests") as migrating, empty_database.begin() as transaction:
        await transaction.execute(text("SELECT count(*) FROM jobs"))
        with pytest.raises(MigrationError, match="lock timeout"):
            await init_schema(migrating, after(this_release(), "ALTER TABLE jobs ADD COLUMN more int"))
    assert (await check_schema(empty_database)).version == VERSION


async def test_of_two_at_once_one_does_every_step(
    empty_database: Database, empty_database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await make_version_1(empty_database, "coach-1")
    monkeypatch.setattr("cricksy.data.engine.LOCK_SECONDS", 0.5)
    # Longer than the bound of a wait in the server.
    later = after(this_release(), "SELECT pg_sleep(1); CREATE TABLE one (id int)", "CREATE TABLE two (id int)")
    async with (
        connected(empty_database_url, application="tests") as one,
        connected(empty_database_url, application="tests") as other,
    ):
        changes = await asyncio.gather(init_schema(one, later), init_schema(other, later))
    did = sorted([step.version for step in change.steps] for change in changes)
    assert did == [[], list(range(2, VERSION + 3))]
    assert {change.version for change in changes} == {VERSION + 2}


async def test_one_that_is_cancelled_keeps_nobody_out(empty_database: Database) -> None:
    await init_schema(empty_database)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.5):
            await init_schema(empty_database, after(this_release(), "SELECT pg_sleep(60)"))
    change = await init_schema(empty_database, after(this_release(), "CREATE TABLE more (id int)"))
    assert [step.version for step in change.steps] == [VERSION + 1]


async def test_two_at_once_create_it_once(empty_database: Database, second_pool: Database) -> None:
    changes = await asyncio.gather(init_schema(empty_database), init_schema(second_pool))
    assert sorted(change.is_new for change in changes) == [False, True]
    assert [list(change.steps) for change in changes] == [[], []]


async def test_earlier_code_runs_beside_an_expanded_schema_but_not_a_contracted_one(empty_database: Database) -> None:
    old = this_release()
    await init_schema(empty_database, old)
    expanded = after(old, "CREATE TABLE more (id int)")
    await init_schema(empty_database, expanded)
    assert (await check_schema(empty_database, old)).version == VERSION + 1
    assert (await init_schema(empty_database, old)).line == f"Up to date: version {VERSION + 1}."
    contracted = after(expanded, "DROP TABLE more", oldest_code=VERSION + 1)
    assert await mismatch_of(empty_database, contracted) == Mismatch.TOO_OLD
    await init_schema(empty_database, contracted)
    assert (await check_schema(empty_database, expanded)).version == VERSION + 2
    assert await mismatch_of(empty_database, old) == Mismatch.TOO_NEW
    with pytest.raises(SchemaMismatchError, match=f"run newer code, of version {VERSION + 1} or later"):
        await init_schema(empty_database, old)


async def test_one_who_is_alone_refuses_what_newer_code_left(empty_database: Database) -> None:
    await init_schema(empty_database, after(this_release(), "CREATE TABLE more (id int)"))
    with pytest.raises(SchemaMismatchError, match=f"run newer code, of version {VERSION + 1} or later"):
        await init_schema(empty_database, accept_newer=False)


@pytest.mark.parametrize(
    "made",
    [
        # Before the first release, and of somebody else.
        "CREATE TABLE sessions (id int); CREATE TABLE jobs (id int)",
        "CREATE TABLE workers (id int)",
        # Of ours, without its row.
        "CREATE TABLE schema_version (version int, oldest_code int)",
    ],
)
async def test_tables_that_no_release_made_are_left_alone(empty_database: Database, made: str) -> None:
    async with empty_database.begin() as transaction:
        for statement in made.split("; "):
            await transaction.execute(text(statement))
    before = await tables(empty_database)
    assert await mismatch_of(empty_database) == Mismatch.UNKNOWN
    with pytest.raises(SchemaMismatchError, match=f"holds {', '.join(sorted(before))}, but"):
        await init_schema(empty_database)
    assert await tables(empty_database) == before


def write(directory: Path, **scripts: str) -> None:
    for name, sql in scripts.items():
        (directory / f"{name}.sql").write_text(sql)


OLDEST = "-- oldest_code: {}\nSELECT 1;\n"


@pytest.mark.parametrize(
    ("scripts", "words"),
    [
        ({}, "not numbered"),
        ({"0002_second": OLDEST.format(1)}, "not numbered"),
        ({"0001_first": OLDEST.format(1), "0003_third": OLDEST.format(1)}, "not numbered"),
        ({"first": OLDEST.format(1)}, "first.sql is not named like"),
        ({"0001_first": "SELECT 1;\n"}, "does not begin with -- oldest_code"),
        ({"0001_first": OLDEST.format(2)}, "0001_first: oldest_code must be 1 to 1"),
        (
            {"0001_a": OLDEST.format(1), "0002_b": OLDEST.format(2), "0003_c": OLDEST.format(1)},
            "0003_c: oldest_code must be 2 to 3",
        ),
    ],
)
def test_a_migration_keeps_the_rules_of_its_directory(tmp_path: Path, scripts: dict[str, str], words: str) -> None:
    write(tmp_path, **scripts)
    with pytest.raises(MigrationFileError, match=re.escape(words)):
        read_migrations(tmp_path)
