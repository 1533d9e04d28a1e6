"""Sessions of a coach or an organisation. Every WHERE names the owner."""

from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, and_, insert, select
from uuid_utils.compat import uuid7

from cricksy.data.engine import Database
from cricksy.data.models import Job, Session
from cricksy.vocabulary import CameraView, Discipline, Handedness, JobStatus, OwnerType, SessionStatus


class Owner(msgspec.Struct, frozen=True):
    """The owner of sessions, jobs and videos: a coach, or the organisation that the coach works for."""

    type: OwnerType
    id: str

    def owns_session(self) -> ColumnElement[bool]:
        return and_(Session.owner_type == self.type, Session.owner_id == self.id)


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


class SessionRecord(NewSession, frozen=True, kw_only=True):
    """A session. Docstrings of fields are their descriptions in the OpenAPI document."""

    session_id: UUID
    """Id of the session."""
    status: SessionStatus
    """`pending` until an analysis is requested, then the state of the newest job."""
    created_at: datetime
    """When the session was created."""


_STATUS_OF_NEWEST_JOB = {
    None: SessionStatus.PENDING,
    JobStatus.QUEUED: SessionStatus.PENDING,
    JobStatus.PROCESSING: SessionStatus.PROCESSING,
    JobStatus.COMPLETED: SessionStatus.READY,
    JobStatus.FAILED: SessionStatus.FAILED,
}


async def create_session(
    database: Database, owner: Owner, new: NewSession, session_id: UUID | None = None
) -> SessionRecord:
    """Make a session, under ``session_id`` if it is given."""
    session_id = session_id or uuid7()
    statement = (
        insert(Session)
        .values(id=session_id, owner_type=owner.type, owner_id=owner.id, **msgspec.structs.asdict(new))
        .returning(Session.created_at)
    )
    async with database.begin() as transaction:
        created_at = (await transaction.execute(statement)).scalar_one()
    return SessionRecord(
        session_id=session_id, status=SessionStatus.PENDING, created_at=created_at, **msgspec.structs.asdict(new)
    )


async def read_session(database: Database, owner: Owner, session_id: UUID) -> SessionRecord | None:
    newest_status = (
        select(Job.status)
        .where(Job.session_id == Session.id)
        .order_by(Job.id.desc())
        .limit(1)
        .scalar_subquery()
        .label("newest_status")
    )
    statement = select(
        Session.id.label("session_id"),
        Session.title,
        Session.player_ids,
        Session.notes,
        Session.discipline,
        Session.handedness,
        Session.camera_view,
        Session.created_at,
        newest_status,
    ).where(Session.id == session_id, owner.owns_session())
    async with database.connect() as connection:
        row = (await connection.execute(statement)).mappings().one_or_none()
    if row is None:
        return None
    columns = dict(row)
    status = _STATUS_OF_NEWEST_JOB[columns.pop("newest_status")]
    return SessionRecord(status=status, **columns)
