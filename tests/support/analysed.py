"""Completes jobs as a worker would, for tests of those who call the API."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from uuid import UUID

from sqlalchemy import text
from tests.support.jobs import commit_results
from tests.support.stored import stored

from cricksy.data.engine import Database
from cricksy.data.leases import Claim, Lease, claim

_WAITING = "SELECT id FROM jobs WHERE status = 'processing' AND lease_token IS NULL"


@asynccontextmanager
async def analysing(database: Database) -> AsyncGenerator[None]:
    """While it is open, each job that is requested is completed with the results of a synthetic player."""
    made = stored()
    task = asyncio.create_task(_analyse(database, made.results, made.landmarks))
    try:
        yield
    finally:
        task.cancel()
        ended = await asyncio.gather(task, return_exceptions=True)
    assert isinstance(ended[0], asyncio.CancelledError), ended[0]


async def _analyse(database: Database, results: bytes, landmarks: bytes) -> None:
    while True:
        async with database.begin() as transaction:
            waiting: list[UUID] = list((await transaction.execute(text(_WAITING))).scalars())
        for job_id in waiting:
            claimed = await claim(database, Lease(job_id), "message-1", 30)
            assert isinstance(claimed, Claim)
            await commit_results(database, claimed.lease, results, landmarks)
        await asyncio.sleep(0.1)
