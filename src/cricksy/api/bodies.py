"""What the API reads and writes as JSON."""

from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from cricksy.api.problems import UnsupportedMediaType
from cricksy.data.jobs import JobRecord
from cricksy.data.sessions import NewSession, SessionRecord
from cricksy.results import Results
from cricksy.vocabulary import CameraView, ContentType, Discipline, Handedness, JobStatus

# PostgreSQL's text holds any character but NUL.
_NO_NUL = r"^[^\x00]*$"
Title = Annotated[str, msgspec.Meta(min_length=1, max_length=200, pattern=_NO_NUL)]
Notes = Annotated[str, msgspec.Meta(max_length=4000, pattern=_NO_NUL)]
PlayerId = Annotated[str, msgspec.Meta(min_length=1, max_length=64, pattern=_NO_NUL)]
Sha256 = Annotated[
    str, msgspec.Meta(pattern=r"^[A-Za-z0-9+/]{43}=$", description="SHA-256 of the video, in base64 (RFC 4648 §4)")
]


class CreateSession(msgspec.Struct, frozen=True, kw_only=True):
    title: Title
    player_ids: Annotated[list[PlayerId], msgspec.Meta(max_length=50)]
    notes: Notes | None = None
    discipline: Discipline | None = None
    handedness: Handedness | None = None
    camera_view: CameraView | None = None

    def to_new_session(self) -> NewSession:
        return NewSession(**msgspec.structs.asdict(self))


SessionView = SessionRecord


class InitiateUpload(msgspec.Struct, frozen=True, kw_only=True):
    session_id: UUID
    sample_fps: Annotated[int, msgspec.Meta(ge=1, le=60)] = 15
    include_frames: bool = True
    content_type: ContentType = ContentType.MP4
    content_length: Annotated[int, msgspec.Meta(ge=1)] | None = None
    checksum_sha256: Sha256 | None = None


class InitiatedUpload(msgspec.Struct, frozen=True, kw_only=True):
    job_id: UUID
    session_id: UUID
    presigned_url: str
    required_headers: dict[str, str]
    """The PUT must carry exactly these: they are signed."""
    s3_bucket: str
    s3_key: str
    expires_in: int
    """Seconds until the URL ends."""


class CompleteUpload(msgspec.Struct, frozen=True, kw_only=True):
    job_id: UUID


class CompletedUpload(msgspec.Struct, frozen=True, kw_only=True):
    job_id: UUID
    status: JobStatus
    sqs_message_id: str | None


class JobView(JobRecord, frozen=True, kw_only=True):
    results: Results | None


class StoredJobView(JobRecord, frozen=True, kw_only=True):
    """:class:`JobView` with the results as they are stored, handed through without being decoded."""

    results: msgspec.Raw | None


def requires_json(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """Refuse a body that does not say it is JSON, which the framework would decode all the same."""
    headers = connection.headers
    has_body = headers.get("content-length", "0") != "0" or "transfer-encoding" in headers
    media_type = headers.get("content-type", "").partition(";")[0].strip().lower()
    if has_body and media_type != "application/json":
        raise UnsupportedMediaType
