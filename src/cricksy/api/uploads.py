"""``/videos/upload``: presigned PUTs straight to S3, then the message that starts the analysis."""

import asyncio
from collections.abc import Sequence
from typing import Final
from uuid import UUID

import structlog
from litestar import Controller, Request, Response, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import JSONBody
from msgspec import structs

from cricksy import failpoints
from cricksy.api import multipart
from cricksy.api.bodies import CompletedUpload, CompleteUpload, InitiatedUpload, InitiateUpload
from cricksy.api.context import request_id_of, trace_id_of_request
from cricksy.api.idempotency import IDEMPOTENT_CREDENTIAL, once
from cricksy.api.openapi import CoachOperation, CreatingOperation, coach_body_problems, creating_problems
from cricksy.api.part_bodies import RenewedParts, RenewParts, UploadedPart
from cricksy.api.presigned import NO_STORE, open_upload
from cricksy.api.problems import (
    Conflict,
    DatabaseUnavailable,
    FieldError,
    Invalid,
    JobMissingS3Key,
    NotFound,
    QueueUnavailable,
    QuotaExceeded,
    StorageUnavailable,
    UploadMissing,
    UploadRejected,
)
from cricksy.api.services import MULTIPART_FROM_BYTES, QUEUE_SECONDS, Services, storage_answers
from cricksy.api.tokens import Coach
from cricksy.aws.errors import QueueError
from cricksy.aws.multipart import part_bytes_of
from cricksy.aws.objects import StoredObject
from cricksy.aws.queue import SEND_SECONDS, AnalysisMessage
from cricksy.data.jobs import CreatedJob, NewJob, NoSuchPlayer, Upload, create_job, read_upload
from cricksy.data.outbox import mark_sent, release_send, reserve_send
from cricksy.data.sessions import Owner
from cricksy.data.usage import Charge, correct_bytes
from cricksy.vocabulary import JobStatus, ObjectIdentity

_POLL_SECONDS: Final = 0.1
WAIT_SECONDS: Final = 6
"""How long a call waits for another one that sends the message of the same job."""
COMPLETE_SECONDS: Final = 7.5
"""Bounds a call of complete. Giving up a statement that hangs takes another 2 s."""
log = structlog.stdlib.get_logger()


_INITIATE: Final = (
    "Creates a queued job and returns where to send its video. The job fails if `completeUpload` is not called within "
    "24 hours.\n\n"
    "**In one PUT.** Send the video to `presigned_url` with exactly the `required_headers`, then call "
    "`completeUpload`. The URL fills its place once: 412 means that the video is already there, so go on with "
    "`completeUpload`.\n\n"
    "**In parts**, if `content_length` is above 100 MB or `multipart` is true. Send each part of `upload` to its own "
    "URL with PUT, several at once if you like, and keep the `ETag` of each answer. Then call `completeUpload` with "
    "all of them. URLs expire and connections break: `listUploadParts` returns new URLs and says which parts are "
    "there.\n\n"
    "A call repeated with its `Idempotency-Key` returns the same job with new URLs, because URLs are not stored; 409 "
    "once the job is no longer queued, 404 once it is deleted."
)


