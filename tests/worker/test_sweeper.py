"""What a sweeper does with the real queue, database and bucket, and with a worker beside it."""

import asyncio
import sys
from dataclasses import replace
from uuid import UUID

import pytest
import structlog
from botocore.exceptions import ClientError
from sqlalchemy import text
from tests.support.jobs import Bench, artifacts_of, pass_time
from tests.support.waiting import PATIENCE_SECONDS, until
from tests.support.workers import CHILD_PROGRAM, QUICK, RunWorker

from cricksy import failpoints
from cricksy.aws.errors import QueueError
from cricksy.aws.objects import VideoStore
from cricksy.aws.queue import AnalysisQueue
from cricksy.data.leases import Claim, Lease, claim
from cricksy.data.outbox import mark_sent
from cricksy.settings import RetentionSettings
from cricksy.vocabulary import JobStatus, Stage
from cricksy_worker.queue.backoff import Backoff
from cricksy_worker.queue.sweeper import Sweeper, SweepSettings, sweep_settings
from cricksy_worker.run import Tuning

DAY = 24 * 3600
SETTINGS = SweepSettings(idle_seconds=600, backlog_idle_seconds=6_000)
OFTEN = SweepSettings(idle_seconds=1, backlog_idle_seconds=2, interval_seconds=0.3)


@pytest.fixture
def sweeping() -> Tuning:
    return Tuning(child_command=(sys.executable, str(CHILD_PROGRAM)), redelivery=QUICK, sweep=OFTEN)


def make_sweeper(bench: Bench, settings: SweepSettings = SETTINGS, queue: AnalysisQueue | None = None) -> Sweeper:
    videos = VideoStore(bench.s3, bench.s3, bench.aws.bucket)
    return Sweeper(bench.database, queue or bench.queue, videos, artifacts_of(bench.database, bench.objects), settings)


@pytest.fixture
def sweeper(bench: Bench) -> Sweeper:
    return make_sweeper(bench)


async def lost_job(bench: Bench, video: str = "good") -> UUID:
    """A job whose message the queue has lost."""
    message = await bench.make(video)
    assert await mark_sent(bench.database, message.job_id, "lost")
    return message.job_id


async def is_stored(bench: Bench, job_id: UUID) -> bool:
    try:
        await bench.s3.head_object(Bucket=bench.aws.bucket, Key=bench.s3_keys[job_id])
    except ClientError:
        return False
    return True


async def test_an_expired_upload_ends_and_its_object_goes(bench: Bench, sweeper: Sweeper) -> None:
    old = (await bench.make()).job_id
    await pass_time(bench.database, DAY + 60)
    young = (await bench.make()).job_id
    with structlog.testing.capture_logs() as lines:
        await asyncio.gather(*(sweeper.sweep() for _ in range(3)))
    assert [(line["event"], line["job_id"]) for line in lines] == [("job_expired", str(old))]
    job = await bench.job(old)
    assert (job.status, job.final, job.error_code) == (JobStatus.FAILED, True, "upload_expired")
    assert not await is_stored(bench, old)
    assert (await bench.job(young)).status == JobStatus.QUEUED
    assert await is_stored(bench, young)


async def test_old_idempotency_keys_go(bench: Bench, sweeper: Sweeper) -> None:
    insert = text(
        "INSERT INTO idempotency_keys (owner_type, owner_id, key, fingerprint, resource_id, status, created_at) SELECT"
        " 'coach', 'coach-1', age::text, 'f', gen_random_uuid(), 201, now() - age * interval '1 hour'"
        " FROM generate_series(1, 2000) AS age"
    )
    async with bench.database.begin() as transaction:
        await transaction.execute(insert)
    await asyncio.gather(*(sweeper.sweep() for _ in range(3)))
    async with bench.database.connect() as connection:
        kept = (await connection.execute(text("SELECT key FROM idempotency_keys"))).scalars()
        assert sorted(map(int, kept)) == list(range(1, 24))


