"""What completed clips say, kept as rows beside their results: written with them, and counted later for older ones."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

import msgspec
from sqlalchemy import case, delete, func, insert, select, update
from sqlalchemy.orm import aliased

from cricksy.data.artifacts import Stored
from cricksy.data.engine import Database, Transaction
from cricksy.data.models import Artifact, Clip, Job, Number, Session
from cricksy.data.results import stored_columns, stored_in
from cricksy.results.clip import ClipFacts, ClipNumber
from cricksy.vocabulary import Discipline, JobStatus

_STORED: Final = "stored_"
_WHOSE: Final = (Job.session_id, Job.owner_type, Job.owner_id, Job.player_id, Job.created_at)


class Uncounted(msgspec.Struct, frozen=True, kw_only=True):
    """A completed job whose clip no row describes, or only as an earlier revision of its results did."""

    job_id: UUID
    revision: int
    results: Stored


async def keep_clip(transaction: Transaction, job_id: UUID, clip: ClipFacts | None) -> None:
    """Let ``clip`` stand for the job's newest results, which the transaction writes too; ``None``: they cannot be read.

    The caller has locked the job's row, and counts its revision in ``numbers_of`` by the statement that changes it.
    """
    await transaction.execute(delete(Clip).where(Clip.job_id == job_id))
    if clip is None:
        return
    job = (await transaction.execute(select(*_WHOSE).where(Job.id == job_id))).one()
    whose = {
        "job_id": job_id,
        "owner_type": job.owner_type,
        "owner_id": job.owner_id,
        "player_id": job.player_id,
        "filmed_at": job.created_at,
    }
    described = {name: getattr(clip, name) for name in ("discipline", "deliveries", "key_frame", "drill_ids")}
    await transaction.execute(insert(Clip).values(whose | described))
    if clip.discipline is not None and clip.numbers:
        shared = whose | {"session_id": job.session_id, "height_cm": clip.height_cm}
        await transaction.execute(insert(Number), _rows(shared, clip.discipline, clip.numbers))


def _rows(shared: dict[str, Any], discipline: Discipline, numbers: Sequence[ClipNumber]) -> list[dict[str, Any]]:
    rows = [shared | {"discipline": discipline} | msgspec.structs.asdict(number) for number in numbers]
    for row in rows:
        row["reference"] = msgspec.to_builtins(row["reference"])
    return rows


async def next_uncounted(database: Database, before: UUID | None = None) -> Uncounted | None:
    """The newest such job, of those older than ``before``; ``None`` where there is none."""
    artifact = aliased(Artifact)
    waiting = (Job.status == JobStatus.COMPLETED, Job.numbers_of.is_distinct_from(Job.revision))
    statement = (
        select(Job.id, Job.revision, *stored_columns(artifact, _STORED), Job.results.label(f"{_STORED}inline"))
        .outerjoin(artifact, artifact.id == Job.results_id)
        .where(*waiting)
        .order_by(Job.id.desc())
        .limit(1)
    )
    if before is not None:
        statement = statement.where(Job.id < before)
    async with database.connect() as connection:
        row = (await connection.execute(statement)).mappings().one_or_none()
    if row is None:
        return None
    # The CHECK of a completed job: one of the two is there, unless a foreign hand deleted the artifact.
    stored = stored_in(row, _STORED) or Stored(id=None, data=b"")
    return Uncounted(job_id=row["id"], revision=row["revision"], results=stored)


async def count_later(database: Database, job: Uncounted, clip: ClipFacts | None) -> bool:
    """Keep what the results of an uncounted job say; ``False`` where they are no longer its newest, or were counted.

    A job that was made before anybody asked whose clip it is is its session's only player's.
    """
    only_player = case((Job.numbers_of.is_(None), func.only_player(Session.player_ids)))
    locked = (
        select(func.coalesce(Job.player_id, only_player).label("player_id"))
        .join(Session, Session.id == Job.session_id)
        .where(Job.id == job.job_id, Job.revision == job.revision, Job.numbers_of.is_distinct_from(Job.revision))
        .with_for_update(of=Job)
    )
    async with database.begin() as transaction:
        row = (await transaction.execute(locked)).one_or_none()
        if row is None:
            return False
        await transaction.execute(
            update(Job).where(Job.id == job.job_id).values(player_id=row.player_id, numbers_of=job.revision)
        )
        await keep_clip(transaction, job.job_id, clip)
    return True
