"""What an operator's check asks of S3 and SQS: are they set up as they must be, and which calls may this role make."""

from collections.abc import Awaitable, Callable, Collection, Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

import msgspec

from cricksy.aws.clients import LONG_POLL_SECONDS, logs_client
from cricksy.aws.errors import ObjectMissing, QueueError, StorageError, log_errors, queue_errors, storage_errors
from cricksy.aws.provision import RETENTION_SECONDS, VISIBILITY_SECONDS
from cricksy.aws.queue import MAX_RECEIVES
from cricksy.settings import AwsSettings

if TYPE_CHECKING:
    from types_aiobotocore_s3.client import S3Client
    from types_aiobotocore_sqs.client import SQSClient

OBJECT_ACTIONS: Final = frozenset(
    {
        "s3:PutObject",
        "s3:GetObject",
        "s3:GetObjectVersion",
        "s3:ListBucket",
        "s3:ListBucketVersions",
        "s3:ListMultipartUploadParts",
        "s3:AbortMultipartUpload",
        "s3:DeleteObject",
        "s3:DeleteObjectVersion",
    }
)
"""Those that :func:`try_object_calls` tries."""
_NO_VERSION: Final = "null"
"""S3's name of an object's version in a bucket that keeps none."""
_OF_NO_UPLOAD: Final = frozenset({"s3:ListMultipartUploadParts", "s3:AbortMultipartUpload"})
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


async def try_object_calls(
    s3: "S3Client", bucket: str, key: str, left_out: Collection[str] = ()
) -> dict[str, StorageError | None]:
    """Each action that a role needs, tried on a new object under ``key``, and how it was refused, if it was.

    Nothing stays under ``key``, in a versioned bucket no version either. ``left_out``: actions that are not tried.
    """
    versions: list[str] = []

    async def put() -> None:
        answer = await s3.put_object(Bucket=bucket, Key=key, Body=b"probe", ContentType="video/mp4")
        versions.append(answer.get("VersionId", _NO_VERSION))

    async def delete() -> None:
        answer = await s3.delete_object(Bucket=bucket, Key=key)
        versions.append(answer.get("VersionId", _NO_VERSION))

    async def delete_versions() -> None:
        for version in dict.fromkeys(versions or [_NO_VERSION]):
            await s3.delete_object(Bucket=bucket, Key=key, VersionId=version)

    upload = "none"
    calls: dict[str, Callable[[], Awaitable[object]]] = {
        "s3:PutObject": put,
        "s3:GetObject": lambda: s3.head_object(Bucket=bucket, Key=key),
        "s3:GetObjectVersion": lambda: s3.head_object(Bucket=bucket, Key=key, VersionId=(versions or [_NO_VERSION])[0]),
        "s3:ListBucket": lambda: s3.list_objects_v2(Bucket=bucket, Prefix=key, MaxKeys=1),
        "s3:ListBucketVersions": lambda: s3.list_object_versions(Bucket=bucket, Prefix=key, MaxKeys=1),
        # Of an upload that was never begun: a role that may ask is told that there is none.
        "s3:ListMultipartUploadParts": lambda: s3.list_parts(Bucket=bucket, Key=key, UploadId=upload),
        "s3:AbortMultipartUpload": lambda: s3.abort_multipart_upload(Bucket=bucket, Key=key, UploadId=upload),
        "s3:DeleteObject": delete,
        "s3:DeleteObjectVersion": delete_versions,
    }
    answers: dict[str, StorageError | None] = {}
    for name, call in calls.items():
        if name in left_out:
            continue
        answers[name] = None
        try:
            async with storage_errors():
                await call()
        except StorageError as error:
            # What could not be put is missing, which refuses nothing.
            is_expected = name in _OF_NO_UPLOAD or bool(answers.get("s3:PutObject"))
            if not (isinstance(error, ObjectMissing) and is_expected):
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


async def find_lines(settings: AwsSettings, group: str, since: float, pattern: str, most: int) -> list[str]:
    """At most ``most`` (1–10,000) lines of a log group that fit a filter pattern, the oldest first.

    ``since``: in seconds since the epoch. The group is searched to its end before fewer are returned.
    Raises :class:`cricksy.aws.errors.LogsError`.
    """
    found: list[str] = []
    async with logs_client(settings) as client, log_errors():
        pages = client.get_paginator("filter_log_events").paginate(
            logGroupName=group,
            startTime=round(since * 1000),
            filterPattern=pattern,
            PaginationConfig={"MaxItems": most, "PageSize": most},
        )
        async for page in pages:
            found += [event["message"] for event in page["events"]]
    return found


async def _attributes(sqs: "SQSClient", url: str) -> dict[str, str]:
    async with queue_errors():
        answer = await sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])
    return {str(name): value for name, value in answer["Attributes"].items()}
