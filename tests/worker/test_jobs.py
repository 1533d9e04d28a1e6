"""What becomes of a job and its message, through the real queue, database, bucket and child processes."""

import asyncio
import errno
import os
import signal
import sys
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import msgspec
import pytest
import structlog
from sqlalchemy import text
from tests.support.jobs import Bench
from tests.support.processes import children_of, is_alive
from tests.support.waiting import PATIENCE_SECONDS, until
from tests.support.wire import wire_to_database
from tests.support.workers import CHILD_PROGRAM, Gate, RunWorker

from cricksy.aws.clients import LONG_POLL_SECONDS
from cricksy.aws.objects import VideoStore
from cricksy.data.engine import Database, connected
from cricksy.data.errors import DatabaseOutage, PoolExhausted
from cricksy.data.leases import Lease, claim
from cricksy.settings import WorkerSettings
from cricksy.vocabulary import JobStatus, Stage
from cricksy_worker.queue.backoff import Backoff
from cricksy_worker.run import Tuning

# Long enough that a message that was kept is still away when the test looks.
SLOW = Backoff(base_seconds=100_000, cap_seconds=100_000)


@pytest.fixture
def slow_redelivery() -> Tuning:
    return Tuning(child_command=(sys.executable, str(CHILD_PROGRAM)), redelivery=SLOW)


async def test_completes_a_job_and_deletes_its_message(bench: Bench, run_worker: RunWorker) -> None:
    job_id = await bench.submit("good")
    async with run_worker():
        job = await bench.until_status(job_id, JobStatus.COMPLETED)
        await bench.until_depth(waiting=0, dead=0)
    assert (job.attempts, job.progress, job.final, job.error_message) == (1, 100, True, None)
    assert (await bench.results(job_id))["video"] == "good"


async def test_shows_stage_and_progress_while_it_works(bench: Bench, run_worker: RunWorker, gate: Gate) -> None:
    job_id = await bench.submit(gate.video)
    async with run_worker():
        job = await bench.until(job_id, lambda job: job.stage == Stage.EXTRACTING_POSE)
        assert job.status == JobStatus.PROCESSING
        assert 5 < job.progress < 90
        gate.open()
        await bench.until_status(job_id, JobStatus.COMPLETED)


