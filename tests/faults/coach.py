"""The caller of the API: makes jobs as the API does, uploads their videos and completes them, until it is done."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TYPE_CHECKING, TypeVar
from uuid import UUID

import msgspec
from tests.faults.injector import Injector
from tests.faults.videos import FaultVideo, Kind
from uuid_utils.compat import uuid7

from cricksy.aws.errors import AwsError, QueueError, storage_errors
from cricksy.aws.objects import VideoStore
from cricksy.aws.queue import AnalysisMessage, AnalysisQueue
from cricksy.data.engine import Database
from cricksy.data.errors import TransientDatabaseError
from cricksy.data.jobs import NewJob, create_job, read_upload
from cricksy.data.outbox import mark_sent, release_send, reserve_send
from cricksy.data.sessions import NewSession, Owner, create_session
from cricksy.vocabulary import ContentType, Discipline, JobStatus, ObjectIdentity, OwnerType

if TYPE_CHECKING:
    from types_aiobotocore_s3.client import S3Client

OWNER = Owner(OwnerType.COACH, "coach-1")
_RESERVATION_SECONDS = 3
_RETRY_SECONDS = 0.3
_TRACE_ID = "0" * 31 + "1"


class Submitted(msgspec.Struct, frozen=True):
    job_id: UUID
    video: FaultVideo


class Coach:
    def __init__(
        self, database: Database, s3: "S3Client", bucket: str, queue: AnalysisQueue, injector: Injector
    ) -> None:
        self.submitted: list[Submitted] = []
        self._database = database
        self._s3 = s3
        self._bucket = bucket
        self._videos = VideoStore(s3, s3, bucket)
        self._queue = queue
        self._injector = injector
        self._session_id: UUID | None = None

    async def submit(self, video: FaultVideo) -> None:
        """Make a job of the video and complete it, however often that takes; or leave it, as a video may ask."""
        message, s3_key = await _persist(lambda: self._initiate(video))
        job_id = message.job_id
        self._injector.unfinished.add(str(job_id))
        if video.kind not in {Kind.GOOD, Kind.REAL}:
            self._injector.robust.add(str(job_id))
        self.submitted.append(Submitted(job_id, video))
        await _persist(lambda: self._upload(s3_key, video.content))
        if video.kind is not Kind.ABANDONED:
            while not await _persist(lambda: self._complete(message, s3_key)):  # noqa: ASYNC110 - what a coach does
                await asyncio.sleep(_RETRY_SECONDS)

    async def _initiate(self, video: FaultVideo) -> tuple[AnalysisMessage, str]:
        if self._session_id is None:
            self._session_id = (await create_session(self._database, OWNER, _SESSION)).session_id
        new = NewJob(
            # The real clip at few frames a second: what is tried here is not the analysis.
            sample_fps=4 if video.kind is Kind.REAL else 15,
            include_frames=False,
            content_type=ContentType.MP4,
            content_length=None,
            checksum_sha256=None,
            request_id=uuid7(),
            trace_id=_TRACE_ID,
        )
        created = await create_job(self._database, OWNER, self._session_id, new)
        assert created is not None
        message = AnalysisMessage(
            job_id=created.job_id,
            session_id=self._session_id,
            sample_fps=new.sample_fps,
            include_frames=new.include_frames,
        )
        return message, created.s3_key

    @storage_errors()
    async def _upload(self, s3_key: str, content: bytes) -> None:
        await self._s3.put_object(Bucket=self._bucket, Key=s3_key, Body=content)

    async def _complete(self, message: AnalysisMessage, s3_key: str) -> bool:
        """Whether the job is on its way, as the API's complete sees to it."""
        found = await self._videos.stat(s3_key)
        # One whose upload expired meanwhile has no object any more, and is not queued either.
        if found is not None and await self._reserve(message.job_id, found.identity):
            return await self._send(message)
        upload = await read_upload(self._database, OWNER, message.job_id)
        return upload is not None and upload.status is not JobStatus.QUEUED

    async def _reserve(self, job_id: UUID, seen: ObjectIdentity) -> bool:
        return await reserve_send(self._database, job_id, _RESERVATION_SECONDS, uuid7(), _TRACE_ID, seen)

    async def _send(self, message: AnalysisMessage) -> bool:
        try:
            message_id = await self._queue.send(message, _TRACE_ID)
        except QueueError:
            await release_send(self._database, message.job_id)
            return False
        if self._injector.kills_caller(str(message.job_id)):
            return False
        await mark_sent(self._database, message.job_id, message_id)
        return True


_Answer = TypeVar("_Answer")


async def _persist(call: Callable[[], Awaitable[_Answer]]) -> _Answer:
    """Try again for as long as the database or the queue is away."""
    while True:
        with suppress(AwsError, TransientDatabaseError):
            return await call()
        await asyncio.sleep(_RETRY_SECONDS)


_SESSION = NewSession(
    title="Nets",
    player_ids=[],
    notes=None,
    discipline=Discipline.BOWLING,
    handedness=None,
    camera_view=None,
)
