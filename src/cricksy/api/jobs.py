"""``/analysis-jobs``: progress, results, and the coach's corrections of events."""

import asyncio
from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

import structlog
from litestar import Controller, Request, Response, get, patch
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import JSONBody

from cricksy.analysis.metrics.registry import BY_VIEW
from cricksy.analysis.rescore import CorrectionInvalid, NoSuchAction, rescore
from cricksy.analysis.track import UnreadableLandmarks
from cricksy.api.bodies import ActionIndex, CorrectEvents, JobId, JobView, RevisionNumber
from cricksy.api.conditions import etag_of, gzip_etag, known_form, require_match, takes_gzip, validators
from cricksy.api.job_bodies import WithFrames
from cricksy.api.job_body import VARYING, job_response
from cricksy.api.openapi import JobOperation, coach_body_problems, coach_problems
from cricksy.api.problems import (
    Conflict,
    FieldError,
    Invalid,
    NotFound,
    PreconditionFailed,
    ResultUnreadable,
    StorageUnavailable,
)
from cricksy.api.services import Services
from cricksy.api.storage import storage_problems
from cricksy.api.tokens import Coach
from cricksy.aws.errors import ObjectMissing
from cricksy.data.artifacts import ArtifactDamaged, JobGone, Stored
from cricksy.data.jobs import JobRecord, read_job
from cricksy.data.results import read_job_with_results
from cricksy.data.revisions import Scored, read_scored, replace_results
from cricksy.data.sessions import Owner
from cricksy.results.clip import ClipFacts, clip_facts
from cricksy.results.measurements import EventName
from cricksy.results.stored import given_times
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
        name="job",
        operation_class=JobOperation,
        operation_id="getAnalysisJob",
        summary="Read a job and its results",
        description=(
            "Returns the job. `results` is null until the job is completed; poll until `final` is true. A failed job "
            "that is not final will be retried. Each correction of events makes a new revision of the results; "
            "earlier ones stay readable with `revision`: the first and the newest, 20 in all."
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
        frames: WithFrames = True,  # noqa: FBT002 - a query parameter
    ) -> Response[bytes]:
        owner = request.user.owner
        if "if-none-match" in request.headers:
            job = await read_job(services.database, owner, job_id, revision)
            etag = None if job is None else _etag(job, frames=frames)
            if etag and (tag := known_form(request, etag, gzip_etag(etag))):
                return Response(b"", status_code=304, headers=validators(tag) | VARYING)
        found = await read_job_with_results(services.database, owner, job_id, revision)
        if found is None:
            raise NotFound
        return await _answer(services, *found, gzip=takes_gzip(request), frames=frames)

    @patch(
        "/events",
        operation_class=JobOperation,
        operation_id="correctEvents",
        summary="Correct when the events of the action happened",
        description=(
            "Sets the times of events and re-scores the stored landmarks, without the video. Returns the job with a "
            "new revision of its results. Corrected events have the source `given` and a confidence of 1. Send null "
            "to revert a correction. Uncorrected events are re-detected around the corrected ones. A request that "
            "changes nothing makes no revision. Of a film with several actions, `action` says whose events they are; "
            "all are scored again, and the primary one stays the primary one. 409 once the landmarks are no longer "
            "stored."
        ),
        responses={
            200: ResponseSpec(JobView, description="The job with its new results.", generate_examples=False),
            **coach_body_problems(NotFound, Conflict, PreconditionFailed, ResultUnreadable, StorageUnavailable),
        },
    )
    async def correct(
        self,
        request: Request[Coach, None, State],
        job_id: JobId,
        data: JSONBody[CorrectEvents],
        services: NamedDependency[Services],
        action: ActionIndex = None,
    ) -> Response[bytes]:
        changes = data.changes()
        structlog.contextvars.bind_contextvars(job_id=str(job_id))
        for _ in range(_TRIES):
            scored = await _scored(services, request.user.owner, job_id)
            current = await read_job(services.database, request.user.owner, job_id, scored.revision)
            if current is None:
                raise NotFound
            require_match(request, *_forms(current))
            corrected = await _corrected(services, job_id, scored, changes, action)
            if corrected is None:
                return await _answer(services, current, scored.results, gzip=takes_gzip(request))
            results, summary, clip = corrected
            job = await replace_results(
                services.database, request.user.owner, job_id, scored.revision, results, summary, clip
            )
            if job is not None:
                log.info("events_corrected", revision=job.revision, action=action, events=list(changes))
                return await _answer(services, job, results, gzip=takes_gzip(request))
            async with storage_problems():
                await services.artifacts.delete(results)
        raise Conflict("Others are correcting this job at the same time. Read it again and retry.")


