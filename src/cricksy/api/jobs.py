"""``/analysis-jobs``: progress, results, and the coach's corrections of events."""

import asyncio
import hashlib
from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

import msgspec
import structlog
from litestar import Controller, Request, Response, delete, get, patch
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import JSONBody

from cricksy.analysis.rescore import CorrectionInvalid, rescore
from cricksy.analysis.track import UnreadableLandmarks
from cricksy.api.bodies import CorrectEvents, JobId, JobView, RevisionNumber
from cricksy.api.job_body import VARYING, gzip_etag, job_response, takes_gzip
from cricksy.api.openapi import CoachOperation, JobOperation, coach_body_problems, coach_problems
from cricksy.api.problems import Conflict, FieldError, Invalid, NotFound, ResultUnreadable, StorageUnavailable
from cricksy.api.services import STORAGE_SECONDS, Services
from cricksy.api.storage import storage_problems
from cricksy.api.tokens import Coach
from cricksy.aws.errors import ObjectMissing, StorageError
from cricksy.data.artifacts import ArtifactDamaged, JobGone, Stored, read_object_keys
from cricksy.data.jobs import Deletion, JobRecord, delete_job, read_job
from cricksy.data.results import read_job_with_results
from cricksy.data.revisions import Scored, read_scored, replace_results
from cricksy.data.sessions import Owner
from cricksy.results.schema import EventName
from cricksy.results.summary import summarise
from cricksy.results.upgrade import UnreadableResults
from cricksy.results.versions import SCHEMA
from cricksy.vocabulary import ArtifactKind

log = structlog.stdlib.get_logger()

_TRIES: Final = 10
"""Attempts of a correction that others overtake. Each overtaking one has made a revision, so somebody progresses."""

_UNREADABLE: Final = (UnreadableResults, ArtifactDamaged, ObjectMissing)


class Jobs(Controller):
    path = "/analysis-jobs/{job_id:uuid}"
    tags = ("Analysis jobs",)

    @get(
        operation_class=JobOperation,
        operation_id="getAnalysisJob",
        summary="Read a job and its results",
        description=(
            "Returns the job. `results` is null until the job is completed; poll until `final` is true. A failed job "
            "that is not final will be retried. Each correction of events makes a new revision of the results; "
            "earlier ones stay readable with `revision`."
        ),
        responses={
            200: ResponseSpec(JobView, description="The job.", generate_examples=False),
            304: ResponseSpec(None, description="You have the current version.", generate_examples=False),
            **coach_problems(NotFound, Invalid, ResultUnreadable, StorageUnavailable),
        },
    )
    async def read(
        self,
        request: Request[Coach, None, State],
        job_id: JobId,
        services: NamedDependency[Services],
        revision: RevisionNumber = None,
    ) -> Response[bytes]:
        owner = request.user.owner
        known = ",".join(request.headers.getall("if-none-match", []))
        if known:
            job = await read_job(services.database, owner, job_id, revision)
            if job is not None and (tag := _matching(known, _etag(job))):
                return Response(b"", status_code=304, headers=_validators(job) | {"ETag": tag, **VARYING})
        found = await read_job_with_results(services.database, owner, job_id, revision)
        if found is None:
            raise NotFound
        return await _answer(services, *found, gzip=takes_gzip(request))

    @patch(
        "/events",
        operation_class=JobOperation,
        operation_id="correctEvents",
        summary="Correct when the events of the action happened",
        description=(
            "Sets the times of events and re-scores the stored landmarks, without the video. Returns the job with a "
            "new revision of its results. Corrected events have the source `given` and a confidence of 1. Send null "
            "to revert a correction. Uncorrected events are re-detected around the corrected ones."
        ),
        responses={
            200: ResponseSpec(JobView, description="The job with its new results.", generate_examples=False),
            **coach_body_problems(NotFound, Conflict, ResultUnreadable, StorageUnavailable),
        },
    )
    async def correct(
        self,
        request: Request[Coach, None, State],
        job_id: JobId,
        data: JSONBody[CorrectEvents],
        services: NamedDependency[Services],
    ) -> Response[bytes]:
        changes = data.changes()
        if not changes:
            raise Invalid(errors=[FieldError("", "Name at least one event.")])
        structlog.contextvars.bind_contextvars(job_id=str(job_id))
        for _ in range(_TRIES):
            scored = await _scored(services, request.user.owner, job_id)
            results, summary = await _corrected(services, job_id, scored, changes)
            job = await replace_results(
                services.database, request.user.owner, job_id, scored.revision, results, summary
            )
            if job is not None:
                log.info("events_corrected", revision=job.revision, events=list(changes))
                return await _answer(services, job, results, gzip=takes_gzip(request))
            async with storage_problems():
                await services.artifacts.delete(results)
        raise Conflict("Others are correcting this job at the same time. Read it again and retry.")

    @delete(
        operation_class=CoachOperation,
        operation_id="deleteAnalysisJob",
        summary="Delete a job and its video",
        description="Deletes the job, its results and its video for good. A job that is processing cannot be deleted.",
        response_description="The job is deleted.",
        responses=coach_problems(NotFound, Conflict),
    )
    async def remove(
        self, request: Request[Coach, None, State], job_id: JobId, services: NamedDependency[Services]
    ) -> None:
        keys = await read_object_keys(services.database, request.user.owner, job_id)
        outcome = await delete_job(services.database, request.user.owner, job_id)
        if outcome is None:
            raise NotFound
        if not isinstance(outcome, Deletion):
            raise Conflict("A job cannot be deleted while it is processing.")
        log.info("job_deleted", job_id=str(job_id))
        if outcome.s3_key is not None:
            keys.append(outcome.s3_key)
        # At once, so that a bucket that hangs is waited for once.
        await asyncio.gather(*(_delete_object(services, key) for key in keys))