async def test_a_child_sees_no_secret_and_works_in_a_private_directory(bench: Bench, run_worker: RunWorker) -> None:
    job_id = await bench.submit("good")
    async with run_worker():
        await bench.until_status(job_id, JobStatus.COMPLETED)
    seen = await bench.results(job_id)
    assert set(seen["environment"]) <= {
        *("PATH", "HOME", "TMPDIR", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MALLOC_ARENA_MAX"),
        # Python's own, where the locale is C.
        "LC_CTYPE",
    }
    assert seen["environment"]["TMPDIR"] == seen["directory"]


async def test_a_rejected_video_is_final_and_its_message_deleted(bench: Bench, run_worker: RunWorker) -> None:
    job_id = await bench.submit("reject longer than 600 s (it is 700 s)")
    async with run_worker():
        job = await bench.until_status(job_id, JobStatus.FAILED)
        await bench.until_depth(waiting=0, dead=0)
    assert (job.final, job.attempts, job.stage) == (True, 1, None)
    assert job.error_message == "Video rejected: longer than 600 s (it is 700 s)"
    assert job.error_code == "video_rejected"


async def test_a_video_over_the_limit_is_rejected_before_it_is_downloaded(
    bench: Bench, run_worker: RunWorker, settings: WorkerSettings
) -> None:
    job_id = await bench.submit("x" * 3_000_000)
    async with run_worker(analysis=msgspec.structs.replace(settings.analysis, max_video_bytes=1_000_000)):
        job = await bench.until_status(job_id, JobStatus.FAILED)
        await bench.until_depth(waiting=0, dead=0)
    assert job.error_message == "Video rejected: larger than 1 MB (it is 3 MB)"
    assert job.final


async def test_a_missing_object_is_retried_and_ends_in_the_dead_letter_queue(
    bench: Bench, run_worker: RunWorker
) -> None:
    job_id = await bench.submit(None)
    async with run_worker():
        job = await bench.until(job_id, lambda job: job.final)
        await bench.until_depth(waiting=0, dead=1)
    assert (job.status, job.attempts) == (JobStatus.FAILED, 3)
    assert job.error_message == "Failed to download video from S3: 404 Not Found"


async def test_a_missing_model_spends_the_receives_but_no_attempt(bench: Bench, run_worker: RunWorker) -> None:
    job_id = await bench.submit("model")
    async with run_worker():
        await bench.until_depth(waiting=0, dead=1)
    job = await bench.job(job_id)
    assert (job.status, job.attempts, job.final) == (JobStatus.FAILED, 0, False)
    assert job.error_message == "Processing failed: MediaPipe model not initialized"


@pytest.mark.parametrize(
    ("video", "error_message", "attempts"),
    [
        ("model", "Processing failed: MediaPipe model not initialized", 0),
        ("crash on purpose", "Processing failed: internal error", 1),
        ("die SIGKILL", "Processing failed: analysis process died (killed by SIGKILL)", 1),
        ("exit 3", "Processing failed: analysis process died (exit status 3)", 1),
    ],
)
async def test_a_fault_of_ours_fails_the_attempt_and_keeps_the_message(  # noqa: PLR0913, PLR0917 - a table's columns
    video: str, error_message: str, attempts: int, bench: Bench, run_worker: RunWorker, slow_redelivery: Tuning
) -> None:
    job_id = await bench.submit(video)
    async with run_worker(slow_redelivery):
        job = await bench.until_status(job_id, JobStatus.FAILED)
        await bench.until_depth(waiting=1, dead=0)
    assert (job.final, job.stage, job.attempts) == (False, Stage.WAITING, attempts)
    assert job.error_message == error_message


async def test_a_deadline_kills_the_child_and_the_slot_is_back(
    bench: Bench, run_worker: RunWorker, slow_redelivery: Tuning
) -> None:
    stuck = await bench.submit("sleep 600")
    # Long enough for the next job, whose deadline covers the start of a new child.
    async with run_worker(slow_redelivery, job_deadline_seconds=7.5):
        job = await bench.until_status(stuck, JobStatus.FAILED)
        assert job.error_message == "Processing failed: deadline of 7.5 s passed"
        good = await bench.submit("good")
        await bench.until_status(good, JobStatus.COMPLETED)


async def test_a_child_that_grows_too_large_is_killed(bench: Bench, run_worker: RunWorker) -> None:
    tuning = Tuning(child_command=(sys.executable, str(CHILD_PROGRAM)), redelivery=SLOW, memory_cap_bytes=200_000_000)
    job_id = await bench.submit("grow 300000000")
    async with run_worker(tuning):
        job = await bench.until_status(job_id, JobStatus.FAILED)
    assert job.error_message == "Processing failed: memory cap of 200 MB hit"


async def test_a_child_killed_from_outside_fails_its_own_job_only(
    bench: Bench, run_worker: RunWorker, slow_redelivery: Tuning, gate: Gate
) -> None:
    before = children_of(os.getpid())
    victim = await bench.submit("sleep 600")
    async with run_worker(slow_redelivery, concurrency=2):
        await bench.until(victim, lambda job: job.stage == Stage.EXTRACTING_POSE)
        other = await bench.submit(gate.video)
        await bench.until(other, lambda job: job.stage == Stage.EXTRACTING_POSE)
        # Of the two that were started ahead of any job the pool hands out the last first.
        _, first_in_use = (pid for pid in children_of(os.getpid()) if pid not in before)
        os.kill(first_in_use, signal.SIGKILL)
        await bench.until_status(victim, JobStatus.FAILED)
        gate.open()
        job = await bench.until_status(other, JobStatus.COMPLETED)
    assert job.attempts == 1


async def test_a_failed_attempt_is_tried_again(bench: Bench, run_worker: RunWorker) -> None:
    message = await bench.make(None)
    await bench.send(message)
    async with run_worker():
        job = await bench.until_status(message.job_id, JobStatus.FAILED)
        assert not job.final
        await bench.put_video(message.job_id, "good")
        job = await bench.until_status(message.job_id, JobStatus.COMPLETED)
    assert job.attempts > 1
    assert (job.error_code, job.error_message) == (None, None)


async def test_a_duplicate_of_a_completed_job_is_deleted(bench: Bench, run_worker: RunWorker) -> None:
    message = await bench.make("good")
    await bench.send(message)
    async with run_worker():
        first = await bench.until_status(message.job_id, JobStatus.COMPLETED)
        await bench.send(message)
        await bench.until_depth(waiting=0, dead=0)
    assert await bench.job(message.job_id) == first


async def test_a_job_held_elsewhere_is_taken_over_when_the_lease_has_ended(bench: Bench, run_worker: RunWorker) -> None:
    message = await bench.make("good")
    message_id = await bench.send(message)
    # A worker that claims and is never heard of again.
    await claim(bench.database, Lease(message.job_id), message_id, lease_seconds=2)
    async with run_worker():
        job = await bench.until_status(message.job_id, JobStatus.COMPLETED)
        await bench.until_depth(waiting=0, dead=0)
    assert job.attempts == 2


async def test_a_job_that_was_deleted_takes_its_message_with_it(bench: Bench, run_worker: RunWorker) -> None:
    message = await bench.make()
    await bench.delete(message.job_id)
    await bench.queue.send(message, "0" * 32)
    async with run_worker():
        await bench.until_depth(waiting=0, dead=0)


async def test_a_body_that_is_not_ours_ends_in_the_dead_letter_queue(bench: Bench, run_worker: RunWorker) -> None:
    await bench.sqs.send_message(QueueUrl=bench.aws.queue_url, MessageBody='{"job_id": "seven"}')
    async with run_worker():
        await bench.until_depth(waiting=0, dead=1)


async def test_a_lost_lease_stops_the_work_and_touches_nothing(bench: Bench, run_worker: RunWorker, gate: Gate) -> None:
    before = children_of(os.getpid())
    job_id = await bench.submit(gate.video)
    # Heartbeats every second.
    async with run_worker(visibility_timeout_seconds=3):
        await bench.until(job_id, lambda job: job.stage == Stage.EXTRACTING_POSE)
        async with bench.database.begin() as transaction:
            await transaction.execute(
                text("UPDATE jobs SET lease_token = gen_random_uuid(), lease_expires_at = now() + interval '1 hour'")
            )
        stolen = await bench.job(job_id)
        (child,) = (pid for pid in children_of(os.getpid()) if pid not in before)
        await until(lambda: not is_alive(child))
        gate.open()
        assert await bench.job(job_id) == stolen
        await bench.until_depth(waiting=1, dead=0)


async def test_a_long_job_stays_ours_by_its_heartbeat(bench: Bench, run_worker: RunWorker) -> None:
    job_id = await bench.submit("sleep 7")
    async with run_worker(visibility_timeout_seconds=3), run_worker(visibility_timeout_seconds=3):
        job = await bench.until_status(job_id, JobStatus.COMPLETED)
        await bench.until_depth(waiting=0, dead=0)
    assert job.attempts == 1


async def test_slots_that_come_free_do_not_wait_for_a_long_poll(bench: Bench, run_worker: RunWorker) -> None:
    async with run_worker(concurrency=3):
        for _ in range(3):
            job_ids = [await bench.submit("good") for _ in range(3)]
            for job_id in job_ids:
                async with asyncio.timeout(LONG_POLL_SECONDS - 3):
                    await bench.until_status(job_id, JobStatus.COMPLETED)


async def test_no_video_is_left_behind(bench: Bench, run_worker: RunWorker, temporary_directory: Path) -> None:
    job_ids = [await bench.submit(video) for video in ("good", "reject it", "die SIGKILL")]
    async with run_worker():
        for job_id in job_ids:
            await bench.until_ended(job_id)
    assert not any(temporary_directory.iterdir())  # noqa: ASYNC240 - an empty directory blocks nobody


async def test_a_database_lost_at_the_commit_fails_the_attempt_once_it_is_back(
    bench: Bench, run_worker: RunWorker, slow_redelivery: Tuning, database_url: str, gate: Gate
) -> None:
    job_id = await bench.submit(gate.video)
    with structlog.testing.capture_logs() as lines:
        async with (
            wire_to_database(database_url) as (wire, through_wire),
            run_worker(slow_redelivery, database_url=through_wire),
        ):
            await bench.until(job_id, lambda job: job.stage == Stage.EXTRACTING_POSE)
            wire.cut()
            gate.open()
            await until(lambda: "failure_not_recorded" in [line["event"] for line in lines])
            assert (await bench.job(job_id)).status == JobStatus.PROCESSING
            await wire.restore()
            job = await bench.until_status(job_id, JobStatus.FAILED)
            await bench.until_depth(waiting=1, dead=0)
    assert (job.error_message, job.final) == ("Processing failed: Database connection lost", False)


async def test_a_claim_waits_for_the_database_without_spending_receives(
    bench: Bench, run_worker: RunWorker, database_url: str
) -> None:
    async with (
        wire_to_database(database_url) as (wire, through_wire),
        run_worker(database_url=through_wire, visibility_timeout_seconds=3),
    ):
        wire.cut()
        job_id = await bench.submit("good")
        # Longer than the visibility: it is held, not received again.
        await asyncio.sleep(4)
        await wire.restore()
        job = await bench.until_status(job_id, JobStatus.COMPLETED)
        await bench.until_depth(waiting=0, dead=0)
    assert job.attempts == 1


async def test_a_claim_whose_answer_was_lost_is_asked_for_again(
    bench: Bench, run_worker: RunWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = 0

    async def lose_the_first_answer(*arguments: Any) -> object:
        nonlocal asked
        asked += 1
        answer = await claim(*arguments)
        if asked == 1:
            raise DatabaseOutage
        return answer

    monkeypatch.setattr("cricksy_worker.queue.message.claim", lose_the_first_answer)
    async with run_worker(visibility_timeout_seconds=60):
        job_id = await bench.submit("good")
        job = await bench.until_status(job_id, JobStatus.COMPLETED)
    assert (asked, job.attempts) == (2, 1)


async def test_a_claim_that_a_drain_cuts_off_is_handed_back(
    bench: Bench, run_worker: RunWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    claimed = asyncio.Event()

    async def never_answer(*arguments: Any) -> None:
        await claim(*arguments)
        claimed.set()
        await asyncio.Event().wait()

    monkeypatch.setattr("cricksy_worker.queue.message.claim", never_answer)
    async with run_worker(visibility_timeout_seconds=60):
        job_id = await bench.submit("good")
        await asyncio.wait_for(claimed.wait(), PATIENCE_SECONDS)
    job = await bench.job(job_id)
    assert (job.stage, job.attempts) == (Stage.WAITING, 0)
    await bench.until_depth(waiting=1, dead=0)


async def test_a_full_disk_of_the_worker_spends_no_attempt(
    bench: Bench, run_worker: RunWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    download = VideoStore.download

    async def to_a_full_disk(store: VideoStore, key: str, target: Path, *rest: Any) -> int:
        del target
        return await download(store, key, Path("/dev/full"), *rest)

    monkeypatch.setattr(VideoStore, "download", to_a_full_disk)
    async with run_worker():
        job_id = await bench.submit("good")
        job = await bench.until_status(job_id, JobStatus.FAILED)
    assert (job.error_code, job.attempts, job.final) == ("no_space", 0, False)


async def test_a_disk_too_full_for_the_jobs_directory_spends_no_attempt(
    bench: Bench, run_worker: RunWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**_: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("cricksy_worker.queue.job.TemporaryDirectory", refuse)
    async with run_worker():
        job_id = await bench.submit("good")
        job = await bench.until_status(job_id, JobStatus.FAILED)
    assert (job.error_code, job.attempts, job.final) == ("no_space", 0, False)


async def test_a_disk_that_fails_otherwise_is_a_defect_and_not_s3s(
    bench: Bench, run_worker: RunWorker, slow_redelivery: Tuning, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object) -> int:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(VideoStore, "download", fail)
    async with run_worker(slow_redelivery):
        job_id = await bench.submit("good")
        job = await bench.until_status(job_id, JobStatus.FAILED)
    assert (job.error_code, job.attempts, job.final) == ("internal_error", 1, False)


async def test_an_exhausted_pool_delays_the_claim_by_its_own_name(
    bench: Bench, run_worker: RunWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    pools: list[Database] = []

    @asynccontextmanager
    async def narrow(url: str, *, application: str, **_: Any) -> AsyncGenerator[Database]:
        patient = f"{url}?connect_timeout=20"
        async with connected(patient, application=application, pool_size=1, statement_seconds=1) as database:
            pools.append(database)
            yield database

    monkeypatch.setattr("cricksy_worker.run.connected", narrow)
    with structlog.testing.capture_logs() as lines:

        async def until_logged(event: str) -> None:
            await until(lambda: any(line["event"] == event for line in lines))

        async with run_worker(visibility_timeout_seconds=60):
            # It receives nothing before it has seen that the schema fits.
            await bench.until_status(await bench.submit("good"), JobStatus.COMPLETED)
            async with held(pools[0]):
                job_id = await bench.submit("good")
                await until_logged("claim_delayed")
            job = await bench.until_status(job_id, JobStatus.COMPLETED)
    assert job.attempts == 1
    assert "pool_exhausted" in {line["reason"] for line in lines if line["event"] == "claim_delayed"}


@asynccontextmanager
async def held(pool: Database) -> AsyncGenerator[None]:
    """Take a connection, however long that takes, and keep it."""
    async with AsyncExitStack() as stack:
        is_held = False
        while not is_held:
            with suppress(PoolExhausted):
                await stack.enter_async_context(pool.connect())
                is_held = True
        yield