class Uploads(Controller):
    path = "/videos/upload"
    tags = ("Uploads",)

    @post(
        "/initiate",
        middleware=[IDEMPOTENT_CREDENTIAL],
        operation_class=CreatingOperation,
        operation_id="initiateUpload",
        summary="Get a presigned URL for one video",
        description=_INITIATE,
        response_description="The queued job and its upload URL.",
        response_headers=[NO_STORE],
        responses=creating_problems(NotFound, StorageUnavailable, QuotaExceeded),
    )
    async def initiate(
        self,
        request: Request[Coach, None, State],
        data: JSONBody[InitiateUpload],
        services: NamedDependency[Services],
    ) -> Response[InitiatedUpload]:
        part_bytes = _part_bytes(data, services.max_video_bytes)
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
            player_id=data.player_id,
            part_bytes=part_bytes,
        )
        owner = request.user.owner
        job = await once(
            request,
            find=lambda job_id: _find_queued(services, owner, job_id),
            make=lambda job_id: _create(services, owner, data.session_id, structs.replace(new, job_id=job_id)),
        )
        initiated = await open_upload(
            services,
            job,
            session_id=data.session_id,
            content_type=data.content_type,
            content_length=data.content_length,
            checksum_sha256=data.checksum_sha256,
            part_bytes=part_bytes,
        )
        location = request.app.route_reverse("job", job_id=job.job_id)
        return Response(initiated, headers={"Location": location})

    @post(
        "/parts",
        status_code=200,
        operation_class=CoachOperation,
        operation_id="listUploadParts",
        summary="Resume an upload in parts",
        description=(
            "Returns new URLs for some parts of a queued job's video, and which parts are there. Call it when URLs "
            "have expired, or with no numbers after a break, to learn what is left to send. An upload can be resumed "
            "until its job fails, 24 hours after `initiateUpload`."
        ),
        response_description="New URLs, and the parts that are there.",
        responses=coach_body_problems(NotFound, Conflict, StorageUnavailable),
    )
    async def parts(
        self,
        request: Request[Coach, None, State],
        data: JSONBody[RenewParts],
        services: NamedDependency[Services],
    ) -> RenewedParts:
        return await multipart.renew(services, await read_own_upload(services, request.user.owner, data.job_id), data)

    @post(
        "/complete",
        status_code=202,
        operation_class=CoachOperation,
        operation_id="completeUpload",
        summary="Start the analysis of an uploaded video",
        description=(
            "Puts an upload in parts together, checks the uploaded video against what was declared and requests its "
            "analysis. The video that this call sees is the one that is analysed. Safe to repeat: later calls return "
            "the current status and request nothing."
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
        try:
            async with asyncio.timeout(COMPLETE_SECONDS):
                upload = await _complete(services, request, data.job_id, data.parts)
        except TimeoutError as error:
            # S3 and SQS have limits of their own.
            raise DatabaseUnavailable from error
        return CompletedUpload(job_id=upload.job_id, status=upload.status, sqs_message_id=upload.sqs_message_id)


async def _create(services: Services, owner: Owner, session_id: UUID, new: NewJob) -> CreatedJob:
    # The size that nobody has declared is corrected by complete.
    size = services.max_video_bytes if new.content_length is None else new.content_length
    cost = Charge(quotas=services.quotas, bytes=size)
    try:
        job = await create_job(services.database, owner, session_id, new, cost)
    except NoSuchPlayer as error:
        raise Invalid(errors=[FieldError("player_id", "must be one of the session's player_ids")]) from error
    if job is None:
        raise NotFound
    log.info("job_created", job_id=str(job.job_id), session_id=str(session_id))
    return job


async def _find_queued(services: Services, owner: Owner, job_id: UUID) -> CreatedJob | None:
    upload = await read_upload(services.database, owner, job_id)
    if upload is None:
        return None
    if upload.status is not JobStatus.QUEUED:
        raise Conflict(f"The job made with this Idempotency-Key is {upload.status}; it takes no upload any more.")
    if upload.s3_key is None:
        raise JobMissingS3Key
    return CreatedJob(job_id=job_id, s3_key=upload.s3_key, multipart_upload_id=upload.multipart_upload_id)


async def _complete(
    services: Services, request: Request[Coach, None, State], job_id: UUID, parts: Sequence[UploadedPart] | None
) -> Upload:
    upload = await read_own_upload(services, request.user.owner, job_id)
    structlog.contextvars.bind_contextvars(job_id=str(upload.job_id), session_id=str(upload.session_id))
    if upload.status is JobStatus.QUEUED:
        if upload.retry_of is None:
            await multipart.put_together(services, upload, parts)
        seen = await check_object(services, request.user.owner, upload)
        log.info("upload_completed")
        upload = await send_once(services, request, upload, seen)
    return upload


async def read_own_upload(services: Services, owner: Owner, job_id: UUID) -> Upload:
    """Raises :class:`NotFound`."""
    upload = await read_upload(services.database, owner, job_id)
    if upload is None:
        raise NotFound
    return upload


def _part_bytes(data: InitiateUpload, max_video_bytes: int) -> int | None:
    """Bytes of a part, or ``None`` for an upload in one. Raises :class:`Invalid`."""
    if data.content_length is None:
        if data.multipart:
            raise Invalid(errors=[FieldError("content_length", "An upload in parts needs it.")])
        return None
    if data.content_length > max_video_bytes:
        raise Invalid(errors=[FieldError("content_length", f"The limit is {max_video_bytes} bytes.")])
    in_parts = data.multipart or data.content_length > MULTIPART_FROM_BYTES
    return part_bytes_of(data.content_length) if in_parts else None


async def check_object(services: Services, owner: Owner, upload: Upload) -> ObjectIdentity:
    """Which object was uploaded. Raises the problem of one that is not there, or is not as it was declared."""
    if upload.s3_key is None:
        raise JobMissingS3Key
    async with storage_answers():
        stored = await services.videos.stat(upload.s3_key)
    if stored is None:
        raise UploadMissing
    rejection = _rejection(stored, upload, services.max_video_bytes)
    if rejection is not None:
        raise UploadRejected(rejection)
    if upload.content_length is None:
        await correct_bytes(services.database, owner, upload.job_id, stored.content_length)
    return stored.identity


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
    # Of an upload in parts S3 knows no SHA-256: the worker compares it.
    if upload.multipart_upload_id is None and upload.checksum_sha256 not in {None, stored.checksum_sha256}:
        return f"The video's SHA-256 differs from the declared one. {again}"
    return None


async def send_once(
    services: Services, request: Request[Coach, None, State], upload: Upload, seen: ObjectIdentity
) -> Upload:
    """Send the job's message, or wait for the caller that is sending it. Any number may call at once."""
    request_id, trace_id = request_id_of(request.scope), trace_id_of_request(request.scope)
    for _ in range(int(WAIT_SECONDS / _POLL_SECONDS)):
        if await reserve_send(services.database, upload.job_id, SEND_SECONDS, request_id, trace_id, seen):
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
        async with asyncio.timeout(QUEUE_SECONDS):
            message_id = await services.queue.send(message, trace_id)
    except (QueueError, TimeoutError) as error:
        # SQS may have taken a message that it did not confirm in time: of two, the lease lets one work.
        await release_send(services.database, upload.job_id)
        raise QueueUnavailable from error
    log.info("message_sent", message_id=message_id)
    await failpoints.reach("message_sent")
    # If a worker was quicker, its claim has already recorded the message.
    await mark_sent(services.database, upload.job_id, message_id)
