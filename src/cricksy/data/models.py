"""The columns of ``schema.sql`` as SQLAlchemy sees them; its CHECKs, indexes, defaults and foreign keys stay there."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Double,
    Enum,
    Integer,
    LargeBinary,
    SmallInteger,
    Text,
    func,
)
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from cricksy.vocabulary import (
    AgeGroup,
    ArtifactEncoding,
    ArtifactKind,
    ArtifactStore,
    BowlingStyle,
    CameraView,
    ContentType,
    Discipline,
    Handedness,
    JobStatus,
    NumberKind,
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
AGE_GROUP = _enum(AgeGroup, "age_group")
BOWLING_STYLE = _enum(BowlingStyle, "bowling_style")
ARTIFACT_KIND = _enum(ArtifactKind, "artifact_kind")
ARTIFACT_STORE = _enum(ArtifactStore, "artifact_store")
ARTIFACT_ENCODING = _enum(ArtifactEncoding, "artifact_encoding")
NUMBER_KIND = _enum(NumberKind, "number_kind")
JOB_STATUS = _enum(JobStatus, "job_status")
JOB_STAGE = _enum(Stage, "job_stage")


class Base(DeclarativeBase):
    type_annotation_map = {  # noqa: RUF012 - the name and the form are SQLAlchemy's
        str: Text,
        datetime: TIMESTAMP(timezone=True),
        bytes: LargeBinary,
    }


class Session(Base):
    __tablename__ = "sessions"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    owner_type: Mapped[OwnerType] = mapped_column(OWNER_TYPE)
    owner_id: Mapped[str]
    title: Mapped[str]
    player_ids: Mapped[list[str]] = mapped_column(ARRAY(Text))
    notes: Mapped[str | None]
    discipline: Mapped[Discipline | None] = mapped_column(DISCIPLINE)
    handedness: Mapped[Handedness | None] = mapped_column(HANDEDNESS)
    camera_view: Mapped[CameraView | None] = mapped_column(CAMERA_VIEW)
    created_at: Mapped[datetime]
    height_cm: Mapped[int | None] = mapped_column(SmallInteger)
    age_group: Mapped[AgeGroup | None] = mapped_column(AGE_GROUP)
    bowling_style: Mapped[BowlingStyle | None] = mapped_column(BOWLING_STYLE)


class SessionPlayer(Base):
    __tablename__ = "session_players"

    owner_type: Mapped[OwnerType] = mapped_column(OWNER_TYPE, primary_key=True)
    owner_id: Mapped[str] = mapped_column(primary_key=True)
    player_id: Mapped[str] = mapped_column(primary_key=True)
    session_id: Mapped[UUID] = mapped_column(primary_key=True)


class Job(Base):
    __tablename__ = "jobs"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    session_id: Mapped[UUID]
    video_id: Mapped[UUID]
    status: Mapped[JobStatus] = mapped_column(JOB_STATUS)
    stage: Mapped[Stage | None] = mapped_column(JOB_STAGE)
    progress: Mapped[int] = mapped_column(SmallInteger)
    attempts: Mapped[int] = mapped_column(SmallInteger)
    final: Mapped[bool]
    revision: Mapped[int] = mapped_column(Integer)
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
    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    completed_at: Mapped[datetime | None]
    discipline: Mapped[Discipline | None] = mapped_column(DISCIPLINE)
    handedness: Mapped[Handedness | None] = mapped_column(HANDEDNESS)
    camera_view: Mapped[CameraView | None] = mapped_column(CAMERA_VIEW)
    height_cm: Mapped[int | None] = mapped_column(SmallInteger)
    age_group: Mapped[AgeGroup | None] = mapped_column(AGE_GROUP)
    bowling_style: Mapped[BowlingStyle | None] = mapped_column(BOWLING_STYLE)
    capture_fps: Mapped[float | None] = mapped_column(Double)
    retry_of: Mapped[UUID | None]
    owner_type: Mapped[OwnerType] = mapped_column(OWNER_TYPE)
    owner_id: Mapped[str]
    counted_bytes: Mapped[int | None] = mapped_column(BigInteger)
    object_etag: Mapped[str | None]
    object_version: Mapped[str | None]
    multipart_upload_id: Mapped[str | None]
    part_bytes: Mapped[int | None] = mapped_column(BigInteger)
    results_id: Mapped[UUID | None]
    landmarks_id: Mapped[UUID | None]
    stills_id: Mapped[UUID | None]
    summary: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    player_id: Mapped[str | None]
    numbers_of: Mapped[int | None] = mapped_column(Integer)
    video_deleted_at: Mapped[datetime | None]


idle_since = func.coalesce(Job.lease_expires_at, Job.sent_at, Job.created_at)
"""Since when nothing has happened for a job that is not final: its lease ended, or it was sent, or made."""


class DeletedObject(Base):
    __tablename__ = "deleted_objects"

    key: Mapped[str] = mapped_column(primary_key=True)
    upload_id: Mapped[str | None]
    deleted_at: Mapped[datetime]
    sweep_after: Mapped[datetime]


class Artifact(Base):
    __tablename__ = "artifacts"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    job_id: Mapped[UUID]
    kind: Mapped[ArtifactKind] = mapped_column(ARTIFACT_KIND)
    store: Mapped[ArtifactStore] = mapped_column(ARTIFACT_STORE)
    s3_key: Mapped[str | None]
    data: Mapped[bytes | None]
    encoding: Mapped[ArtifactEncoding] = mapped_column(ARTIFACT_ENCODING)
    bytes: Mapped[int] = mapped_column(BigInteger)
    schema: Mapped[int | None] = mapped_column(Integer)
    about: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    kept: Mapped[bool]
    created_at: Mapped[datetime]


class Landmarks(Base):
    __tablename__ = "landmarks"

    job_id: Mapped[UUID] = mapped_column(primary_key=True)
    data: Mapped[bytes]
    models: Mapped[dict[str, Any]] = mapped_column(JSONB)
    created_at: Mapped[datetime]


class Revision(Base):
    __tablename__ = "revisions"

    job_id: Mapped[UUID] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(Integer, primary_key=True)
    results: Mapped[bytes | None]
    replaced_at: Mapped[datetime]
    results_id: Mapped[UUID | None]


class Clip(Base):
    __tablename__ = "clips"

    job_id: Mapped[UUID] = mapped_column(primary_key=True)
    owner_type: Mapped[OwnerType] = mapped_column(OWNER_TYPE)
    owner_id: Mapped[str]
    player_id: Mapped[str | None]
    filmed_at: Mapped[datetime]
    discipline: Mapped[Discipline | None] = mapped_column(DISCIPLINE)
    deliveries: Mapped[int] = mapped_column(Integer)
    key_frame: Mapped[int | None] = mapped_column(Integer)
    drill_ids: Mapped[list[str]] = mapped_column(ARRAY(Text))


class Number(Base):
    __tablename__ = "numbers"

    job_id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    session_id: Mapped[UUID]
    owner_type: Mapped[OwnerType] = mapped_column(OWNER_TYPE)
    owner_id: Mapped[str]
    player_id: Mapped[str | None]
    discipline: Mapped[Discipline] = mapped_column(DISCIPLINE)
    filmed_at: Mapped[datetime]
    kind: Mapped[NumberKind] = mapped_column(NUMBER_KIND)
    action: Mapped[int | None] = mapped_column(Integer)
    value: Mapped[float] = mapped_column(Double)
    uncertainty: Mapped[float] = mapped_column(Double)
    unit: Mapped[str]
    confidence: Mapped[float] = mapped_column(Double)
    height_cm: Mapped[int | None] = mapped_column(SmallInteger)
    title: Mapped[str | None]
    digits: Mapped[int | None] = mapped_column(SmallInteger)
    reference: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))


class IdempotencyKey(Base):
    __tablename__ = "idempotency_keys"

    owner_type: Mapped[OwnerType] = mapped_column(OWNER_TYPE, primary_key=True)
    owner_id: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    fingerprint: Mapped[bytes]
    resource_id: Mapped[UUID]
    lock_token: Mapped[UUID | None]
    locked_until: Mapped[datetime | None]
    status: Mapped[int | None] = mapped_column(SmallInteger)
    headers: Mapped[list[tuple[str, str]] | None] = mapped_column(JSONB(none_as_null=True))
    body: Mapped[bytes | None]
    created_at: Mapped[datetime]


class Usage(Base):
    __tablename__ = "usage"

    owner_type: Mapped[OwnerType] = mapped_column(OWNER_TYPE, primary_key=True)
    owner_id: Mapped[str] = mapped_column(primary_key=True)
    day: Mapped[date]
    jobs: Mapped[int] = mapped_column(Integer)
    bytes: Mapped[int] = mapped_column(BigInteger)


class Worker(Base):
    __tablename__ = "workers"

    id: Mapped[str] = mapped_column(primary_key=True)
    slots: Mapped[int] = mapped_column(SmallInteger)
    busy: Mapped[int] = mapped_column(SmallInteger)
    draining: Mapped[bool]
    seen_at: Mapped[datetime]


class AppliedMigration(Base):
    __tablename__ = "schema_version"

    version: Mapped[int] = mapped_column(Integer, primary_key=True)
    oldest_code: Mapped[int] = mapped_column(Integer)
    applied_at: Mapped[datetime]
