"""The closed sets of words that the API, the database, the queue and the results share."""

from enum import StrEnum
from typing import Final

import msgspec


class Discipline(StrEnum):
    """What the player does."""

    BATTING = "batting"
    BOWLING = "bowling"
    WICKETKEEPING = "wicketkeeping"
    FIELDING = "fielding"


class Handedness(StrEnum):
    """The bowling arm, or the side that the player bats on."""

    RIGHT = "right"
    LEFT = "left"


class CameraView(StrEnum):
    """Where the camera stands, seen from the player."""

    SIDE = "side"
    FRONT = "front"
    BEHIND = "behind"


class AgeGroup(StrEnum):
    """The age group that the player plays in: under 11 … under 19, or adult."""

    U11 = "u11"
    U13 = "u13"
    U15 = "u15"
    U17 = "u17"
    U19 = "u19"
    ADULT = "adult"


class BowlingStyle(StrEnum):
    """How the player bowls."""

    PACE = "pace"
    SPIN = "spin"


LEAST_CAPTURE_FPS: Final = 1
MOST_CAPTURE_FPS: Final = 1000
"""Frames a second at which a slowed video may have been shot."""


class Given(msgspec.Struct, frozen=True):
    """What the coach said about the video and the player; the analysis infers each absent one of the first four."""

    discipline: Discipline | None = None
    handedness: Handedness | None = None
    camera_view: CameraView | None = None
    capture_fps: float | None = None
    """Images a second at which a slowed video was shot."""
    height_cm: int | None = None
    """The player's, with shoes."""
    age_group: AgeGroup | None = None
    bowling_style: BowlingStyle | None = None


class OwnerType(StrEnum):
    """Who owns sessions, jobs and videos."""

    COACH = "coach"
    ORG = "org"


class SessionStatus(StrEnum):
    """State of a session, derived from its newest job."""

    PENDING = "pending"
    PROCESSING = "processing"
    READY = "ready"
    FAILED = "failed"


class JobStatus(StrEnum):
    """State of a job."""

    QUEUED = "queued"
    PROCESSING = "processing"
    COMPLETED = "completed"
    FAILED = "failed"


class Stage(StrEnum):
    """What a job is doing while it is not final."""

    WAITING = "waiting"
    DOWNLOADING = "downloading"
    EXTRACTING_POSE = "extracting_pose"
    COMPUTING_METRICS = "computing_metrics"
    GENERATING_FINDINGS = "generating_findings"
    GENERATING_REPORT = "generating_report"
    PERSISTING = "persisting"


class ContentType(StrEnum):
    """Container formats that may be uploaded."""

    MP4 = "video/mp4"
    QUICKTIME = "video/quicktime"
    WEBM = "video/webm"


class ArtifactKind(StrEnum):
    """What a job makes."""

    RESULTS = "results"
    LANDMARKS = "landmarks"
    STILLS = "stills"


class ArtifactStore(StrEnum):
    """Where an artifact's bytes are kept."""

    POSTGRES = "postgres"
    S3 = "s3"


class ArtifactEncoding(StrEnum):
    """How an artifact's bytes are stored."""

    IDENTITY = "identity"
    GZIP = "gzip"


class NumberKind(StrEnum):
    """What a number is: a metric is scored, a measure describes."""

    METRIC = "metric"
    MEASURE = "measure"


class ErrorCode(StrEnum):
    """Why the last attempt at a job failed. New codes may be added: decide an unknown one by the job's `final`."""

    UPLOAD_EXPIRED = "upload_expired"
    UPLOAD_CHANGED = "upload_changed"
    VIDEO_UNAVAILABLE = "video_unavailable"
    VIDEO_REJECTED = "video_rejected"
    STORAGE_UNAVAILABLE = "storage_unavailable"
    NO_SPACE = "no_space"
    MODEL_MISSING = "model_missing"
    DATABASE_LOST = "database_lost"
    CHILD_DIED = "child_died"
    DEADLINE_PASSED = "deadline_passed"
    MEMORY_CAP_HIT = "memory_cap_hit"
    ATTEMPTS_SPENT = "attempts_spent"
    PROCESSING_EXPIRED = "processing_expired"
    INTERNAL_ERROR = "internal_error"


UPLOADER_CODES: Final = frozenset({ErrorCode.UPLOAD_EXPIRED, ErrorCode.UPLOAD_CHANGED, ErrorCode.VIDEO_REJECTED})
"""Of these the uploader is the cause and can correct it; all others are the system's, or may be."""


class ObjectIdentity(msgspec.Struct, frozen=True):
    """Which of the objects that may follow each other under one key of the bucket."""

    etag: str
    """As S3 gives it, quotes included."""
    version: str | None
    """Null where the bucket keeps no versions."""


ANALYSIS_STEPS: Final = (
    Stage.EXTRACTING_POSE,
    Stage.COMPUTING_METRICS,
    Stage.GENERATING_FINDINGS,
    Stage.GENERATING_REPORT,
)
