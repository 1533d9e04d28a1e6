"""What the API reads and writes as JSON."""

import re
from typing import Annotated, Any, get_args
from uuid import UUID

import msgspec
from litestar import Request
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler
from litestar.params import QueryParameter

from cricksy.api.problems import FieldError, Invalid, UnsupportedMediaType
from cricksy.data.jobs import JobRecord
from cricksy.data.sessions import NewSession, SessionRecord
from cricksy.results.schema import EventName, Results
from cricksy.vocabulary import CameraView, ContentType, Discipline, Handedness, JobStatus

# PostgreSQL's text holds any character but NUL.
_NO_NUL = r"^[^\x00]*$"
Title = Annotated[str, msgspec.Meta(min_length=1, max_length=200, pattern=_NO_NUL)]
Notes = Annotated[str, msgspec.Meta(max_length=4000, pattern=_NO_NUL)]
PlayerId = Annotated[str, msgspec.Meta(min_length=1, max_length=64, pattern=_NO_NUL)]
Sha256 = Annotated[
    str,
    msgspec.Meta(
        # The length too: `$` of Python's patterns lets a line break follow.
        max_length=44,
        pattern=r"^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$",
        description="SHA-256 of the video, in base64 (RFC 4648 §4)",
    ),
]
_PLACE = re.compile(r" - at `\$\.?(.*)`$")
_MISSING = re.compile(r"^Object missing required field `(\w+)`$")
_UNKNOWN = re.compile(r"^Object contains unknown field `(.*)`$", re.DOTALL)


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


RevisionNumber = Annotated[
    int | None,
    QueryParameter(ge=1, le=2**31 - 1, description="Which revision of the results; absent: the newest"),
]
EventTime = Annotated[
    float | msgspec.UnsetType | None,
    msgspec.Meta(description="Milliseconds on the film's clock, like every t_ms; null takes a correction back"),
]


class CorrectEvents(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Events of one action, at least one: of bowling or of batting, in the order that stands here."""

    back_foot_contact: EventTime = msgspec.UNSET
    stance: EventTime = msgspec.UNSET
    backlift_top: EventTime = msgspec.UNSET
    front_foot_contact: EventTime = msgspec.UNSET
    ball_release: EventTime = msgspec.UNSET
    impact: EventTime = msgspec.UNSET

    def changes(self) -> dict[EventName, float | None]:
        """The events that were named."""
        names: tuple[EventName, ...] = get_args(EventName)
        values: dict[EventName, Any] = {name: getattr(self, name) for name in names}
        return {name: value for name, value in values.items() if value is not msgspec.UNSET}


class JobView(JobRecord, frozen=True, kw_only=True):
    results: Results | None


class StoredJobView(JobRecord, frozen=True, kw_only=True):
    """:class:`JobView` with the JSON of the results, handed through without being decoded."""

    results: msgspec.Raw | None


class JsonRequest(Request[Any, Any, Any]):
    """A request whose body is decoded as the route declares it, strictly.

    The framework's way takes ``"15"`` for 15, and answers 500 to bytes that are not UTF-8 and to nesting that is too
    deep.
    """

    async def json(self) -> Any:  # noqa: ANN401 - as the framework declares it
        """The body. Raises :class:`Invalid`."""
        field = self.route_handler.parsed_data_field
        declared = Any if field is None else field.annotation
        try:
            return msgspec.json.decode(await self.body(), type=declared)
        except msgspec.ValidationError as error:
            raise Invalid(errors=[_field_error(str(error))]) from error
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise Invalid(errors=[FieldError("", "The body is not valid JSON.")]) from error


def _field_error(words: str) -> FieldError:
    """Takes msgspec's words apart: what is wrong, and where."""
    message = _PLACE.sub("", words)
    place = _PLACE.search(words)
    named = _MISSING.search(message) or _UNKNOWN.search(message)
    fields = [place[1] if place else "", named[1] if named else ""]
    return FieldError(".".join(filter(None, fields)), message)


def requires_json(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """Refuse a body that does not say it is JSON, which the framework would decode all the same."""
    headers = connection.headers
    has_body = headers.get("content-length", "0") != "0" or "transfer-encoding" in headers
    media_type = headers.get("content-type", "").partition(";")[0].strip().lower()
    if has_body and media_type != "application/json":
        raise UnsupportedMediaType
