"""``/videos/upload``: a presigned PUT straight to S3, then the message that starts the analysis."""

import asyncio
from typing import Final
from uuid import UUID

import structlog
from litestar import Controller, Request, Response, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import JSONBody

from cricksy import failpoints
from cricksy.api.bodies import CompletedUpload, CompleteUpload, InitiatedUpload, InitiateUpload
from cricksy.api.context import request_id_of, trace_id_of_request
from cricksy.api.openapi import CoachOperation, CreatingOperation, coach_body_problems
from cricksy.api.presigned import NO_STORE, presign_put
from cricksy.api.problems import (
    FieldError,
    Invalid,
    JobMissingS3Key,
    NotFound,
    QueueUnavailable,
    StorageUnavailable,
    UploadMissing,
    UploadRejected,
)
from cricksy.api.services import STORAGE_SECONDS, Services
from cricksy.api.tokens import Coach
from cricksy.aws.errors import QueueError, StorageError
from cricksy.aws.objects import StoredObject
from cricksy.aws.queue import SEND_SECONDS, AnalysisMessage
from cricksy.data.jobs import NewJob, Upload, create_job, read_upload
from cricksy.data.outbox import mark_sent, release_send, reserve_send
from cricksy.data.sessions import Owner
from cricksy.vocabulary import JobStatus

_POLL_SECONDS: Final = 0.1
_WAIT_SECONDS: Final = 10
log = structlog.stdlib.get_logger()


class Uploads(Controller):
    path = "/videos/upload"
    tags = ("Uploads",)

    @post(
        "/initiate",
        operation_class=CreatingOperation,
        operation_id="initiateUpload",
        summary="Get a presigned URL for one video",
        description=(
            "Creates a queued job and returns a URL for its video. PUT the video to `presigned_url` with exactly the "
            "`required_headers`, then call `completeUpload`. The job fails if that does not happen within 24 hours."
        ),
        response_description="The queued job and its upload URL.",
        response_headers=[NO_STORE],
        responses=coach_body_problems(NotFound, StorageUnavailable),
    )
    async def initiate(
        self,
        request: Request[Coach, None, State],
        data: JSONBody[InitiateUpload],
        services: NamedDependency[Services],
    ) -> Response[InitiatedUpload]:
        if data.content_length is not None and data.content_length > services.max_video_bytes:
            limit = FieldError("content_length", f"The limit is {services.max_video_bytes} bytes.")
            raise Invalid(errors=[limit])
        new = NewJob(
            sample_fps=data.sample_fps,
            include_frames=data.include_frames,
            content_type=data.content_type,
            content_length=data.content_length,
            checksum_sha256=data.checksum_sha256,
            request_id=request_id_of(request.scope),
            trace_id=trace_id_of_request(request.scope),
            discipline=data.discipline,
            handedness=data.handedness,
            camera_view=data.camera_view,
            height_cm=data.height_cm,
            age_group=data.age_group,
            bowling_style=data.bowling_style,
            capture_fps=data.capture_fps,
        )
        job = await create_job(services.database, request.user.owner, data.session_id, new)
        if job is None:
            raise NotFound
        log.info("job_created", job_id=str(job.job_id), session_id=str(data.session_id))
        initiated = await presign_put(
            services,
            job_id=job.job_id,
            session_id=data.session_id,
            s3_key=job.s3_key,
            content_type=data.content_type,
            content_length=data.content_length,
            checksum_sha256=data.checksum_sha256,
        )
        location = request.app.route_reverse("job", job_id=job.job_id)
        return Response(initiated, headers={"Location": location})

    @post(
        "/complete",
        status_code=202,
        operation_class=CoachOperation,
        operation_id="completeUpload",
        summary="Start the analysis of an uploaded video",
        description=(
            "Checks the uploaded video against what was declared and requests its analysis. Safe to repeat: later "
            "calls return the current status and request nothing."
        ),
        response_description="The analysis is requested, or was before.",
        responses=coach_body_problems(
            NotFound, UploadMissing, UploadRejected, JobMissingS3Key, QueueUnavailable, StorageUnavailable
        ),
    )
    async def complete(
        self,
        request: Request[Coach, None, State],
        data: JSONBody[CompleteUpload],
        services: NamedDependency[Services],
    ) -> CompletedUpload:
        upload = await read_own_upload(services, request.user.owner, data.job_id)
        structlog.contextvars.bind_contextvars(job_id=str(upload.job_id), session_id=str(upload.session_id))
        if upload.status is JobStatus.QUEUED:
            await check_object(services, upload)
            log.info("upload_completed")
            upload = await send_once(services, request, upload)
        return CompletedUpload(job_id=upload.job_id, status=upload.status, sqs_message_id=upload.sqs_message_id)


