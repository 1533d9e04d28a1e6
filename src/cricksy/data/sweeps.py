"""Jobs as a sweeper sees them: those that nothing will finish, found by how long nothing has happened for them.

Each function takes one job, the one that is due for longest, or says that none is left. Several sweepers may run at
once: they pass over the row that another is taking.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, and_, func, or_, select, update

from cricksy.data.engine import Database
from cricksy.data.jobs import seconds_from_now
from cricksy.data.leases import ATTEMPTS_SPENT, MAX_ATTEMPTS, failed_for_good
from cricksy.data.models import Job, idle_since
from cricksy.vocabulary import ErrorCode, JobStatus, Stage


class SweptJob(msgspec.Struct, frozen=True, kw_only=True):
    """``s3_key`` is ``None`` where another job has the same video."""

    job_id: UUID
    session_id: UUID
    trace_id: str
    sample_fps: int
    include_frames: bool


async def expire_upload(database: Database, upload_seconds: float) -> SweptJob | None:
    """Fail for good a queued job made more than ``upload_seconds`` ago that nobody is completing.

    The database buries its key with it, see :mod:`cricksy.data.tombstones`.
    """
    expired = and_(Job.status == JobStatus.QUEUED, idle_since < seconds_from_now(-upload_seconds), _is_unsent())
    message = f"Upload expired: it was not completed within {upload_seconds / 3600:g} hours"
    return await _take(database, expired, failed_for_good(ErrorCode.UPLOAD_EXPIRED, message))


async def give_up_spent(database: Database) -> SweptJob | None:
    """Fail for good a job whose last attempt ended with its lease."""
    spent = and_(Job.lease_token.is_not(None), idle_since <= func.now(), Job.attempts >= MAX_ATTEMPTS)
    return await _take(database, spent, ATTEMPTS_SPENT)


async def give_up_old(database: Database, idle_seconds: float, age_seconds: float) -> SweptJob | None:
    """Fail for good a job made more than ``age_seconds`` ago that :func:`reserve_resend` would take."""
    message = f"Processing expired: no worker could finish it within {age_seconds / 86400:g} days"
    is_old = Job.created_at < seconds_from_now(-age_seconds)
    return await _take(
        database, and_(_is_forgotten(idle_seconds), is_old), failed_for_good(ErrorCode.PROCESSING_EXPIRED, message)
    )


async def reserve_resend(database: Database, idle_seconds: float, reservation_seconds: float) -> SweptJob | None:
    """Take a job with attempts left for which no worker has come for more than ``idle_seconds``.

    The caller, alone for ``reservation_seconds``, may send its message.
    """
    reserved = {"send_expires_at": seconds_from_now(reservation_seconds)}
    return await _take(database, _is_forgotten(idle_seconds), reserved)


async def record_resend(database: Database, job_id: UUID, sqs_message_id: str) -> bool:
    """Let the job wait under its new message; ``False`` where a worker claimed it first."""
    free = or_(Job.lease_expires_at.is_(None), Job.lease_expires_at <= func.now())
    statement = (
        update(Job)
        .where(Job.id == job_id, Job.status != JobStatus.QUEUED, ~Job.final, free)
        .values(
            stage=Stage.WAITING,
            progress=0,
            sqs_message_id=sqs_message_id,
            sent_at=func.now(),
            send_expires_at=None,
            lease_token=None,
            lease_expires_at=None,
        )
    )
    async with database.begin() as transaction:
        return (await transaction.execute(statement)).rowcount == 1


def _is_forgotten(idle_seconds: float) -> ColumnElement[bool]:
    return and_(
        Job.status != JobStatus.QUEUED,
        idle_since < seconds_from_now(-idle_seconds),
        Job.attempts < MAX_ATTEMPTS,
        _is_unsent(),
    )


def _is_unsent() -> ColumnElement[bool]:
    """Nobody is sending its message."""
    return or_(Job.send_expires_at.is_(None), Job.send_expires_at < func.now())


async def _take(database: Database, is_due: ColumnElement[bool], values: Mapping[str, Any]) -> SweptJob | None:
    longest = select(Job.id).where(~Job.final, is_due).order_by(idle_since).limit(1).with_for_update(skip_locked=True)
    statement = (
        update(Job)
        .where(Job.id == longest.scalar_subquery())
        .values(values)
        .returning(Job.id.label("job_id"), Job.session_id, Job.trace_id, Job.sample_fps, Job.include_frames)
    )
    async with database.begin() as transaction:
        row = (await transaction.execute(statement)).mappings().one_or_none()
    return None if row is None else SweptJob(**row)
