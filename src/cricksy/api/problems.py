"""Every error that the API answers with, as RFC 9457 ``application/problem+json``.

Titles are constant. A detail never holds a stack trace, SQL, a path or another owner's data. The docstring of each
problem says what happened and what the client should do: the OpenAPI document lists them all (:func:`catalogue`).
"""

import math
from datetime import UTC, datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

import msgspec

from cricksy.data.usage import QuotaName, QuotaUse

RETRY_AFTER_SECONDS = 5


class ProblemCode(StrEnum):
    """Every code of a problem. New codes may be added: decide an unknown one by its status."""

    UNAUTHENTICATED = "unauthenticated"
    NOT_ENTITLED = "not_entitled"
    NOT_FOUND = "not_found"
    METHOD_NOT_ALLOWED = "method_not_allowed"
    REQUEST_TIMEOUT = "request_timeout"
    UPLOAD_MISSING = "upload_missing"
    UPLOAD_REJECTED = "upload_rejected"
    CONFLICT = "conflict"
    PRECONDITION_FAILED = "precondition_failed"
    PAYLOAD_TOO_LARGE = "payload_too_large"
    UNSUPPORTED_MEDIA_TYPE = "unsupported_media_type"
    INVALID = "invalid"
    RATE_LIMITED = "rate_limited"
    QUOTA_EXCEEDED = "quota_exceeded"
    INTERNAL_ERROR = "internal_error"
    JOB_MISSING_S3_KEY = "job_missing_s3_key"
    RESULT_UNREADABLE = "result_unreadable"
    OVERLOADED = "overloaded"
    QUEUE_UNAVAILABLE = "queue_unavailable"
    STORAGE_UNAVAILABLE = "storage_unavailable"
    DATABASE_UNAVAILABLE = "database_unavailable"
    ISSUER_UNAVAILABLE = "issuer_unavailable"


class FieldError(msgspec.Struct, frozen=True):
    """One invalid value."""

    field: str
    """Path of the value in the body, or name of the parameter. Empty for the body as a whole."""
    message: str
    """What is wrong with it."""


