"""The video of a job: a new URL to upload it to, one to play it from, and a retry of its analysis."""

import asyncio
from uuid import UUID

import msgspec
import structlog
from litestar import Controller, Request, Response, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec

from cricksy.api.bodies import InitiatedUpload, JobId, JobView
from cricksy.api.context import request_id_of, trace_id_of_request
from cricksy.api.idempotency import IDEMPOTENT, once
from cricksy.api.job_bodies import VideoUrl
from cricksy.api.openapi import CoachOperation, CreatingOperation, coach_problems, creating_problems
from cricksy.api.presigned import NO_STORE, open_upload
from cricksy.api.problems import (
    Conflict,
    JobMissingS3Key,
    NotFound,
    QueueUnavailable,
    QuotaExceeded,
    StorageUnavailable,
    UploadMissing,
    UploadRejected,
)
from cricksy.api.services import STORAGE_SECONDS, Services
from cricksy.api.tokens import Coach
from cricksy.api.uploads import check_object, read_own_upload, send_once
from cricksy.aws.errors import StorageError
from cricksy.aws.objects import PRESIGNED_SECONDS
from cricksy.data.jobs import CreatedJob, Upload, read_job
from cricksy.data.retries import create_retry
from cricksy.data.sessions import Owner
from cricksy.data.usage import Charge
from cricksy.vocabulary import JobStatus, ObjectIdentity

log = structlog.stdlib.get_logger()


class JobVideos(Controller):
    path = "/analysis-jobs/{job_id:uuid}"
    tags = ("Analysis jobs",)

    @post(
        "/upload-url",
        status_code=200,
        operation_class=CoachOperation,
        operation_id="renewUploadUrl",
        summary="Get a new upload URL for a queued job",
        description=(
            "Returns what `initiateUpload` returned, with a URL that is valid again. Use it when the first URL expired "
            "before the video was uploaded. Only for a queued job."
        ),
        response_description="The queued job and its new upload URL.",
        response_headers=[NO_STORE],
        responses=coach_problems(NotFound, Conflict, JobMissingS3Key, StorageUnavailable),
    )
    async def renew(
        self, request: Request[Coach, None, State], job_id: JobId, services: NamedDependency[Services]
    ) -> InitiatedUpload:
        upload = await read_own_upload(services, request.user.owner, job_id)
        if upload.status is not JobStatus.QUEUED:
            raise Conflict(f"Only a queued job takes an upload; this one is {upload.status}.")
        if upload.retry_of is not None:
            raise Conflict("This job repeats another one, whose video is uploaded. Call complete.")
        if upload.s3_key is None:
            raise JobMissingS3Key
        return await open_upload(
            services,
            CreatedJob(job_id=job_id, s3_key=upload.s3_key, multipart_upload_id=upload.multipart_upload_id),
            session_id=upload.session_id,
            content_type=upload.content_type,
            content_length=upload.content_length,
            checksum_sha256=upload.checksum_sha256,
            part_bytes=upload.part_bytes,
        )

    @get(
        "/video-url",
        operation_class=CoachOperation,
        operation_id="getVideoUrl",
        summary="Get a URL to play the video",
        description="Returns a presigned URL of the uploaded video, as it was uploaded.",
        response_description="The video's URL.",
        response_headers=[NO_STORE],
        responses=coach_problems(NotFound, UploadMissing, StorageUnavailable),
    )
    async def video_url(
        self, request: Request[Coach, None, State], job_id: JobId, services: NamedDependency[Services]
    ) -> VideoUrl:
        upload = await read_own_upload(services, request.user.owner, job_id)
        if upload.s3_key is None or not await _is_stored(services, upload.s3_key):
            if upload.status is JobStatus.QUEUED:
                raise UploadMissing
            raise NotFound("The video of this job is no longer stored.")
        try:
            url = await services.videos.presign_download(upload.s3_key)
        except StorageError as error:
            raise StorageUnavailable from error
        return VideoUrl(url=url, expires_in=PRESIGNED_SECONDS)

    @post(
        "/retry",
        status_code=202,
        middleware=[IDEMPOTENT],
        operation_class=CreatingOperation,
        operation_id="retryAnalysisJob",
        summary="Analyse the video of a failed job again",
        description=(
            "Creates a new job for the same video and requests its analysis. `retry_of` names the failed job, which "
            "stays as it is. Only for a job that is `failed` and `final`, while its video is stored. After a 503, call "
            "it again: the new job is not created twice."
        ),
        responses={
            202: ResponseSpec(JobView, description="The new job, without results.", generate_examples=False),
            **creating_problems(NotFound, UploadRejected, QueueUnavailable, StorageUnavailable, QuotaExceeded),
        },
    )
    async def retry(
        self, request: Request[Coach, None, State], job_id: JobId, services: NamedDependency[Services]
    ) -> Response[JobView]:
        owner = request.user.owner
        failed = await read_own_upload(services, owner, job_id)
        if failed.status is not JobStatus.FAILED or not failed.final:
            raise Conflict("Only a job that is failed and final can be retried.")
        seen = await _check_video(services, owner, failed)
        retry_id = await once(
            request,
            find=lambda made: _find_retry(services, owner, made),
            make=lambda made: _make_retry(services, request, failed, made),
        )
        retry = await read_own_upload(services, owner, retry_id)
        if retry.status is JobStatus.QUEUED:
            await send_once(services, request, retry, seen)
        job = await read_job(services.database, owner, retry_id)
        if job is None:
            raise NotFound
        location = request.app.route_reverse("job", job_id=retry_id)
        return Response(JobView(**msgspec.structs.asdict(job), results=None), headers={"Location": location})


async def _make_retry(services: Services, request: Request[Coach, None, State], failed: Upload, retry_id: UUID) -> UUID:
    request_id, trace_id = request_id_of(request.scope), trace_id_of_request(request.scope)
    cost = Charge(quotas=services.quotas, bytes=0)
    owner = request.user.owner
    made = await create_retry(services.database, owner, failed.job_id, retry_id, request_id, trace_id, cost)
    if made is None:
        raise Conflict("The job was changed by another call. Read it again and decide.")
    structlog.contextvars.bind_contextvars(job_id=str(made), session_id=str(failed.session_id))
    log.info("job_retried", retry_of=str(failed.job_id))
    return made


async def _find_retry(services: Services, owner: Owner, retry_id: UUID) -> UUID | None:
    return None if await read_job(services.database, owner, retry_id) is None else retry_id


async def _check_video(services: Services, owner: Owner, failed: Upload) -> ObjectIdentity:
    gone = Conflict("The video is no longer stored. Initiate a new upload.")
    if failed.s3_key is None:
        raise gone
    try:
        return await check_object(services, owner, failed)
    except UploadMissing as error:
        raise gone from error


async def _is_stored(services: Services, s3_key: str) -> bool:
    try:
        async with asyncio.timeout(STORAGE_SECONDS):
            return await services.videos.stat(s3_key) is not None
    except (StorageError, TimeoutError) as error:
        raise StorageUnavailable from error
