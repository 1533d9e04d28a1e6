"""Lists of an owner's jobs, newest first."""

from collections.abc import Mapping
from functools import cache
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Integer, Select, bindparam, select

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
    statement, parameters = listing(owner, wanted, before=before, limit=limit)
    async with database.connect() as connection:
        rows = (await connection.execute(statement, parameters)).mappings().all()
    return [record_of(dict(row)) for row in rows]


def listing(
    owner: Owner, wanted: JobFilter, *, before: UUID | None, limit: int
) -> tuple[Select[*tuple[Any, ...]], Mapping[str, object]]:
    """The statement of :func:`list_jobs`, and its values."""
    values = {"session_id": wanted.session_id, "status": wanted.status, "before": before, "limit": limit}
    given = {name: value for name, value in values.items() if value is not None}
    return _page(frozenset(given)), given | owner.parameters()


@cache
def _page(given: frozenset[str]) -> Select[*tuple[Any, ...]]:
    conditions = {
        "session_id": Job.session_id == bindparam("session_id", required=True),
        "status": Job.status == bindparam("status", required=True),
        "before": Job.id < bindparam("before", required=True),
    }
    return (
        select(*RECORD)
        .where(
            Job.owner_type == bindparam("owner_type", required=True),
            Job.owner_id == bindparam("owner_id", required=True),
            *(condition for name, condition in conditions.items() if name in given),
        )
        .order_by(Job.id.desc())
        .limit(bindparam("limit", type_=Integer, required=True))
    )
