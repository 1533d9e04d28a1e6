"""What ends with time: videos, stills, landmarks and results that are older than an operator keeps them.

Each function takes a batch of the oldest and says what it ended, or that nothing is left. The database buries the keys
of their objects in the same transaction, see :mod:`cricksy.data.tombstones`, so a crash leaves no object behind.
Several sweepers may run at once: they pass over what another is taking. Locks are taken in the order of
:mod:`cricksy.data.deletions`, sessions before their jobs.
"""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, and_, delete, exists, func, select, update
from sqlalchemy.orm import InstrumentedAttribute

from cricksy.data.engine import Database, Transaction
from cricksy.data.jobs import seconds_from_now
from cricksy.data.models import Artifact, Job, Landmarks, Session
from cricksy.vocabulary import ArtifactKind, OwnerType

DAY_SECONDS: Final = 24 * 3600
_BATCH: Final = 100
"""Artifacts that one transaction ends at most."""


class Ended(msgspec.Struct, frozen=True, kw_only=True):
    """Whose retention ended."""

    owner_type: OwnerType
    owner_id: str
    session_id: UUID
    job_id: UUID | None = None
    """``None`` of a session."""


async def end_videos(database: Database, days: float) -> list[Ended] | None:
    """End the videos of one session's jobs that became final more than ``days`` ago; ``None`` where none is left.

    The list is empty where another call was faster. A video that several jobs share goes with the last of them.
    """
    is_due = and_(_is_old(days), Job.s3_key.is_not(None), Job.video_deleted_at.is_(None))
    async with database.begin() as transaction:
        session_id = await _lock_oldest(transaction, is_due)
        if session_id is None:
            return None
        statement = (
            update(Job)
            .where(Job.session_id == session_id, is_due)
            .values(video_deleted_at=func.now())
            .returning(Job.owner_type, Job.owner_id, Job.session_id, Job.id.label("job_id"))
        )
        return _ended((await transaction.execute(statement)).mappings().all())


async def end_results(database: Database, days: float) -> list[Ended] | None:
    """Delete one session's jobs that became final more than ``days`` ago, with all that was made of them.

    ``None`` where none is left; the list is empty where another call was faster.
    """
    is_due = _is_old(days)
    async with database.begin() as transaction:
        session_id = await _lock_oldest(transaction, is_due)
        if session_id is None:
            return None
        statement = (
            delete(Job)
            .where(Job.session_id == session_id, is_due)
            .returning(Job.owner_type, Job.owner_id, Job.session_id, Job.id.label("job_id"))
        )
        return _ended((await transaction.execute(statement)).mappings().all())


async def end_session(database: Database, days: float) -> Ended | None:
    """Delete one session without jobs that was made more than ``days`` ago; ``None`` where none is left."""
    no_jobs = ~exists().where(Job.session_id == Session.id)
    oldest = (
        select(Session.id)
        .where(Session.created_at < seconds_from_now(-days * DAY_SECONDS), no_jobs)
        .order_by(Session.created_at)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    async with database.begin() as transaction:
        session_id = (await transaction.execute(oldest)).scalar_one_or_none()
        if session_id is None:
            return None
        # Again, under the lock: a job may have come meanwhile.
        statement = (
            delete(Session)
            .where(Session.id == session_id, no_jobs)
            .returning(Session.owner_type, Session.owner_id, Session.id.label("session_id"))
        )
        row = (await transaction.execute(statement)).mappings().one_or_none()
    return None if row is None else Ended(**row)


async def end_stills(database: Database, days: float) -> list[Ended]:
    """Delete the stills of some jobs that were made more than ``days`` ago; an empty list where none are left."""
    return await _end_artifacts(database, ArtifactKind.STILLS, Job.stills_id, days)


async def end_landmarks(database: Database, days: float) -> list[Ended]:
    """Delete the stored landmarks of some jobs, as :func:`end_stills` does. Results keep those that they show."""
    ended = await _end_artifacts(database, ArtifactKind.LANDMARKS, Job.landmarks_id, days)
    return ended or await _end_earlier_landmarks(database, days)


async def _end_artifacts(
    database: Database, kind: ArtifactKind, reference: InstrumentedAttribute[UUID | None], days: float
) -> list[Ended]:
    # The job first, as its deletion does. Its key's text is all of an artifact that is read.
    oldest = (
        select(Job.owner_type, Job.owner_id, Job.session_id, Job.id.label("job_id"), Artifact.id.label("artifact_id"))
        .join(Artifact, Artifact.job_id == Job.id)
        .where(Artifact.kind == kind, Artifact.kept, Artifact.created_at < seconds_from_now(-days * DAY_SECONDS))
        .order_by(Artifact.created_at)
        .limit(_BATCH)
        .with_for_update(of=Job, skip_locked=True)
    )
    async with database.begin() as transaction:
        rows = [dict(row) for row in (await transaction.execute(oldest)).mappings()]
        artifact_ids = [row.pop("artifact_id") for row in rows]
        await transaction.execute(update(Job).where(reference.in_(artifact_ids)).values({reference.key: None}))
        await transaction.execute(delete(Artifact).where(Artifact.id.in_(artifact_ids)))
    return _ended(rows)


async def _end_earlier_landmarks(database: Database, days: float) -> list[Ended]:
    """Those that earlier releases stored in a table of their own."""
    oldest = (
        select(Job.owner_type, Job.owner_id, Job.session_id, Job.id.label("job_id"))
        .join(Landmarks, Landmarks.job_id == Job.id)
        .where(Landmarks.created_at < seconds_from_now(-days * DAY_SECONDS))
        .order_by(Landmarks.created_at)
        .limit(_BATCH)
        .with_for_update(of=Job, skip_locked=True)
    )
    async with database.begin() as transaction:
        ended = _ended((await transaction.execute(oldest)).mappings().all())
        await transaction.execute(delete(Landmarks).where(Landmarks.job_id.in_([one.job_id for one in ended])))
    return ended


def _is_old(days: float) -> ColumnElement[bool]:
    return and_(Job.final, Job.completed_at < seconds_from_now(-days * DAY_SECONDS))


async def _lock_oldest(transaction: Transaction, is_due: ColumnElement[bool]) -> UUID | None:
    """The session of the job that is due for longest."""
    oldest = (
        select(Session.id)
        .join(Job, Job.session_id == Session.id)
        .where(is_due)
        .order_by(Job.completed_at)
        .limit(1)
        .with_for_update(of=Session, skip_locked=True)
    )
    return (await transaction.execute(oldest)).scalar_one_or_none()


def _ended(rows: Sequence[Any]) -> list[Ended]:
    return [Ended(**row) for row in rows]
