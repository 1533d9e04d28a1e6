"""Checks of the bucket: there, as it must be, and each call allowed, tried on an object of their own."""

from http import HTTPStatus
from typing import TYPE_CHECKING, Final

import httpx
from uuid_utils.compat import uuid7

from cricksy.aws.objects import VideoStore
from cricksy.aws.probes import missing_of_bucket, try_object_calls
from cricksy.check.outcome import GRANT, Finding
from cricksy.data.checks import newest_videos
from cricksy.data.engine import Database
from cricksy.vocabulary import ContentType

if TYPE_CHECKING:
    from types_aiobotocore_s3.client import S3Client

PROBE_PREFIX: Final = "coach_plus/check"
"""Below the prefix that the roles may use; no owner's key begins so."""
SAMPLE: Final = 20
"""Newest videos whose keys and objects are looked at."""


async def bucket_is_ready(s3: "S3Client", bucket: str) -> str:
    """There, ours, with CORS for browsers and an end for abandoned uploads."""
    if lacking := await missing_of_bucket(s3, bucket):
        raise Finding(f"Bucket {bucket} has no {' and no '.join(lacking)}.", "Run `cricksy aws init`.")
    return f"Bucket {bucket} answers and is set up as it must be."


async def object_calls_are_allowed(s3: "S3Client", bucket: str) -> str:
    """PutObject, GetObject, ListBucket and DeleteObject."""
    answers = await try_object_calls(s3, bucket, f"{PROBE_PREFIX}/{uuid7()}/original.mp4")
    refused = [f"{name} ({error})" for name, error in answers.items() if error is not None]
    if refused:
        raise Finding(f"Refused on {PROBE_PREFIX}/*: {', '.join(refused)}.", GRANT)
    return f"{', '.join(answers)} are allowed."


async def presigned_urls_work(videos: VideoStore) -> str:
    """A real PUT by a presigned URL, as a phone makes it."""
    key = f"{PROBE_PREFIX}/{uuid7()}/original.mp4"
    upload = await videos.presign_upload(key, ContentType.MP4, 5, None)
    host = httpx.URL(upload.url).host
    try:
        async with httpx.AsyncClient(timeout=10) as client:
            answer = await client.put(upload.url, content=b"probe", headers=upload.required_headers)
    except httpx.HTTPError as error:
        raise Finding(
            f"The host of presigned URLs, {host}, does not answer: {type(error).__name__}.",
            "Set S3_PUBLIC_ENDPOINT_URL to an address of S3 that phones and browsers reach.",
        ) from error
    if answer.status_code != HTTPStatus.OK:
        raise Finding(
            f"{host} refuses a presigned PUT with {answer.status_code}.",
            "Check this machine's clock, the role's s3:PutObject and that no proxy changes the host.",
        )
    if await videos.stat(key) is None:
        raise Finding(f"{host} took a presigned PUT, and the bucket has no object.", "Both must be the same S3.")
    await videos.delete(key)
    return f"A presigned PUT to {host} arrived in the bucket."


async def videos_lie_under_their_keys(database: Database, videos: VideoStore) -> str:
    """The newest videos of completed jobs: key as the contract says, object there."""
    found = await newest_videos(database, SAMPLE)
    for video in found:
        ids = (video.owner_id, video.session_id, video.video_id)
        key = f"coach_plus/{video.owner_type}/{'/'.join(map(str, ids))}/original.mp4"
        if video.s3_key != key:
            raise Finding(f"Job {video.job_id} has another key than its ids say.", "Find out what wrote the row.")
        if await videos.stat(key) is None:
            raise Finding(
                f"The video of completed job {video.job_id} is gone.",
                "Look for a lifecycle rule or a person that deletes below coach_plus/.",
            )
    return f"{len(found)} of the newest videos lie where their jobs say." if found else "No job is completed yet."
