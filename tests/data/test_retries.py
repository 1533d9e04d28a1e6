"""A video shared by a failed job and its retry, while several calls act on them at once."""

import asyncio
from uuid import UUID

from tests.support.jobs import OWNER, make_job
from uuid_utils.compat import uuid7

from cricksy.data.deletions import Deletion, delete_job
from cricksy.data.engine import Database
from cricksy.data.jobs import read_job
from cricksy.data.leases import Claim, Lease, claim, fail
from cricksy.data.retries import create_retry
from cricksy.data.sessions import Owner
from cricksy.data.usage import Charge, Quotas
from cricksy.vocabulary import OwnerType


async def failed(database: Database, job_id: UUID | None = None) -> UUID:
    made = job_id or await make_job(database)
    outcome = await claim(database, Lease(made), "message-1", 30)
    assert isinstance(outcome, Claim)
    await fail(database, outcome.lease, code="child_died", message="m", final=True, spend_attempt=True)
    return made


async def retry(database: Database, job_id: UUID, owner: Owner = OWNER) -> UUID | None:
    quotas = Quotas(open_uploads=1000, jobs_per_day=1000, bytes_per_day=1000)
    return await create_retry(database, owner, job_id, uuid7(), uuid7(), "t", Charge(quotas=quotas, bytes=0))


async def key_left(database: Database, job_id: UUID) -> bool:
    """Delete the job; whether that left its S3 key with nobody."""
    outcome = await delete_job(database, OWNER, job_id)
    assert isinstance(outcome, Deletion)
    return bool(outcome.objects)


async def test_of_two_jobs_deleted_at_once_one_leaves_the_video(database: Database) -> None:
    for _ in range(10):
        first = await failed(database)
        second = await retry(database, first)
        assert second is not None
        assert sorted(await asyncio.gather(key_left(database, first), key_left(database, second))) == [False, True]


async def test_a_retry_at_the_time_of_the_deletion_has_its_video_or_is_not_made(database: Database) -> None:
    for _ in range(10):
        job_id = await failed(database)
        retried, left = await asyncio.gather(retry(database, job_id), key_left(database, job_id))
        assert (retried is None) == left


async def test_retries_at_once_make_one_job(database: Database) -> None:
    job_id = await failed(database)
    made = await asyncio.gather(*(retry(database, job_id) for _ in range(8)))
    assert len(set(made)) == 1
    retried = await read_job(database, OWNER, made[0] or job_id)
    assert retried is not None
    assert (retried.retry_of, retried.attempts, retried.sqs_message_id) == (job_id, 0, None)


async def test_a_retry_that_failed_is_retried_itself(database: Database) -> None:
    first = await failed(database)
    second = await retry(database, first)
    assert second is not None
    third = await retry(database, await failed(database, second))
    assert third not in {None, first, second}
    assert [await key_left(database, job_id) for job_id in (first, second)] == [False, False]
    assert third is not None
    assert await key_left(database, third)


async def test_a_stranger_retries_nothing(database: Database) -> None:
    job_id = await failed(database)
    assert await retry(database, job_id, Owner(OwnerType.COACH, "coach-2")) is None
    assert await retry(database, await make_job(database)) is None
