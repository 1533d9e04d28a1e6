import asyncio
from uuid import UUID

import pytest
from tests.support.jobs import OWNER, commit_results, make_job, pass_time

from cricksy.data.engine import Database
from cricksy.data.jobs import JobRecord, read_job
from cricksy.data.leases import AlreadyFinal, Claim, Lease, LeaseLost, claim, fail, release, renew
from cricksy.data.outbox import mark_sent, reserve_send
from cricksy.data.sweeps import SweptJob, expire_upload, give_up_old, give_up_spent, record_resend, reserve_resend
from cricksy.vocabulary import JobStatus, Stage

DAY = 24 * 3600
IDLE = 600


async def record_of(database: Database, job_id: UUID) -> JobRecord:
    job = await read_job(database, OWNER, job_id)
    assert job is not None
    return job


async def sent_job(database: Database) -> UUID:
    job_id = await make_job(database)
    assert await mark_sent(database, job_id, "message-0")
    return job_id


async def take(database: Database, job_id: UUID) -> Lease:
    outcome = await claim(database, Lease(job_id), "message-1", 30)
    assert isinstance(outcome, Claim)
    return outcome.lease


async def reserved(database: Database) -> UUID | None:
    job = await reserve_resend(database, IDLE, 60)
    return None if job is None else job.job_id


async def test_an_upload_that_nobody_completed_expires_after_a_day(database: Database) -> None:
    job_id = await make_job(database)
    await pass_time(database, DAY - 60)
    assert await expire_upload(database, DAY) is None
    await pass_time(database, 120)
    expired = await expire_upload(database, DAY)
    assert expired is not None
    assert expired.job_id == job_id
    job = await record_of(database, job_id)
    assert (job.status, job.final, job.stage, job.error_code) == (JobStatus.FAILED, True, None, "upload_expired")
    assert job.error_message == "Upload expired: it was not completed within 24 hours"
    assert await expire_upload(database, DAY) is None
    assert not await mark_sent(database, job_id, "late")
    assert await claim(database, Lease(job_id), "late", 30) == AlreadyFinal(JobStatus.FAILED)


async def test_an_upload_that_is_being_completed_does_not_expire(database: Database) -> None:
    job_id = await make_job(database)
    await pass_time(database, 2 * DAY)
    assert await reserve_send(database, job_id, 60, job_id, "t")
    assert await expire_upload(database, DAY) is None
    await pass_time(database, 61)
    assert await expire_upload(database, DAY) is not None


async def test_only_a_queued_job_expires(database: Database) -> None:
    await sent_job(database)
    await take(database, await sent_job(database))
    await pass_time(database, 2 * DAY)
    assert await expire_upload(database, DAY) is None


async def test_a_job_whose_last_attempt_never_came_back_is_given_up(database: Database) -> None:
    job_id = await sent_job(database)
    for _ in range(3):
        assert await give_up_spent(database) is None
        await take(database, job_id)
        await pass_time(database, 31)
    given_up = await give_up_spent(database)
    assert given_up is not None
    job = await record_of(database, job_id)
    assert (job.status, job.final, job.error_code) == (JobStatus.FAILED, True, "attempts_spent")
    assert await give_up_spent(database) is None


async def test_a_last_attempt_that_is_still_alive_is_not_given_up(database: Database) -> None:
    job_id = await sent_job(database)
    for _ in range(2):
        await take(database, job_id)
        await pass_time(database, 31)
    lease = await take(database, job_id)
    await pass_time(database, 20)
    await renew(database, lease, 30)
    await pass_time(database, 20)
    assert await give_up_spent(database) is None
    await commit_results(database, lease, b"{}", b"")


async def test_a_message_that_was_lost_is_sent_anew_once(database: Database) -> None:
    job_id = await sent_job(database)
    await pass_time(database, IDLE - 30)
    assert await reserved(database) is None
    await pass_time(database, 40)
    assert await reserved(database) == job_id
    # Until the reservation ends nobody else sends it; then another does, because the first may have died.
    assert await reserved(database) is None
    await pass_time(database, 61)
    assert await reserved(database) == job_id
    assert await record_resend(database, job_id, "message-2")
    job = await record_of(database, job_id)
    assert (job.status, job.stage, job.sqs_message_id) == (JobStatus.PROCESSING, Stage.WAITING, "message-2")
    await pass_time(database, IDLE - 30)
    assert await reserved(database) is None


