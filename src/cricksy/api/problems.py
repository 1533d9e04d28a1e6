"""Every error that the API answers with, as RFC 9457 ``application/problem+json``.

Titles are constant. A detail never holds a stack trace, SQL, a path or another owner's data. The docstring of each
problem says what happened and what the client should do: the OpenAPI document lists them all (:func:`catalogue`).
"""

import math
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, ClassVar, cast
from uuid import UUID

import msgspec
import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException

from cricksy.api.context import BodyTooLate, ClientDisconnected, request_id_of
from cricksy.data.errors import PoolExhausted, TransientDatabaseError
from cricksy.data.usage import QuotaName, QuotaReached, QuotaUse

RETRY_AFTER_SECONDS = 5
CLIENT_CLOSED_REQUEST = 499
"""No status of HTTP: how a log says that the client hung up before it was answered."""


class ProblemCode(StrEnum):
    """Every code of a problem. The set is closed within a version of the API."""

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
    """Identifies the kind of problem, for a program. The set is closed within a version of the API."""
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

    def __init__(self, *, token_was_sent: bool) -> None:
        challenge = 'Bearer realm="cricksy"' + (', error="invalid_token"' if token_was_sent else "")
        super().__init__(headers={"WWW-Authenticate": challenge})


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
    """Nothing was uploaded yet. PUT the video to the presigned URL, then call complete again."""

    status = 409
    code = ProblemCode.UPLOAD_MISSING
    title = "Upload missing"
    detail = "PUT the video to the presigned URL, then call complete again."


class UploadRejected(ApiProblem):
    """The upload differs from what was declared or exceeds the limit. Initiate a new upload and delete this job."""

    status = 409
    code = ProblemCode.UPLOAD_REJECTED
    title = "Upload rejected"


class Conflict(ApiProblem):
    """The current state does not allow this. With `Retry-After`, repeat the call then; else read the job and decide."""

    status = 409
    code = ProblemCode.CONFLICT
    title = "Conflict with the current state"


class PreconditionFailed(ApiProblem):
    """`If-Match` names another version than the current one. Read the resource again and decide."""

    status = 412
    code = ProblemCode.PRECONDITION_FAILED
    title = "Precondition failed"
    detail = "If-Match does not name the current version. Read the resource again."


class PayloadTooLarge(ApiProblem):
    """The request body exceeds 1 MB. Send the video to the presigned URL, not to the API."""

    status = 413
    code = ProblemCode.PAYLOAD_TOO_LARGE
    title = "Body too large"
    detail = "A request body is limited to 1 MB. Upload the video to the presigned URL."


class UnsupportedMediaType(ApiProblem):
    """The body is not declared as JSON. Send `Content-Type: application/json`."""

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


def catalogue() -> list[type[ApiProblem]]:
    """The kind of problem of each code, by status, then by code."""
    kinds = {kind.code: kind for kind in _subclasses(ApiProblem) if kind is not Unavailable}
    return sorted(kinds.values(), key=lambda kind: (kind.status, kind.code))


def _subclasses(kind: type[ApiProblem]) -> list[type[ApiProblem]]:
    direct = kind.__subclasses__()
    return direct + [deeper for child in direct for deeper in _subclasses(child)]


_OF_FRAMEWORK_STATUS: dict[int, type[ApiProblem]] = {
    400: Invalid,
    404: NotFound,
    405: MethodNotAllowed,
    413: PayloadTooLarge,
    415: UnsupportedMediaType,
}


def respond(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    """Litestar's exception handler for everything."""
    if isinstance(error, ClientDisconnected):
        # Nobody reads it: the status is for the log.
        return Response(b"", status_code=CLIENT_CLOSED_REQUEST)
    problem = _problem_of(error)
    if problem.status >= 500:  # noqa: PLR2004 - HTTP's own class of server errors
        structlog.stdlib.get_logger().error("request_failed", code=problem.code, exc_info=error)
    body = encoded(problem, request_id_of(request.scope))
    return Response(body, status_code=problem.status, headers=problem.headers, media_type="application/problem+json")


def encoded(problem: ApiProblem, request_id: UUID, status: int | None = None) -> bytes:
    """The JSON of ``problem``, with another ``status`` than its own if given."""
    return msgspec.json.encode(
        Problem(
            type=f"urn:cricksy:problem:{problem.code}",
            title=problem.title,
            status=status or problem.status,
            detail=str(problem),
            code=problem.code,
            request_id=request_id,
            errors=problem.errors,
            quota=problem.quota,
        )
    )


def _problem_of(error: Exception) -> ApiProblem:
    match error:
        case ApiProblem():
            problem = error
        case BodyTooLate():
            problem = RequestTimeout()
        case PoolExhausted():
            problem = Overloaded()
        case TransientDatabaseError():
            problem = DatabaseUnavailable()
        case QuotaReached():
            problem = QuotaExceeded(error.quota)
        case HTTPException():
            problem = _of_framework(error)
        case _:
            problem = InternalError()
    return problem


def _of_framework(error: HTTPException) -> ApiProblem:
    kind = _OF_FRAMEWORK_STATUS.get(error.status_code, InternalError)
    allow = {name: value for name, value in (error.headers or {}).items() if name.lower() == "allow"}
    return kind(errors=_field_errors(error) if kind is Invalid else None, headers=allow)


def _field_errors(error: HTTPException) -> list[FieldError]:
    if not isinstance(error.extra, list):
        return [FieldError("", "The request is malformed.")]
    entries = cast("list[dict[str, str]]", error.extra)
    return [_field_error(entry.get("key", ""), entry.get("message", "")) for entry in entries]


def _field_error(key: str, message: str) -> FieldError:
    # The framework's only error about a body is that it is missing, under the name of our parameter.
    return FieldError("", "The body is missing.") if key == "data" else FieldError(key, message)
