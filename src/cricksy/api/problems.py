"""Every error that the API answers with, as RFC 9457 ``application/problem+json``.

Titles are constant; a detail never holds a stack trace, SQL, a path or another owner's data. The tree::

    ApiProblem
    ├── Unauthenticated        401 unauthenticated
    ├── NotEntitled            403 not_entitled
    ├── NotFound               404 not_found
    ├── MethodNotAllowed       405 method_not_allowed
    ├── UploadMissing          409 upload_missing
    ├── UploadRejected         409 upload_rejected
    ├── Conflict               409 conflict
    ├── PayloadTooLarge        413 payload_too_large
    ├── UnsupportedMediaType   415 unsupported_media_type
    ├── Invalid                422 invalid
    ├── InternalError          500 internal_error
    ├── JobMissingS3Key        500 job_missing_s3_key
    └── Unavailable            503, with Retry-After
        ├── Overloaded           overloaded
        ├── QueueUnavailable     queue_unavailable
        ├── StorageUnavailable   storage_unavailable
        └── DatabaseUnavailable  database_unavailable
"""

from enum import StrEnum
from typing import Any, ClassVar, cast
from uuid import UUID

import msgspec
import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException

from cricksy.api.context import request_id_of
from cricksy.data.errors import PoolExhausted, TransientDatabaseError

RETRY_AFTER_SECONDS = 5


class ProblemCode(StrEnum):
    UNAUTHENTICATED = "unauthenticated"
    NOT_ENTITLED = "not_entitled"
    NOT_FOUND = "not_found"
    METHOD_NOT_ALLOWED = "method_not_allowed"
    UPLOAD_MISSING = "upload_missing"
    UPLOAD_REJECTED = "upload_rejected"
    CONFLICT = "conflict"
    PAYLOAD_TOO_LARGE = "payload_too_large"
    UNSUPPORTED_MEDIA_TYPE = "unsupported_media_type"
    INVALID = "invalid"
    INTERNAL_ERROR = "internal_error"
    JOB_MISSING_S3_KEY = "job_missing_s3_key"
    OVERLOADED = "overloaded"
    QUEUE_UNAVAILABLE = "queue_unavailable"
    STORAGE_UNAVAILABLE = "storage_unavailable"
    DATABASE_UNAVAILABLE = "database_unavailable"


class FieldError(msgspec.Struct, frozen=True):
    field: str
    """Path of the value in the body, or the parameter's name; empty for the body as a whole."""
    message: str


