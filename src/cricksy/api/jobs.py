"""``/analysis-jobs``: how far the analysis is, and its results."""

import asyncio
import hashlib
from uuid import UUID

import msgspec
import structlog
from litestar import Controller, MediaType, Request, Response, delete, get
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath

from cricksy.api.bodies import JobView, StoredJobView
from cricksy.api.openapi import CoachOperation, coach_problems
from cricksy.api.problems import Conflict, NotFound
from cricksy.api.services import STORAGE_SECONDS, Services
from cricksy.api.tokens import Coach
from cricksy.aws.clients import AwsError
from cricksy.data.jobs import Deletion, JobRecord, delete_job, read_job, read_job_with_results

log = structlog.get_logger()


class Jobs(Controller):
    path = "/analysis-jobs/{job_id:uuid}"
    tags = ("Analysis jobs",)

    @get(
        operation_class=CoachOperation,
        operation_id="getAnalysisJob",
        summary="Read a job and its results",
        description="Answers 304 to an If-None-Match that names the current ETag.",
        responses={200: ResponseSpec(JobView, generate_examples=False), **coach_problems(NotFound)},
    )
    async def read(
        self, request: Request[Coach, None, State], job_id: FromPath[UUID], services: NamedDependency[Services]
    ) -> Response[bytes]:
        owner = request.user.owner
        known = ",".join(request.headers.getall("if-none-match", []))
        if known:
            job = await read_job(services.database, owner, job_id)
            if job is not None and _matches(known, _etag(job)):
                return Response(b"", status_code=304, headers=_validators(job))
        found = await read_job_with_results(services.database, owner, job_id)
        if found is None:
            raise NotFound
        job, results = found
        view = StoredJobView(**msgspec.structs.asdict(job), results=None if results is None else msgspec.Raw(results))
        return Response(msgspec.json.encode(view), media_type=MediaType.JSON, headers=_validators(job))

    @delete(
        operation_class=CoachOperation,
        operation_id="deleteAnalysisJob",
        summary="Delete a job that is not being processed, and its video",
        responses=coach_problems(NotFound, Conflict),
    )
    async def remove(
        self, request: Request[Coach, None, State], job_id: FromPath[UUID], services: NamedDependency[Services]
    ) -> None:
        outcome = await delete_job(services.database, request.user.owner, job_id)
        if outcome is None:
            raise NotFound
        if not isinstance(outcome, Deletion):
            raise Conflict("A job cannot be deleted while it is processing.")
        log.info("job_deleted", job_id=str(job_id))
        if outcome.s3_key is not None:
            await _delete_object(services, outcome.s3_key)


async def _delete_object(services: Services, key: str) -> None:
    try:
        async with asyncio.timeout(STORAGE_SECONDS):
            await services.videos.delete(key)
    except AwsError:
        # The job is gone for the coach all the same; the operator finds the object that stayed behind by this line.
        log.exception("object_not_deleted", bucket=services.videos.bucket, key=key)


def _etag(job: JobRecord) -> str:
    """Strong, though it does not read the results: they change with ``revision`` only, which is part of the record."""
    digest = hashlib.blake2b(msgspec.json.encode(job), digest_size=12).hexdigest()
    return f'"{digest}"'


def _validators(job: JobRecord) -> dict[str, str]:
    return {"ETag": _etag(job), "Cache-Control": "private, no-cache"}


def _matches(if_none_match: str, etag: str) -> bool:
    """RFC 9110 §13.1.2: a list of entity tags compared weakly, or ``*``."""
    tags = [tag.strip().removeprefix("W/") for tag in if_none_match.split(",")]
    return etag in tags or "*" in tags