async def read_own_upload(services: Services, owner: Owner, job_id: UUID) -> Upload:
    """Raises :class:`NotFound`."""
    upload = await read_upload(services.database, owner, job_id)
    if upload is None:
        raise NotFound
    return upload


async def check_object(services: Services, upload: Upload) -> None:
    """Raise the problem of a video that is not there, or is not as it was declared."""
    if upload.s3_key is None:
        raise JobMissingS3Key
    try:
        async with asyncio.timeout(STORAGE_SECONDS):
            stored = await services.videos.stat(upload.s3_key)
    except (StorageError, TimeoutError) as error:
        raise StorageUnavailable from error
    if stored is None:
        raise UploadMissing
    rejection = _rejection(stored, upload, services.max_video_bytes)
    if rejection is not None:
        raise UploadRejected(rejection)


def _rejection(stored: StoredObject, upload: Upload, max_video_bytes: int) -> str | None:
    again = "Initiate a new upload and delete this job."
    if stored.content_length > max_video_bytes:
        return f"The video has {stored.content_length} bytes; the limit is {max_video_bytes}. {again}"
    if stored.content_length == 0:
        return f"The video is empty. {again}"
    if upload.content_length not in {None, stored.content_length}:
        return f"The video has {stored.content_length} bytes; {upload.content_length} were declared. {again}"
    if stored.content_type != upload.content_type:
        return f"The video was not uploaded as the declared {upload.content_type}. {again}"
    if upload.checksum_sha256 not in {None, stored.checksum_sha256}:
        return f"The video's SHA-256 differs from the declared one. {again}"
    return None


async def send_once(services: Services, request: Request[Coach, None, State], upload: Upload) -> Upload:
    """Send the job's message, or wait for the caller that is sending it. Any number may call at once."""
    request_id, trace_id = request_id_of(request.scope), trace_id_of_request(request.scope)
    for _ in range(int(_WAIT_SECONDS / _POLL_SECONDS)):
        if await reserve_send(services.database, upload.job_id, SEND_SECONDS, request_id, trace_id):
            await _send(services, upload, trace_id)
            return await read_own_upload(services, request.user.owner, upload.job_id)
        upload = await read_own_upload(services, request.user.owner, upload.job_id)
        if upload.status is not JobStatus.QUEUED:
            return upload
        await asyncio.sleep(_POLL_SECONDS)
    raise QueueUnavailable


async def _send(services: Services, upload: Upload, trace_id: str) -> None:
    message = AnalysisMessage(
        job_id=upload.job_id,
        session_id=upload.session_id,
        sample_fps=upload.sample_fps,
        include_frames=upload.include_frames,
    )
    try:
        message_id = await services.queue.send(message, trace_id)
    except QueueError as error:
        await release_send(services.database, upload.job_id)
        raise QueueUnavailable from error
    log.info("message_sent", message_id=message_id)
    await failpoints.reach("message_sent")
    # If a worker was quicker, its claim has already recorded the message.
    await mark_sent(services.database, upload.job_id, message_id)
