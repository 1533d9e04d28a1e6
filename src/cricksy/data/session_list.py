"""Lists of sessions, newest first, each with its newest job."""

from collections.abc import Mapping
from functools import cache
from typing import Any, Final
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, Integer, RowMapping, Select, and_, bindparam, select, true

from cricksy.data.engine import Database
from cricksy.data.models import Clip, Job, Session, SessionPlayer
from cricksy.data.sessions import COLUMNS, OWNS_SESSION, STATUS_OF_NEWEST_JOB, Owner, SessionRecord
from cricksy.results.summary import Summary
from cricksy.vocabulary import JobStatus, SessionStatus, Stage


class NewestJob(msgspec.Struct, frozen=True, kw_only=True):
    """The newest job of a session."""

    job_id: UUID
    """Id of the job."""
    status: JobStatus
    """State of the job."""
    stage: Stage | None
    """What the job is doing; null while queued and when final."""
    progress: int
    """Per cent done, 0–100."""


class Thumb(msgspec.Struct, frozen=True, kw_only=True):
    """A picture that stands for a session: of the ball's release, or of impact."""

    job_id: UUID
    """The newest completed job with stills: `getStills` says where its images are."""
    frame: int
    """Source frame of the event: show the image of the frame nearest to it."""


class ListedSession(SessionRecord, frozen=True, kw_only=True):
    """A session with its newest job."""

    job: NewestJob | None
    """The newest job of the session; null if no upload was initiated."""
    summary: Summary | None
    """What the newest job found; null unless it is completed, and for results of releases that kept no summary."""
    thumb: Thumb | None = None
    """A picture of the session; null where no job has one."""


class SessionFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which sessions a list has; ``None`` leaves all."""

    player_id: str | None = None
    status: SessionStatus | None = None


_HAS_PLAYER: Final = and_(
    SessionPlayer.owner_type == bindparam("owner_type", required=True),
    SessionPlayer.owner_id == bindparam("owner_id", required=True),
    SessionPlayer.player_id == bindparam("player_id", required=True),
)


async def list_sessions(
    database: Database, owner: Owner, which: SessionFilter, *, before: UUID | None, limit: int
) -> list[ListedSession]:
    """At most ``limit`` sessions that are older than the session ``before``."""
    statement, parameters = sessions_page(owner, which, before=before, limit=limit)
    async with database.connect() as connection:
        rows = (await connection.execute(statement, parameters)).mappings().all()
    return [_listed(row) for row in rows]


def sessions_page(
    owner: Owner, which: SessionFilter, *, before: UUID | None, limit: int
) -> tuple[Select[*tuple[Any, ...]], Mapping[str, object]]:
    """The statement of :func:`list_sessions`, and its values."""
    values = {"player_id": which.player_id, "before": before, "limit": limit}
    statement = _page(which.status, of_player=which.player_id is not None, goes_on=before is not None)
    given = {name: value for name, value in values.items() if value is not None}
    return statement, given | owner.parameters()


@cache
def _page(status: SessionStatus | None, *, of_player: bool, goes_on: bool) -> Select[*tuple[Any, ...]]:
    """The keys of the page come first, each from one step in an index, whatever the planner expects; then the rest."""
    key, mine = (SessionPlayer.session_id, _HAS_PLAYER) if of_player else (Session.id, OWNS_SESSION)
    newest = (
        select(Job.id, Job.status, Job.stage, Job.progress, Job.summary)
        .where(Job.session_id == key)
        .order_by(Job.id.desc())
        .limit(1)
        .lateral("newest")
    )
    jobs = (
        newest.c.id.label("job_id"),
        newest.c.status.label("job_status"),
        newest.c.stage,
        newest.c.progress,
        newest.c.summary,
    )
    keys = select(key.label("key"), *jobs).outerjoin(newest, true()).where(mine).order_by(key.desc())
    keys = keys.limit(bindparam("limit", type_=Integer, required=True))
    if status is not None:
        keys = keys.where(_has_status(newest.c.status, status))
    if goes_on:
        keys = keys.where(key < bindparam("before", required=True))
    page = keys.subquery("page")
    pictured = (
        select(Job.id, Clip.key_frame)
        .join(Clip, Clip.job_id == Job.id)
        .where(Job.session_id == page.c.key, Job.stills_id.is_not(None), Clip.key_frame.is_not(None))
        .order_by(Job.id.desc())
        .limit(1)
        .lateral("pictured")
    )
    shown = (page.c.job_id, page.c.job_status, page.c.stage, page.c.progress, page.c.summary)
    return (
        select(*COLUMNS, *shown, pictured.c.id.label("thumb_id"), pictured.c.key_frame)
        .join(page, page.c.key == Session.id)
        .outerjoin(pictured, true())
        .where(OWNS_SESSION)
        .order_by(page.c.key.desc())
    )


def _has_status(newest: ColumnElement[JobStatus | None], status: SessionStatus) -> ColumnElement[bool]:
    of_jobs = [job for job, session in STATUS_OF_NEWEST_JOB.items() if session is status and job is not None]
    has_job = newest.in_(of_jobs)
    return has_job | newest.is_(None) if STATUS_OF_NEWEST_JOB[None] is status else has_job


def _listed(row: RowMapping) -> ListedSession:
    columns = dict(row)
    job_id, job_status = columns.pop("job_id"), columns.pop("job_status")
    stage, progress, summary = columns.pop("stage"), columns.pop("progress"), columns.pop("summary")
    thumb_id, frame = columns.pop("thumb_id"), columns.pop("key_frame")
    return ListedSession(
        status=STATUS_OF_NEWEST_JOB[job_status],
        job=None if job_id is None else NewestJob(job_id=job_id, status=job_status, stage=stage, progress=progress),
        summary=None if summary is None else msgspec.convert(summary, Summary),
        thumb=None if thumb_id is None else Thumb(job_id=thumb_id, frame=frame),
        **columns,
    )
