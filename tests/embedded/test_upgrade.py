"""A data directory of an earlier release comes up with its jobs; one that newer code has used is refused.

The earlier one is made from the first migration. What else lies in a data directory is as it was then.
"""

import asyncio
import subprocess
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from sqlalchemy import text
from tests.support.processes import CRICKSY
from tests.support.services import PASSWORD, running_postgres
from tests.support.stack import Up
from tests.support.version_1 import STATUSES, make_version_1

from cricksy.api.app import PREFIX
from cricksy.data.engine import Database, connected
from cricksy.data.migrations import this_release
from cricksy.data.schema import init_schema
from cricksy.embedded.directory import DataDirectory, write_private

VERSION = this_release().version


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """A data directory with its secrets, and no database yet."""
    directory = DataDirectory(tmp_path / "data")
    directory.prepare()
    identity = directory.make_identity()
    write_private(directory.identity_file, msgspec.structs.replace(identity, database_password=PASSWORD))
    return directory.path


def with_database(directory: Path, work: Callable[[Database], Coroutine[Any, Any, Any]]) -> Any:
    """What ``work`` returns, done on the directory's database while no stack runs."""

    async def connect_and_work(url: str) -> Any:
        async with connected(url.replace("postgresql://", "postgresql+asyncpg://"), application="tests") as database:
            return await work(database)

    with running_postgres(directory) as url:
        return asyncio.run(connect_and_work(url))


def test_a_data_directory_of_the_first_release_comes_up_with_its_jobs(
    directory: Path, new_stack: Callable[[], Up]
) -> None:
    # The working job's message is lost, as after a kill; nobody takes it up again before its lease ends.
    jobs = with_database(directory, lambda database: make_version_1(database, "coach"))
    up = new_stack()
    stack = up.stack()
    told = [line for line in up.output.splitlines() if "Upgraded" in line]
    assert len(told) == 1
    assert told[0].startswith(f"The database in {directory / 'postgres'}: Upgraded from 1 to {VERSION}: ")
    with httpx.Client(base_url=stack.api_url + PREFIX, headers={"Authorization": f"Bearer {stack.token}"}) as coach:
        found = {state: coach.get(f"/analysis-jobs/{job_id}").json() for state, job_id in jobs.items()}
        assert {state: job["status"] for state, job in found.items()} == STATUSES
        corrected = coach.patch(f"/analysis-jobs/{jobs['completed']}/events", json={"ball_release": 1820})
        assert (corrected.status_code, corrected.json()["revision"]) == (200, 2)


async def _newer(database: Database) -> None:
    """As code of the next version leaves it, even where this code could still work with it."""
    await init_schema(database)
    async with database.begin() as transaction:
        await transaction.execute(text(f"INSERT INTO schema_version VALUES ({VERSION + 1}, {VERSION})"))


def test_a_data_directory_of_newer_code_is_refused_with_one_line(directory: Path) -> None:
    with_database(directory, _newer)
    refused = subprocess.run(
        [*CRICKSY, "up", "--data-dir", str(directory), "--port", "0"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    versions = f"the schema is at version {VERSION + 1}, this code only at {VERSION}"
    line = f"{versions}: run newer code, of version {VERSION + 1} or later"
    assert refused.returncode == 1
    assert refused.stderr == f"cricksy: cannot use the database in {directory / 'postgres'}: {line}\n"
    assert refused.stdout == f"Starting the stack in {directory} …\n"
    assert not (directory / "stack.json").exists()
