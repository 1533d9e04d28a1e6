"""Jobs in the database as the API makes them, and what becomes of them."""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from uuid import UUID

import msgspec
from sqlalchemy import text
from tests.support.waiting import PATIENCE_SECONDS
from uuid_utils.compat import uuid7

from cricksy.analysis.metrics.registry import BY_VIEW
from cricksy.aws.artifact_objects import ArtifactObjects
from cricksy.aws.queue import AnalysisMessage, AnalysisQueue
from cricksy.data.artifacts import Artifacts, Objects
from cricksy.data.deletions import Deletion, delete_job
from cricksy.data.engine import Database
from cricksy.data.jobs import CreatedJob, JobRecord, NewJob, create_job
from cricksy.data.leases import Claim, Lease, Made, claim
from cricksy.data.leases import commit_results as commit
from cricksy.data.outbox import mark_sent
from cricksy.data.results import read_job_with_results
from cricksy.data.sessions import NewSession, Owner, create_session
from cricksy.results.clip import clip_facts
from cricksy.results.summary import summarise
from cricksy.settings import ArtifactSettings, AwsSettings
from cricksy.tracing import new_trace_id
from cricksy.vocabulary import ArtifactKind, ContentType, Discipline, JobStatus, OwnerType

if TYPE_CHECKING:
    from types_aiobotocore_s3.client import S3Client
    from types_aiobotocore_sqs.client import SQSClient

OWNER = Owner(OwnerType.COACH, "coach-1")


async def make_job(database: Database, discipline: Discipline | None = None) -> UUID:
    """A queued job in a session of its own."""
    _, _, created = await _create(database, discipline)
    return created.job_id


async def pass_time(database: Database, seconds: float) -> None:
    """Move every moment that a lease or a sweeper depends on into the past."""
    moments = {
        "jobs": ("created_at", "sent_at", "lease_expires_at", "send_expires_at", "started_at", "completed_at"),
        "sessions": ("created_at",),
        "artifacts": ("created_at",),
        "landmarks": ("created_at",),
        "deleted_objects": ("deleted_at", "sweep_after"),
    }
    async with database.begin() as transaction:
        for table, columns in moments.items():
            earlier = ", ".join(f"{moment} = {moment} - make_interval(secs => :seconds)" for moment in columns)
            await transaction.execute(text(f"UPDATE {table} SET {earlier}"), {"seconds": seconds})


async def _create(database: Database, discipline: Discipline | None) -> tuple[UUID, NewJob, CreatedJob]:
    """The session's id, what the job was made of, and what the API would answer."""
    session = NewSession(title="t", player_ids=[], notes=None, discipline=discipline, handedness=None, camera_view=None)
    session_id = (await create_session(database, OWNER, session)).session_id
    new = NewJob(
        sample_fps=15,
        include_frames=True,
        content_type=ContentType.MP4,
        content_length=None,
        checksum_sha256=None,
        request_id=uuid7(),
        trace_id=new_trace_id(),
    )
    created = await create_job(database, OWNER, session_id, new)
    assert created is not None
    return session_id, new, created


class NoObjects:
    """The bucket of those who keep everything in PostgreSQL."""

    async def put(self, key: str, body: bytes) -> None:
        raise AssertionError(key, len(body))

    async def get(self, key: str) -> bytes:
        raise AssertionError(key)

    async def delete(self, key: str) -> None:
        raise AssertionError(key)


def artifacts_of(database: Database, objects: Objects | None = None, **settings: Any) -> Artifacts:
    """The port, with everything in PostgreSQL unless settings say otherwise."""
    return Artifacts(database, objects or NoObjects(), ArtifactSettings(**settings))


async def put_made(artifacts: Artifacts, job_id: UUID, results: bytes, landmarks: bytes, key: str = "d/v.mp4") -> Made:
    """What an attempt makes, put and not yet kept."""
    return Made(
        results=await artifacts.put(job_id, key, ArtifactKind.RESULTS, results),
        landmarks=await artifacts.put(job_id, key, ArtifactKind.LANDMARKS, landmarks, {"models": {}}),
        stills=None,
        summary=summarise(results),
        clip=clip_facts(results, BY_VIEW),
    )


