"""What can go wrong with a job, and what the coach and the operator read about it.

    Fault                   attempt   job      message
    ├── ObjectUnavailable   spent     retried  kept      the video is not in S3, or is forbidden
    ├── StorageAway         –         retried  kept      S3 does not answer
    ├── NoSpace             –         retried  kept      the worker's disk is full
    ├── PoseModelMissing    –         retried  kept      a pose model is not there
    ├── DatabaseLost        spent     retried  kept      the results could not be committed
    ├── ResultsNotStored    spent     retried  kept      S3 did not take the results
    ├── ChildDied           spent     retried  kept      the analysis process ended
    ├── DeadlinePassed      spent     retried  kept      the job took too long
    ├── MemoryCapHit        spent     retried  kept      the analysis process grew too large
    ├── Crashed             spent     retried  kept      a defect of ours
    ├── UploadChanged       spent     final    deleted   another object took the place of the one that was completed
    └── Rejected            spent     final    deleted   the file cannot be analysed: the coach can fix it

A fault before the analysis began that is not the job's own spends no attempt.
"""

from http import HTTPStatus
from typing import ClassVar

from cricksy.vocabulary import ErrorCode


class Fault(Exception):  # noqa: N818 - the contract's word
    """Ends an attempt; the message is the job's ``error_message``."""

    code: ClassVar[ErrorCode]
    spends_attempt: ClassVar[bool] = True
    is_permanent: ClassVar[bool] = False


class ObjectUnavailable(Fault):
    code = ErrorCode.VIDEO_UNAVAILABLE

    def __init__(self, status: HTTPStatus) -> None:
        super().__init__(f"Failed to download video from S3: {status.value} {status.phrase}")


class StorageAway(Fault):
    code = ErrorCode.STORAGE_UNAVAILABLE
    spends_attempt = False

    def __init__(self, status: HTTPStatus | None) -> None:
        answer = f"{status.value} {status.phrase}" if status else "no answer"
        super().__init__(f"Failed to download video from S3: {answer}")


class ResultsNotStored(Fault):
    code = ErrorCode.STORAGE_UNAVAILABLE

    def __init__(self, status: HTTPStatus | None) -> None:
        answer = f"{status.value} {status.phrase}" if status else "no answer"
        super().__init__(f"Processing failed: results could not be stored in S3: {answer}")


class NoSpace(Fault):
    code = ErrorCode.NO_SPACE
    spends_attempt = False

    def __init__(self) -> None:
        super().__init__("Processing failed: no space left for the video on the worker")


class PoseModelMissing(Fault):
    code = ErrorCode.MODEL_MISSING
    spends_attempt = False

    def __init__(self) -> None:
        super().__init__("Processing failed: MediaPipe model not initialized")


class DatabaseLost(Fault):
    code = ErrorCode.DATABASE_LOST

    def __init__(self) -> None:
        super().__init__("Processing failed: Database connection lost")


class ChildDied(Fault):
    code = ErrorCode.CHILD_DIED

    def __init__(self, how: str) -> None:
        super().__init__(f"Processing failed: analysis process died ({how})")


class DeadlinePassed(Fault):
    code = ErrorCode.DEADLINE_PASSED

    def __init__(self, seconds: float) -> None:
        super().__init__(f"Processing failed: deadline of {seconds:g} s passed")


class MemoryCapHit(Fault):
    code = ErrorCode.MEMORY_CAP_HIT

    def __init__(self, cap_bytes: int | None) -> None:
        """``cap_bytes``: the child's own; ``None`` where it was the container's."""
        cap = "of the container" if cap_bytes is None else f"of {cap_bytes / 1e6:.0f} MB"
        super().__init__(f"Processing failed: memory cap {cap} hit")


class Crashed(Fault):
    code = ErrorCode.INTERNAL_ERROR

    def __init__(self) -> None:
        super().__init__("Processing failed: internal error")


class UploadChanged(Fault):
    code = ErrorCode.UPLOAD_CHANGED
    is_permanent = True

    def __init__(self) -> None:
        super().__init__(
            "Upload changed: another file replaced the video after the upload was completed. Upload the video again."
        )


class Rejected(Fault):
    code = ErrorCode.VIDEO_REJECTED
    is_permanent = True

    def __init__(self, reason: str) -> None:
        super().__init__(f"Video rejected: {reason}")
