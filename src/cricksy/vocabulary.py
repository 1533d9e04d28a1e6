"""The closed sets of words that the API, the database, the queue and the results share."""

from enum import StrEnum
from typing import Final

import msgspec


class Discipline(StrEnum):
    BATTING = "batting"
    BOWLING = "bowling"
    WICKETKEEPING = "wicketkeeping"
    FIELDING = "fielding"


class Handedness(StrEnum):
    RIGHT = "right"
    LEFT = "left"


class CameraView(StrEnum):
    SIDE = "side"
    FRONT = "front"
    BEHIND = "behind"


class Given(msgspec.Struct, frozen=True):
    """What the coach said about the video; the analysis infers each absent one."""

    discipline: Discipline | None = None
    handedness: Handedness | None = None
    camera_view: CameraView | None = None


class OwnerType(StrEnum):
    COACH = "coach"
    ORG = "org"


class SessionStatus(StrEnum):
    """Derived from the newest job of the session."""

    PENDING = "pending"
    PROCESSING = "processing"
    READY = "ready"
    FAILED = "failed"


class JobStatus(StrEnum):
    QUEUED = "queued"
    PROCESSING = "processing"
    COMPLETED = "completed"
    FAILED = "failed"


class Stage(StrEnum):
    """What a job that is being processed is doing."""

    WAITING = "waiting"
    DOWNLOADING = "downloading"
    EXTRACTING_POSE = "extracting_pose"
    COMPUTING_METRICS = "computing_metrics"
    GENERATING_FINDINGS = "generating_findings"
    GENERATING_REPORT = "generating_report"
    PERSISTING = "persisting"


class ContentType(StrEnum):
    """The container formats that may be uploaded."""

    MP4 = "video/mp4"
    QUICKTIME = "video/quicktime"
    WEBM = "video/webm"


ANALYSIS_STEPS: Final = (
    Stage.EXTRACTING_POSE,
    Stage.COMPUTING_METRICS,
    Stage.GENERATING_FINDINGS,
    Stage.GENERATING_REPORT,
)
