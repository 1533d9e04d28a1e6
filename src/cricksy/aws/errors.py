"""What a call to S3 or SQS raises, in our own words.

The tree::

    AwsError                 refused, or no answer
    ├── StorageError         S3
    │   ├── ObjectMissing    404: no such object, or no such bucket
    │   ├── ObjectForbidden  403: the role may not read it
    │   └── ObjectChanged    412: another object than the one that was asked for
    ├── QueueError           SQS
    └── LogsError            CloudWatch Logs

botocore's, aiohttp's and the socket's exceptions are named here and nowhere else. :func:`storage_errors`,
:func:`queue_errors` and :func:`log_errors` translate them, each around a block or as a decorator; the original stays as
``__cause__``. None may surround work on a file: an :class:`OSError` of the disk would pass for one of the network.
"""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import ClassVar

from aiohttp import ClientError as HttpError
from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

_STATUSES = frozenset(HTTPStatus)
# A body that is cut is aiohttp's error or the socket's or, where it holds XML, the parser's.
_FOREIGN = (BotoCoreError, ClientError, ResponseParserError, HttpError, OSError)


_LATER = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS})


class AwsError(Exception):
    """The message is the service's or the client's own."""

    reason: ClassVar[str]
    """How logs name it."""

    def __init__(self, message: str, status: HTTPStatus | None = None, code: str = "") -> None:
        super().__init__(message)
        self.status = status
        """Of the answer; ``None`` where there was none."""
        self.code = code
        """The service's own name for the refusal, such as ``NoSuchKey``; empty where there is none."""

    @property
    def is_refusal(self) -> bool:
        """Whether the service answered that the call itself is wrong, so that the same call will not help later."""
        return (
            self.status is not None
            and HTTPStatus.BAD_REQUEST <= self.status < HTTPStatus.INTERNAL_SERVER_ERROR
            and self.status not in _LATER
            and "hrottl" not in self.code
        )


class StorageError(AwsError):
    reason = "storage_unavailable"


class ObjectMissing(StorageError):  # noqa: N818 - a state, not a defect
    pass


class ObjectForbidden(StorageError):  # noqa: N818 - a state, not a defect
    pass


class ObjectChanged(StorageError):  # noqa: N818 - a state, not a defect
    pass


class QueueError(AwsError):
    reason = "queue_unavailable"


class LogsError(AwsError):
    reason = "logs_unavailable"


@asynccontextmanager
async def storage_errors() -> AsyncGenerator[None]:
    """Translate what calls to S3 raise. Raises :class:`StorageError`."""
    try:
        yield
    except _FOREIGN as error:
        status = _status(error)
        kind = _OF_STATUS.get(status, StorageError) if status else StorageError
        raise kind(_words(error), status, _code(error)) from error


@asynccontextmanager
async def queue_errors() -> AsyncGenerator[None]:
    """Translate what calls to SQS raise. Raises :class:`QueueError`."""
    try:
        yield
    except _FOREIGN as error:
        raise QueueError(_words(error), _status(error), _code(error)) from error


@asynccontextmanager
async def log_errors() -> AsyncGenerator[None]:
    """Translate what calls to CloudWatch Logs raise. Raises :class:`LogsError`."""
    try:
        yield
    except _FOREIGN as error:
        raise LogsError(_words(error), _status(error), _code(error)) from error


_OF_STATUS: dict[HTTPStatus, type[StorageError]] = {
    HTTPStatus.NOT_FOUND: ObjectMissing,
    HTTPStatus.FORBIDDEN: ObjectForbidden,
    HTTPStatus.PRECONDITION_FAILED: ObjectChanged,
}


def _status(error: Exception) -> HTTPStatus | None:
    if not isinstance(error, ClientError):
        return None
    number = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return HTTPStatus(number) if number in _STATUSES else None


def _code(error: Exception) -> str:
    return error.response.get("Error", {}).get("Code", "") if isinstance(error, ClientError) else ""


def _words(error: Exception) -> str:
    return str(error) or type(error).__name__
