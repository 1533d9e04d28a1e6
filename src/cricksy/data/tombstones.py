"""Buried keys as a sweeper sees them: deleted from the bucket again and again, until no URL can fill them any more.

A PUT that began before its URL expired may end hours later. So a key is due as soon as it is buried and then each time
that its age has doubled, until it is older than the last PUT can be.
"""

from datetime import datetime, timedelta

import msgspec
from sqlalchemy import delete, func, select, update

from cricksy.data.engine import Database
from cricksy.data.jobs import seconds_from_now
from cricksy.data.models import DeletedObject

_SHORTEST = timedelta(minutes=1)
"""Between two sweeps of a key."""


class Tombstone(msgspec.Struct, frozen=True, kw_only=True):
    key: str
    upload_id: str | None
    """Of an upload in parts, which is to be aborted."""
    deleted_at: datetime
    is_last: bool
    """Whether no URL can fill the key any more once its object is deleted now."""


async def take_tombstone(database: Database, kept_seconds: float, reservation_seconds: float) -> Tombstone | None:
    """The key that is due for longest, for the caller alone for ``reservation_seconds``; ``None`` where none is due.

    ``kept_seconds`` after it was buried no PUT to the key can end.
    """
    due = (
        select(DeletedObject.key)
        .where(DeletedObject.sweep_after <= func.now())
        .order_by(DeletedObject.sweep_after)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    statement = (
        update(DeletedObject)
        .where(DeletedObject.key == due.scalar_subquery())
        .values(sweep_after=seconds_from_now(reservation_seconds))
        .returning(
            DeletedObject.key,
            DeletedObject.upload_id,
            DeletedObject.deleted_at,
            (DeletedObject.deleted_at < seconds_from_now(-kept_seconds)).label("is_last"),
        )
    )
    async with database.begin() as transaction:
        row = (await transaction.execute(statement)).mappings().one_or_none()
    return None if row is None else Tombstone(**row)


async def settle_tombstone(database: Database, tombstone: Tombstone) -> None:
    """Note that the object is deleted: drop the key where that was the last time, else have it swept again."""
    # One that was buried again meanwhile begins from the start.
    same = (DeletedObject.key == tombstone.key, DeletedObject.deleted_at == tombstone.deleted_at)
    if tombstone.is_last:
        statement = delete(DeletedObject).where(*same)
    else:
        age = func.now() - DeletedObject.deleted_at
        again = func.now() + func.greatest(age, _SHORTEST)
        statement = update(DeletedObject).where(*same).values(sweep_after=again)
    async with database.begin() as transaction:
        await transaction.execute(statement)
