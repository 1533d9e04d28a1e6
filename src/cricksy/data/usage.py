"""What an owner uses, and the quotas on it: exact, however many requests come at once.

An owner has one row, for one UTC day. :func:`charge` holds its lock until the job is committed, so an owner's jobs are
made one after another, and each sees those before it.
"""

from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, Date, and_, bindparam, case, func, select, update
from sqlalchemy import cast as sql_cast
from sqlalchemy.dialects.postgresql import insert

from cricksy.data.engine import Database, Transaction
from cricksy.data.models import Job, Session, Usage
from cricksy.data.sessions import OWNS_SESSION, Owner
from cricksy.vocabulary import JobStatus

UPLOAD_SECONDS: Final = 24 * 3600
"""How long a queued job waits for its upload; then a sweeper ends it."""
_TODAY = sql_cast(func.timezone("UTC", func.now()), Date)
_OF_TODAY: Final = select(Usage.jobs, Usage.bytes).where(
    Usage.owner_type == bindparam("owner_type", required=True),
    Usage.owner_id == bindparam("owner_id", required=True),
    Usage.day >= _TODAY,
)
_OPEN_UPLOADS: Final = (
    select(_TODAY.label("today"), func.count().label("number"), func.min(Job.created_at).label("oldest"))
    .select_from(Job)
    .join(Session, Session.id == Job.session_id)
    .where(OWNS_SESSION, Job.status == JobStatus.QUEUED)
)
_NEW: Final = insert(Usage).values(day=_TODAY, jobs=1)
# A transaction that began before midnight may follow one that began after it.
_IS_NEW_DAY: Final = Usage.day < _NEW.excluded.day
_COUNT: Final = _NEW.on_conflict_do_update(
    index_elements=[Usage.owner_type, Usage.owner_id],
    set_={
        "day": func.greatest(Usage.day, _NEW.excluded.day),
        "jobs": case((_IS_NEW_DAY, 1), else_=Usage.jobs + 1),
        "bytes": case((_IS_NEW_DAY, _NEW.excluded.bytes), else_=Usage.bytes + _NEW.excluded.bytes),
    },
).returning(Usage.day, Usage.jobs, Usage.bytes)


class QuotaName(StrEnum):
    """What a quota bounds."""

    OPEN_UPLOADS = "open_uploads"
    JOBS_PER_DAY = "jobs_per_day"
    BYTES_PER_DAY = "bytes_per_day"


class Quotas(msgspec.Struct, frozen=True, kw_only=True):
    """The most that one owner may have."""

    open_uploads: int
    """Queued jobs at once."""
    jobs_per_day: int
    bytes_per_day: int


class Charge(msgspec.Struct, frozen=True, kw_only=True):
    """What a new job counts for, and the quotas that it must keep."""

    quotas: Quotas
    bytes: int


# Docstrings of fields are their descriptions in the OpenAPI document.
class QuotaUse(msgspec.Struct, frozen=True, kw_only=True):
    """A quota and what is used of it."""

    name: QuotaName
    """What is bounded: jobs that wait for their upload, jobs of a UTC day, or bytes of a UTC day."""
    limit: int
    """The most that is allowed."""
    used: int
    """How much is used."""
    resets_at: datetime | None
    """When some of it is free again at the latest: the end of the UTC day, or when the oldest open upload expires. Null
    if there is no open upload."""


class QuotaReached(Exception):  # noqa: N818 - a state, not a defect
    """A job would pass a quota; nothing was made."""

    def __init__(self, quota: QuotaUse) -> None:
        super().__init__(f"{quota.used} of {quota.limit} {quota.name} are used")
        self.quota = quota


async def charge(transaction: Transaction, owner: Owner, cost: Charge) -> None:
    """Count a new job that is not inserted yet. Raises :class:`QuotaReached`, which must end the transaction."""
    day, jobs, total = await _count(transaction, owner, cost.bytes)
    # The row's lock is granted: a new statement sees what those before have committed.
    _, open_uploads, oldest = await _open_uploads(transaction, owner)
    before = _uses(cost.quotas, day, (open_uploads, jobs - 1, total - cost.bytes), oldest)
    for quota, more in zip(before, (1, 1, cost.bytes), strict=True):
        if quota.used + more > quota.limit:
            raise QuotaReached(quota)


async def correct_bytes(database: Database, owner: Owner, job_id: UUID, size: int) -> None:
    """Count only ``size`` bytes for a job that was counted with more, as long as its day lasts. Safe to repeat."""
    job = select(Job.counted_bytes, Job.created_at).where(Job.id == job_id, Job.counted_bytes > size).with_for_update()
    async with database.begin() as transaction:
        row = (await transaction.execute(job)).one_or_none()
        if row is None:
            return
        await transaction.execute(update(Job).where(Job.id == job_id).values(counted_bytes=size))
        is_its_day = Usage.day == row.created_at.astimezone(UTC).date()
        fewer = func.greatest(Usage.bytes - (row.counted_bytes - size), 0)
        await transaction.execute(update(Usage).where(_is_of(owner), is_its_day).values(bytes=fewer))


async def read_quotas(database: Database, owner: Owner, quotas: Quotas) -> list[QuotaUse]:
    """Each quota and what the owner uses of it now."""
    async with database.connect() as connection:
        today, open_uploads, oldest = await _open_uploads(connection, owner)
        row = (await connection.execute(_OF_TODAY, owner.parameters())).one_or_none()
    jobs, total = (0, 0) if row is None else (row.jobs, row.bytes)
    return _uses(quotas, today, (open_uploads, jobs, total), oldest)


async def _count(transaction: Transaction, owner: Owner, size: int) -> tuple[date, int, int]:
    """The owner's day, and its jobs and bytes with one job of ``size`` bytes more."""
    row = (await transaction.execute(_COUNT, {**owner.parameters(), "bytes": size})).one()
    return row.day, row.jobs, row.bytes


def _is_of(owner: Owner) -> ColumnElement[bool]:
    return and_(Usage.owner_type == owner.type, Usage.owner_id == owner.id)


async def _open_uploads(connection: Transaction, owner: Owner) -> tuple[date, int, datetime | None]:
    """The UTC day, how many open uploads there are, and when the oldest was made."""
    row = (await connection.execute(_OPEN_UPLOADS, owner.parameters())).one()
    return row.today, row.number, row.oldest


def _uses(quotas: Quotas, day: date, used: tuple[int, int, int], oldest_upload: datetime | None) -> list[QuotaUse]:
    tomorrow = datetime.combine(day + timedelta(days=1), time.min, UTC)
    expiry = None if oldest_upload is None else oldest_upload + timedelta(seconds=UPLOAD_SECONDS)
    open_uploads, jobs, total = used
    return [
        QuotaUse(name=QuotaName.OPEN_UPLOADS, limit=quotas.open_uploads, used=open_uploads, resets_at=expiry),
        QuotaUse(name=QuotaName.JOBS_PER_DAY, limit=quotas.jobs_per_day, used=jobs, resets_at=tomorrow),
        QuotaUse(name=QuotaName.BYTES_PER_DAY, limit=quotas.bytes_per_day, used=total, resets_at=tomorrow),
    ]
