"""Sessions of a coach or an organisation. Every WHERE names the owner."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, RowMapping, and_, bindparam, insert, select, update
from uuid_utils.compat import uuid7

from cricksy.data.engine import Database
from cricksy.data.models import Job, Session
from cricksy.vocabulary import (
    AgeGroup,
    BowlingStyle,
    CameraView,
    Discipline,
    Handedness,
    JobStatus,
    OwnerType,
    SessionStatus,
)


class Owner(msgspec.Struct, frozen=True):
    """The owner of sessions, jobs and videos: a coach, or the organisation that the coach works for."""

    type: OwnerType
    id: str

    def owns_session(self) -> ColumnElement[bool]:
        return and_(Session.owner_type == self.type, Session.owner_id == self.id)

    def parameters(self) -> dict[str, object]:
        """The values of :data:`OWNS_SESSION`."""
        return {"owner_type": self.type, "owner_id": self.id}


# Building a statement costs more than running it, so those of frequent calls are built once. One that lacks the
# owner's values does not run.
OWNS_SESSION: Final = and_(
    Session.owner_type == bindparam("owner_type", required=True),
    Session.owner_id == bindparam("owner_id", required=True),
)
"""As :meth:`Owner.owns_session`, for a statement that is built once and runs with :meth:`Owner.parameters`."""


class NewSession(msgspec.Struct, frozen=True, kw_only=True):
    title: str
    """Name of the session."""
    player_ids: list[str]
    """The client's own ids of the players."""
    notes: str | None
    """Free text."""
    discipline: Discipline | None
    """What the player does, as given; null if it is to be inferred."""
    handedness: Handedness | None
    """The player's bowling or batting side, as given; null if it is to be inferred."""
    camera_view: CameraView | None
    """Where the camera stands, as given; null if it is to be inferred."""
    height_cm: int | None = None
    """The player's height in centimetres, as given; null if unknown."""
    age_group: AgeGroup | None = None
    """The age group that the player plays in, as given; null if unknown."""
    bowling_style: BowlingStyle | None = None
    """How the player bowls, as given; null if unknown."""


# Docstrings of fields are their descriptions in the OpenAPI document.
class SessionRecord(NewSession, frozen=True, kw_only=True):
    """A session."""

    session_id: UUID
    """Id of the session."""
    status: SessionStatus
    """`pending` until an analysis is requested, then the state of the newest job."""
    created_at: datetime
    """When the session was created."""


STATUS_OF_NEWEST_JOB: Final[Mapping[JobStatus | None, SessionStatus]] = {
    None: SessionStatus.PENDING,
    JobStatus.QUEUED: SessionStatus.PENDING,
    JobStatus.PROCESSING: SessionStatus.PROCESSING,
    JobStatus.COMPLETED: SessionStatus.READY,
    JobStatus.FAILED: SessionStatus.FAILED,
}

COLUMNS = (
    Session.id.label("session_id"),
    Session.title,
    Session.player_ids,
    Session.notes,
    Session.discipline,
    Session.handedness,
    Session.camera_view,
    Session.height_cm,
    Session.age_group,
    Session.bowling_style,
    Session.created_at,
)
"""The columns of a :class:`SessionRecord`, all but its status."""
_NEWEST_STATUS: Final = (
    select(Job.status).where(Job.session_id == Session.id).order_by(Job.id.desc()).limit(1).scalar_subquery()
)
_ONE: Final = select(*COLUMNS, _NEWEST_STATUS.label("newest_status")).where(
    Session.id == bindparam("session_id", required=True), OWNS_SESSION
)
_ONE_LOCKED: Final = _ONE.with_for_update(of=Session)
_CREATE: Final = insert(Session).returning(Session.created_at)


async def create_session(
    database: Database, owner: Owner, new: NewSession, session_id: UUID | None = None
) -> SessionRecord:
    """Make a session, under ``session_id`` if it is given."""
    session_id = session_id or uuid7()
    fields = msgspec.structs.asdict(new)
    async with database.begin() as transaction:
        created = await transaction.execute(_CREATE, {"id": session_id, **owner.parameters(), **fields})
        created_at = created.scalar_one()
    return SessionRecord(session_id=session_id, status=SessionStatus.PENDING, created_at=created_at, **fields)


async def read_session(database: Database, owner: Owner, session_id: UUID) -> SessionRecord | None:
    async with database.connect() as connection:
        row = (await connection.execute(_ONE, _which(owner, session_id))).mappings().one_or_none()
    return None if row is None else _record(row)


async def update_session(
    database: Database,
    owner: Owner,
    session_id: UUID,
    changes: Mapping[str, object],
    check: Callable[[SessionRecord], None],
) -> SessionRecord | None:
    """Set the fields that ``changes`` names; ``None`` where the owner has no such session.

    ``check`` sees the session as it is, locked against other changes. What it raises ends the update.
    """
    async with database.begin() as transaction:
        row = (await transaction.execute(_ONE_LOCKED, _which(owner, session_id))).mappings().one_or_none()
        if row is None:
            return None
        current = _record(row)
        check(current)
        changed = {name: value for name, value in changes.items() if getattr(current, name) != value}
        if changed:
            await transaction.execute(update(Session).where(Session.id == session_id).values(**changed))
    return msgspec.structs.replace(current, **changed)


def _which(owner: Owner, session_id: UUID) -> dict[str, object]:
    return {"session_id": session_id, **owner.parameters()}


def _record(row: RowMapping) -> SessionRecord:
    columns = dict(row)
    return SessionRecord(status=STATUS_OF_NEWEST_JOB[columns.pop("newest_status")], **columns)
