"""Jobs as the API sees them: created, read and deleted; every WHERE checks the owner.

:mod:`cricksy.data.outbox` sends a job's message; :mod:`cricksy.data.leases` is the worker's side.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, and_, delete, exists, func, insert, select
from uuid_utils.compat import uuid7

from cricksy.data.engine import Database
from cricksy.data.models import Job, Session
from cricksy.data.sessions import Owner
from cricksy.vocabulary import ContentType, JobStatus, Stage


class NewJob(msgspec.Struct, frozen=True, kw_only=True):
    sample_fps: int
    include_frames: bool
    content_type: ContentType
    content_length: int | None
    checksum_sha256: str | None
    request_id: UUID
    trace_id: str


class CreatedJob(msgspec.Struct, frozen=True, kw_only=True):
    job_id: UUID
    s3_key: str


class Upload(msgspec.Struct, frozen=True, kw_only=True):
    """What complete has to know of a job before it sends the message."""

    job_id: UUID
    session_id: UUID
    status: JobStatus
    sqs_message_id: str | None
    s3_key: str | None
    content_type: ContentType
    content_length: int | None
    checksum_sha256: str | None
    sample_fps: int
    include_frames: bool


class JobRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A job as served, without its results. Docstrings of fields are their descriptions in the OpenAPI document."""

    job_id: UUID
    """Id of the job."""
    session_id: UUID
    """The session that the job belongs to."""
    status: JobStatus
    """State of the job. `failed` is retried unless `final` is true."""
    stage: Stage | None
    """What the job is doing. `waiting` before and between attempts; null while queued and when final."""
    progress: int
    """Per cent done, 0–100."""
    attempts: int
    """Attempts so far, at most 3. Faults that are not the job's own spend none."""
    final: bool
    """Whether this is the end: ``completed``, or ``failed`` with no attempt left or a fault that no attempt can cure.
    A job that is ``failed`` and not final waits for its next attempt, with ``stage: waiting``."""
    revision: int
    """Revision of the results: 1, and one more for each correction of events."""
    sample_fps: int
    """Frames per second that the first pass reads."""
    include_frames: bool
    """Whether the results contain the landmarks of each frame."""
    sqs_message_id: str | None
    """Id of the last queue message; null if none was sent."""
    error_code: str | None
    """Code of the fault that ended the last attempt; null unless failed."""
    error_message: str | None
    """What went wrong, for a person; null unless failed."""
    created_at: datetime
    """When the job was created."""
    started_at: datetime | None
    """When the analysis was requested or the last attempt started; null while queued."""
    completed_at: datetime | None
    """When the job completed or failed; null before."""
    retry_of: UUID | None
    """The failed job that this one repeats; null if it is a first try."""


class Deletion(msgspec.Struct, frozen=True, kw_only=True):
    """A deleted job, and the S3 key that nothing refers to any more."""

    s3_key: str | None


def seconds_from_now(seconds: float) -> ColumnElement[datetime]:
    """A moment on the database's clock."""
    return func.now() + timedelta(seconds=seconds)


def owned(owner: Owner, job_id: UUID) -> ColumnElement[bool]:
    owned_session = exists().where(Session.id == Job.session_id, owner.owns_session())
    return and_(Job.id == job_id, owned_session)


def _path_segment(owner_id: str) -> str:
    """An owner's id as one segment of a key, whatever characters it has; plain ones stay as they are."""
    segment = quote(owner_id, safe="@:|+")
    # quote leaves dots alone, but these two are not names in a URL's path.
    return segment.replace(".", "%2E") if segment in {".", ".."} else segment


async def create_job(database: Database, owner: Owner, session_id: UUID, new: NewJob) -> CreatedJob | None:
    """Make a queued job with a video id and an S3 key of its own; ``None`` where the owner has no such session."""
    job_id, video_id = uuid7(), uuid7()
    s3_key = f"coach_plus/{owner.type}/{_path_segment(owner.id)}/{session_id}/{video_id}/original.mp4"
    owned_session = select(Session.id).where(Session.id == session_id, owner.owns_session()).with_for_update(read=True)
    statement = insert(Job).values(
        id=job_id, session_id=session_id, video_id=video_id, s3_key=s3_key, **msgspec.structs.asdict(new)
    )
    async with database.begin() as transaction:
        if (await transaction.execute(owned_session)).scalar_one_or_none() is None:
            return None
        await transaction.execute(statement)
    return CreatedJob(job_id=job_id, s3_key=s3_key)


async def read_upload(database: Database, owner: Owner, job_id: UUID) -> Upload | None:
    statement = select(
        Job.id.label("job_id"),
        Job.session_id,
        Job.status,
        Job.sqs_message_id,
        Job.s3_key,
        Job.content_type,
        Job.content_length,
        Job.checksum_sha256,
        Job.sample_fps,
        Job.include_frames,
    ).where(owned(owner, job_id))
    async with database.connect() as connection:
        row = (await connection.execute(statement)).mappings().one_or_none()
    return None if row is None else Upload(**row)


RECORD = (
    Job.id.label("job_id"),
    Job.session_id,
    Job.status,
    Job.stage,
    Job.progress,
    Job.attempts,
    Job.final,
    Job.revision,
    Job.sample_fps,
    Job.include_frames,
    Job.sqs_message_id,
    Job.error_code,
    Job.error_message,
    Job.created_at,
    Job.started_at,
    Job.completed_at,
)


async def read_job(database: Database, owner: Owner, job_id: UUID, revision: int | None = None) -> JobRecord | None:
    """The job as it is, or as it shows a ``revision`` of its results; ``None`` where there is none such."""
    statement = select(*RECORD).where(owned(owner, job_id), *has_revision(revision))
    async with database.connect() as connection:
        row = (await connection.execute(statement)).mappings().one_or_none()
    return None if row is None else record_of(dict(row), revision)


def has_revision(revision: int | None) -> list[ColumnElement[bool]]:
    return [] if revision is None else [Job.revision >= revision]


def record_of(columns: Mapping[str, Any], revision: int | None) -> JobRecord:
    job = JobRecord(retry_of=None, **columns)
    return job if revision is None else msgspec.structs.replace(job, revision=revision)


async def oldest_waiting_seconds(database: Database) -> float:
    """How long the job that waits longest for a worker has waited, in seconds; 0 where none waits."""
    waited = func.extract("epoch", func.now() - func.min(Job.started_at))
    statement = select(func.coalesce(waited, 0)).where(Job.stage == Stage.WAITING)
    async with database.connect() as connection:
        return float((await connection.execute(statement)).scalar_one())


async def delete_job(database: Database, owner: Owner, job_id: UUID) -> Deletion | JobStatus | None:
    """Delete a job that is not being processed; otherwise its status, or ``None`` where the owner has no such job."""
    statement = delete(Job).where(owned(owner, job_id), Job.status != JobStatus.PROCESSING).returning(Job.s3_key)
    async with database.begin() as transaction:
        row = (await transaction.execute(statement)).one_or_none()
        if row is not None:
            return Deletion(s3_key=row.s3_key)
        return (await transaction.execute(select(Job.status).where(owned(owner, job_id)))).scalar_one_or_none()