async def _scored(services: Services, owner: Owner, job_id: UUID) -> Scored:
    scored = await read_scored(services.database, owner, job_id)
    if scored is None:
        raise NotFound
    if not isinstance(scored, Scored):
        raise Conflict(f"Events can be corrected only in a completed job; this one is {scored}.")
    return scored


async def _corrected(
    services: Services, job_id: UUID, scored: Scored, changes: Mapping[EventName, float | None], action: int | None
) -> tuple[Stored, dict[str, Any] | None, ClipFacts | None] | None:
    """The results with ``changes``, stored and not yet kept, their summary, and what they say of the clip.

    ``None`` where nothing changes.
    """
    artifacts = services.artifacts
    if scored.landmarks is None:
        raise Conflict("The landmarks of this job are no longer stored, so that its events cannot be corrected.")
    try:
        async with storage_problems():
            before = await artifacts.get_plain(scored.results)
            landmarks = await artifacts.get_plain(scored.landmarks)
        given = given_times(before, action)
        if all(t_ms is not None and given.get(name) == round(t_ms, 3) for name, t_ms in changes.items()):
            return None
        # Some 30 ms of mathematics for each action, in which the other requests go on.
        results = await asyncio.to_thread(rescore, before, landmarks, changes, action)
    except CorrectionInvalid as error:
        raise Invalid(errors=[FieldError(name, reason) for name, reason in error.errors.items()]) from error
    except NoSuchAction as error:
        raise Invalid(errors=[FieldError("action", str(error))]) from error
    except (*_UNREADABLE, UnreadableLandmarks) as error:
        raise _unreadable(job_id, scored.revision, error) from error
    try:
        async with storage_problems():
            stored = await artifacts.put(job_id, scored.video_key, ArtifactKind.RESULTS, results)
    except JobGone as error:
        raise NotFound from error
    return stored, summarise(results), await asyncio.to_thread(clip_facts, results, BY_VIEW)


def _unreadable(job_id: UUID, revision: int, error: Exception) -> ResultUnreadable:
    stored = "landmarks" if isinstance(error, UnreadableLandmarks) else "results"
    log.error("result_unreadable", job_id=str(job_id), revision=revision, stored=stored, reason=str(error))
    return ResultUnreadable()


async def _answer(
    services: Services, job: JobRecord, stored: Stored | None, *, gzip: bool, frames: bool = True
) -> Response[bytes]:
    try:
        async with storage_problems():
            headers = validators(_etag(job, frames=frames))
            return await job_response(services.artifacts, job, stored, headers, gzip=gzip, frames=frames)
    except _UNREADABLE as error:
        raise _unreadable(job.job_id, job.revision, error) from error


def _etag(job: JobRecord, *, frames: bool) -> str:
    """Strong without reading the results: they change only with ``revision``, and are shown as of ``SCHEMA``."""
    return etag_of((SCHEMA, frames, job))


def _forms(job: JobRecord) -> list[str]:
    """The entity tags under which a client may have read the job: without its frames it is as current."""
    plain = [_etag(job, frames=frames) for frames in (True, False)]
    return [*plain, *map(gzip_etag, plain)]