async def test_what_is_older_than_its_retention_goes(bench: Bench) -> None:
    old = await bench.completed()
    await pass_time(bench.database, 31 * DAY)
    young = await bench.completed()
    keeping = RetentionSettings(videos=30, landmarks=30, stills=30)
    with structlog.testing.capture_logs() as lines:
        settings = replace(SETTINGS, retention=keeping)
        await asyncio.gather(*(make_sweeper(bench, settings).sweep() for _ in range(3)))
    told = [(line["event"], line["what"], line["job_id"], line["audit"]) for line in lines]
    assert told == [("retention_ended", what, str(old), True) for what in ("video", "landmarks")]
    assert not await is_stored(bench, old)
    assert await is_stored(bench, young)
    assert (await bench.job(old)).status == JobStatus.COMPLETED
    await pass_time(bench.database, 31 * DAY)
    with structlog.testing.capture_logs() as lines:
        await make_sweeper(bench, replace(SETTINGS, retention=RetentionSettings(results=30))).sweep()
    ended = sorted((line["what"], line.get("job_id")) for line in lines if line["event"] == "retention_ended")
    assert ended == [*sorted(("results", str(one)) for one in (old, young)), ("session", None), ("session", None)]
    assert not await is_stored(bench, young)


async def test_an_object_that_cannot_be_removed_is_named(bench: Bench) -> None:
    job_id = (await bench.make()).job_id
    await pass_time(bench.database, DAY + 60)
    gone = VideoStore(bench.s3, bench.s3, "gone")
    with structlog.testing.capture_logs() as lines:
        await Sweeper(bench.database, bench.queue, gone, artifacts_of(bench.database), SETTINGS).sweep()
    assert [line["event"] for line in lines] == ["job_expired", "object_not_deleted"]
    assert lines[1]["key"] == bench.s3_keys[job_id]
    assert (await bench.job(job_id)).final


async def test_a_sweep_with_nothing_to_do_says_nothing(bench: Bench, sweeper: Sweeper) -> None:
    await bench.submit()
    await bench.make()
    with structlog.testing.capture_logs() as lines:
        await sweeper.sweep()
    assert lines == []
    await bench.until_depth(waiting=1, dead=0)


async def test_many_sweepers_send_a_lost_message_once(bench: Bench, sweeper: Sweeper) -> None:
    job_id = await lost_job(bench)
    await pass_time(bench.database, SETTINGS.idle_seconds + 60)
    with structlog.testing.capture_logs() as lines:
        await asyncio.gather(*(sweeper.sweep() for _ in range(5)))
        await sweeper.sweep()
    (message,) = await bench.queue.receive(10, 30)
    assert [(line["event"], line["message_id"]) for line in lines] == [("job_resent", message.message_id)]
    assert (message.decode().job_id, message.trace_id) == (job_id, bench.trace_ids[job_id])
    job = await bench.job(job_id)
    assert (job.sqs_message_id, job.stage, job.attempts) == (message.message_id, Stage.WAITING, 0)


async def test_behind_a_backlog_a_job_is_given_longer(bench: Bench, sweeper: Sweeper) -> None:
    await lost_job(bench)
    await pass_time(bench.database, SETTINGS.idle_seconds + 60)
    await bench.submit()
    await sweeper.sweep()
    await bench.until_depth(waiting=1, dead=0)
    await pass_time(bench.database, SETTINGS.backlog_idle_seconds)
    await sweeper.sweep()
    # The one that waits is sent again too: nothing distinguishes the two, and a duplicate is harmless.
    await bench.until_depth(waiting=3, dead=0)


