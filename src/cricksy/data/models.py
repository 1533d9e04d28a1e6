"""The tables of ``schema.sql`` as SQLAlchemy sees them."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    Enum,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    SmallInteger,
    Text,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from cricksy.vocabulary import (
    CameraView,
    ContentType,
    Discipline,
    Handedness,
    JobStatus,
    OwnerType,
    Stage,
)


def _values(kind: type[StrEnum]) -> list[str]:
    return [member.value for member in kind]


def _enum(kind: type[StrEnum], name: str) -> Enum:
    return Enum(kind, name=name, values_callable=_values)


OWNER_TYPE = _enum(OwnerType, "owner_type")
DISCIPLINE = _enum(Discipline, "discipline")
HANDEDNESS = _enum(Handedness, "handedness")
CAMERA_VIEW = _enum(CameraView, "camera_view")
CONTENT_TYPE = _enum(ContentType, "content_type")
JOB_STATUS = _enum(JobStatus, "job_status")
JOB_STAGE = _enum(Stage, "job_stage")
NOW = text("now()")
FALSE = text("false")


class Base(DeclarativeBase):
    type_annotation_map = {  # noqa: RUF012 - the name and the form are SQLAlchemy's
        str: Text,
        datetime: TIMESTAMP(timezone=True),
        bytes: LargeBinary,
    }


class Session(Base):
    __tablename__ = "sessions"

    id: Mapped[UUID]
    owner_type: Mapped[OwnerType] = mapped_column(OWNER_TYPE)
    owner_id: Mapped[str]
    title: Mapped[str]
    player_ids: Mapped[list[str]] = mapped_column(ARRAY(Text))
    notes: Mapped[str | None]
    discipline: Mapped[Discipline | None] = mapped_column(DISCIPLINE)
    handedness: Mapped[Handedness | None] = mapped_column(HANDEDNESS)
    camera_view: Mapped[CameraView | None] = mapped_column(CAMERA_VIEW)
    created_at: Mapped[datetime] = mapped_column(server_default=NOW)

    __table_args__ = (
        PrimaryKeyConstraint("id", name="sessions_pkey"),
        CheckConstraint("char_length(title) BETWEEN 1 AND 200", name="sessions_title_length"),
        CheckConstraint("char_length(notes) <= 4000", name="sessions_notes_length"),
        CheckConstraint("cardinality(player_ids) <= 50", name="sessions_player_ids_count"),
    )


_WAITING = "(stage IS NOT DISTINCT FROM 'waiting') = (sent_at IS NOT NULL)"
_QUEUED = """
    status <> 'queued' OR (
        stage IS NULL AND NOT final AND attempts = 0 AND sqs_message_id IS NULL AND lease_token IS NULL
        AND started_at IS NULL AND completed_at IS NULL AND error_code IS NULL AND results IS NULL
    )
"""
_PROCESSING = """
    status <> 'processing' OR (
        stage IS NOT NULL AND (stage = 'waiting') = (lease_token IS NULL) AND NOT final
        AND sqs_message_id IS NOT NULL AND started_at IS NOT NULL
        AND completed_at IS NULL AND error_code IS NULL AND results IS NULL
    )
"""
_COMPLETED = """
    status <> 'completed' OR (
        stage IS NULL AND final AND progress = 100 AND lease_token IS NULL AND started_at IS NOT NULL
        AND completed_at IS NOT NULL AND error_code IS NULL AND results IS NOT NULL
    )
"""
_FAILED = """
    status <> 'failed' OR (
        (stage IS NULL) = final AND (final OR stage = 'waiting') AND lease_token IS NULL
        AND completed_at IS NOT NULL AND error_code IS NOT NULL AND results IS NULL
    )
