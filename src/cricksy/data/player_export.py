"""Everything that is stored of one player, read page by page; every WHERE names the owner.

A session with other players too is told without its title, its notes and who else is in it: they are words about others
as well. Of its clips those count that are the player's own.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import msgspec
from sqlalchemy import ARRAY, ColumnElement, Select, Text, and_, case, cast, func, null, or_, select
from sqlalchemy.orm import aliased

from cricksy.data.artifacts import Stored
from cricksy.data.engine import Database
from cricksy.data.jobs import RECORD, JobRecord, record_of
from cricksy.data.models import Artifact, Job, Landmarks, Number, Revision, Session, SessionPlayer
from cricksy.data.results import stored_columns, stored_in
from cricksy.data.sessions import Owner
from cricksy.vocabulary import (
    AgeGroup,
    BowlingStyle,
    CameraView,
    ContentType,
    Discipline,
    Handedness,
    JobStatus,
    NumberKind,
)


class ExportedSession(msgspec.Struct, frozen=True, kw_only=True):
    """A session that names the player."""

    session_id: UUID
    """Id of the session."""
    created_at: datetime
    """When the session was created."""
    is_shared: bool
    """Whether it names other players too. Its title and notes are null then."""
    title: str | None
    """Name of the session."""
    notes: str | None
    """Free text."""
    discipline: Discipline | None
    """What the player does, as given."""
    handedness: Handedness | None
    """The player's bowling or batting side, as given."""
    camera_view: CameraView | None
    """Where the camera stands, as given."""
    height_cm: int | None
    """The player's height in centimetres, as given."""
    age_group: AgeGroup | None
    """The age group that the player plays in, as given."""
    bowling_style: BowlingStyle | None
    """How the player bowls, as given."""


class ExportedNumber(msgspec.Struct, frozen=True, kw_only=True):
    """A number of a clip, as it is kept for lists over time."""

    name: str
    """Of the metric or the measure."""
    kind: NumberKind
    """Which of the two it is."""
    value: float
    """The value in `unit`."""
    uncertainty: float
    """Half-width of a 90 % interval around the value."""
    unit: str
    """Unit of both."""


class ExportedJob(JobRecord, frozen=True, kw_only=True):
    """A clip of the player: its job, and what was said and counted of it."""

    content_type: ContentType
    """Of the video, as declared."""
    content_length: int | None
    """Bytes of the video, as declared."""
    discipline: Discipline | None
    """What the player does, as given for this clip."""
    handedness: Handedness | None
    """The player's bowling or batting side, as given for this clip."""
    camera_view: CameraView | None
    """Where the camera stands, as given for this clip."""
    height_cm: int | None
    """The player's height in centimetres, as given for this clip."""
    age_group: AgeGroup | None
    """The age group that the player plays in, as given for this clip."""
    bowling_style: BowlingStyle | None
    """How the player bowls, as given for this clip."""
    capture_fps: float | None
    """Frames per second at which a slowed video was shot, as given."""
    video_deleted_at: datetime | None
    """When the retention of its video ended; null while it is kept."""
    numbers: list[ExportedNumber]
    """Of its primary action."""


class StoredJob(msgspec.Struct, frozen=True, kw_only=True):
    """A job with what is stored of it beside its row."""

    job: ExportedJob
    video_key: str | None
    """``None`` where no video is kept."""
    stills_key: str | None
    landmarks: Stored | None
    revisions: list[int]
    """Of its results, from old to new; none unless it is completed."""


_SESSION: Final = (Session.discipline, Session.handedness, Session.camera_view, Session.height_cm, Session.age_group)
_GIVEN: Final = (
    Job.content_type,
    Job.content_length,
    Job.discipline,
    Job.handedness,
    Job.camera_view,
    Job.height_cm,
    Job.age_group,
    Job.bowling_style,
    Job.capture_fps,
    Job.video_deleted_at,
)


async def read_sessions(
    database: Database, owner: Owner, player_id: str, *, after: UUID | None, limit: int
) -> Sequence[ExportedSession]:
    """At most ``limit`` sessions that name the player, in the order of their ids, from the one after ``after``."""
    is_shared = ~_is_alone(player_id)
    statement = (
        select(
            Session.id.label("session_id"),
            Session.created_at,
            is_shared.label("is_shared"),
            case((is_shared, null()), else_=Session.title).label("title"),
            case((is_shared, null()), else_=Session.notes).label("notes"),
            *_SESSION,
            Session.bowling_style,
        )
        .where(owner.owns_session(), Session.id.in_(_named(owner, player_id)))
        .order_by(Session.id)
        .limit(limit)
    )
    if after is not None:
        statement = statement.where(Session.id > after)
    async with database.connect() as connection:
        rows = (await connection.execute(statement)).mappings().all()
    return [ExportedSession(**row) for row in rows]


async def read_next_job(database: Database, owner: Owner, player_id: str, after: UUID | None) -> StoredJob | None:
    """The player's clip with the least id after ``after``; ``None`` where there is none."""
    stills, landmarks = aliased(Artifact), aliased(Artifact)
    statement = (
        select(
            *RECORD,
            *_GIVEN,
            Job.s3_key.label("video_key"),
            stills.s3_key.label("stills_key"),
            *stored_columns(landmarks, "landmarks_"),
            Landmarks.data.label("landmarks_inline"),
        )
        .join(Session, Session.id == Job.session_id)
        .outerjoin(stills, stills.id == Job.stills_id)
        .outerjoin(landmarks, landmarks.id == Job.landmarks_id)
        .outerjoin(Landmarks, Landmarks.job_id == Job.id)
        .where(owner.owns_session(), Session.id.in_(_named(owner, player_id)))
        .where(or_(_is_alone(player_id), Job.player_id == player_id))
        .order_by(Job.id)
        .limit(1)
    )
    if after is not None:
        statement = statement.where(Job.id > after)
    async with database.connect() as connection:
        row = (await connection.execute(statement)).mappings().one_or_none()
        if row is None:
            return None
        numbers = (await connection.execute(_numbers_of(row["job_id"]))).mappings().all()
        revisions = select(Revision.revision).where(Revision.job_id == row["job_id"]).order_by(Revision.revision)
        earlier = list((await connection.execute(revisions)).scalars())
    record = record_of({column.key: row[column.key] for column in RECORD})
    job = ExportedJob(
        **msgspec.structs.asdict(record),
        **{column.key: row[column.key] for column in _GIVEN},
        numbers=[ExportedNumber(**number) for number in numbers],
    )
    return StoredJob(
        job=job,
        video_key=None if job.video_deleted_at else row["video_key"],
        stills_key=row["stills_key"],
        landmarks=stored_in(row, "landmarks_"),
        revisions=[*earlier, job.revision] if job.status is JobStatus.COMPLETED else [],
    )


def _numbers_of(job_id: UUID) -> Select[*tuple[Any, ...]]:
    columns = (Number.name, Number.kind, Number.value, Number.uncertainty, Number.unit)
    return select(*columns).where(Number.job_id == job_id).order_by(Number.name)


def _named(owner: Owner, player_id: str) -> Select[UUID]:
    """The owner's sessions that name the player."""
    return select(SessionPlayer.session_id).where(
        and_(
            SessionPlayer.owner_type == owner.type,
            SessionPlayer.owner_id == owner.id,
            SessionPlayer.player_id == player_id,
        )
    )


def _is_alone(player_id: str) -> ColumnElement[bool]:
    """Whether a session names this player only, however often."""
    return func.coalesce(Session.player_ids.bool_op("<@")(cast([player_id], ARRAY(Text))), False)
