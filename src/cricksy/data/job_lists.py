"""Lists of an owner's jobs, newest first."""

from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, Select, select

from cricksy.data.engine import Database
from cricksy.data.jobs import RECORD, JobRecord, record_of
from cricksy.data.models import Job
from cricksy.data.sessions import Owner
from cricksy.vocabulary import JobStatus


class JobFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which of the owner's jobs to list; ``None`` lists those with any value."""

    session_id: UUID | None = None
    status: JobStatus | None = None


async def list_jobs(
    database: Database, owner: Owner, wanted: JobFilter, *, before: UUID | None, limit: int
) -> list[JobRecord]:
    """At most ``limit`` jobs, those older than the job ``before``. Identifiers rise with time."""
    async with database.connect() as connection:
        rows = (await connection.execute(listing(owner, wanted, before=before, limit=limit))).mappings().all()
    return [record_of(dict(row)) for row in rows]


def listing(owner: Owner, wanted: JobFilter, *, before: UUID | None, limit: int) -> Select[*tuple[Any, ...]]:
    """The statement of :func:`list_jobs`."""
    conditions: list[ColumnElement[bool]] = [Job.owner_type == owner.type, Job.owner_id == owner.id]
    if wanted.session_id is not None:
        conditions.append(Job.session_id == wanted.session_id)
    if wanted.status is not None:
        conditions.append(Job.status == wanted.status)
    if before is not None:
        conditions.append(Job.id < before)
    return select(*RECORD).where(*conditions).order_by(Job.id.desc()).limit(limit)
