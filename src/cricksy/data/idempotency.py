"""Idempotency keys: a request with a key makes one thing, however often it is sent.

    free ──reserve──▶ locked ──record_answer──▶ answered, for 24 h
      ▲                │  ▲
      └────release─────┘  └──reserve, once the lock was released or ran out

:func:`reserve` chooses the id of what the request makes. So a repeat of a request that died finds what that made, or
makes it under the same id: never two.
"""

from enum import Enum, auto
from typing import Final
from uuid import UUID, uuid4

import msgspec
from sqlalchemy import ColumnElement, and_, bindparam, case, delete, func, or_, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from uuid_utils.compat import uuid7

from cricksy.data.engine import Database, Transaction
from cricksy.data.jobs import seconds_from_now
from cricksy.data.models import IdempotencyKey
from cricksy.data.sessions import Owner

KEPT_SECONDS: Final = 24 * 3600
"""How long a key is remembered, from its first request."""
LOCK_SECONDS: Final = 60
"""How long a request may hold its key. None takes longer: each wait for the database or S3 ends within 10 s."""
_TRIES: Final = 3
_SWEPT_AT_ONCE: Final = 1000


class KeyedRequest(msgspec.Struct, frozen=True):
    owner: Owner
    key: str
    fingerprint: bytes
    """Equal for equal requests."""

    def is_it(self) -> ColumnElement[bool]:
        return and_(
            IdempotencyKey.owner_type == self.owner.type,
            IdempotencyKey.owner_id == self.owner.id,
            IdempotencyKey.key == self.key,
        )

    def parameters(self) -> dict[str, object]:
        """The columns that name it."""
        return {**self.owner.parameters(), "key": self.key}