class Problem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The body of every error (RFC 9457)."""

    type: str
    """URN of the kind of problem: `urn:cricksy:problem:` and the code."""
    title: str
    """Short summary, the same for every problem with this code."""
    status: int
    """HTTP status code of the response."""
    detail: str
    """What happened this time and what to do about it, for a person."""
    code: ProblemCode
    """Identifies the kind of problem, for a program. New codes may be added: decide an unknown one by its status."""
    request_id: UUID
    """Id of this request, as in X-Request-Id. Quote it when reporting the problem."""
    errors: list[FieldError] | None = None
    """The invalid fields. Only with `invalid`."""
    quota: QuotaUse | None = None
    """The quota that is used up. Only with `quota_exceeded`."""


class ApiProblem(Exception):  # noqa: N818 - named as the standard names it
    """Base of every problem; raise a subclass."""

    status: ClassVar[int] = 500
    code: ClassVar[ProblemCode] = ProblemCode.INTERNAL_ERROR
    title: ClassVar[str] = "Internal error"
    detail: ClassVar[str] = "Internal server error. Quote request_id when reporting it."

    def __init__(
        self,
        detail: str | None = None,
        *,
        errors: list[FieldError] | None = None,
        headers: dict[str, str] | None = None,
        quota: QuotaUse | None = None,
    ) -> None:
        super().__init__(detail or self.detail)
        self.errors = errors
        self.headers = headers or {}
        self.quota = quota


class Unauthenticated(ApiProblem):
    """The token is missing, invalid or expired. Get a new token and send it as a bearer token."""

    status = 401
    code = ProblemCode.UNAUTHENTICATED
    title = "Not authenticated"
    detail = "Send a valid token: Authorization: Bearer <JWT>."

    def __init__(self, reason: str | None = None) -> None:
        """``reason``: what is wrong with the token that was sent, in plain ASCII (RFC 6750 §3)."""
        error = f', error="invalid_token", error_description="{reason}"' if reason else ""
        super().__init__(
            f"{reason}. Get a new token." if reason else None,
            headers={"WWW-Authenticate": f'Bearer realm="cricksy"{error}'},
        )


class NotEntitled(ApiProblem):
    """The token is valid but lacks the Coach Plus plan. Do not retry; upgrade the plan."""

    status = 403
    code = ProblemCode.NOT_ENTITLED
    title = "Not entitled"
    detail = "Coach Plus requires the coach_pro_plus plan."


class NotFound(ApiProblem):
    """No such route, or the resource does not exist or has another owner. Check the URL and the id."""

    status = 404
    code = ProblemCode.NOT_FOUND
    title = "Not found"
    detail = "The resource does not exist or is not yours."


class MethodNotAllowed(ApiProblem):
    """The URL does not support this method. `Allow` lists the methods that it supports."""

    status = 405
    code = ProblemCode.METHOD_NOT_ALLOWED
    title = "Method not allowed"
    detail = "Method not allowed for this URL."


class RequestTimeout(ApiProblem):
    """The request did not arrive in time: 10 s for its head, 30 s for its body. Send it again."""

    status = 408
    code = ProblemCode.REQUEST_TIMEOUT
    title = "Request timeout"
    detail = "The request did not arrive in time. Send it again."

    def __init__(self) -> None:
        super().__init__(headers={"Connection": "close"})


class UploadMissing(ApiProblem):
    """The video, or a part of it, was not uploaded yet. PUT it to its presigned URL, then call complete again."""

    status = 409
    code = ProblemCode.UPLOAD_MISSING
    title = "Upload missing"
    detail = "PUT the video to the presigned URL, then call complete again."


class UploadRejected(ApiProblem):
    """The upload, or a part of it, differs from what was declared. The detail says whether to start again."""

    status = 409
    code = ProblemCode.UPLOAD_REJECTED
    title = "Upload rejected"


class Conflict(ApiProblem):
    """The current state does not allow this. With `Retry-After`, repeat the call then; else read the job and decide."""

    status = 409
    code = ProblemCode.CONFLICT
    title = "Conflict with the current state"


class PreconditionFailed(ApiProblem):
    """`If-Match` does not name the current version. Read the resource again and decide."""

    status = 412
    code = ProblemCode.PRECONDITION_FAILED
    title = "Precondition failed"
    detail = "The resource has changed since you read it. Read it again, then repeat the change."


class PayloadTooLarge(ApiProblem):
    """The request body exceeds 1 MB. Send the video to the presigned URL, not to the API."""

    status = 413
    code = ProblemCode.PAYLOAD_TOO_LARGE
    title = "Body too large"
    detail = "A request body is limited to 1 MB. Upload the video to the presigned URL."


class UnsupportedMediaType(ApiProblem):
    """The body is not declared as plain JSON. Send `Content-Type: application/json`, UTF-8 and no Content-Encoding."""

    status = 415
    code = ProblemCode.UNSUPPORTED_MEDIA_TYPE
    title = "Unsupported media type"
    detail = "Send the body with Content-Type: application/json."


class Invalid(ApiProblem):
    """A parameter or the body is invalid. Correct the fields listed in `errors` and resend the request."""

    status = 422
    code = ProblemCode.INVALID
    title = "Invalid request"
    detail = "Correct the fields listed in errors and resend the request."


class RateLimited(ApiProblem):
    """Too many requests in a short time. Repeat the call after `Retry-After` seconds."""

    status = 429
    code = ProblemCode.RATE_LIMITED
    title = "Too many requests"
    detail = "Wait for Retry-After seconds. RateLimit-Remaining says how many calls are left."


class QuotaExceeded(ApiProblem):
    """Your open uploads, jobs or bytes are used up. `quota` says which, and when some of it is free again."""

    status = 429
    code = ProblemCode.QUOTA_EXCEEDED
    title = "Quota exceeded"

    def __init__(self, quota: QuotaUse) -> None:
        now = datetime.now(UTC)
        until = quota.resets_at or now
        seconds = max(1, math.ceil((until - now).total_seconds()))
        detail = f"{quota.used} of {quota.limit} {_QUOTA_WORDS[quota.name]} {until:%FT%TZ}."
        super().__init__(detail, headers={"Retry-After": str(seconds)}, quota=quota)


_QUOTA_WORDS = {
    QuotaName.OPEN_UPLOADS: "uploads are open. Complete or delete one of these jobs; the oldest expires at",
    QuotaName.JOBS_PER_DAY: "jobs of this UTC day are used. The next day begins at",
    QuotaName.BYTES_PER_DAY: "bytes of this UTC day are used, and the video needs more. The next day begins at",
}


class InternalError(ApiProblem):
    """A fault of the server. Retry later; if it persists, report it with the `request_id`."""


class JobMissingS3Key(ApiProblem):
    """A fault of the server: the job has no place for its video. Initiate a new upload and report the `request_id`."""

    code = ProblemCode.JOB_MISSING_S3_KEY
    title = "Job missing S3 key"
    detail = "Job missing S3 key"


class ResultUnreadable(ApiProblem):
    """The stored result is damaged or of a version that this server cannot read. Report it with `request_id`."""

    code = ProblemCode.RESULT_UNREADABLE
    title = "Result unreadable"
    detail = "The server cannot read what it stored for this job. Quote the request_id when you report it."


class Unavailable(ApiProblem):
    """A service behind the API does not respond. Base of the problems with ``Retry-After``."""

    status = 503

    def __init__(self, detail: str | None = None) -> None:
        super().__init__(detail, headers={"Retry-After": str(RETRY_AFTER_SECONDS)})


class Overloaded(Unavailable):
    """The server is saturated. Repeat the call after `Retry-After` seconds."""

    code = ProblemCode.OVERLOADED
    title = "Server overloaded"
    detail = "Every connection to the database is in use. Retry in a few seconds."


class QueueUnavailable(Unavailable):
    """The queue does not respond; the job stays queued. Repeat the call after `Retry-After` seconds."""

    code = ProblemCode.QUEUE_UNAVAILABLE
    title = "Queue unavailable"
    detail = "The queue is not responding. The job stays queued: call complete again in a few seconds."


class StorageUnavailable(Unavailable):
    """The video storage does not respond. Repeat the call after `Retry-After` seconds."""

    code = ProblemCode.STORAGE_UNAVAILABLE
    title = "Storage unavailable"
    detail = "The video storage is not responding. Retry in a few seconds."


class DatabaseUnavailable(Unavailable):
    """The database does not respond. Repeat the call after `Retry-After` seconds."""

    code = ProblemCode.DATABASE_UNAVAILABLE
    title = "Database unavailable"
    detail = "The database is not responding. Retry in a few seconds."


class IssuerUnavailable(Unavailable):
    """The keys that verify tokens cannot be fetched from their issuer. Repeat the call after `Retry-After` seconds."""

    code = ProblemCode.ISSUER_UNAVAILABLE
    title = "Issuer unavailable"
    detail = "The issuer of your token is not responding, so the token cannot be verified. Retry in a few seconds."


def catalogue() -> list[type[ApiProblem]]:
    """The kind of problem of each code, by status, then by code."""
    kinds = {kind.code: kind for kind in _subclasses(ApiProblem) if kind is not Unavailable}
    return sorted(kinds.values(), key=lambda kind: (kind.status, kind.code))


def _subclasses(kind: type[ApiProblem]) -> list[type[ApiProblem]]:
    direct = kind.__subclasses__()
    return direct + [deeper for child in direct for deeper in _subclasses(child)]
