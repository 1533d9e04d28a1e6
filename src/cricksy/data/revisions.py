"""Revisions of a job's results: the newest is in the job, and the earlier ones stay readable."""

from typing import Final
from uuid import UUID

import msgspec
from sqlalchemy import delete, insert, select, update

from cricksy.data.engine import Database
from cricksy.data.jobs import RECORD, JobRecord, owned, record_of
from cricksy.data.models import Job, Landmarks, Revision
from cricksy.data.sessions import Owner
from cricksy.vocabulary import JobStatus

MAX_REVISIONS: Final = 20
"""Revisions of a job that can be read, the first and the newest among them."""


class Scored(msgspec.Struct, frozen=True, kw_only=True):
    """A completed job's newest results, and the landmarks that they were scored from."""

    revision: int
    results: bytes
    landmarks: bytes


async def read_scored(database: Database, owner: Owner, job_id: UUID) -> Scored | JobStatus | None:
    """What a correction starts from; the status of a job that is not completed, ``None`` where there is no such job."""
    statement = (
        select(Job.status, Job.revision, Job.results, Landmarks.data)
        .outerjoin(Landmarks, Landmarks.job_id == Job.id)
        .where(owned(owner, job_id))
    )
    async with database.connect() as connection:
        row = (await connection.execute(statement)).one_or_none()
    if row is None:
        return None
    if row.status is not JobStatus.COMPLETED:
        return row.status
    return Scored(revision=row.revision, results=row.results, landmarks=row.data)


async def replace_results(
    database: Database, owner: Owner, job_id: UUID, revision: int, results: bytes
) -> JobRecord | None:
    """Make ``results`` the revision after ``revision`` and keep those; of more than ``MAX_REVISIONS``, the oldest but
    the first goes.

    ``None`` where ``revision`` is no longer the newest, or the job is gone: what ``results`` were made from is out of
    date.
    """
    newest = (
        select(Job.id, Job.revision, Job.results)
        .where(owned(owner, job_id), Job.status == JobStatus.COMPLETED, Job.revision == revision)
        # A second correction waits here, and then finds another revision.
        .with_for_update(of=Job)
    )
    kept = insert(Revision).from_select(["job_id", "revision", "results"], newest)
    replaced = update(Job).where(Job.id == job_id).values(revision=Job.revision + 1, results=results).returning(*RECORD)
    # The first and the new one stay, and between them the newest.
    surplus = delete(Revision).where(
        Revision.job_id == job_id, Revision.revision > 1, Revision.revision <= revision + 2 - MAX_REVISIONS
    )
    async with database.begin() as transaction:
        if (await transaction.execute(kept)).rowcount != 1:
            return None
        row = (await transaction.execute(replaced)).mappings().one()
        await transaction.execute(surplus)
    return record_of(dict(row))