class Problem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The body of every error."""

    type: str
    title: str
    status: int
    detail: str
    code: ProblemCode
    request_id: UUID
    errors: list[FieldError] | None = None


class ApiProblem(Exception):  # noqa: N818 - named as the standard names it
    status: ClassVar[int] = 500
    code: ClassVar[ProblemCode] = ProblemCode.INTERNAL_ERROR
    title: ClassVar[str] = "Internal error"
    detail: ClassVar[str] = "The server met a fault of its own. Quote the request_id when you report it."

    def __init__(
        self,
        detail: str | None = None,
        *,
        errors: list[FieldError] | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(detail or self.detail)
        self.errors = errors
        self.headers = headers or {}


class Unauthenticated(ApiProblem):
    status = 401
    code = ProblemCode.UNAUTHENTICATED
    title = "Not authenticated"
    detail = "Send a valid token: Authorization: Bearer <JWT>."

    def __init__(self, *, token_was_sent: bool) -> None:
        challenge = 'Bearer realm="cricksy"' + (', error="invalid_token"' if token_was_sent else "")
        super().__init__(headers={"WWW-Authenticate": challenge})


class NotEntitled(ApiProblem):
    status = 403
    code = ProblemCode.NOT_ENTITLED
    title = "Not entitled"
    detail = "Coach Plus needs the plan coach_pro_plus."


class NotFound(ApiProblem):
    status = 404
    code = ProblemCode.NOT_FOUND
    title = "Not found"
    detail = "There is nothing here that you may see."


class MethodNotAllowed(ApiProblem):
    status = 405
    code = ProblemCode.METHOD_NOT_ALLOWED
    title = "Method not allowed"
    detail = "This address does not answer to that method."


class UploadMissing(ApiProblem):
    status = 409
    code = ProblemCode.UPLOAD_MISSING
    title = "Nothing was uploaded"
    detail = "PUT the video to the presigned URL first, then complete."


class UploadRejected(ApiProblem):
    status = 409
    code = ProblemCode.UPLOAD_REJECTED
    title = "The upload is not what was declared"


class Conflict(ApiProblem):
    status = 409
    code = ProblemCode.CONFLICT
    title = "The job's state does not allow it"


class PayloadTooLarge(ApiProblem):
    status = 413
    code = ProblemCode.PAYLOAD_TOO_LARGE
    title = "Body too large"
    detail = "A request body may have 1 MB; the video goes to the presigned URL."


class UnsupportedMediaType(ApiProblem):
    status = 415
    code = ProblemCode.UNSUPPORTED_MEDIA_TYPE
    title = "Not JSON"
    detail = "Send the body with Content-Type: application/json."


class Invalid(ApiProblem):
    status = 422
    code = ProblemCode.INVALID
    title = "Invalid request"
    detail = "Mend the fields named in errors and send it again."


class InternalError(ApiProblem):
    pass


class JobMissingS3Key(ApiProblem):
    code = ProblemCode.JOB_MISSING_S3_KEY
    title = "Job missing S3 key"
    detail = "Job missing S3 key"


class Unavailable(ApiProblem):
    status = 503

    def __init__(self, detail: str | None = None) -> None:
        super().__init__(detail, headers={"Retry-After": str(RETRY_AFTER_SECONDS)})


class Overloaded(Unavailable):
    code = ProblemCode.OVERLOADED
    title = "Server overloaded"
    detail = "Every connection to the database is in use. Try again in a few seconds."


class QueueUnavailable(Unavailable):
    code = ProblemCode.QUEUE_UNAVAILABLE
    title = "Queue unavailable"
    detail = "The job stays queued. Complete it again in a few seconds."


class StorageUnavailable(Unavailable):
    code = ProblemCode.STORAGE_UNAVAILABLE
    title = "Storage unavailable"
    detail = "The video store does not answer. Try again in a few seconds."


class DatabaseUnavailable(Unavailable):
    code = ProblemCode.DATABASE_UNAVAILABLE
    title = "Database unavailable"
    detail = "Try again in a few seconds."


_OF_FRAMEWORK_STATUS: dict[int, type[ApiProblem]] = {
    400: Invalid,
    404: NotFound,
    405: MethodNotAllowed,
    413: PayloadTooLarge,
    415: UnsupportedMediaType,
}


def respond(request: Request[Any, Any, Any], error: Exception) -> Response[Problem]:
    """Litestar's exception handler for everything."""
    problem = _problem_of(error)
    if problem.status >= 500:  # noqa: PLR2004 - HTTP's own class of server errors
        structlog.stdlib.get_logger().error("request_failed", code=problem.code, exc_info=error)
    body = Problem(
        type=f"urn:cricksy:problem:{problem.code}",
        title=problem.title,
        status=problem.status,
        detail=str(problem),
        code=problem.code,
        request_id=request_id_of(request.scope),
        errors=problem.errors,
    )
    return Response(body, status_code=problem.status, headers=problem.headers, media_type="application/problem+json")


def _problem_of(error: Exception) -> ApiProblem:
    if isinstance(error, ApiProblem):
        return error
    if isinstance(error, PoolExhausted):
        return Overloaded()
    if isinstance(error, TransientDatabaseError):
        return DatabaseUnavailable()
    if isinstance(error, HTTPException):
        kind = _OF_FRAMEWORK_STATUS.get(error.status_code, InternalError)
        allow = {name: value for name, value in (error.headers or {}).items() if name.lower() == "allow"}
        return kind(errors=_field_errors(error) if kind is Invalid else None, headers=allow)
    return InternalError()


def _field_errors(error: HTTPException) -> list[FieldError]:
    if not isinstance(error.extra, list):
        return [FieldError("", "The request is malformed.")]
    entries = cast("list[dict[str, str]]", error.extra)
    return [_field_error(entry.get("key", ""), entry.get("message", "")) for entry in entries]


def _field_error(key: str, message: str) -> FieldError:
    # What the framework itself says of a body is only that there is none, under its own name for it.
    return FieldError("", "The body is missing.") if key == "data" else FieldError(key, message)
