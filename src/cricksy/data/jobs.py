"""Jobs as the API sees them: created and read; every WHERE checks the owner.

:mod:`cricksy.data.deletions` deletes them, :mod:`cricksy.data.outbox` sends a job's message, and
:mod:`cricksy.data.leases` is the worker's side.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Final
from urllib.parse import quote
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, Integer, Select, and_, bindparam, exists, func, insert, or_, select, update
from uuid_utils.compat import uuid7

from cricksy.data.engine import Database
from cricksy.data.models import Job, Revision, Session
from cricksy.data.sessions import OWNS_SESSION, Owner
from cricksy.data.usage import Charge, charge
from cricksy.vocabulary import (
    AgeGroup,
    BowlingStyle,
    CameraView,
    ContentType,
    Discipline,
    ErrorCode,
    Handedness,
    JobStatus,
    Stage,
)


class NewJob(msgspec.Struct, frozen=True, kw_only=True):
    sample_fps: int
    include_frames: bool
    content_type: ContentType
    content_length: int | None
    checksum_sha256: str | None
    request_id: UUID
    trace_id: str
    discipline: Discipline | None = None
    handedness: Handedness | None = None
    camera_view: CameraView | None = None
    height_cm: int | None = None
    age_group: AgeGroup | None = None
    bowling_style: BowlingStyle | None = None
    capture_fps: float | None = None
    player_id: str | None = None
    """Whose clip it is; ``None``: the session's only player's."""
    job_id: UUID | None = None
    """The id to make it under, or a new one."""
    part_bytes: int | None = None
    """Bytes of each part but the last, where the video is uploaded in parts."""


class NoSuchPlayer(Exception):  # noqa: N818 - what the coach sent, not a defect
    """The session does not name the player whose clip it is to be."""


class CreatedJob(msgspec.Struct, frozen=True, kw_only=True):
    job_id: UUID
    s3_key: str
    multipart_upload_id: str | None = None
    """The bucket's name for an upload in parts that has begun."""


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
    final: bool
    retry_of: UUID | None
    multipart_upload_id: str | None
    """The bucket's name for an upload in parts."""
    part_bytes: int | None


# Docstrings of fields are their descriptions in the OpenAPI document.
class JobRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A job as served, without its results."""

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
    error_code: ErrorCode | None
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
    player_id: str | None = None
    """Whose clip it is; null if the session names several players, or none, and the upload did not say."""


def seconds_from_now(seconds: float) -> ColumnElement[datetime]:
    """A moment on the database's clock."""
    return func.now() + timedelta(seconds=seconds)


def owned(owner: Owner, job_id: UUID) -> ColumnElement[bool]:
    owned_session = exists().where(Session.id == Job.session_id, owner.owns_session())
    return and_(Job.id == job_id, owned_session)


OWNED: Final = and_(
    Job.id == bindparam("job_id", required=True), exists().where(Session.id == Job.session_id, OWNS_SESSION)
)
"""As :func:`owned`, for a statement that is built once and runs with :func:`owned_by`."""


WANTED_REVISION: Final = bindparam("revision", type_=Integer, required=True)
"""The revision that :func:`owned_by` gives."""


def owned_by(owner: Owner, job_id: UUID, revision: int | None = None) -> dict[str, object]:
    """The values of :data:`OWNED`, and of :func:`has_revision` if there is a ``revision``."""
    wanted = {} if revision is None else {"revision": revision}
    return {"job_id": job_id, **owner.parameters(), **wanted}


def _path_segment(owner_id: str) -> str:
    """An owner's id as one segment of a key, whatever characters it has; plain ones stay as they are."""
    segment = quote(owner_id, safe="@:|+")
    # quote leaves dots alone, but these two are not names in a URL's path.
    return segment.replace(".", "%2E") if segment in {".", ".."} else segment


_OWNED_SESSION: Final = (
    select(Session.player_ids)
    .where(Session.id == bindparam("session_id", required=True), OWNS_SESSION)
    .with_for_update(read=True)
)
_CREATE: Final = insert(Job)


