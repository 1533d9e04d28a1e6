"""What an operator's check asks of the database."""

from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from sqlalchemy import and_, exists, func, or_, select

from cricksy.data.engine import Database
from cricksy.data.jobs import seconds_from_now
from cricksy.data.models import Job, Worker
from cricksy.data.workers import ALIVE_SECONDS
from cricksy.vocabulary import UPLOADER_CODES, JobStatus, OwnerType


class SeenWorker(msgspec.Struct, frozen=True, kw_only=True):
    """A worker that wrote its row lately."""

    id: str
    slots: int
    busy: int
    draining: bool


class JobCounts(msgspec.Struct, frozen=True, kw_only=True):
    """``stuck``: processing for longer than any job may take, by lease or without. The others: ended lately."""

    stuck: int
    completed: int
    failed: int
    """By the system; those that failed by their upload are ``returned``."""
    returned: int
    """To the uploader, who can correct the cause."""
    last_completed_at: datetime | None


class StoredVideo(msgspec.Struct, frozen=True, kw_only=True):
    """Where a job says that its video is."""

    job_id: UUID
    session_id: UUID
    video_id: UUID
    owner_type: OwnerType
    owner_id: str
    s3_key: str | None


async def living_workers(database: Database) -> list[SeenWorker]:
    """Those that are counted as alive, by id."""
    alive = Worker.seen_at > func.now() - timedelta(seconds=ALIVE_SECONDS)
    statement = select(Worker.id, Worker.slots, Worker.busy, Worker.draining).where(alive).order_by(Worker.id)
    async with database.connect() as connection:
        return [SeenWorker(**row) for row in (await connection.execute(statement)).mappings()]


async def count_jobs(database: Database, *, longest_seconds: float, lately_seconds: float) -> JobCounts:
    """``longest_seconds``: the most that a job may be in processing, with all its attempts."""
    stuck = and_(Job.status == JobStatus.PROCESSING, Job.started_at < seconds_from_now(-longest_seconds), ~Job.final)
    lately = Job.completed_at > seconds_from_now(-lately_seconds)
    ended = or_(Job.status == JobStatus.COMPLETED, Job.status == JobStatus.FAILED)
    is_returned = Job.error_code.in_(UPLOADER_CODES)
    statement = select(
        func.count().filter(stuck).label("stuck"),
        func.count().filter(Job.status == JobStatus.COMPLETED, lately).label("completed"),
        func.count().filter(Job.status == JobStatus.FAILED, lately, ~is_returned).label("failed"),
        func.count().filter(Job.status == JobStatus.FAILED, lately, is_returned).label("returned"),
        func.max(Job.completed_at).filter(Job.status == JobStatus.COMPLETED).label("last_completed_at"),
    ).where(or_(~Job.final, and_(ended, lately)))
    async with database.connect() as connection:
        return JobCounts(**(await connection.execute(statement)).mappings().one())


async def newest_videos(database: Database, limit: int) -> list[StoredVideo]:
    """Of the newest completed jobs whose videos must be there: their retention has not ended."""
    columns = (
        Job.id.label("job_id"), Job.session_id, Job.video_id, Job.owner_type, Job.owner_id, Job.s3_key,
    )  # fmt: skip
    has_video = and_(Job.status == JobStatus.COMPLETED, Job.video_deleted_at.is_(None))
    statement = select(*columns).where(has_video).order_by(Job.id.desc()).limit(limit)
    async with database.connect() as connection:
        return [StoredVideo(**row) for row in (await connection.execute(statement)).mappings()]


async def keeps_video(database: Database, job_id: UUID) -> bool:
    """Whether the job is there and the retention of its video has not ended."""
    statement = select(exists().where(Job.id == job_id, Job.video_deleted_at.is_(None)))
    async with database.connect() as connection:
        return bool((await connection.execute(statement)).scalar_one())
