"""The bucket and the queues as they must be; run again, it changes nothing that is right already."""

from typing import TYPE_CHECKING, Any

import msgspec

from cricksy.aws.clients import LONG_POLL_SECONDS, s3_client, sqs_client
from cricksy.aws.errors import StorageError, queue_errors, storage_errors
from cricksy.aws.queue import MAX_RECEIVES
from cricksy.settings import AwsSettings

if TYPE_CHECKING:
    from types_aiobotocore_s3.client import S3Client
    from types_aiobotocore_s3.type_defs import (
        CORSConfigurationTypeDef,
        CreateBucketConfigurationTypeDef,
        LifecycleRuleOutputTypeDef,
        LifecycleRuleTypeDef,
    )
    from types_aiobotocore_sqs.client import SQSClient

VISIBILITY_SECONDS = 3600
RETENTION_SECONDS = 4 * 24 * 3600
DLQ_RETENTION_SECONDS = 14 * 24 * 3600
_HOME_REGION = "us-east-1"
_CORS: "CORSConfigurationTypeDef" = {
    "CORSRules": [
        {
            # What an upload or a playback may do is in the presigned URL's signature, not in its origin.
            "AllowedOrigins": ["*"],
            "AllowedMethods": ["PUT", "GET", "HEAD"],
            "AllowedHeaders": ["*"],
            # A page reads stills by their range.
            "ExposeHeaders": ["ETag", "Content-Range", "Content-Length", "Accept-Ranges"],
            "MaxAgeSeconds": 3600,
        }
    ]
}
ABANDONED_DAYS = 2
_ABANDONED_ID = "cricksy-abandoned-uploads"
_ABANDONED: "LifecycleRuleTypeDef" = {
    # What no sweep knows of: an upload in parts that was begun and never noted.
    "ID": _ABANDONED_ID,
    "Status": "Enabled",
    "Filter": {"Prefix": ""},
    "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": ABANDONED_DAYS},
}


@storage_errors()
async def create_bucket(s3: "S3Client", bucket: str, region: str) -> None:
    """The bucket, closed to the public, with CORS for browsers and an end for uploads that are never completed.

    Raises :class:`cricksy.aws.errors.StorageError`.
    """
    try:
        await _create_bucket(s3, bucket, region)
    except StorageError as error:
        if error.code != "BucketAlreadyOwnedByYou":
            raise
    await s3.put_public_access_block(
        Bucket=bucket,
        PublicAccessBlockConfiguration={
            "BlockPublicAcls": True,
            "IgnorePublicAcls": True,
            "BlockPublicPolicy": True,
            "RestrictPublicBuckets": True,
        },
    )
    await s3.put_bucket_cors(Bucket=bucket, CORSConfiguration=_CORS)
    await _set_lifecycle(s3, bucket)


class QueueUrls(msgspec.Struct, frozen=True, kw_only=True):
    queue_url: str
    dlq_url: str


@queue_errors()
async def create_queues(sqs: "SQSClient", queue: str, dlq: str) -> QueueUrls:
    """Both queues by name, the first with the second behind it. Raises :class:`cricksy.aws.errors.QueueError`."""
    dlq_url = await _create_queue(sqs, dlq, {"MessageRetentionPeriod": str(DLQ_RETENTION_SECONDS)})
    attributes = await sqs.get_queue_attributes(QueueUrl=dlq_url, AttributeNames=["QueueArn"])
    redrive = {"deadLetterTargetArn": attributes["Attributes"]["QueueArn"], "maxReceiveCount": MAX_RECEIVES}
    queue_url = await _create_queue(
        sqs,
        queue,
        {
            "VisibilityTimeout": str(VISIBILITY_SECONDS),
            "MessageRetentionPeriod": str(RETENTION_SECONDS),
            "ReceiveMessageWaitTimeSeconds": str(LONG_POLL_SECONDS),
            "RedrivePolicy": msgspec.json.encode(redrive).decode(),
        },
    )
    return QueueUrls(queue_url=queue_url, dlq_url=dlq_url)


async def provision(settings: AwsSettings) -> QueueUrls:
    """Bucket and queues under the names in ``settings``. Raises :class:`cricksy.aws.errors.AwsError`."""
    async with s3_client(settings) as s3, sqs_client(settings) as sqs:
        await create_bucket(s3, settings.bucket, settings.region)
        return await create_queues(sqs, queue_name(settings.queue_url), queue_name(settings.dlq_url))


@storage_errors()
async def _create_bucket(s3: "S3Client", bucket: str, region: str) -> None:
    if region == _HOME_REGION:
        # The one region that may not be named.
        await s3.create_bucket(Bucket=bucket)
    else:
        place: CreateBucketConfigurationTypeDef = {"LocationConstraint": region}  # pyright: ignore[reportAssignmentType] - the stubs list the regions of their day
        await s3.create_bucket(Bucket=bucket, CreateBucketConfiguration=place)


async def _set_lifecycle(s3: "S3Client", bucket: str) -> None:
    """Our rule, beside those that an operator has made."""
    others = [rule for rule in await _lifecycle_rules(s3, bucket) if rule.get("ID") != _ABANDONED_ID]
    rules: list[Any] = [*others, _ABANDONED]
    await s3.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration={"Rules": rules})


async def _lifecycle_rules(s3: "S3Client", bucket: str) -> "list[LifecycleRuleOutputTypeDef]":
    try:
        async with storage_errors():
            return (await s3.get_bucket_lifecycle_configuration(Bucket=bucket))["Rules"]
    except StorageError as error:
        if error.code != "NoSuchLifecycleConfiguration":
            raise
        return []


async def _create_queue(sqs: "SQSClient", name: str, attributes: dict[str, str]) -> str:
    # Attributes given to CreateQueue are an error where the queue stands with others; set afterwards they are not.
    url = (await sqs.create_queue(QueueName=name))["QueueUrl"]
    await sqs.set_queue_attributes(QueueUrl=url, Attributes=attributes)  # pyright: ignore[reportArgumentType] - a union of literals as keys
    return url


def queue_name(queue_url: str) -> str:
    """The last part of a queue's URL."""
    return queue_url.rstrip("/").rpartition("/")[2]
