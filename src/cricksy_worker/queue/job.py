"""One claimed job, from the download to the commit."""

import asyncio
import errno
import os
import stat
from collections.abc import Generator
from contextlib import contextmanager
from enum import Enum, auto
from http import HTTPStatus
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec
import structlog

from cricksy import failpoints
from cricksy.analysis.metrics.registry import BY_VIEW
from cricksy.aws.errors import ObjectChanged, ObjectForbidden, ObjectMissing, StorageError
from cricksy.aws.objects import ChecksumDiffers, ObjectTooLarge, VideoStore
from cricksy.aws.queue import AnalysisQueue, ReceivedMessage
from cricksy.data.artifacts import ArtifactGone, Artifacts, JobGone, Stored
from cricksy.data.engine import Database
from cricksy.data.errors import TransientDatabaseError
from cricksy.data.leases import Claim, LeaseLost, Made, commit_results, fail
from cricksy.data.past import read_past
from cricksy.metrics import metrics
from cricksy.results.clip import clip_facts
from cricksy.results.stills import StillsIndex
from cricksy.results.summary import summarise
from cricksy.settings import WorkerSettings
from cricksy.vocabulary import ArtifactKind, JobStatus, ObjectIdentity, Stage
from cricksy_worker import faults
from cricksy_worker.children.pool import ChildPool
from cricksy_worker.children.process import AnalysisChild
from cricksy_worker.children.protocol import Analysed, ModelFailed, Outcome, Rejection, Request
from cricksy_worker.children.sandbox.limits import FILE_BYTES
from cricksy_worker.queue.backoff import Backoff
from cricksy_worker.queue.heartbeat import Heartbeat
from cricksy_worker.queue.persist import Delay, persist, why
from cricksy_worker.queue.progress import ProgressRecorder
from cricksy_worker.vision.request import AnalysisRequest, Past

log = structlog.stdlib.get_logger()

_DISK_IS_FULL = (errno.ENOSPC, errno.EDQUOT)
_STILLS_SECONDS = 60.0
_DATABASE_RETRY = Backoff(base_seconds=0.2, cap_seconds=2)
REDELIVERY = Backoff(base_seconds=10, cap_seconds=300)
"""Of a message whose attempt failed."""


class Disposal(Enum):
    """What becomes of the message."""

    DELETE = auto()
    NACKED = auto()
    """It returns to the queue after a delay, which is set."""
    FORFEITED = auto()
    """It is no longer ours to touch."""


class Attempt:
    """What a log line says of an attempt, as far as it is known."""

    def __init__(self, claim: Claim, message: ReceivedMessage, claimed_at: float) -> None:
        self._claim = claim
        self._message = message
        self._claimed_at = claimed_at
        self.bytes: int | None = None
        self.film_s: float | None = None

    def metrics(self, **more: float) -> dict[str, Any]:
        return metrics(
            queue_wait_s=self._message.queue_wait_s,
            duration_s=round(asyncio.get_running_loop().time() - self._claimed_at, 3),
            film_s=self.film_s,
            bytes=self.bytes,
            attempts=self._claim.attempts,
            **more,
        )


