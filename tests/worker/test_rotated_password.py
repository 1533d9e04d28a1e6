"""A database whose password changes under a running worker, as a managed secret does.

The worker ends, so that what supervises it starts another with the new one.
"""

from collections.abc import AsyncIterator
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from tests.support.jobs import Bench
from tests.support.services import execute
from tests.support.workers import StartWorker

from cricksy.exits import EXIT_FAILED
from cricksy.vocabulary import JobStatus


@pytest.fixture
async def role(postgres: str) -> AsyncIterator[str]:
    name = f"rotated_{uuid4().hex}"
    await execute(postgres, f"CREATE ROLE {name} SUPERUSER LOGIN PASSWORD 'old'")
    yield name
    await execute(postgres, f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{name}'")
    await execute(postgres, f"DROP ROLE {name}")


async def test_a_worker_with_the_old_password_ends_and_its_successor_does_the_job(
    bench: Bench, start_worker: StartWorker, role: str, postgres: str, database_url: str
) -> None:
    address = urlsplit(database_url)
    parts = {
        "DATABASE_URL": "",
        "DATABASE_HOST": str(address.hostname),
        "DATABASE_PORT": str(address.port),
        "DATABASE_NAME": address.path.removeprefix("/"),
        "DATABASE_USER": role,
    }
    worker = await start_worker(**parts, DATABASE_PASSWORD="old")
    first = await bench.submit("good")
    await bench.until_status(first, JobStatus.COMPLETED)

    await execute(postgres, f"ALTER ROLE {role} PASSWORD 'new'")
    await execute(postgres, f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{role}'")
    await worker.until_event("crashed")
    assert await worker.wait() == EXIT_FAILED

    second = await bench.submit("good")
    await start_worker(**parts, DATABASE_PASSWORD="new")
    await bench.until_status(second, JobStatus.COMPLETED)
    assert (await bench.job(second)).attempts == 1
