import asyncio
from uuid import UUID

import pytest
from sqlalchemy import text
from tests.support.jobs import OWNER, commit_results, make_job, pass_time, results_of
from uuid_utils.compat import uuid7

from cricksy.data.engine import Database
from cricksy.data.jobs import JobRecord, read_job
from cricksy.data.leases import (
    AlreadyFinal,
    Claim,
    Held,
    Lease,
    LeaseLost,
    Unknown,
    claim,
    fail,
    record_message,
    record_progress,
    release,
    renew,
)
from cricksy.data.outbox import mark_sent
from cricksy.vocabulary import Discipline, Given, JobStatus, Stage


@pytest.fixture
async def job_id(database: Database) -> UUID:
    """A job whose message was sent."""
    job_id = await make_job(database, Discipline.BOWLING)
    assert await mark_sent(database, job_id, "message-0")
    return job_id


async def take(database: Database, job_id: UUID, seconds: float = 30) -> Claim:
    outcome = await claim(database, Lease(job_id), "message-1", seconds)
    assert isinstance(outcome, Claim)
    return outcome


async def record_of(database: Database, job_id: UUID) -> JobRecord:
    job = await read_job(database, OWNER, job_id)
    assert job is not None
    return job


async def test_a_claim_counts_an_attempt_and_tells_what_is_known(database: Database, job_id: UUID) -> None:
    claimed = await take(database, job_id)
    assert (claimed.attempts, claimed.given, claimed.sample_fps) == (1, Given(Discipline.BOWLING), 15)
    job = await record_of(database, job_id)
    assert (job.status, job.stage, job.sqs_message_id) == (JobStatus.PROCESSING, Stage.DOWNLOADING, "message-1")


async def test_a_claim_tells_the_rate_at_which_a_slowed_video_was_shot(database: Database, job_id: UUID) -> None:
    async with database.begin() as transaction:
        await transaction.execute(text("UPDATE jobs SET capture_fps = 240.5 WHERE id = :id"), {"id": job_id})
    assert (await take(database, job_id)).given == Given(Discipline.BOWLING, capture_fps=240.5)


async def test_only_one_of_many_workers_claims_it(database: Database, job_id: UUID) -> None:
    outcomes = await asyncio.gather(*(claim(database, Lease(job_id), f"message-{n}", 600) for n in range(10)))
    assert sum(isinstance(outcome, Claim) for outcome in outcomes) == 1
    held = [outcome.seconds for outcome in outcomes if isinstance(outcome, Held)]
    assert len(held) == 9
    assert all(300 < seconds <= 600 for seconds in held)


async def test_a_claim_asked_for_again_counts_no_second_attempt(database: Database, job_id: UUID) -> None:
    lease = Lease(job_id)
    for _ in range(4):
        claimed = await claim(database, lease, "message-1", 30)
        assert isinstance(claimed, Claim)
        assert (claimed.lease, claimed.attempts) == (lease, 1)
    assert isinstance(await claim(database, Lease(job_id), "message-1", 30), Held)
    await release(database, lease)
    with pytest.raises(LeaseLost):
        await release(database, lease)


async def test_a_lease_that_ended_is_taken_over_and_its_holder_writes_nothing(database: Database, job_id: UUID) -> None:
    old = (await take(database, job_id)).lease
    await pass_time(database, 31)
    new = await take(database, job_id)
    assert new.attempts == 2
    await assert_writes_nothing(database, old)
    await commit_results(database, new.lease, b"{}", b"")
    await assert_writes_nothing(database, old)


async def test_a_lease_that_ended_writes_nothing_even_if_nobody_took_over(database: Database, job_id: UUID) -> None:
    lease = (await take(database, job_id)).lease
    await pass_time(database, 31)
    await assert_writes_nothing(database, lease)


async def assert_writes_nothing(database: Database, lease: Lease) -> None:
    before = await results_of(database, lease.job_id)
    for write in (
        renew(database, lease, 30),
        record_progress(database, lease, Stage.PERSISTING, 99),
        commit_results(database, lease, b'"stale"', b""),
        fail(database, lease, code="x", message="y", final=True, spend_attempt=True),
        release(database, lease),
    ):
        with pytest.raises(LeaseLost):
            await write
    assert await results_of(database, lease.job_id) == before


async def test_renewing_keeps_it(database: Database, job_id: UUID) -> None:
    lease = (await take(database, job_id, 600)).lease
    for _ in range(3):
        await pass_time(database, 400)
        await renew(database, lease, 600)
    assert isinstance(await claim(database, Lease(job_id), "m", 600), Held)


async def test_the_last_attempt_is_final(database: Database, job_id: UUID) -> None:
    ends: list[bool] = []
    for _ in range(3):
        lease = (await take(database, job_id)).lease
        ends.append(await fail(database, lease, code="x", message="y", final=False, spend_attempt=True))
    assert ends == [False, False, True]
    assert await claim(database, Lease(job_id), "m", 30) == AlreadyFinal(JobStatus.FAILED)


async def test_a_fault_that_is_not_the_jobs_own_spends_no_attempt(database: Database, job_id: UUID) -> None:
    for _ in range(5):
        lease = (await take(database, job_id)).lease
        assert not await fail(database, lease, code="x", message="y", final=False, spend_attempt=False)
    job = await record_of(database, job_id)
    assert (job.attempts, job.status, job.stage) == (0, JobStatus.FAILED, Stage.WAITING)


async def test_a_claim_after_a_failure_clears_it(database: Database, job_id: UUID) -> None:
    lease = (await take(database, job_id)).lease
    await fail(database, lease, code="x", message="y", final=False, spend_attempt=True)
    await take(database, job_id)
    job = await record_of(database, job_id)
    assert (job.status, job.error_code, job.error_message, job.completed_at) == (
        JobStatus.PROCESSING,
        None,
        None,
        None,
    )


async def test_handing_back_spends_nothing(database: Database, job_id: UUID) -> None:
    for n in range(5):
        lease = (await take(database, job_id)).lease
        await release(database, lease)
        await record_message(database, job_id, f"again-{n}")
    job = await record_of(database, job_id)
    assert (job.attempts, job.stage, job.sqs_message_id) == (0, Stage.WAITING, "again-4")


async def test_a_job_that_no_worker_came_back_from_ends_with_a_reason(database: Database, job_id: UUID) -> None:
    for _ in range(3):
        await take(database, job_id)
        await pass_time(database, 31)
    assert await claim(database, Lease(job_id), "m", 30) == AlreadyFinal(JobStatus.FAILED)
    job = await record_of(database, job_id)
    assert (job.final, job.error_code) == (True, "attempts_spent")


async def test_completed_never_changes(database: Database, job_id: UUID) -> None:
    lease = (await take(database, job_id)).lease
    await commit_results(database, lease, b"{}", b"packed")
    await assert_writes_nothing(database, lease)
    assert await claim(database, Lease(job_id), "m", 30) == AlreadyFinal(JobStatus.COMPLETED)
    assert not await mark_sent(database, job_id, "m")


async def test_a_message_that_outran_the_commit_is_claimed(database: Database) -> None:
    queued_id = await make_job(database)
    await take(database, queued_id)
    assert not await mark_sent(database, queued_id, "late")
    assert (await record_of(database, queued_id)).sqs_message_id == "message-1"


async def test_a_job_that_does_not_exist(database: Database) -> None:
    assert await claim(database, Lease(uuid7()), "m", 30) == Unknown()
