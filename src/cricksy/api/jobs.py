"""``/analysis-jobs``: how far the analysis is, its results, and the coach's corrections of them."""

import asyncio
import hashlib
from collections.abc import Mapping
from typing import Final
from uuid import UUID

import msgspec
import structlog
from litestar import Controller, MediaType, Request, Response, delete, get, patch
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, JSONBody

from cricksy.analysis.rescore import CorrectionInvalid, rescore
from cricksy.api.bodies import CorrectEvents, JobView, RevisionNumber, StoredJobView
from cricksy.api.openapi import CoachOperation, coach_body_problems, coach_problems
from cricksy.api.problems import Conflict, FieldError, Invalid, NotFound
from cricksy.api.services import STORAGE_SECONDS, Services
from cricksy.api.tokens import Coach
from cricksy.aws.errors import StorageError
from cricksy.data.jobs import Deletion, JobRecord, delete_job, read_job, read_job_with_results
from cricksy.data.revisions import Scored, read_scored, replace_results
from cricksy.data.sessions import Owner
from cricksy.results.schema import EventName

log = structlog.stdlib.get_logger()

_TRIES: Final = 10
"""Of a correction that others overtake; each of them that does so has made a revision."""


class Jobs(Controller):
    path = "/analysis-jobs/{job_id:uuid}"
    tags = ("Analysis jobs",)

    @get(
        operation_class=CoachOperation,
        operation_id="getAnalysisJob",
        summary="Read a job and its results",
        description=(
            "Answers 304 to an If-None-Match that names the current ETag. Each correction of the events makes a new "
            "revision of the results; all of them, from 1 on, stay readable by the parameter revision."
        ),
        responses={200: ResponseSpec(JobView, generate_examples=False), **coach_problems(NotFound, Invalid)},
    )
    async def read(
        self,
        request: Request[Coach, None, State],
        job_id: FromPath[UUID],
        services: NamedDependency[Services],
        revision: RevisionNumber = None,
    ) -> Response[bytes]:
        owner = request.user.owner
        known = ",".join(request.headers.getall("if-none-match", []))
        if known:
            job = await read_job(services.database, owner, job_id, revision)
            if job is not None and _matches(known, _etag(job)):
                return Response(b"", status_code=304, headers=_validators(job))
        found = await read_job_with_results(services.database, owner, job_id, revision)
        if found is None:
            raise NotFound
        return _answer(*found)

    @patch(
        "/events",
        operation_class=CoachOperation,
        operation_id="correctEvents",
        summary="Correct when the events of the action happened",
        description=(
            "Scores the stored landmarks anew, without the video, and answers with the job and its new revision. "
            "Corrected events have the source given and a confidence of 1; they stay until they are corrected again "
            "or taken back by null. The other events are found anew around them."
        ),
        responses={
            200: ResponseSpec(JobView, generate_examples=False),
            **coach_body_problems(NotFound, Conflict),
        },
    )
    async def correct(
        self,
        request: Request[Coach, None, State],
        job_id: FromPath[UUID],
        data: JSONBody[CorrectEvents],
        services: NamedDependency[Services],
    ) -> Response[bytes]:
        changes = data.changes()
        if not changes:
            raise Invalid(errors=[FieldError("", "Name at least one event.")])
        structlog.contextvars.bind_contextvars(job_id=str(job_id))
        for _ in range(_TRIES):
            scored = await _scored(services, request.user.owner, job_id)
            # Some 30 ms of mathematics, in which the other requests go on.
            results = await asyncio.to_thread(_rescored, scored, changes)
            job = await replace_results(services.database, request.user.owner, job_id, scored.revision, results)
            if job is not None:
                log.info("events_corrected", revision=job.revision, events=list(changes))
                return _answer(job, results)
        raise Conflict("Others are correcting this job at the same time. Read it and try again.")

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
    except (StorageError, TimeoutError):
        # The job is gone for the coach all the same; the operator finds the object that stayed behind by this line.
        log.exception("object_not_deleted", bucket=services.videos.bucket, key=key)


async def _scored(services: Services, owner: Owner, job_id: UUID) -> Scored:
    scored = await read_scored(services.database, owner, job_id)
    if scored is None:
        raise NotFound
    if not isinstance(scored, Scored):
        raise Conflict(f"Events can be corrected once the job is completed; it is {scored}.")
    return scored


def _rescored(scored: Scored, changes: Mapping[EventName, float | None]) -> bytes:
    try:
        return rescore(scored.results, scored.landmarks, changes)
    except CorrectionInvalid as error:
        raise Invalid(errors=[FieldError(name, reason) for name, reason in error.errors.items()]) from error


def _answer(job: JobRecord, results: bytes | None) -> Response[bytes]:
    view = StoredJobView(**msgspec.structs.asdict(job), results=None if results is None else msgspec.Raw(results))
    return Response(msgspec.json.encode(view), media_type=MediaType.JSON, headers=_validators(job))


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