class JobRunner:
    """Works on claimed jobs; holds nothing of any one of them."""

    def __init__(  # noqa: PLR0913, PLR0917 - the services and the settings that a job needs
        self,
        database: Database,
        queue: AnalysisQueue,
        videos: VideoStore,
        artifacts: Artifacts,
        pool: ChildPool,
        settings: WorkerSettings,
        redelivery: Backoff = REDELIVERY,
    ) -> None:
        self._database = database
        self._queue = queue
        self._videos = videos
        self._artifacts = artifacts
        self._pool = pool
        self._settings = settings
        self._redelivery = redelivery

    async def run(self, claim: Claim, message: ReceivedMessage, claimed_at: float) -> Disposal:
        """Complete the job or fail it, with a heartbeat beside. ``claimed_at`` as :class:`Heartbeat` takes it."""
        heartbeat = Heartbeat(
            self._database, self._queue, claim.lease, message, self._settings.visibility_timeout_seconds, claimed_at
        )
        disposal = Disposal.FORFEITED
        try:
            async with asyncio.TaskGroup() as tasks:
                beating = tasks.create_task(heartbeat.run(), name="heartbeat")
                disposal = await self._complete_or_fail(claim, heartbeat, Attempt(claim, message, claimed_at))
                beating.cancel()
        except* LeaseLost:
            log.warning("lease_lost", **metrics(fence_rejections=1))
        return disposal

    async def _complete_or_fail(self, claim: Claim, heartbeat: Heartbeat, attempt: Attempt) -> Disposal:
        try:
            analysed, stills = await self._analyse(claim, attempt)
            await failpoints.reach("job_analysed")
            made = await self._put(claim, analysed, stills)
            await failpoints.reach("artifacts_put")
            await self._commit(claim, made, heartbeat)
            await failpoints.reach("results_committed")
        except faults.Fault as fault:
            return await self._fail(claim, heartbeat, fault, attempt)
        except LeaseLost:
            raise
        except Exception:
            log.exception("job_crashed")
            return await self._fail(claim, heartbeat, faults.Crashed(), attempt)
        log.info("job_updated", status=JobStatus.COMPLETED, **attempt.metrics(jobs_completed=1))
        return Disposal.DELETE

    async def _analyse(self, claim: Claim, attempt: Attempt) -> tuple[Analysed, bytes]:
        """The outcome, and the images of its stills."""
        deadline_seconds = self._settings.job_deadline_seconds
        progress = ProgressRecorder(self._database, claim.lease)
        past = await self._past(claim)
        deadline = asyncio.timeout(deadline_seconds)
        try:
            # The child is taken before the download: a fresh one loads its libraries meanwhile.
            with _full_disk_as_fault():
                async with deadline, self._pool.child() as child:
                    analysed, stills = await self._analyse_in(child, claim, past, progress, attempt)
        except TimeoutError as error:
            if deadline.expired():
                raise faults.DeadlinePassed(deadline_seconds) from error
            raise
        await progress.record(Stage.PERSISTING, 0)
        return analysed, stills

    async def _past(self, claim: Claim) -> Past:
        """What the player's earlier clips say. Asked for until it is there, at the latest until the lease is lost."""

        async def on_delay(error: Delay) -> None:
            log.warning("past_not_read", **why(error))

        async def read() -> Past:
            return Past(*await read_past(self._database, claim.lease.job_id, claim.given.discipline))

        return await persist(read, _DATABASE_RETRY, on_delay)

    async def _analyse_in(
        self, child: AnalysisChild, claim: Claim, past: Past, progress: ProgressRecorder, attempt: Attempt
    ) -> tuple[Analysed, bytes]:
        with TemporaryDirectory(prefix="job-", dir=child.directory, ignore_cleanup_errors=True) as directory:
            video, images = Path(directory) / "video", Path(directory) / "stills"
            attempt.bytes = await self._download(claim, video)
            analysed = _analysed(await child.run(self._request(claim, past, video, images), progress.record))
            attempt.film_s = analysed.film_s
            return analysed, b"" if analysed.stills is None else read_stills(images)

    async def _download(self, claim: Claim, video: Path) -> int:
        """The size in bytes."""
        limit = self._settings.analysis.max_video_bytes
        if claim.s3_key is None:
            raise faults.ObjectUnavailable(HTTPStatus.NOT_FOUND)
        try:
            size = await self._videos.download(claim.s3_key, video, limit, _identity_of(claim), claim.unchecked_sha256)
        except ObjectTooLarge as error:
            size = error.content_length
            raise faults.Rejected(f"larger than {limit / 1e6:g} MB (it is {size / 1e6:.0f} MB)") from error
        except ChecksumDiffers as error:
            raise faults.Rejected("its SHA-256 differs from the declared one") from error
        except StorageError as error:
            raise _download_fault(error) from error
        log.info("video_downloaded", bucket=self._videos.bucket, key=claim.s3_key, bytes=size)
        await failpoints.reach("video_downloaded")
        return size

    def _request(self, claim: Claim, past: Past, video: Path, stills: Path) -> Request:
        context = structlog.contextvars.get_contextvars()
        return Request(
            video=video,
            stills=stills,
            analysis=AnalysisRequest(
                sample_fps=claim.sample_fps,
                include_frames=claim.include_frames,
                given=claim.given,
                past=past,
            ),
            settings=self._settings.analysis,
            context={name: str(value) for name, value in context.items()},
        )

    async def _put(self, claim: Claim, analysed: Analysed, stills: bytes) -> Made:
        """Store what the attempt made. Nothing keeps it yet: where the commit fails, a sweeper collects it."""
        job_id, video_key = claim.lease.job_id, claim.s3_key or ""
        about = {"models": analysed.models}
        try:
            return Made(
                results=await self._artifacts.put(job_id, video_key, ArtifactKind.RESULTS, analysed.results),
                landmarks=await self._artifacts.put(
                    job_id, video_key, ArtifactKind.LANDMARKS, analysed.landmarks, about
                ),
                stills=await self._put_stills(claim, analysed.stills, stills),
                summary=await asyncio.to_thread(summarise, analysed.results),
                clip=await asyncio.to_thread(clip_facts, analysed.results, BY_VIEW),
            )
        except JobGone as error:
            raise LeaseLost from error
        except StorageError as error:
            log.warning("results_not_stored", **why(error))
            raise faults.ResultsNotStored(error.status) from error
        except TransientDatabaseError as error:
            log.warning("results_not_stored", **why(error))
            raise faults.DatabaseLost from error

    async def _put_stills(self, claim: Claim, index: StillsIndex | None, images: bytes) -> Stored | None:
        """The stills, where there are any. A job is complete without them."""
        if index is None:
            return None
        try:
            async with asyncio.timeout(_STILLS_SECONDS):
                return await self._artifacts.put(
                    claim.lease.job_id, claim.s3_key or "", ArtifactKind.STILLS, images, msgspec.to_builtins(index)
                )
        except (StorageError, TimeoutError) as error:
            log.warning("stills_not_stored", **why(error))
            return None

    async def _commit(self, claim: Claim, made: Made, heartbeat: Heartbeat) -> None:
        try:
            async with heartbeat.last_write():
                await commit_results(self._database, claim.lease, made)
        except ArtifactGone as error:
            # No sweeper collects what is younger than an attempt may last, so this one has outlived its lease.
            raise LeaseLost from error
        except TransientDatabaseError as error:
            log.warning("results_not_committed", **why(error))
            raise faults.DatabaseLost from error

    async def _fail(self, claim: Claim, heartbeat: Heartbeat, fault: faults.Fault, attempt: Attempt) -> Disposal:
        async def record() -> bool:
            if not fault.is_permanent:
                # Before the row: a worker that dies between the two leaves a message that is due, not one that stays
                # hidden for the rest of its visibility. A worker that receives it before the row finds the lease held.
                await heartbeat.nack(self._redelivery)
                await failpoints.reach("return_set")
            async with heartbeat.last_write():
                return await fail(
                    self._database,
                    claim.lease,
                    code=fault.code,
                    message=str(fault),
                    final=fault.is_permanent,
                    spend_attempt=fault.spends_attempt,
                )

        async def on_delay(error: Delay) -> None:
            log.warning("failure_not_recorded", error_code=fault.code, **why(error))
            # While the lease cannot be ended, a return would only spend a receive.
            await heartbeat.extend_visibility()

        # Where this was the message's last receive and attempts are left, a sweeper sends another. The tries end at
        # the latest with the lease, which the heartbeat watches.
        is_final = await persist(record, _DATABASE_RETRY, on_delay)
        log.warning(
            "job_updated",
            status=JobStatus.FAILED,
            final=is_final,
            error_code=fault.code,
            error_message=str(fault),
            **attempt.metrics(attempts_failed=1, videos_rejected=int(isinstance(fault, faults.Rejected))),
        )
        await failpoints.reach("failure_recorded")
        return Disposal.DELETE if fault.is_permanent else Disposal.NACKED


