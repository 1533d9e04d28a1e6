"""What a worker leaves of an attempt in the database and in the bucket: all of it, or after a sweep nothing."""

import asyncio
from uuid import UUID

import pytest
from sqlalchemy import text
from structlog.testing import capture_logs
from tests.support.jobs import OWNER, Bench, artifacts_of, pass_time
from tests.support.waiting import PATIENCE_SECONDS
from tests.support.workers import RunWorker

from cricksy import failpoints
from cricksy.aws.artifact_objects import ArtifactObjects
from cricksy.aws.errors import StorageError
from cricksy.aws.objects import VideoStore
from cricksy.data.artifacts import read_stills
from cricksy.data.leases import Claim, Lease, claim
from cricksy.settings import ArtifactSettings
from cricksy.vocabulary import ArtifactKind, ArtifactStore, JobStatus
from cricksy_worker.queue.sweeper import Sweeper, SweepSettings

IN_S3 = ArtifactSettings(results=ArtifactStore.S3, landmarks=ArtifactStore.S3)
AGE_SECONDS = 1000.0


async def keys_of(bench: Bench) -> set[str]:
    listed = await bench.s3.list_objects_v2(Bucket=bench.aws.bucket)
    return {item.get("Key", "") for item in listed.get("Contents", [])}


async def rows_of(bench: Bench) -> list[tuple[str, bool, str | None]]:
    """Kind, whether it is kept, and key of each artifact."""
    async with bench.database.connect() as connection:
        found = await connection.execute(text("SELECT kind::text, kept, s3_key FROM artifacts ORDER BY id"))
        return [(row[0], row[1], row[2]) for row in found]


async def sweep(bench: Bench) -> None:
    """As a sweeper does after so long that no attempt goes on."""
    await pass_time(bench.database, 1)
    async with bench.database.begin() as transaction:
        aged = "UPDATE artifacts SET created_at = created_at - make_interval(secs => :seconds)"
        await transaction.execute(text(aged), {"seconds": AGE_SECONDS + 1})
    settings = SweepSettings(idle_seconds=10_000, backlog_idle_seconds=10_000, artifact_seconds=AGE_SECONDS)
    videos = VideoStore(bench.s3, bench.s3, bench.aws.bucket)
    artifacts = artifacts_of(bench.database, bench.objects)
    await Sweeper(bench.database, bench.queue, videos, artifacts, settings).sweep()


@pytest.mark.parametrize("stores", [ArtifactSettings(), IN_S3], ids=["postgres", "s3"])
async def test_a_completed_job_keeps_all_that_its_attempt_made(
    bench: Bench, run_worker: RunWorker, stores: ArtifactSettings
) -> None:
    async with run_worker(artifacts=stores):
        job_id = await bench.submit("stills the bytes of a JPEG")
        assert (await bench.until_ended(job_id)).status is JobStatus.COMPLETED
    await sweep(bench)
    rows = await rows_of(bench)
    assert [(kind, kept) for kind, kept, _ in rows] == [("results", True), ("landmarks", True), ("stills", True)]
    video = bench.s3_keys[job_id]
    assert await keys_of(bench) == {video, *(key for _, _, key in rows if key)}
    stills = await read_stills(bench.database, OWNER, job_id)
    assert stills is not None
    assert stills.s3_key is not None
    assert stills.s3_key.startswith(f"{video.rpartition('/')[0]}/stills/")
    assert await bench.objects.get(stills.s3_key) == b"the bytes of a JPEG"
    assert stills.about is not None
    assert (stills.about["crop"], stills.about["items"][0]["length"]) == ([10, 20, 1920, 1080], 19)
    assert (await bench.results(job_id))["video"] == "stills"


@pytest.mark.parametrize("stores", [ArtifactSettings(), IN_S3], ids=["postgres", "s3"])
async def test_an_attempt_that_lost_its_lease_leaves_nothing_after_the_sweep(
    bench: Bench, run_worker: RunWorker, stores: ArtifactSettings
) -> None:
    put = asyncio.Event()

    async def lose_the_lease(failpoint: failpoints.Failpoint) -> None:
        if failpoint == "artifacts_put" and not put.is_set():
            await pass_time(bench.database, 10_000)
            taken = await claim(bench.database, Lease(job_id), "another", 600)
            assert isinstance(taken, Claim)
            put.set()

    with failpoints.installed(lose_the_lease):
        async with run_worker(artifacts=stores):
            message = await bench.make("stills x")
            job_id = message.job_id
            await bench.send(message)
            async with asyncio.timeout(PATIENCE_SECONDS):
                await put.wait()
    rows = await rows_of(bench)
    assert [(kind, kept) for kind, kept, _ in rows] == [("results", False), ("landmarks", False), ("stills", False)]
    await sweep(bench)
    assert await rows_of(bench) == []
    assert await keys_of(bench) == {bench.s3_keys[job_id]}


async def test_what_may_still_be_kept_is_not_swept(bench: Bench) -> None:
    job_id = (await bench.make()).job_id
    artifacts = artifacts_of(bench.database, bench.objects, results=ArtifactStore.S3)
    await put_results(bench, job_id)
    assert await artifacts.collect_orphan(AGE_SECONDS) is None
    assert len(await rows_of(bench)) == 1


async def put_results(bench: Bench, job_id: UUID) -> None:
    artifacts = artifacts_of(bench.database, bench.objects, results=ArtifactStore.S3)
    await artifacts.put(job_id, bench.s3_keys[job_id], ArtifactKind.RESULTS, b"{}")


async def test_stills_that_cannot_be_stored_do_not_fail_the_job(
    bench: Bench, run_worker: RunWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(_self: ArtifactObjects, _key: str, _body: bytes) -> None:
        raise StorageError("the bucket is full")

    monkeypatch.setattr(ArtifactObjects, "put", refuse)
    with capture_logs() as logs:
        async with run_worker():
            job_id = await bench.submit("stills x")
            assert (await bench.until_ended(job_id)).status is JobStatus.COMPLETED
    assert await read_stills(bench.database, OWNER, job_id) is None
    assert [log["log_level"] for log in logs if log["event"] == "stills_not_stored"] == ["warning"]
    await sweep(bench)
    assert [kind for kind, _, _ in await rows_of(bench)] == ["results", "landmarks"]


async def test_results_that_cannot_be_stored_fail_the_attempt(
    bench: Bench, run_worker: RunWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(_self: ArtifactObjects, _key: str, _body: bytes) -> None:
        raise StorageError("no answer")

    monkeypatch.setattr(ArtifactObjects, "put", refuse)
    async with run_worker(artifacts=IN_S3):
        job_id = await bench.submit()
        job = await bench.until(job_id, lambda job: job.final)
    assert (job.status, job.error_code, job.attempts) == (JobStatus.FAILED, "storage_unavailable", 3)
    assert job.error_message == "Processing failed: results could not be stored in S3: no answer"
    await sweep(bench)
    assert await rows_of(bench) == []
