"""Answers an error with its problem, whatever raised it."""

from typing import Any, cast
from uuid import UUID

import msgspec
import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException

from cricksy.api.context import BodyTooLate, ClientDisconnected, request_id_of
from cricksy.api.problems import (
    ApiProblem,
    DatabaseUnavailable,
    FieldError,
    InternalError,
    Invalid,
    MethodNotAllowed,
    NotFound,
    Overloaded,
    PayloadTooLarge,
    Problem,
    QuotaExceeded,
    RequestTimeout,
    UnsupportedMediaType,
)
from cricksy.data.errors import PoolExhausted, TransientDatabaseError
from cricksy.data.usage import QuotaReached

CLIENT_CLOSED_REQUEST = 499
"""No status of HTTP: how a log says that the client hung up before it was answered."""

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