class Answer(msgspec.Struct, frozen=True):
    """An HTTP response; the header fields in their order."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes


class Reservation(msgspec.Struct, frozen=True, kw_only=True):
    """The right to run a request, alone for ``LOCK_SECONDS``."""

    resource_id: UUID
    """What it makes gets this id."""
    lock_token: UUID
    is_first: bool
    """Whether no request with this key ran before."""


class Answered(msgspec.Struct, frozen=True, kw_only=True):
    """The request ran, and made ``resource_id``."""

    resource_id: UUID
    answer: Answer | None
    """``None`` where it was not to be stored, or what it describes was deleted since."""


class Refusal(Enum):
    """Why a request with a key may not run."""

    OTHER_REQUEST = auto()
    """The key belongs to a request with another fingerprint."""
    IN_FLIGHT = auto()
    """The first request with the key is running."""


_NEW: Final = insert(IdempotencyKey).values(locked_until=seconds_from_now(LOCK_SECONDS))
_IS_OLD: Final = IdempotencyKey.created_at <= seconds_from_now(-KEPT_SECONDS)
_IS_UNLOCKED: Final = or_(IdempotencyKey.locked_until.is_(None), IdempotencyKey.locked_until <= func.now())
_IS_REPEAT: Final = and_(IdempotencyKey.status.is_(None), IdempotencyKey.fingerprint == _NEW.excluded.fingerprint)
_TAKE: Final = _NEW.on_conflict_do_update(
    index_elements=[IdempotencyKey.owner_type, IdempotencyKey.owner_id, IdempotencyKey.key],
    set_={
        "fingerprint": _NEW.excluded.fingerprint,
        "resource_id": case((_IS_OLD, _NEW.excluded.resource_id), else_=IdempotencyKey.resource_id),
        "lock_token": _NEW.excluded.lock_token,
        "locked_until": _NEW.excluded.locked_until,
        "status": None,
        "headers": None,
        "body": None,
        "created_at": case((_IS_OLD, func.now()), else_=IdempotencyKey.created_at),
    },
    where=and_(_IS_UNLOCKED, or_(_IS_OLD, _IS_REPEAT)),
).returning(IdempotencyKey.resource_id)
_LOOK: Final = select(
    IdempotencyKey.fingerprint,
    IdempotencyKey.resource_id,
    IdempotencyKey.status,
    IdempotencyKey.headers,
    IdempotencyKey.body,
).where(
    IdempotencyKey.owner_type == bindparam("owner_type", required=True),
    IdempotencyKey.owner_id == bindparam("owner_id", required=True),
    IdempotencyKey.key == bindparam("key", required=True),
)


async def reserve(database: Database, request: KeyedRequest) -> Reservation | Answered | Refusal:
    """Take the key of ``request``, or say what became of the request that had it before."""
    for _ in range(_TRIES):
        async with database.begin() as transaction:
            outcome = await _take(transaction, request) or await _look(transaction, request)
        if outcome is not None:
            return outcome
    # Others release the key again and again: they are at it.
    return Refusal.IN_FLIGHT


async def _take(transaction: Transaction, request: KeyedRequest) -> Reservation | None:
    proposed_id, lock_token = uuid7(), uuid4()
    columns = {"fingerprint": request.fingerprint, "resource_id": proposed_id, "lock_token": lock_token}
    resource_id = (await transaction.execute(_TAKE, request.parameters() | columns)).scalar_one_or_none()
    if resource_id is None:
        return None
    return Reservation(resource_id=resource_id, lock_token=lock_token, is_first=resource_id == proposed_id)


async def _look(transaction: Transaction, request: KeyedRequest) -> Answered | Refusal | None:
    row = (await transaction.execute(_LOOK, request.parameters())).one_or_none()
    if row is None:
        return None
    if row.fingerprint != request.fingerprint:
        return Refusal.OTHER_REQUEST
    if row.status is None:
        return Refusal.IN_FLIGHT
    headers = [(name, value) for name, value in row.headers or ()]
    answer = None if row.body is None else Answer(row.status, headers, row.body)
    return Answered(resource_id=row.resource_id, answer=answer)


async def record_answer(
    database: Database, request: KeyedRequest, reservation: Reservation, status: int, answer: Answer | None
) -> None:
    """Remember that the request made its resource, and how it was answered if that may be stored.

    Nothing happens where the lock ran out and another request took it.
    """
    values = {
        "status": status,
        "headers": None if answer is None else answer.headers,
        "body": None if answer is None else answer.body,
        "lock_token": None,
        "locked_until": None,
    }
    statement = update(IdempotencyKey).where(_holds(request, reservation)).values(values)
    async with database.begin() as transaction:
        await transaction.execute(statement)


async def release(database: Database, request: KeyedRequest, reservation: Reservation, *, forget: bool) -> None:
    """Let the request run again; with ``forget``, which is for one that made nothing, let any other have its key."""
    holds = _holds(request, reservation)
    unlock = update(IdempotencyKey).where(holds).values(lock_token=None, locked_until=None)
    async with database.begin() as transaction:
        await transaction.execute(delete(IdempotencyKey).where(holds) if forget else unlock)


def _holds(request: KeyedRequest, reservation: Reservation) -> ColumnElement[bool]:
    return and_(request.is_it(), IdempotencyKey.lock_token == reservation.lock_token)


async def forget_old_keys(database: Database) -> int:
    """Remove keys that are no longer remembered, 1,000 at most. Returns how many."""
    of_row = tuple_(IdempotencyKey.owner_type, IdempotencyKey.owner_id, IdempotencyKey.key)
    is_old = and_(
        IdempotencyKey.created_at <= seconds_from_now(-KEPT_SECONDS),
        or_(IdempotencyKey.locked_until.is_(None), IdempotencyKey.locked_until <= func.now()),
    )
    old = (
        select(IdempotencyKey.owner_type, IdempotencyKey.owner_id, IdempotencyKey.key)
        .where(is_old)
        .order_by(IdempotencyKey.created_at)
        .limit(_SWEPT_AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    async with database.begin() as transaction:
        return (await transaction.execute(delete(IdempotencyKey).where(of_row.in_(old)))).rowcount
