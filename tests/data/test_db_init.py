"""``cricksy db init`` as a deploy runs it."""

import asyncio
import subprocess
import sys

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text
from tests.support.version_1 import make_version_1

from cricksy.cli import main
from cricksy.data.engine import connected
from cricksy.data.migrations import this_release
from cricksy.exits import EXIT_FAILED, EXIT_SCHEMA_MISSING, EXIT_SCHEMA_TOO_NEW, EXIT_SCHEMA_TOO_OLD

VERSION = this_release().version


@pytest.fixture
def url(empty_database_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("DATABASE_URL", empty_database_url)
    return empty_database_url


def init(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["db", "init", *arguments])


def says(result: Result, code: int, *words: str) -> None:
    assert result.exit_code == code, result.output
    line = result.stdout if code == 0 else result.stderr
    assert len(result.output.splitlines()) == 1, result.output
    assert all(word in line for word in words), line


async def run_sql(url: str, *statements: str) -> None:
    async with connected(url, application="tests") as database, database.begin() as transaction:
        for statement in statements:
            await transaction.execute(text(statement))


async def make_first(url: str) -> None:
    async with connected(url, application="tests") as database:
        await make_version_1(database, "coach-1")


@pytest.mark.usefixtures("url")
def test_an_empty_database_is_created_once() -> None:
    says(init("--check"), EXIT_SCHEMA_MISSING, "schema is missing", "cricksy db init")
    says(init(), 0, f"Created at version {VERSION}.")
    says(init(), 0, f"Up to date: version {VERSION}.")
    says(init("--check"), 0, f"Up to date: version {VERSION}.")


def test_a_database_of_the_first_release_is_upgraded(url: str) -> None:
    asyncio.run(make_first(url))
    says(init("--check"), EXIT_SCHEMA_TOO_OLD, f"at version 1, this code needs version {VERSION}", "cricksy db init")
    says(init(), 0, f"Upgraded from 1 to {VERSION}: 0002_schema_version")
    says(init("--check"), 0, f"Up to date: version {VERSION}.")


def test_a_database_that_is_too_new_is_left_alone(url: str) -> None:
    says(init(), 0)
    asyncio.run(run_sql(url, "INSERT INTO schema_version VALUES (99, 98)"))
    for arguments in ([], ["--check"]):
        says(init(*arguments), EXIT_SCHEMA_TOO_NEW, f"at version 99, this code only at {VERSION}", "98 or later")


def test_a_newer_database_that_this_code_can_work_with_is_up_to_date(url: str) -> None:
    says(init(), 0)
    asyncio.run(run_sql(url, f"INSERT INTO schema_version VALUES (99, {VERSION})"))
    for arguments in ([], ["--check"]):
        says(init(*arguments), 0, "Up to date: version 99.")


def test_tables_of_another_program_are_left_alone(url: str) -> None:
    asyncio.run(run_sql(url, "CREATE TABLE jobs (id int)"))
    for arguments in ([], ["--check"]):
        says(init(*arguments), EXIT_FAILED, "holds jobs", "use another database")


def test_a_user_who_may_not_create_tables_is_told_so(url: str) -> None:
    role = "reader_of_the_tests"
    asyncio.run(run_sql(url, f"DROP ROLE IF EXISTS {role}", f"CREATE ROLE {role} LOGIN PASSWORD 'x'"))
    as_reader = url.replace("cricksy:cricksy@", f"{role}:x@")
    result = CliRunner().invoke(main, ["db", "init"], env={"DATABASE_URL": as_reader})
    asyncio.run(run_sql(url, f"DROP ROLE {role}"))
    says(result, EXIT_FAILED, "schema.sql failed, the database stays empty", "permission denied for schema public")


@pytest.mark.parametrize("first", [False, True])
def test_two_at_once_do_the_work_once(url: str, first: bool) -> None:  # noqa: FBT001 - pytest's way
    if first:
        asyncio.run(make_first(url))
    command = [sys.executable, "-P", "-m", "cricksy", "db", "init"]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    lines = sorted(process.communicate(timeout=60)[0] for process in both)
    assert [process.returncode for process in both] == [0, 0]
    done = "Upgraded from 1" if first else "Created"
    assert [line.split(" ")[0] for line in lines] == sorted([done.split(" ", maxsplit=1)[0], "Up"]), lines