async def _delete_object(services: Services, key: str) -> None:
    try:
        async with asyncio.timeout(STORAGE_SECONDS):
            await services.videos.delete(key)
    except (StorageError, TimeoutError):
        # For the coach the job is gone. This line lets the operator find the object that is left.
        log.exception("object_not_deleted", bucket=services.videos.bucket, key=key)


async def _scored(services: Services, owner: Owner, job_id: UUID) -> Scored:
    scored = await read_scored(services.database, owner, job_id)
    if scored is None:
        raise NotFound
    if not isinstance(scored, Scored):
        raise Conflict(f"Events can be corrected only in a completed job; this one is {scored}.")
    return scored


async def _corrected(
    services: Services, job_id: UUID, scored: Scored, changes: Mapping[EventName, float | None]
) -> tuple[Stored, dict[str, Any] | None]:
    """The results with ``changes``, stored and not yet kept, and their summary."""
    artifacts = services.artifacts
    try:
        async with storage_problems():
            before = await artifacts.get_plain(scored.results)
            landmarks = await artifacts.get_plain(scored.landmarks)
        # Some 30 ms of mathematics, in which the other requests go on.
        results = await asyncio.to_thread(rescore, before, landmarks, changes)
    except CorrectionInvalid as error:
        raise Invalid(errors=[FieldError(name, reason) for name, reason in error.errors.items()]) from error
    except (*_UNREADABLE, UnreadableLandmarks) as error:
        raise _unreadable(job_id, scored.revision, error) from error
    try:
        async with storage_problems():
            stored = await artifacts.put(job_id, scored.video_key, ArtifactKind.RESULTS, results)
    except JobGone as error:
        raise NotFound from error
    return stored, summarise(results)


def _unreadable(job_id: UUID, revision: int, error: Exception) -> ResultUnreadable:
    stored = "landmarks" if isinstance(error, UnreadableLandmarks) else "results"
    log.error("result_unreadable", job_id=str(job_id), revision=revision, stored=stored, reason=str(error))
    return ResultUnreadable()


async def _answer(services: Services, job: JobRecord, stored: Stored | None, *, gzip: bool) -> Response[bytes]:
    try:
        async with storage_problems():
            return await job_response(services.artifacts, job, stored, _validators(job), gzip=gzip)
    except _UNREADABLE as error:
        raise _unreadable(job.job_id, job.revision, error) from error


def _etag(job: JobRecord) -> str:
    """Strong without reading the results: they change only with ``revision``, and are shown as of ``SCHEMA``."""
    digest = hashlib.blake2b(msgspec.json.encode((SCHEMA, job)), digest_size=12).hexdigest()
    return f'"{digest}"'


def _validators(job: JobRecord) -> dict[str, str]:
    return {"ETag": _etag(job), "Cache-Control": "private, no-cache"}


def _matching(if_none_match: str, etag: str) -> str | None:
    """The form of ``etag`` that a list of entity tags compared weakly, or ``*``, holds (RFC 9110 §13.1.2)."""
    tags = [tag.strip().removeprefix("W/") for tag in if_none_match.split(",")]
    return next((form for form in (etag, gzip_etag(etag)) if form in tags or "*" in tags), None)
