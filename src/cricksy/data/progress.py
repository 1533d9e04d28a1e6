"""How far jobs are, read for many at once."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import msgspec
from sqlalchemy import ARRAY, RowMapping, Select, Uuid, any_, bindparam, select

from cricksy.data.engine import Database
from cricksy.data.jobs import OWNED, owned_by
from cricksy.data.models import Job
from cricksy.data.sessions import Owner
from cricksy.vocabulary import JobStatus, Stage

_STAGES: Final = list(Stage)
_MICROSECOND: Final = timedelta(microseconds=1)


class JobProgress(msgspec.Struct, frozen=True, kw_only=True):
    """How far a job is."""

    status: JobStatus
    """State of the job. `failed` is retried unless `final` is true."""
    stage: Stage | None
    """What the job is doing; null while queued and when final."""
    progress: int
    """Per cent done, 0–100."""
    attempts: int
    """Attempts so far, at most 3."""
    final: bool
    """Whether nothing more will happen. The last event has it true."""


class Reading(msgspec.Struct, frozen=True):
    """A job's progress and its place among all the job's readings, whichever process takes them."""

    number: int
    """Rises with each change: it is made of the row alone."""
    progress: JobProgress


_COLUMNS: Final = (
    Job.id,
    Job.status,
    Job.stage,
    Job.progress,
    Job.attempts,
    Job.final,
    Job.created_at,
    Job.started_at,
    Job.sent_at,
    Job.completed_at,
)
_OF_ONE: Final = select(*_COLUMNS).where(OWNED)
# One parameter: a list of them would be another statement for each length.
_OF_MANY: Final = select(*_COLUMNS).where(Job.id == any_(bindparam("job_ids", type_=ARRAY(Uuid), required=True)))


async def read_progress(database: Database, owner: Owner, job_id: UUID) -> Reading | None:
    """``None`` where the owner has no such job."""
    found = await _read(database, _OF_ONE, owned_by(owner, job_id))
    return found.get(job_id)


async def read_progress_of(database: Database, job_ids: Iterable[UUID]) -> dict[UUID, Reading]:
    """By job; those that are gone are not in it."""
    return await _read(database, _OF_MANY, {"job_ids": list(job_ids)})


async def _read(
    database: Database, statement: Select[*tuple[Any, ...]], parameters: Mapping[str, object]
) -> dict[UUID, Reading]:
    async with database.connect() as connection:
        rows = (await connection.execute(statement, parameters)).mappings().all()
    return {row["id"]: _reading(row) for row in rows}


def _reading(row: RowMapping) -> Reading:
    fields = {name: row[name] for name in JobProgress.__struct_fields__}
    return Reading(_number(row), JobProgress(**fields))


def _number(row: RowMapping) -> int:
    """Microseconds from the job's creation to the start of its current phase, and within that the stage and per cent.

    Attempts would not do: one that was not the job's own fault is given back. A phase begins when the job is sent or
    handed back (``sent_at``), claimed (``started_at``) or ended (``completed_at``), always by the database's clock. Up
    to 100 days after the creation the number is exact in a client's double precision.
    """
    moments: list[datetime | None] = [row["started_at"], row["sent_at"], row["completed_at"]]
    begun = max((moment for moment in moments if moment is not None), default=row["created_at"])
    within = 0 if row["stage"] is None else (_STAGES.index(row["stage"]) + 1) * 101 + row["progress"]
    return (begun - row["created_at"]) // _MICROSECOND * 1000 + within