async def commit_results(database: Database, lease: Lease, results: bytes, landmarks: bytes) -> None:
    """Complete the job as a worker does."""
    await commit(database, lease, await put_made(artifacts_of(database), lease.job_id, results, landmarks))


async def results_of(
    database: Database,
    job_id: UUID,
    owner: Owner = OWNER,
    revision: int | None = None,
    objects: Objects | None = None,
) -> tuple[JobRecord, bytes | None] | None:
    """The job and its results as they were put."""
    found = await read_job_with_results(database, owner, job_id, revision)
    if found is None:
        return None
    job, stored = found
    return job, None if stored is None else await artifacts_of(database, objects).get_plain(stored)


class Bench:
    """Jobs as the API makes them, and what became of them."""

    def __init__(self, database: Database, s3: "S3Client", sqs: "SQSClient", aws: AwsSettings) -> None:
        self.database = database
        self.s3 = s3
        self.sqs = sqs
        self.aws = aws
        self.objects = ArtifactObjects(s3, s3, aws.bucket)
        self.queue = AnalysisQueue(sqs, aws.queue_url, aws.dlq_url)
        self.trace_ids: dict[UUID, str] = {}
        self.s3_keys: dict[UUID, str] = {}

    async def make(self, video: str | None = "good") -> AnalysisMessage:
        """A job with its video in S3 (none with ``None``), not yet sent."""
        session_id, new, created = await _create(self.database, Discipline.BATTING)
        self.trace_ids[created.job_id] = new.trace_id
        self.s3_keys[created.job_id] = created.s3_key
        if video is not None:
            await self.put_video(created.job_id, video)
        return AnalysisMessage(job_id=created.job_id, session_id=session_id, sample_fps=15, include_frames=True)

    async def completed(self) -> UUID:
        """A job that a worker has completed, with its video."""
        job_id = (await self.make()).job_id
        assert await mark_sent(self.database, job_id, "message")
        lease = Lease(job_id)
        assert isinstance(await claim(self.database, lease, "message", 600), Claim)
        await commit_results(self.database, lease, b"{}", b"")
        return job_id

    async def put_video(self, job_id: UUID, video: str | bytes) -> None:
        body = video.encode() if isinstance(video, str) else video
        await self.s3.put_object(Bucket=self.aws.bucket, Key=self.s3_keys[job_id], Body=body)

    async def delete(self, job_id: UUID) -> None:
        assert isinstance(await delete_job(self.database, OWNER, job_id), Deletion)

    async def send(self, message: AnalysisMessage) -> str:
        message_id = await self.queue.send(message, self.trace_ids[message.job_id])
        await mark_sent(self.database, message.job_id, message_id)
        return message_id

    async def submit(self, video: str | None = "good") -> UUID:
        message = await self.make(video)
        await self.send(message)
        return message.job_id

    async def job(self, job_id: UUID) -> JobRecord:
        return (await self._read(job_id))[0]

    async def results(self, job_id: UUID) -> dict[str, Any]:
        results = (await self._read(job_id))[1]
        assert results is not None
        return msgspec.json.decode(results)

    async def until(self, job_id: UUID, holds: Callable[[JobRecord], bool]) -> JobRecord:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                if holds(job := await self.job(job_id)):
                    return job
                await asyncio.sleep(0.03)

    async def until_status(self, job_id: UUID, status: JobStatus) -> JobRecord:
        return await self.until(job_id, lambda job: job.status == status)

    async def until_ended(self, job_id: UUID) -> JobRecord:
        ends = {JobStatus.COMPLETED, JobStatus.FAILED}
        return await self.until(job_id, lambda job: job.status in ends)

    async def until_depth(self, *, waiting: int, dead: int) -> None:
        """Wait until so many messages are in the queue, visible or in flight, and in the dead-letter queue."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                depth = await self.queue.depth()
                if (depth.visible + depth.in_flight, depth.dead) == (waiting, dead):
                    return
                await asyncio.sleep(0.05)

    async def _read(self, job_id: UUID) -> tuple[JobRecord, bytes | None]:
        found = await results_of(self.database, job_id, objects=self.objects)
        assert found is not None
        return found
