"""What an operator's check asks of S3 and SQS: are they set up as they must be, and which calls may this role make."""

from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

import msgspec

from cricksy.aws.clients import LONG_POLL_SECONDS, logs_client
from cricksy.aws.errors import QueueError, StorageError, log_errors, queue_errors, storage_errors
from cricksy.aws.provision import RETENTION_SECONDS, VISIBILITY_SECONDS
from cricksy.aws.queue import MAX_RECEIVES
from cricksy.settings import AwsSettings

if TYPE_CHECKING:
    from types_aiobotocore_s3.client import S3Client
    from types_aiobotocore_sqs.client import SQSClient

MOST_LINES: Final = 10_000
_DENIED: Final = ("AccessDenied", "AccessDeniedException", "InvalidClientTokenId", "SignatureDoesNotMatch")


async def missing_of_bucket(s3: "S3Client", bucket: str) -> list[str]:
    """What ``cricksy aws init`` would add to a bucket that is there; what this role may not read is left out.

    Raises :class:`StorageError`: it is not there, or not ours.
    """
    async with storage_errors():
        await s3.head_bucket(Bucket=bucket)
    lacking: list[str] = []
    calls: dict[str, Callable[..., Awaitable[Any]]] = {
        "CORS": s3.get_bucket_cors,
        "lifecycle": s3.get_bucket_lifecycle_configuration,
    }
    for what, call in calls.items():
        try:
            async with storage_errors():
                await call(Bucket=bucket)
        except StorageError as error:
            if error.status != HTTPStatus.FORBIDDEN:
                lacking.append(what)
    return lacking


async def try_object_calls(s3: "S3Client", bucket: str, key: str) -> dict[str, StorageError | None]:
    """Each action that a role needs, tried on a new object under ``key``, and how it was refused, if it was."""
    calls: dict[str, Callable[[], Awaitable[object]]] = {
        "s3:PutObject": lambda: s3.put_object(Bucket=bucket, Key=key, Body=b"probe", ContentType="video/mp4"),
        "s3:GetObject": lambda: s3.head_object(Bucket=bucket, Key=key),
        "s3:ListBucket": lambda: s3.list_objects_v2(Bucket=bucket, Prefix=key, MaxKeys=1),
        "s3:DeleteObject": lambda: s3.delete_object(Bucket=bucket, Key=key),
    }
    answers: dict[str, StorageError | None] = {}
    for name, call in calls.items():
        answers[name] = None
        try:
            async with storage_errors():
                await call()
        except StorageError as error:
            answers[name] = error
    return answers


async def differences_of_queue(sqs: "SQSClient", settings: AwsSettings) -> list[str]:
    """The attributes that ``cricksy aws init`` would change. Raises :class:`QueueError`."""
    wanted = {
        "VisibilityTimeout": str(VISIBILITY_SECONDS),
        "MessageRetentionPeriod": str(RETENTION_SECONDS),
        "ReceiveMessageWaitTimeSeconds": str(LONG_POLL_SECONDS),
    }
    found, dead = [await _attributes(sqs, url) for url in (settings.queue_url, settings.dlq_url)]
    differing = sorted(name for name, value in wanted.items() if found.get(name) != value)
    redrive = msgspec.json.decode(found.get("RedrivePolicy", "{}"))
    behind = (redrive.get("deadLetterTargetArn"), str(redrive.get("maxReceiveCount")))
    if behind != (dead.get("QueueArn"), str(MAX_RECEIVES)):
        differing.append("RedrivePolicy")
    return differing


async def try_receiving_calls(sqs: "SQSClient", queue_url: str) -> dict[str, QueueError | None]:
    """The actions on a message that was received, tried with a receipt handle that is none: no message is touched."""
    calls: Mapping[str, Callable[[], Awaitable[object]]] = {
        "sqs:ChangeMessageVisibility": lambda: sqs.change_message_visibility(
            QueueUrl=queue_url, ReceiptHandle="none", VisibilityTimeout=0
        ),
        "sqs:DeleteMessage": lambda: sqs.delete_message(QueueUrl=queue_url, ReceiptHandle="none"),
    }
    answers: dict[str, QueueError | None] = {}
    for name, call in calls.items():
        answers[name] = None
        try:
            async with queue_errors():
                await call()
        except QueueError as error:
            if error.code in _DENIED or not error.is_refusal:
                answers[name] = error
    return answers


async def newest_lines(settings: AwsSettings, group: str, since: float) -> list[str]:
    """At most ``MOST_LINES`` lines of a log group since a time in seconds since the epoch, the oldest first.

    Raises :class:`cricksy.aws.errors.LogsError`.
    """
    found: list[str] = []
    async with logs_client(settings) as client, log_errors():
        pages = client.get_paginator("filter_log_events").paginate(
            logGroupName=group, startTime=round(since * 1000), PaginationConfig={"MaxItems": MOST_LINES}
        )
        async for page in pages:
            found += [event["message"] for event in page["events"]]
    return found


async def _attributes(sqs: "SQSClient", url: str) -> dict[str, str]:
    async with queue_errors():
        answer = await sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])
    return {str(name): value for name, value in answer["Attributes"].items()}
