"""The object that complete saw is the one that the worker reads."""

import asyncio
import hashlib
from base64 import b64encode
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from sqlalchemy import text
from tests.support.bucket import Bucket
from tests.support.jobs import Bench
from tests.support.workers import RunWorker
from uuid_utils.compat import uuid7

from cricksy.aws.objects import VideoStore
from cricksy.data.outbox import mark_sent, reserve_send
from cricksy.settings import AwsSettings
from cricksy.vocabulary import JobStatus

if TYPE_CHECKING:
    from types_aiobotocore_s3.client import S3Client


@pytest.fixture
def bucket(s3: "S3Client", aws_settings: AwsSettings) -> Bucket:
    return Bucket(s3, aws_settings)


async def completed(bench: Bench, video: str) -> UUID:
    """A job that was completed as the API does it, and not yet received."""
    message = await bench.make(video)
    stored = await VideoStore(bench.s3, bench.s3, bench.aws.bucket).stat(bench.s3_keys[message.job_id])
    assert stored is not None
    assert await reserve_send(bench.database, message.job_id, 60, uuid7(), "t", stored.identity)
    await mark_sent(bench.database, message.job_id, await bench.queue.send(message, bench.trace_ids[message.job_id]))
    return message.job_id


async def test_a_video_that_was_replaced_ends_its_job(bench: Bench, run_worker: RunWorker) -> None:
    replaced, kept = await completed(bench, "good"), await completed(bench, "good")
    await bench.put_video(replaced, "good too")
    await bench.put_video(kept, "good")
    async with run_worker():
        job, other = await asyncio.gather(bench.until_ended(replaced), bench.until_ended(kept))
        await bench.until_depth(waiting=0, dead=0)
    assert (job.status, job.final, job.error_code) == (JobStatus.FAILED, True, "upload_changed")
    assert job.error_message == (
        "Upload changed: another file replaced the video after the upload was completed. Upload the video again."
    )
    # The same bytes once more are the same video.
    assert other.status == JobStatus.COMPLETED


async def test_where_versions_are_kept_the_worker_reads_the_one_that_was_completed(
    bench: Bench, bucket: Bucket, run_worker: RunWorker
) -> None:
    await bucket.keep_versions()
    job_id = await completed(bench, "good")
    await bench.put_video(job_id, "reject me")
    async with run_worker():
        await bench.until_status(job_id, JobStatus.COMPLETED)


async def test_a_job_completed_before_identities_were_kept_reads_what_is_there(
    bench: Bench, run_worker: RunWorker
) -> None:
    job_id = await bench.submit("reject it")
    await bench.put_video(job_id, "good")
    async with run_worker():
        await bench.until_status(job_id, JobStatus.COMPLETED)


@pytest.mark.parametrize(("declared", "status"), [(b"good", JobStatus.COMPLETED), (b"bad", JobStatus.FAILED)])
async def test_the_checksum_of_an_upload_in_parts_is_compared_by_the_worker(
    declared: bytes, status: JobStatus, bench: Bench, run_worker: RunWorker
) -> None:
    message = await bench.make("good")
    checksum = b64encode(hashlib.sha256(declared).digest()).decode()
    async with bench.database.begin() as transaction:
        values = {"checksum": checksum, "id": message.job_id}
        columns = "checksum_sha256 = :checksum, part_bytes = 1, multipart_upload_id = 'u'"
        await transaction.execute(text(f"UPDATE jobs SET {columns} WHERE id = :id"), values)
    await bench.send(message)
    async with run_worker():
        job = await bench.until_ended(message.job_id)
        await bench.until_depth(waiting=0, dead=0)
    assert job.status == status
    if status == JobStatus.FAILED:
        assert (job.final, job.error_code) == (True, "video_rejected")
        assert job.error_message == "Video rejected: its SHA-256 differs from the declared one"
