"""What can go wrong with a job, and what the coach and the operator read about it.

    Fault                   attempt   job      message
    ├── ObjectUnavailable   spent     retried  kept      the video is not in S3, or is forbidden
    ├── StorageAway         –         retried  kept      S3 does not answer
    ├── NoSpace             –         retried  kept      the worker's disk is full
    ├── PoseModelMissing    –         retried  kept      a pose model is not there
    ├── DatabaseLost        spent     retried  kept      the results could not be committed
    ├── ChildDied           spent     retried  kept      the analysis process ended
    ├── DeadlinePassed      spent     retried  kept      the job took too long
    ├── MemoryCapHit        spent     retried  kept      the analysis process grew too large
    ├── Crashed             spent     retried  kept      a defect of ours
    └── Rejected            spent     final    deleted   the file cannot be analysed: the coach can fix it

A fault before the analysis began that is not the job's own spends no attempt.
"""

from http import HTTPStatus
from typing import ClassVar


class Fault(Exception):  # noqa: N818 - the contract's word
    """Ends an attempt; the message is the job's ``error_message``."""

    code: ClassVar[str]
    spends_attempt: ClassVar[bool] = True
    is_permanent: ClassVar[bool] = False


class ObjectUnavailable(Fault):
    code = "video_unavailable"

    def __init__(self, status: HTTPStatus) -> None:
        super().__init__(f"Failed to download video from S3: {status.value} {status.phrase}")


class StorageAway(Fault):
    code = "storage_unavailable"
    spends_attempt = False

    def __init__(self, status: HTTPStatus | None) -> None:
        answer = f"{status.value} {status.phrase}" if status else "no answer"
        super().__init__(f"Failed to download video from S3: {answer}")


class ResultsNotStored(Fault):
    code = "storage_unavailable"

    def __init__(self, status: HTTPStatus | None) -> None:
        answer = f"{status.value} {status.phrase}" if status else "no answer"
        super().__init__(f"Processing failed: results could not be stored in S3: {answer}")


class NoSpace(Fault):
    code = "no_space"
    spends_attempt = False

    def __init__(self) -> None:
        super().__init__("Processing failed: no space left for the video on the worker")


class PoseModelMissing(Fault):
    code = "model_missing"
    spends_attempt = False

    def __init__(self) -> None:
        super().__init__("Processing failed: MediaPipe model not initialized")


class DatabaseLost(Fault):
    code = "database_lost"

    def __init__(self) -> None:
        super().__init__("Processing failed: Database connection lost")


class ChildDied(Fault):
    code = "child_died"

    def __init__(self, how: str) -> None:
        super().__init__(f"Processing failed: analysis process died ({how})")


class DeadlinePassed(Fault):
    code = "deadline_passed"

    def __init__(self, seconds: float) -> None:
        super().__init__(f"Processing failed: deadline of {seconds:g} s passed")


class MemoryCapHit(Fault):
    code = "memory_cap_hit"

    def __init__(self, cap_bytes: int) -> None:
        super().__init__(f"Processing failed: memory cap of {cap_bytes / 1e6:.0f} MB hit")


class Crashed(Fault):
    code = "internal_error"

    def __init__(self) -> None:
        super().__init__("Processing failed: internal error")


class Rejected(Fault):
    code = "video_rejected"
    is_permanent = True

    def __init__(self, reason: str) -> None:
        super().__init__(f"Video rejected: {reason}")
