"""A job's results as they are stored: of any revision, in an artifact or, by earlier releases, in the row itself."""

from functools import cache
from typing import Any, Final
from uuid import UUID

from sqlalchemy import RowMapping, Select, SQLColumnExpression, case, select
from sqlalchemy.orm import aliased

from cricksy.data.artifacts import Stored
from cricksy.data.engine import Database
from cricksy.data.jobs import OWNED, RECORD, WANTED_REVISION, JobRecord, has_revision, owned_by, record_of
from cricksy.data.models import Artifact, Job, Revision
from cricksy.data.sessions import Owner

_STORED: Final = "stored_"


async def read_job_with_results(
    database: Database, owner: Owner, job_id: UUID, revision: int | None = None
) -> tuple[JobRecord, Stored | None] | None:
    """The job as :func:`cricksy.data.jobs.read_job` reads it and those results, both of one moment."""
    statement = _job_with_results(of_revision=revision is not None)
    async with database.connect() as connection:
        row = (await connection.execute(statement, owned_by(owner, job_id, revision))).mappings().one_or_none()
    if row is None:
        return None
    columns = {name: value for name, value in row.items() if not name.startswith(_STORED)}
    return record_of(columns, revision), stored_in(row, _STORED)


@cache
def _job_with_results(*, of_revision: bool) -> Select[*tuple[Any, ...]]:
    inline: SQLColumnExpression[bytes | None] = Job.results
    results_id: SQLColumnExpression[UUID | None] = Job.results_id
    if of_revision:
        is_newest = Job.revision == WANTED_REVISION
        earlier = (Revision.job_id == Job.id, Revision.revision == WANTED_REVISION)
        inline = case((is_newest, Job.results), else_=select(Revision.results).where(*earlier).scalar_subquery())
        its_id = select(Revision.results_id).where(*earlier).scalar_subquery()
        results_id = case((is_newest, Job.results_id), else_=its_id)
    artifact = aliased(Artifact)
    statement = (
        select(*RECORD, *stored_columns(artifact, _STORED), inline.label(f"{_STORED}inline"))
        .outerjoin(artifact, artifact.id == results_id)
        .where(OWNED)
    )
    return statement.where(has_revision()) if of_revision else statement


def stored_columns(artifact: type[Artifact], prefix: str) -> list[SQLColumnExpression[Any]]:
    """What :func:`stored_in` needs of a joined artifact, each under its name with ``prefix``."""
    return [getattr(artifact, name).label(f"{prefix}{name}") for name in Stored.__struct_fields__]


def stored_in(row: RowMapping, prefix: str) -> Stored | None:
    """The artifact of a row, or the bytes that an earlier release stored inline; ``None`` where there are neither."""
    columns = {name: row[f"{prefix}{name}"] for name in Stored.__struct_fields__}
    if columns["id"] is not None:
        return Stored(**columns)
    inline = row[f"{prefix}inline"]
    return None if inline is None else Stored(id=None, data=inline)