async def test_a_job_that_no_message_can_stand_for_any_longer_is_given_up(database: Database) -> None:
    job_id = await sent_job(database)
    await pass_time(database, 5 * DAY - 1)
    assert await give_up_old(database, IDLE, 5 * DAY) is None
    lease = await take(database, job_id)
    await pass_time(database, 2)
    # A worker has it, and then it waits for the next.
    assert await give_up_old(database, IDLE, 5 * DAY) is None
    await fail(database, lease, code="model_missing", message="m", final=False, spend_attempt=False)
    assert await give_up_old(database, IDLE, 5 * DAY) is None
    await pass_time(database, IDLE + 1)
    job = await give_up_old(database, IDLE, 5 * DAY)
    assert job is not None
    assert job.job_id == job_id
    record = await record_of(database, job_id)
    assert (record.status, record.final, record.error_code) == (JobStatus.FAILED, True, "processing_expired")
    assert await reserved(database) is None


async def test_a_worker_that_never_came_back_is_replaced(database: Database) -> None:
    job_id = await sent_job(database)
    lost = await take(database, job_id)
    await pass_time(database, 30 + IDLE - 30)
    assert await reserved(database) is None
    await pass_time(database, 40)
    assert await reserved(database) == job_id
    assert await record_resend(database, job_id, "message-2")
    job = await record_of(database, job_id)
    assert (job.stage, job.progress, job.attempts) == (Stage.WAITING, 0, 1)
    with pytest.raises(LeaseLost):
        await renew(database, lost, 30)


@pytest.mark.parametrize("spend_attempt", [True, False])
async def test_a_failed_attempt_that_nobody_repeats_is_sent_anew(database: Database, *, spend_attempt: bool) -> None:
    job_id = await sent_job(database)
    await pass_time(database, 2 * IDLE)
    lease = await take(database, job_id)
    assert not await fail(database, lease, code="x", message="y", final=False, spend_attempt=spend_attempt)
    await pass_time(database, IDLE - 30)
    assert await reserved(database) is None
    await pass_time(database, 40)
    assert await reserved(database) == job_id
    assert await record_resend(database, job_id, "message-2")
    job = await record_of(database, job_id)
    assert (job.status, job.error_message, job.attempts) == (JobStatus.FAILED, "y", int(spend_attempt))
    await take(database, job_id)


async def test_a_job_that_was_handed_back_waits_from_then(database: Database) -> None:
    job_id = await sent_job(database)
    lease = await take(database, job_id)
    await pass_time(database, 20)
    await release(database, lease)
    await pass_time(database, IDLE - 30)
    assert await reserved(database) is None
    await pass_time(database, 40)
    assert await reserved(database) == job_id


async def test_a_worker_that_was_quicker_than_the_record_keeps_its_claim(database: Database) -> None:
    job_id = await sent_job(database)
    await pass_time(database, IDLE + 10)
    assert await reserved(database) == job_id
    lease = await take(database, job_id)
    assert not await record_resend(database, job_id, "message-2")
    await commit_results(database, lease, b"{}", b"")
    assert not await record_resend(database, job_id, "message-2")
    assert (await record_of(database, job_id)).sqs_message_id == "message-1"


async def test_what_has_ended_is_left_alone(database: Database) -> None:
    completed, failed = await sent_job(database), await sent_job(database)
    await commit_results(database, await take(database, completed), b"{}", b"")
    await fail(database, await take(database, failed), code="x", message="y", final=True, spend_attempt=True)
    await pass_time(database, 10 * DAY)
    assert await swept(database) == []


async def test_many_sweepers_take_each_job_once(database: Database) -> None:
    job_ids = {await sent_job(database) for _ in range(5)} | {await make_job(database) for _ in range(5)}
    spent = {await sent_job(database) for _ in range(5)}
    for job_id in spent:
        for _ in range(3):
            await take(database, job_id)
            await pass_time(database, 31)
    await pass_time(database, 2 * DAY)
    sweeps = await asyncio.gather(*(swept(database) for _ in range(8)))
    taken = [job.job_id for sweep in sweeps for job in sweep]
    assert len(taken) == len(set(taken))
    # A sweeper passes over a row that another holds, so the last may be left to the next sweep.
    taken += [job.job_id for job in await swept(database)]
    assert sorted(taken) == sorted(job_ids | spent)


async def swept(database: Database) -> list[SweptJob]:
    """What one sweeper takes."""
    jobs: list[SweptJob] = []
    while job := await expire_upload(database, DAY):
        jobs.append(job)
    while job := await give_up_spent(database):
        jobs.append(job)
    while job := await reserve_resend(database, IDLE, 60):
        jobs.append(job)
    return jobs
