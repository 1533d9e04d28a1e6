"""What the API reads and writes as JSON. The docstrings of fields are their descriptions in the OpenAPI document."""

from typing import Annotated, Any, get_args
from uuid import UUID

import msgspec
from litestar.params import PathParameter, QueryParameter

from cricksy.api.part_bodies import MAX_PARTS, MultipartUpload, UploadedPart
from cricksy.api.validation import NO_NUL, AtLeastOne
from cricksy.data.jobs import JobRecord
from cricksy.data.players import ListedPlayer
from cricksy.data.session_list import ListedSession
from cricksy.data.sessions import NewSession, SessionRecord
from cricksy.results.measurements import EventName
from cricksy.results.schema import Results
from cricksy.vocabulary import (
    LEAST_CAPTURE_FPS,
    MOST_CAPTURE_FPS,
    AgeGroup,
    BowlingStyle,
    CameraView,
    ContentType,
    Discipline,
    Handedness,
    JobStatus,
    SessionStatus,
)

Title = Annotated[str, msgspec.Meta(min_length=1, max_length=200, pattern=NO_NUL)]
Notes = Annotated[str, msgspec.Meta(max_length=4000, pattern=NO_NUL)]
PlayerId = Annotated[str, msgspec.Meta(min_length=1, max_length=64, pattern=NO_NUL)]
# The length too: `$` in a Python pattern also matches before a final line break.
Sha256 = Annotated[
    str,
    msgspec.Meta(
        max_length=44,
        pattern=r"^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$",
        extra={"words": "a SHA-256 in base64, 44 characters"},
    ),
]

HeightCm = Annotated[int, msgspec.Meta(ge=80, le=230)]

SessionId = Annotated[UUID, PathParameter(description="Id of the session, from `createSession`.")]
JobId = Annotated[UUID, PathParameter(description="Id of the job, from `initiateUpload`.")]
RevisionNumber = Annotated[
    int | None,
    QueryParameter(ge=1, le=2**31 - 1, description="Revision of the results to return. Default: the newest."),
]

ActionIndex = Annotated[
    int | None,
    QueryParameter(
        ge=0,
        le=9_999,
        description="Index of the action whose events they are, of `results.actions`. Default: the primary one.",
    ),
]


PlayerFilter = Annotated[
    str | None,
    QueryParameter(min_length=1, max_length=64, pattern=NO_NUL, description="Only sessions that name this player."),
]
SessionStatusFilter = Annotated[SessionStatus | None, QueryParameter(description="Only sessions in this state.")]


