"""``/analysis-jobs``: progress, results, and the coach's corrections of events."""

import asyncio
import hashlib
from collections.abc import Mapping
from typing import Final
from uuid import UUID

import msgspec
import structlog
from litestar import Controller, MediaType, Request, Response, get, patch
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import JSONBody

from cricksy.analysis.rescore import CorrectionInvalid, rescore
from cricksy.analysis.track import UnreadableLandmarks
from cricksy.api.bodies import CorrectEvents, JobId, JobView, RevisionNumber, StoredJobView
from cricksy.api.job_bodies import WithFrames
from cricksy.api.openapi import JobOperation, coach_body_problems, coach_problems
from cricksy.api.problems import Conflict, FieldError, Invalid, NotFound, PreconditionFailed, ResultUnreadable
from cricksy.api.services import Services
from cricksy.api.tokens import Coach
from cricksy.data.jobs import JobRecord, read_job, read_job_with_results
from cricksy.data.revisions import Scored, read_scored, replace_results
from cricksy.data.sessions import Owner
from cricksy.results.schema import EventName
from cricksy.results.stored import given_times
from cricksy.results.upgrade import UnreadableResults, view, without_frames
from cricksy.results.versions import SCHEMA

log = structlog.stdlib.get_logger()

_TRIES: Final = 10
"""Attempts of a correction that others overtake. Each overtaking one has made a revision, so somebody progresses."""


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
            **coach_problems(NotFound, Invalid, ResultUnreadable),
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
        known = ",".join(request.headers.getall("if-none-match", []))
        if known:
            job = await read_job(services.database, owner, job_id, revision)
            if job is not None and _matches(known, _etag(job, frames=frames)):
                return Response(b"", status_code=304, headers=_validators(job, frames=frames))
        found = await read_job_with_results(services.database, owner, job_id, revision)
        if found is None:
            raise NotFound
        job, results = found
        return _answer(job, None if results is None else _shown(job, results, frames=frames), frames=frames)

    @patch(
        "/events",
        operation_class=JobOperation,
        operation_id="correctEvents",
        summary="Correct when the events of the action happened",
        description=(
            "Sets the times of events and re-scores the stored landmarks, without the video. Returns the job with a "
            "new revision of its results. Corrected events have the source `given` and a confidence of 1. Send null "
            "to revert a correction. Uncorrected events are re-detected around the corrected ones. A request that "
            "changes nothing makes no revision."
        ),
        responses={
            200: ResponseSpec(JobView, description="The job with its new results.", generate_examples=False),
            **coach_body_problems(NotFound, Conflict, PreconditionFailed, ResultUnreadable),
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
        structlog.contextvars.bind_contextvars(job_id=str(job_id))
        required = ",".join(request.headers.getall("if-match", []))
        for _ in range(_TRIES):
            scored = await _scored(services, request.user.owner, job_id)
            current = await read_job(services.database, request.user.owner, job_id, scored.revision)
            if current is None:
                raise NotFound
            if required and not _permits(required, current):
                raise PreconditionFailed
            # Some 30 ms of mathematics, in which the other requests go on.
            results = await asyncio.to_thread(_rescored, job_id, scored, changes)
            if results is None:
                return _answer(current, _shown(current, scored.results))
            job = await replace_results(services.database, request.user.owner, job_id, scored.revision, results)
            if job is not None:
                log.info("events_corrected", revision=job.revision, events=list(changes))
                return _answer(job, results)
        raise Conflict("Others are correcting this job at the same time. Read it again and retry.")


async def _scored(services: Services, owner: Owner, job_id: UUID) -> Scored:
    scored = await read_scored(services.database, owner, job_id)
    if scored is None:
        raise NotFound
    if not isinstance(scored, Scored):
        raise Conflict(f"Events can be corrected only in a completed job; this one is {scored}.")
    return scored


def _rescored(job_id: UUID, scored: Scored, changes: Mapping[EventName, float | None]) -> bytes | None:
    """The results with the changes; ``None`` where they hold them already."""
    try:
        given = given_times(scored.results)
        if all(t_ms is not None and given.get(name) == round(t_ms, 3) for name, t_ms in changes.items()):
            return None
        return rescore(scored.results, scored.landmarks, changes)
    except CorrectionInvalid as error:
        raise Invalid(errors=[FieldError(name, reason) for name, reason in error.errors.items()]) from error
    except (UnreadableResults, UnreadableLandmarks) as error:
        raise _unreadable(job_id, scored.revision, error) from error


def _shown(job: JobRecord, stored: bytes, *, frames: bool = True) -> bytes:
    """The stored results as today's document describes them."""
    try:
        shown = view(stored)
        return shown if frames else without_frames(shown)
    except UnreadableResults as error:
        raise _unreadable(job.job_id, job.revision, error) from error


def _unreadable(job_id: UUID, revision: int, error: UnreadableResults | UnreadableLandmarks) -> ResultUnreadable:
    stored = "results" if isinstance(error, UnreadableResults) else "landmarks"
    log.error("result_unreadable", job_id=str(job_id), revision=revision, stored=stored, reason=str(error))
    return ResultUnreadable()


def _answer(job: JobRecord, results: bytes | None, *, frames: bool = True) -> Response[bytes]:
    view = StoredJobView(**msgspec.structs.asdict(job), results=None if results is None else msgspec.Raw(results))
    return Response(msgspec.json.encode(view), media_type=MediaType.JSON, headers=_validators(job, frames=frames))


def _etag(job: JobRecord, *, frames: bool) -> str:
    """Strong without reading the results: they change only with ``revision``, and are shown as of ``SCHEMA``."""
    digest = hashlib.blake2b(msgspec.json.encode((SCHEMA, frames, job)), digest_size=12).hexdigest()
    return f'"{digest}"'


def _validators(job: JobRecord, *, frames: bool) -> dict[str, str]:
    return {"ETag": _etag(job, frames=frames), "Cache-Control": "private, no-cache"}


def _permits(if_match: str, job: JobRecord) -> bool:
    """RFC 9110 §13.1.1: a list of entity tags compared strongly, or ``*``. The job without its frames is as current."""
    tags = {tag.strip() for tag in if_match.split(",")}
    return bool(tags & {"*", _etag(job, frames=True), _etag(job, frames=False)})


def _matches(if_none_match: str, etag: str) -> bool:
    """RFC 9110 §13.1.2: a list of entity tags compared weakly, or ``*``."""
    tags = [tag.strip().removeprefix("W/") for tag in if_none_match.split(",")]
    return etag in tags or "*" in tags