async def create_job(
    database: Database, owner: Owner, session_id: UUID, new: NewJob, cost: Charge | None = None
) -> CreatedJob | None:
    """Make a queued job with a video id and an S3 key of its own; ``None`` where the owner has no such session.

    It counts towards the owner's quotas at its ``cost``.

    Raises:
        NoSuchPlayer: The session does not name ``new.player_id``.
        cricksy.data.usage.QuotaReached: It is one job too many, or too large.
    """
    columns = msgspec.structs.asdict(new)
    job_id, video_id = columns.pop("job_id") or uuid7(), uuid7()
    s3_key = f"coach_plus/{owner.type}/{_path_segment(owner.id)}/{session_id}/{video_id}/original.mp4"
    columns |= {"id": job_id, "session_id": session_id, "video_id": video_id, "s3_key": s3_key}
    columns["counted_bytes"] = None if cost is None else cost.bytes
    session = {"session_id": session_id, **owner.parameters()}
    async with database.begin() as transaction:
        players = (await transaction.execute(_OWNED_SESSION, session)).scalar_one_or_none()
        if players is None:
            return None
        if new.player_id is not None and new.player_id not in players:
            raise NoSuchPlayer
        if cost is not None:
            await charge(transaction, owner, cost)
        await transaction.execute(_CREATE, columns)
    return CreatedJob(job_id=job_id, s3_key=s3_key)


async def record_multipart(database: Database, job_id: UUID, upload_id: str) -> bool:
    """Note the bucket's name for the job's upload in parts; ``False`` where the job was deleted meanwhile."""
    statement = update(Job).where(Job.id == job_id).values(multipart_upload_id=upload_id)
    async with database.begin() as transaction:
        return (await transaction.execute(statement)).rowcount == 1


_UPLOAD: Final = select(
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
    Job.final,
    Job.retry_of,
    Job.multipart_upload_id,
    Job.part_bytes,
).where(OWNED)


async def read_upload(database: Database, owner: Owner, job_id: UUID) -> Upload | None:
    async with database.connect() as connection:
        row = (await connection.execute(_UPLOAD, owned_by(owner, job_id))).mappings().one_or_none()
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
    Job.retry_of,
    Job.player_id,
)


async def read_job(database: Database, owner: Owner, job_id: UUID, revision: int | None = None) -> JobRecord | None:
    """The job as it is, or as it shows a ``revision`` of its results; ``None`` where there is none such."""
    statement = _record_statement(of_revision=revision is not None)
    async with database.connect() as connection:
        row = (await connection.execute(statement, owned_by(owner, job_id, revision))).mappings().one_or_none()
    return None if row is None else record_of(dict(row), revision)


@cache
def _record_statement(*, of_revision: bool) -> Select[*tuple[Any, ...]]:
    statement = select(*RECORD).where(OWNED)
    return statement.where(has_revision()) if of_revision else statement


def has_revision() -> ColumnElement[bool]:
    """Whether the job has the revision that :func:`owned_by` gives."""
    is_earlier = exists().where(Revision.job_id == Job.id, Revision.revision == WANTED_REVISION)
    return or_(Job.revision == WANTED_REVISION, is_earlier)


def record_of(columns: Mapping[str, Any], revision: int | None = None) -> JobRecord:
    """The record of a row of :data:`RECORD`, or as it shows a ``revision`` of its results."""
    fields = dict(columns)
    fields["error_code"] = None if fields["error_code"] is None else _error_code(fields["error_code"])
    job = JobRecord(**fields)
    return job if revision is None else msgspec.structs.replace(job, revision=revision)


def _error_code(stored: str) -> ErrorCode:
    """A row outlives the release that wrote it: a code that this release does not know is no fault of the coach."""
    try:
        return ErrorCode(stored)
    except ValueError:
        return ErrorCode.INTERNAL_ERROR


async def oldest_waiting_seconds(database: Database) -> float:
    """How long the job that waits longest for a worker has waited, in seconds; 0 where none waits."""
    waited = func.extract("epoch", func.now() - func.min(Job.started_at))
    statement = select(func.coalesce(waited, 0)).where(Job.stage == Stage.WAITING)
    async with database.connect() as connection:
        return float((await connection.execute(statement)).scalar_one())


def session_lock(owner: Owner, job_id: UUID) -> Select[UUID]:
    """Locks the job's session until the transaction ends.

    A retry shares its video with the job that it repeats. The call that makes a retry, or deletes one of the two, takes
    this lock first, so that a video is deleted with the last job that has it, and not before.
    """
    session_id = select(Job.session_id).where(owned(owner, job_id)).scalar_subquery()
    return select(Session.id).where(Session.id == session_id).with_for_update(key_share=True)
