"""The data layer behind PgBouncer in transaction mode: each transaction may meet another connection of the server.

Every program has fewer connections of the server than of the pooler, so that transactions do change places.
"""

import asyncio
import os
import shutil
import signal
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from sqlalchemy import text
from tests.support.jobs import OWNER, commit_results, make_job, results_of
from tests.support.services import execute, running_program
from tests.support.waiting import PATIENCE_SECONDS

from cricksy.data.engine import Database, connected
from cricksy.data.errors import DatabaseError
from cricksy.data.jobs import read_job
from cricksy.data.leases import Claim, Lease, claim, record_progress
from cricksy.data.outbox import mark_sent
from cricksy.data.schema import check_schema, init_schema
from cricksy.embedded.postgres import unprivileged_user
from cricksy.embedded.process import Program, accepts, free_port
from cricksy.vocabulary import Discipline, JobStatus, Stage

PGBOUNCER = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
SERVER_CONNECTIONS = 2
CLIENTS = 4

pytestmark = pytest.mark.skipif(PGBOUNCER is None, reason="needs PgBouncer: apt-get install pgbouncer")


@pytest.fixture(scope="module")
def pooler(postgres: str) -> Iterator[str]:
    """A pooler in front of the tests' server: the beginning of a URL, up to the name of the database."""
    port, server = free_port(), urlsplit(postgres)
    with TemporaryDirectory() as path:
        users, settings = Path(path, "users.txt"), Path(path, "pgbouncer.ini")
        users.write_text(f'"{server.username}" "{server.password}"\n')
        settings.write_text(
            f"[databases]\n* = host={server.hostname} port={server.port}\n"
            f"[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\n"
            f"auth_type = scram-sha-256\nauth_file = {users}\npool_mode = transaction\n"
            f"default_pool_size = {SERVER_CONNECTIONS}\n"
        )
        # Like PostgreSQL it refuses root.
        user = unprivileged_user()
        for file in (Path(path), users, settings):
            shutil.chown(file, user or os.geteuid())
        program = Program(
            name="PgBouncer",
            command=(str(PGBOUNCER), str(settings)),
            environment={},
            log=Path(path, "log"),
            stop_signal=signal.SIGINT,
            death_signal=signal.SIGKILL,
            stop_seconds=10,
            user=user,
        )
        with running_program(program, lambda: accepts(port)):
            yield f"postgresql://{server.username}:{server.password}@127.0.0.1:{port}/"


@pytest.fixture
async def pooled(pooler: str, postgres: str) -> AsyncIterator[str]:
    """The URL of an empty database behind the pooler."""
    name = f"pooled_{uuid4().hex}"
    await execute(postgres, f'CREATE DATABASE "{name}"')
    yield f"{pooler}{name}?pooler=transaction"
    await execute(postgres, f'DROP DATABASE "{name}" WITH (FORCE)')


async def one_job(database: Database) -> None:
    """Through every kind of statement that a job needs."""
    job_id = await make_job(database, Discipline.BOWLING)
    assert await mark_sent(database, job_id, "message-0")
    lease = Lease(job_id)
    assert isinstance(await claim(database, lease, "message-1", PATIENCE_SECONDS), Claim)
    for progress in (10, 50, 90):
        await record_progress(database, lease, Stage.EXTRACTING_POSE, progress)
    await commit_results(database, lease, b"results", b"landmarks")
    job = await read_job(database, OWNER, job_id)
    assert job is not None
    assert job.status is JobStatus.COMPLETED
    assert await results_of(database, job_id) is not None


async def test_jobs_of_several_programs_share_a_few_connections(pooled: str) -> None:
    async with connected(pooled, application="tests", pool_size=2) as database:
        await init_schema(database)
        await check_schema(database)

    async def program() -> None:
        async with connected(pooled, application="tests", pool_size=4) as database:
            await asyncio.gather(*(one_job(database) for _ in range(8)))

    await asyncio.gather(*(program() for _ in range(CLIENTS)))
    async with connected(pooled, application="tests") as database, database.connect() as connection:
        jobs = await connection.execute(text("SELECT count(*) FROM jobs WHERE status = 'completed'"))
        servers = await connection.execute(
            text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")
        )
        assert jobs.scalar_one() == 8 * CLIENTS
        assert servers.scalar_one() <= SERVER_CONNECTIONS


async def test_each_transaction_keeps_its_bounds(pooled: str) -> None:
    async with connected(pooled, application="tests", statement_seconds=0.3) as database:
        async with database.begin() as transaction:
            names = ("statement_timeout", "TimeZone", "application_name")
            bounds = [
                (await transaction.execute(text(f"SELECT current_setting('{name}')"))).scalar_one() for name in names
            ]
            assert bounds == ["300ms", "UTC", "tests"]
        with pytest.raises(DatabaseError, match="statement timeout"):
            async with database.begin() as transaction:
                await transaction.execute(text("SELECT pg_sleep(60)"))
        # The connection of the server that had them has none of them left.
        async with database.connect() as connection:
            assert (await connection.execute(text("SELECT current_setting('statement_timeout')"))).scalar_one() == "0"


async def test_without_the_parameter_the_pooler_refuses(pooled: str) -> None:
    plain = pooled.partition("?")[0]
    async with connected(plain, application="tests") as database:
        with pytest.raises(DatabaseError, match="unsupported startup parameter"):
            async with database.connect() as connection:
                await connection.execute(text("SELECT 1"))