class CreateSession(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A new session: one practice or match, and what the coach already knows about the player and the camera."""

    title: Title
    """Name of the session, 1–200 characters."""
    player_ids: Annotated[list[PlayerId], msgspec.Meta(max_length=50)]
    """Your own ids of the players, up to 50, each of 1–64 characters."""
    notes: Notes | None = None
    """Free text, up to 4,000 characters."""
    discipline: Discipline | None = None
    """What the player does. Inferred from the video if absent."""
    handedness: Handedness | None = None
    """The player's bowling or batting side. Inferred from the video if absent."""
    camera_view: CameraView | None = None
    """Where the camera stands. Inferred from the video if absent."""
    height_cm: HeightCm | None = None
    """The player's height in centimetres, 80–230."""
    age_group: AgeGroup | None = None
    """The age group that the player plays in: under 11 to under 19, or adult."""
    bowling_style: BowlingStyle | None = None
    """How the player bowls."""

    def to_new_session(self) -> NewSession:
        return NewSession(**msgspec.structs.asdict(self))


class UpdateSession(AtLeastOne, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The fields to change, at least one. The others stay. Null clears a field that may be absent."""

    title: Title | msgspec.UnsetType = msgspec.UNSET
    """Name of the session, 1–200 characters."""
    player_ids: Annotated[list[PlayerId], msgspec.Meta(max_length=50)] | msgspec.UnsetType = msgspec.UNSET
    """Your own ids of the players, up to 50, each of 1–64 characters. Replaces the whole list."""
    notes: Notes | msgspec.UnsetType | None = msgspec.UNSET
    """Free text, up to 4,000 characters. Null clears it."""
    discipline: Discipline | msgspec.UnsetType | None = msgspec.UNSET
    """What the player does. Null: infer it from the video."""
    handedness: Handedness | msgspec.UnsetType | None = msgspec.UNSET
    """The player's bowling or batting side. Null: infer it from the video."""
    camera_view: CameraView | msgspec.UnsetType | None = msgspec.UNSET
    """Where the camera stands. Null: infer it from the video."""
    height_cm: HeightCm | msgspec.UnsetType | None = msgspec.UNSET
    """The player's height in centimetres, 80–230. Null clears it."""
    age_group: AgeGroup | msgspec.UnsetType | None = msgspec.UNSET
    """The age group that the player plays in. Null clears it."""
    bowling_style: BowlingStyle | msgspec.UnsetType | None = msgspec.UNSET
    """How the player bowls. Null clears it."""

    def changes(self) -> dict[str, object]:
        """The fields that the request names."""
        return {name: value for name, value in msgspec.structs.asdict(self).items() if value is not msgspec.UNSET}


SessionView = SessionRecord


class SessionPage(msgspec.Struct, frozen=True, kw_only=True):
    """A page of sessions, newest first."""

    items: list[ListedSession]
    """The sessions of the page."""
    next_cursor: str | None
    """Pass it as `cursor` to get the next page; null on the last one."""


class PlayerPage(msgspec.Struct, frozen=True, kw_only=True):
    """A page of players, in the order of their ids."""

    items: list[ListedPlayer]
    """The players of the page."""
    next_cursor: str | None
    """Pass it as `cursor` to get the next page; null on the last one."""


class InitiateUpload(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The video you are about to upload, and how to analyse it."""

    session_id: UUID
    """The session that the video belongs to."""
    sample_fps: Annotated[int, msgspec.Meta(ge=1, le=60)] = 15
    """Frames per second that the first pass reads, 1–60, of a long video fewer: 9000 frames at most.

    The action itself is read again at the video's own rate.
    """
    include_frames: bool = True
    """Whether the results contain the landmarks of each frame."""
    content_type: ContentType = ContentType.MP4
    """Container format of the video. The upload must send it as Content-Type."""
    content_length: Annotated[int, msgspec.Meta(ge=1)] | None = None
    """Size of the video in bytes. If present, the upload must have exactly this size."""
    checksum_sha256: Sha256 | None = None
    """SHA-256 of the video in base64 (RFC 4648 §4). If present, the upload must match it."""
    discipline: Discipline | None = None
    """What the player does in this video. If absent, the session's."""
    handedness: Handedness | None = None
    """The player's bowling or batting side. If absent, the session's."""
    camera_view: CameraView | None = None
    """Where the camera stood for this video. If absent, the session's."""
    height_cm: Annotated[int, msgspec.Meta(ge=80, le=230)] | None = None
    """The player's height in cm, 80–230. If absent, the session's."""
    age_group: AgeGroup | None = None
    """The age group that the player plays in. If absent, the session's."""
    bowling_style: BowlingStyle | None = None
    """How the player bowls. If absent, the session's."""
    capture_fps: Annotated[float, msgspec.Meta(ge=LEAST_CAPTURE_FPS, le=MOST_CAPTURE_FPS)] | None = None
    """Frames per second at which a slowed video was shot, 1–1000. Absent if the video is not slowed, or unknown."""
    player_id: PlayerId | None = None
    """Whose clip it is, one of the session's `player_ids`. Absent: the session's only player's; of a session of several
    nobody's, so that it counts for no player's progress and load."""
    multipart: bool = False
    """Upload the video in parts, each of which may be sent again. Needs `content_length`. Implied above 100 MB."""


class InitiatedUpload(msgspec.Struct, frozen=True, kw_only=True):
    """Where and how to upload the video."""

    job_id: UUID
    """The queued job. Pass it to `completeUpload` once the video is uploaded."""
    session_id: UUID
    """The session that the job belongs to."""
    presigned_url: str | None
    """Send the video to this URL with PUT. The URL is a credential: do not log or store it. Null with `upload`."""
    required_headers: dict[str, str]
    """Headers of the PUT, name to value. They are signed: send exactly these. Empty with `upload`."""
    upload: MultipartUpload | None = None
    """Where to send the video in parts; null if it is sent in one."""
    s3_bucket: str
    """Bucket that receives the video."""
    s3_key: str
    """Key of the video in the bucket."""
    expires_in: int
    """Seconds until the URL expires."""


class CompleteUpload(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The job whose video is uploaded."""

    job_id: UUID
    """Id of the job, from `initiateUpload`."""
    parts: Annotated[list[UploadedPart], msgspec.Meta(max_length=MAX_PARTS)] | None = None
    """Every part of an upload in parts, in any order. Absent for a video that was sent in one."""


class CompletedUpload(msgspec.Struct, frozen=True, kw_only=True):
    """The job after the call."""

    job_id: UUID
    """Id of the job."""
    status: JobStatus
    """`processing` once the analysis is requested; on a repeated call the job's current status."""
    sqs_message_id: str | None
    """Id of the queue message that requested the analysis."""


EventTime = Annotated[
    float | msgspec.UnsetType | None,
    msgspec.Meta(
        description="Time in milliseconds on the video's clock, like every `t_ms`. Null reverts a correction."
    ),
]


class CorrectEvents(AtLeastOne, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """At least one event, all of the same discipline, in chronological order."""

    back_foot_contact: EventTime = msgspec.UNSET
    stance: EventTime = msgspec.UNSET
    backlift_top: EventTime = msgspec.UNSET
    front_foot_contact: EventTime = msgspec.UNSET
    ball_release: EventTime = msgspec.UNSET
    impact: EventTime = msgspec.UNSET

    def changes(self) -> dict[EventName, float | None]:
        """The events that the request names."""
        names: tuple[EventName, ...] = get_args(EventName)
        values: dict[EventName, Any] = {name: getattr(self, name) for name in names}
        return {name: value for name, value in values.items() if value is not msgspec.UNSET}


class JobView(JobRecord, frozen=True, kw_only=True):
    """A job and its results."""

    results: Results | None
    """Null until the job is completed."""


class StoredJobView(JobRecord, frozen=True, kw_only=True):
    """:class:`JobView` with the results as stored, handed through undecoded."""

    results: msgspec.Raw | None
