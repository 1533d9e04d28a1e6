"""Finds the jobs that nothing will finish, once a minute in every worker; several at once are harmless.

    upload never completed, 24 h after initiate        failed for good; its object is removed, whole or in parts
    key of the bucket that no job refers to            its object is removed, until no URL can fill the key any more
    older than its retention, if that has an end       a video, stills, landmarks or a whole job are deleted
    lease ended, attempts spent                        failed for good
    completed, and its numbers are not kept            they are counted from its results: an earlier release completed
                                                       or corrected it
    made five days ago, and no worker came for         failed for good: its fault is not its own, and no message of
    ``idle_seconds``                                   it is left in the queue
    lease ended, or waiting, with attempts left, and   its message is sent again, because the old one was lost,
    no worker came for ``idle_seconds``                or spent its receives and is in the dead-letter queue

A job that only looks forgotten gets a second message, which is harmless: the lease decides who works, and the message
that comes last finds the job final. Still, a job that will be received anyway should be left alone:

* ``idle_seconds`` is the longest backoff and twice the visibility timeout: a failed attempt comes back within the
  first, a message that a worker received and never claimed after the second, and that may happen twice. It is also
  the brake on a job that fails for a reason not its own, as a missing model, and so never spends its attempts.
* While the queue holds messages that nobody has received, a job may simply be behind them. Nothing shows whether its
  own is among them, so it is given ten times as long: by default an hour and a half.

A sweeper that dies between reserving a send and recording it leaves the job to the next one when the reservation ends.
"""

import asyncio
import random
from dataclasses import dataclass, field

import structlog

from cricksy import failpoints
from cricksy.aws.errors import QueueError, StorageError
from cricksy.aws.objects import LAST_PUT_SECONDS, VideoStore
from cricksy.aws.queue import SEND_SECONDS, AnalysisMessage, AnalysisQueue
from cricksy.data.artifacts import Artifacts
from cricksy.data.engine import Database
from cricksy.data.errors import TransientDatabaseError
from cricksy.data.idempotency import forget_old_keys
from cricksy.data.outbox import release_send
from cricksy.data.sweeps import SweptJob, expire_upload, give_up_old, give_up_spent, record_resend, reserve_resend
from cricksy.metrics import metrics
from cricksy.settings import RetentionSettings
from cricksy_worker.queue.backoff import Backoff
from cricksy_worker.queue.clips import count_clips
from cricksy_worker.queue.objects import sweep_objects
from cricksy_worker.queue.persist import why
from cricksy_worker.queue.retention import end_retained

log = structlog.stdlib.get_logger()

_BACKLOG_FACTOR = 10
_JITTER = 0.25


@dataclass(frozen=True, slots=True, kw_only=True)
class SweepSettings:
    idle_seconds: float
    """How long no worker has come for a job that is sent again, while the queue is empty."""
    backlog_idle_seconds: float
    """The same while it is not."""
    interval_seconds: float = 60
    upload_seconds: float = 24 * 3600
    age_seconds: float = 5 * 24 * 3600
    """The time for the upload, and the four days that the queue keeps a message."""
    reservation_seconds: float = SEND_SECONDS
    artifact_seconds: float = 3600
    """How long after it was put an artifact may still be kept."""
    kept_seconds: float = LAST_PUT_SECONDS
    """How long a key is emptied after the last job that referred to it."""
    clips: int = 100
    """Clips of earlier releases that one sweep counts at most, each from its results, which may come to 40 MB."""
    retention: RetentionSettings = field(default_factory=RetentionSettings)


def sweep_settings(
    visibility_seconds: float,
    redelivery: Backoff,
    deadline_seconds: float,
    retention: RetentionSettings = RetentionSettings(),  # noqa: B008 - it is frozen
) -> SweepSettings:
    """The settings of a worker with this visibility and deadline of a job, that retries with this backoff."""
    idle_seconds = redelivery.cap_seconds + 2 * visibility_seconds
    return SweepSettings(
        idle_seconds=idle_seconds,
        backlog_idle_seconds=_BACKLOG_FACTOR * idle_seconds,
        artifact_seconds=deadline_seconds + visibility_seconds,
        retention=retention,
    )


class Sweeper:
    def __init__(
        self,
        database: Database,
        queue: AnalysisQueue,
        videos: VideoStore,
        artifacts: Artifacts,
        settings: SweepSettings,
    ) -> None:
        self._database = database
        self._queue = queue
        self._videos = videos
        self._artifacts = artifacts
        self._settings = settings

    async def run(self) -> None:
        """Sweep until cancelled; after an outage the next sweep does the work."""
        while True:
            # Workers that were started together do not sweep together.
            jitter = random.uniform(1 - _JITTER, 1 + _JITTER)  # noqa: S311 - not a secret
            await asyncio.sleep(self._settings.interval_seconds * jitter)
            try:
                await self.sweep()
            except (QueueError, StorageError, TransientDatabaseError) as error:
                log.warning("sweep_failed", **why(error))
            else:
                log.info("swept", **metrics(sweeps=1))

    async def sweep(self) -> None:
        """End or resend every job that nothing will finish; empty keys that no job refers to; forget old requests.

        Delete what ended attempts have left, and what is older than its retention. Count the clips of earlier releases.
        """
        while await forget_old_keys(self._database):
            pass
        while job := await give_up_spent(self._database):
            log.warning("job_given_up", **_ids(job), **metrics(jobs_given_up=1))
        while job := await expire_upload(self._database, self._settings.upload_seconds):
            log.info("job_expired", **_ids(job))
        await end_retained(self._database, self._settings.retention)
        # Also those of the jobs that have just ended.
        await sweep_objects(self._database, self._videos, self._settings.kept_seconds)
        idle_seconds = await self._idle_seconds()
        while job := await give_up_old(self._database, idle_seconds, self._settings.age_seconds):
            log.warning("job_given_up", **_ids(job), **metrics(jobs_given_up=1))
        while job := await reserve_resend(self._database, idle_seconds, self._settings.reservation_seconds):
            await self._resend(job)
        while artifact_id := await self._artifacts.collect_orphan(self._settings.artifact_seconds):
            log.info("artifact_collected", artifact_id=str(artifact_id))
        await count_clips(self._database, self._artifacts, self._settings.clips)

    async def _idle_seconds(self) -> float:
        depth = await self._queue.depth()
        return self._settings.backlog_idle_seconds if depth.visible else self._settings.idle_seconds

    async def _resend(self, job: SweptJob) -> None:
        await failpoints.reach("sweep_reserved")
        message = AnalysisMessage(
            job_id=job.job_id,
            session_id=job.session_id,
            sample_fps=job.sample_fps,
            include_frames=job.include_frames,
        )
        try:
            message_id = await self._queue.send(message, job.trace_id)
        except QueueError:
            await release_send(self._database, job.job_id)
            raise
        await failpoints.reach("sweep_sent")
        await record_resend(self._database, job.job_id, message_id)
        log.warning("job_resent", **_ids(job), message_id=message_id, **metrics(jobs_resent=1))


def _ids(job: SweptJob) -> dict[str, str]:
    return {"job_id": str(job.job_id), "session_id": str(job.session_id), "trace_id": job.trace_id}