"""


class Job(Base):
    __tablename__ = "jobs"

    id: Mapped[UUID]
    session_id: Mapped[UUID]
    video_id: Mapped[UUID]
    status: Mapped[JobStatus] = mapped_column(JOB_STATUS, server_default="queued")
    stage: Mapped[Stage | None] = mapped_column(JOB_STAGE)
    progress: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"))
    attempts: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"))
    final: Mapped[bool] = mapped_column(server_default=FALSE)
    revision: Mapped[int] = mapped_column(Integer, server_default=text("1"))
    sample_fps: Mapped[int] = mapped_column(SmallInteger)
    include_frames: Mapped[bool]
    content_type: Mapped[ContentType] = mapped_column(CONTENT_TYPE)
    content_length: Mapped[int | None] = mapped_column(BigInteger)
    checksum_sha256: Mapped[str | None]
    s3_key: Mapped[str | None]
    request_id: Mapped[UUID]
    trace_id: Mapped[str]
    send_expires_at: Mapped[datetime | None]
    sqs_message_id: Mapped[str | None]
    sent_at: Mapped[datetime | None]
    lease_token: Mapped[UUID | None]
    lease_expires_at: Mapped[datetime | None]
    error_code: Mapped[str | None]
    error_message: Mapped[str | None]
    results: Mapped[bytes | None]
    created_at: Mapped[datetime] = mapped_column(server_default=NOW)
    started_at: Mapped[datetime | None]
    completed_at: Mapped[datetime | None]

    __table_args__ = (
        PrimaryKeyConstraint("id", name="jobs_pkey"),
        ForeignKeyConstraint(["session_id"], [Session.id], name="jobs_session_id_fkey", ondelete="CASCADE"),
        CheckConstraint("progress BETWEEN 0 AND 100", name="jobs_progress_percent"),
        CheckConstraint("attempts BETWEEN 0 AND 3", name="jobs_attempts_bound"),
        CheckConstraint("sample_fps BETWEEN 1 AND 60", name="jobs_sample_fps_range"),
        CheckConstraint("content_length > 0", name="jobs_content_length_positive"),
        CheckConstraint("(lease_token IS NULL) = (lease_expires_at IS NULL)", name="jobs_lease_whole"),
        CheckConstraint("(error_code IS NULL) = (error_message IS NULL)", name="jobs_error_whole"),
        CheckConstraint(_WAITING, name="jobs_waiting_whole"),
        CheckConstraint(_QUEUED, name="jobs_queued"),
        CheckConstraint(_PROCESSING, name="jobs_processing"),
        CheckConstraint(_COMPLETED, name="jobs_completed"),
        CheckConstraint(_FAILED, name="jobs_failed"),
        Index("jobs_session_newest", "session_id", text("id DESC")),
        Index("jobs_waiting", "started_at", postgresql_where=text("stage = 'waiting'")),
    )


idle_since = func.coalesce(Job.lease_expires_at, Job.sent_at, Job.created_at)
"""Since when nothing has happened for a job that is not final: its lease ended, or it was sent, or made."""
Index("jobs_idle", idle_since, postgresql_where=~Job.final)


class Landmarks(Base):
    __tablename__ = "landmarks"

    job_id: Mapped[UUID]
    data: Mapped[bytes]
    models: Mapped[dict[str, Any]] = mapped_column(JSONB)
    created_at: Mapped[datetime] = mapped_column(server_default=NOW)

    __table_args__ = (
        PrimaryKeyConstraint("job_id", name="landmarks_pkey"),
        ForeignKeyConstraint(["job_id"], [Job.id], name="landmarks_job_id_fkey", ondelete="CASCADE"),
    )


class Revision(Base):
    __tablename__ = "revisions"

    job_id: Mapped[UUID]
    revision: Mapped[int] = mapped_column(Integer)
    results: Mapped[bytes]
    replaced_at: Mapped[datetime] = mapped_column(server_default=NOW)

    __table_args__ = (
        PrimaryKeyConstraint("job_id", "revision", name="revisions_pkey"),
        ForeignKeyConstraint(["job_id"], [Job.id], name="revisions_job_id_fkey", ondelete="CASCADE"),
    )


class Worker(Base):
    __tablename__ = "workers"

    id: Mapped[str]
    slots: Mapped[int] = mapped_column(SmallInteger)
    busy: Mapped[int] = mapped_column(SmallInteger)
    draining: Mapped[bool]
    seen_at: Mapped[datetime] = mapped_column(server_default=NOW)

    __table_args__ = (
        PrimaryKeyConstraint("id", name="workers_pkey"),
        CheckConstraint("busy BETWEEN 0 AND slots", name="workers_busy_bound"),
    )
