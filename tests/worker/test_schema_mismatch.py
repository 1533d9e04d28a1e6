"""A worker beside a schema that its code cannot work with waits, says so, and begins once the schema fits."""

import asyncio
from pathlib import Path

import pytest
import structlog
from sqlalchemy import text
from tests.support.jobs import Bench
from tests.support.version_1 import first_release
from tests.support.workers import RunWorker
from uuid_utils.compat import uuid7

from cricksy.aws.queue import AnalysisMessage
from cricksy.data.engine import Database
from cricksy.data.schema import init_schema
from cricksy.tracing import new_trace_id
from cricksy.vocabulary import JobStatus
from cricksy_worker.health import check_health


@pytest.fixture(autouse=True)
def often_announced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cricksy_worker.queue.worker.ANNOUNCE_SECONDS", 0.2)
    monkeypatch.setattr("cricksy_worker.queue.worker.TICK_SECONDS", 0.1)


async def until_health(directory: Path, words: str) -> None:
    async with asyncio.timeout(20):
        while words not in (health := check_health(directory)).line:  # noqa: ASYNC110 - a file sets no event
            await asyncio.sleep(0.05)
    # A deploy with code that does not fit must not count as one that succeeded.
    assert health.is_well != ("the schema" in words)


async def execute(database: Database, statement: str) -> None:
    async with database.begin() as transaction:
        await transaction.execute(text(statement))


async def test_a_worker_before_the_upgrade_waits_for_it(
    bench: Bench, run_worker: RunWorker, empty_database: Database, empty_database_url: str, temporary_directory: Path
) -> None:
    own = Bench(empty_database, bench.s3, bench.sqs, bench.aws)
    with structlog.testing.capture_logs() as lines:
        async with run_worker(database_url=empty_database_url):
            await until_health(temporary_directory, "takes no jobs: the schema is missing: run `cricksy db init`")
            await init_schema(empty_database, first_release())
            await until_health(temporary_directory, "takes no jobs: the schema is at version 1")
            # Of a job that is gone: a worker that receives it deletes it.
            gone = AnalysisMessage(job_id=uuid7(), session_id=uuid7(), sample_fps=15, include_frames=True)
            await own.queue.send(gone, new_trace_id())
            # Several of its looks later nobody has received the message.
            await asyncio.sleep(1)
            assert (await own.queue.depth()).visible == 1
            await init_schema(empty_database)
            await own.until_status(await own.submit(), JobStatus.COMPLETED)
            await own.until_depth(waiting=0, dead=0)
            await until_health(temporary_directory, "slots busy")
            assert "takes no jobs" not in check_health(temporary_directory).line
    told = {line["state"] for line in lines if line["event"] == "schema_mismatch"}
    assert told == {"schema_missing", "schema_too_old"}


async def test_a_worker_that_a_contracted_schema_leaves_behind_takes_no_more_jobs(
    bench: Bench, run_worker: RunWorker, temporary_directory: Path
) -> None:
    async with run_worker():
        await bench.until_status(await bench.submit(), JobStatus.COMPLETED)
        await execute(bench.database, "INSERT INTO schema_version VALUES (99, 99)")
        await until_health(temporary_directory, "takes no jobs: the schema is at version 99")
        await execute(bench.database, "DELETE FROM schema_version WHERE version = 99")
        await bench.until_status(await bench.submit(), JobStatus.COMPLETED)


async def test_a_worker_that_never_could_begin_stops_quietly(
    run_worker: RunWorker, empty_database_url: str, temporary_directory: Path
) -> None:
    async with run_worker(database_url=empty_database_url):
        await until_health(temporary_directory, "the schema is missing")