async def test_a_queue_that_refuses_leaves_the_job_to_the_next_sweep(
    bench: Bench, sweeper: Sweeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    await lost_job(bench)
    await pass_time(bench.database, SETTINGS.idle_seconds + 60)

    async def refuse(*_: object) -> str:
        raise QueueError("refused")

    with monkeypatch.context() as patch:
        patch.setattr(bench.queue, "send", refuse)
        with pytest.raises(QueueError, match="refused"):
            await sweeper.sweep()
    await sweeper.sweep()
    await bench.until_depth(waiting=1, dead=0)


class Died(BaseException):
    """The sweeper's process is gone."""


def dying_at(where: failpoints.Failpoint) -> failpoints.Hook:
    async def die(reached: failpoints.Failpoint) -> None:
        if reached == where:
            raise Died

    return die


@pytest.mark.parametrize(("where", "messages"), [("sweep_reserved", 1), ("sweep_sent", 2)])
async def test_a_sweeper_that_dies_is_followed_by_the_next(
    where: failpoints.Failpoint, messages: int, bench: Bench, sweeper: Sweeper
) -> None:
    await lost_job(bench)
    await pass_time(bench.database, SETTINGS.idle_seconds + 60)
    with failpoints.installed(dying_at(where)), pytest.raises(Died):
        await sweeper.sweep()
    await sweeper.sweep()
    await bench.until_depth(waiting=messages - 1, dead=0)
    # The reservation ends. With a message in the queue it is the backlog's time that counts.
    await pass_time(bench.database, SETTINGS.backlog_idle_seconds)
    await sweeper.sweep()
    await bench.until_depth(waiting=messages, dead=0)


async def test_a_lost_message_is_made_good(bench: Bench, run_worker: RunWorker, sweeping: Tuning) -> None:
    job_id = await lost_job(bench)
    async with run_worker(sweeping):
        job = await bench.until_status(job_id, JobStatus.COMPLETED)
        await bench.until_depth(waiting=0, dead=0)
    assert job.attempts == 1


async def test_a_message_sent_twice_completes_once(bench: Bench, run_worker: RunWorker, sweeping: Tuning) -> None:
    job_id = await bench.submit("good")
    await pass_time(bench.database, 60)
    await make_sweeper(bench, OFTEN).sweep()
    await bench.until_depth(waiting=2, dead=0)
    # The second message waits for what is left of the first one's lease.
    async with run_worker(sweeping, concurrency=2, visibility_timeout_seconds=4):
        completed = await bench.until_status(job_id, JobStatus.COMPLETED)
        await bench.until_depth(waiting=0, dead=0)
    assert await bench.job(job_id) == completed


async def test_workers_killed_in_every_attempt_end_the_job(
    bench: Bench, run_worker: RunWorker, sweeping: Tuning
) -> None:
    job_id = await lost_job(bench)
    for _ in range(3):
        assert isinstance(await claim(bench.database, Lease(job_id), "m", 1), Claim)
        await pass_time(bench.database, 2)
    async with run_worker(sweeping):
        job = await bench.until(job_id, lambda job: job.final)
    assert (job.status, job.attempts, job.error_code) == (JobStatus.FAILED, 3, "attempts_spent")


async def test_a_worker_killed_with_attempts_left_is_replaced(
    bench: Bench, run_worker: RunWorker, sweeping: Tuning
) -> None:
    job_id = await lost_job(bench)
    assert isinstance(await claim(bench.database, Lease(job_id), "m", 1), Claim)
    async with run_worker(sweeping):
        job = await bench.until_status(job_id, JobStatus.COMPLETED)
    assert job.attempts == 2


async def test_receives_spent_by_a_missing_model_do_not_end_the_job(
    bench: Bench, run_worker: RunWorker, sweeping: Tuning
) -> None:
    job_id = await bench.submit("model")
    async with run_worker():
        await bench.until_depth(waiting=0, dead=1)
    await bench.put_video(job_id, "good")
    async with run_worker(sweeping):
        job = await bench.until_status(job_id, JobStatus.COMPLETED)
    assert job.attempts == 1


async def test_what_is_away_is_tried_again(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    job_id = await lost_job(bench)
    await pass_time(bench.database, 60)
    away = AnalysisQueue(bench.sqs, f"{bench.aws.queue_url}-gone", bench.aws.dlq_url)
    with structlog.testing.capture_logs() as lines:
        sweeping = asyncio.create_task(make_sweeper(bench, OFTEN, away).run())
        await until(lambda: [line["event"] for line in lines].count("sweep_failed") > 1)
        monkeypatch.setattr(away, "_queue_url", bench.aws.queue_url)
        await until(lambda: "job_resent" in [line["event"] for line in lines])
        sweeping.cancel()
        await asyncio.wait([sweeping])
    # A worker that runs beside this one in the same process has lines of its own.
    swept = [line for line in lines if line["event"] in {"sweep_failed", "job_resent"}]
    first = next(position for position, line in enumerate(swept) if line["event"] == "job_resent")
    assert first > 1
    assert swept[first]["job_id"] == str(job_id)


async def test_an_error_of_ours_ends_the_sweeper(bench: Bench) -> None:
    async with bench.database.begin() as transaction:
        await transaction.execute(text("ALTER TABLE jobs RENAME TO mislaid"))
    with pytest.raises(Exception, match="does not exist"):
        async with asyncio.timeout(PATIENCE_SECONDS):
            await make_sweeper(bench, OFTEN).run()


def test_a_retry_that_is_on_its_way_is_left_alone() -> None:
    settings = sweep_settings(120, Backoff(base_seconds=10, cap_seconds=300), 900)
    assert (settings.idle_seconds, settings.backlog_idle_seconds) == (540, 5_400)