def read_stills(file: Path) -> bytes:
    """What the child wrote, and nothing that it put in the place of a file: a link to one of ours, or a pipe.

    Raises:
        ChildDied: It did; such a child is not to be believed.
    """
    try:
        opened = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise faults.ChildDied("its stills are a link") from error
        raise
    with os.fdopen(opened, "rb") as images:
        about = os.fstat(opened)
        if not stat.S_ISREG(about.st_mode) or about.st_size > FILE_BYTES:
            raise faults.ChildDied("its stills are no file, or too large")
        return images.read(FILE_BYTES)


@contextmanager
def _full_disk_as_fault() -> Generator[None]:
    """Around work with files: what S3 and the database raise is no :class:`OSError` here."""
    try:
        yield
    except OSError as error:
        if error.errno in _DISK_IS_FULL:
            raise faults.NoSpace from error
        raise


def _identity_of(claim: Claim) -> ObjectIdentity | None:
    return None if claim.object_etag is None else ObjectIdentity(claim.object_etag, claim.object_version)


def _download_fault(error: StorageError) -> faults.Fault:
    match error:
        case ObjectChanged():
            return faults.UploadChanged()
        case ObjectMissing():
            return faults.ObjectUnavailable(HTTPStatus.NOT_FOUND)
        case ObjectForbidden():
            return faults.ObjectUnavailable(HTTPStatus.FORBIDDEN)
        case _:
            return faults.StorageAway(error.status)


def _analysed(outcome: Outcome) -> Analysed:
    """Raises the fault that the child reported instead."""
    match outcome:
        case Analysed():
            return outcome
        case Rejection(reason):
            raise faults.Rejected(reason)
        case ModelFailed():
            raise faults.PoseModelMissing
        case _:
            raise faults.Crashed
