"""The workers that are alive, each a row that it writes every ten seconds."""

from datetime import timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert

from cricksy.data.engine import Database
from cricksy.data.models import Worker

ALIVE_SECONDS = 30
"""A worker that wrote nothing for three of its intervals is not counted."""


async def record_worker(database: Database, worker_id: str, *, slots: int, busy: int, draining: bool) -> None:
    statement = insert(Worker).values(id=worker_id, slots=slots, busy=busy, draining=draining)
    written = statement.on_conflict_do_update(
        index_elements=[Worker.id],
        set_={"slots": slots, "busy": busy, "draining": draining, "seen_at": func.now()},
    )
    async with database.begin() as transaction:
        await transaction.execute(written)
        # A worker that was killed cannot delete its row.
        await transaction.execute(delete(Worker).where(Worker.seen_at < func.now() - timedelta(days=1)))


async def forget_worker(database: Database, worker_id: str) -> None:
    async with database.begin() as transaction:
        await transaction.execute(delete(Worker).where(Worker.id == worker_id))


async def forget_all_workers(database: Database) -> None:
    """Delete every row; the caller knows that no worker is alive."""
    async with database.begin() as transaction:
        await transaction.execute(delete(Worker))


async def count_workers(database: Database) -> int:
    alive = Worker.seen_at > func.now() - timedelta(seconds=ALIVE_SECONDS)
    async with database.connect() as connection:
        return (await connection.execute(select(func.count()).where(alive))).scalar_one()
