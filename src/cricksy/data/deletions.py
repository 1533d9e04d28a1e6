"""What an owner deletes: a job, a session, a player; every WHERE checks the owner.

The database itself buries the key of each deleted job that no other job shares (``bury_video`` in ``schema.sql``), in
the same transaction. :mod:`cricksy.data.tombstones` is what a sweeper does with the buried keys.

Locks are taken in one order, sessions before their jobs, both by id. The session's lock keeps two jobs that share a key
from being deleted at once, when each would see the other one and neither would bury the key.
"""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import ARRAY, ColumnElement, Select, Text, and_, any_, cast, delete, func, or_, select, update
from sqlalchemy import UUID as UUID_TYPE

from cricksy.data.engine import Database, Transaction
from cricksy.data.jobs import owned
from cricksy.data.models import Artifact, DeletedObject, Job, Session, SessionPlayer
from cricksy.data.sessions import Owner
from cricksy.vocabulary import JobStatus


class BuriedObject(msgspec.Struct, frozen=True, kw_only=True):
    """A key of the bucket that no job refers to any more."""

    key: str
    upload_id: str | None
    """Of an upload in parts, which is to be aborted."""


class Deletion(msgspec.Struct, frozen=True, kw_only=True):
    """Rows that are gone."""

    sessions: list[UUID]
    jobs: list[UUID]
    objects: list[BuriedObject]
    """What they leave in the bucket."""


class PlayerDeletion(Deletion, frozen=True, kw_only=True):
    shared_sessions: list[UUID]
    """Sessions with other players too, which stay without this one."""


class Busy(msgspec.Struct, frozen=True, kw_only=True):
    """Nothing was deleted, because so many of the jobs are processing."""

    processing: int


async def delete_job(database: Database, owner: Owner, job_id: UUID) -> Deletion | Busy | None:
    """Delete a job that is not being processed; ``None`` where the owner has no such job."""
    async with database.begin() as transaction:
        session_of_job = select(Job.session_id).where(owned(owner, job_id)).scalar_subquery()
        await transaction.execute(select(Session.id).where(Session.id == session_of_job).with_for_update())
        jobs = await _lock_jobs(transaction, owned(owner, job_id))
        if not jobs:
            return None
        if busy := _busy(jobs):
            return busy
        artifacts = await _artifact_keys(transaction, jobs)
        await transaction.execute(delete(Job).where(Job.id == job_id))
        return await _deletion(transaction, sessions=[], jobs=jobs, artifacts=artifacts)


async def delete_session(database: Database, owner: Owner, session_id: UUID) -> Deletion | Busy | None:
    """Delete a session with its jobs, unless one of them is being processed; ``None`` where the owner has none such."""
    mine = and_(Session.id == session_id, owner.owns_session())
    async with database.begin() as transaction:
        if (await transaction.execute(select(Session.id).where(mine).with_for_update())).one_or_none() is None:
            return None
        jobs = await _lock_jobs(transaction, Job.session_id == session_id)
        if busy := _busy(jobs):
            return busy
        artifacts = await _artifact_keys(transaction, jobs)
        await transaction.execute(delete(Session).where(mine))
        return await _deletion(transaction, sessions=[session_id], jobs=jobs, artifacts=artifacts)


async def delete_player(database: Database, owner: Owner, player_id: str) -> PlayerDeletion | Busy | None:
    """Delete the sessions that hold this player alone, and the player's clips in all others, which lose the player.

    Nothing happens while one of these jobs is being processed. ``None`` where no session of the owner names the player.
    """
    async with database.begin() as transaction:
        sessions = (await transaction.execute(_sessions_of(owner, player_id))).all()
        if not sessions:
            return None
        alone = [session.id for session in sessions if session.is_alone]
        shared = [session.id for session in sessions if not session.is_alone]
        theirs = and_(_is_in(Job.session_id, shared), Job.player_id == player_id)
        jobs = await _lock_jobs(transaction, or_(_is_in(Job.session_id, alone), theirs))
        if busy := _busy(jobs):
            return busy
        artifacts = await _artifact_keys(transaction, jobs)
        await transaction.execute(delete(Job).where(_is_in(Job.id, [job.id for job in jobs])))
        without = {"player_ids": func.array_remove(Session.player_ids, player_id)}
        await transaction.execute(delete(Session).where(_is_in(Session.id, alone)))
        await transaction.execute(update(Session).where(_is_in(Session.id, shared)).values(without))
        gone = await _deletion(transaction, sessions=alone, jobs=jobs, artifacts=artifacts)
    return PlayerDeletion(**msgspec.structs.asdict(gone), shared_sessions=shared)


def _sessions_of(owner: Owner, player_id: str) -> Select[UUID, bool]:
    """The sessions with the player, locked, and whether the player is alone in each."""
    listed = select(SessionPlayer.session_id).where(
        SessionPlayer.owner_type == owner.type,
        SessionPlayer.owner_id == owner.id,
        SessionPlayer.player_id == player_id,
    )
    player = cast([player_id], ARRAY(Text))
    # The array too: it is read again once the lock is free, the list of players is not.
    return (
        select(Session.id, Session.player_ids.bool_op("<@")(player).label("is_alone"))
        .where(Session.id.in_(listed), owner.owns_session(), Session.player_ids.bool_op("@>")(player))
        .order_by(Session.id)
        .with_for_update()
    )


async def _lock_jobs(transaction: Transaction, which: ColumnElement[bool]) -> Sequence[Any]:
    statement = select(Job.id, Job.status, Job.s3_key).where(which).order_by(Job.id).with_for_update()
    return (await transaction.execute(statement)).all()


def _busy(jobs: Sequence[Any]) -> Busy | None:
    processing = sum(job.status is JobStatus.PROCESSING for job in jobs)
    return Busy(processing=processing) if processing else None


async def _artifact_keys(transaction: Transaction, jobs: Sequence[Any]) -> list[str]:
    """Keys of the objects that artifacts of the jobs are."""
    keys = select(Artifact.s3_key).where(_is_in(Artifact.job_id, [job.id for job in jobs]))
    return [key for key in (await transaction.execute(keys)).scalars() if key is not None]


async def _deletion(
    transaction: Transaction, *, sessions: list[UUID], jobs: Sequence[Any], artifacts: Sequence[str]
) -> Deletion:
    keys = cast([*(job.s3_key for job in jobs if job.s3_key is not None), *artifacts], ARRAY(Text))
    buried = select(DeletedObject.key, DeletedObject.upload_id).where(DeletedObject.key == any_(keys))
    rows = (await transaction.execute(buried)).mappings()
    objects = [BuriedObject(**row) for row in rows]
    return Deletion(sessions=sessions, jobs=[job.id for job in jobs], objects=objects)


def _is_in(column: Any, ids: Collection[UUID]) -> ColumnElement[bool]:  # noqa: ANN401 - a mapped column of ids
    """One array, because the driver bounds the number of parameters."""
    return column == any_(cast(list(ids), ARRAY(UUID_TYPE)))
