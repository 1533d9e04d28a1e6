"""Checks of the bucket: there, as it must be, and each call allowed, tried on an object of their own."""

from collections.abc import Mapping
from http import HTTPStatus
from ipaddress import ip_address
from typing import TYPE_CHECKING, Final

import httpx
from uuid_utils.compat import uuid7

from cricksy.aws.objects import VideoStore
from cricksy.aws.probes import missing_of_bucket, try_object_calls
from cricksy.check.outcome import GRANT, Finding, Role
from cricksy.data.checks import keeps_video, newest_videos
from cricksy.data.engine import Database
from cricksy.vocabulary import ContentType

if TYPE_CHECKING:
    from types_aiobotocore_s3.client import S3Client

PROBE_PREFIX: Final = "coach_plus/check"
"""Below the prefix that the roles may use; no owner's key begins so."""
NOT_CALLED: Final[Mapping[Role | None, frozenset[str]]] = {
    "api": frozenset({"s3:GetObjectVersion"}),
    "worker": frozenset({"s3:ListMultipartUploadParts"}),
}
"""Of the actions that are tried: those that a program does not use, and its role need not allow."""
SAMPLE: Final = 20
"""Newest videos whose keys and objects are looked at."""


async def bucket_is_ready(s3: "S3Client", bucket: str) -> str:
    """There, ours, with CORS for browsers and an end for abandoned uploads."""
    if lacking := await missing_of_bucket(s3, bucket):
        raise Finding(f"Bucket {bucket} has no {' and no '.join(lacking)}.", "Run `cricksy aws init`.")
    return f"Bucket {bucket} answers and is set up as it must be."


async def object_calls_are_allowed(s3: "S3Client", bucket: str, role: Role | None) -> str:
    """Each action on objects that the role's program uses."""
    left_out = NOT_CALLED.get(role, frozenset())
    answers = await try_object_calls(s3, bucket, f"{PROBE_PREFIX}/{uuid7()}/original.mp4", left_out)
    refused = [f"{name} ({error})" for name, error in answers.items() if error is not None]
    if refused:
        raise Finding(f"Refused on {PROBE_PREFIX}/*: {', '.join(refused)}.", GRANT)
    return f"{', '.join(answers)} are allowed."


def way_from_here(url: httpx.URL, endpoint_url: str | None) -> httpx.URL:
    """``url``, or the same object at ``endpoint_url`` where the host of ``url`` is a loopback and S3 is elsewhere.

    A container's localhost is not the localhost that the URL is made for.
    """
    endpoint = httpx.URL(endpoint_url or "")
    if not endpoint.host or not _is_loopback(url.host) or _is_loopback(endpoint.host):
        return url
    return url.copy_with(scheme=endpoint.scheme, host=endpoint.host, port=endpoint.port)


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


async def presigned_urls_work(videos: VideoStore, endpoint_url: str | None) -> str:
    """A real PUT by a presigned URL, as a phone makes it; see :func:`way_from_here`."""
    key = f"{PROBE_PREFIX}/{uuid7()}/original.mp4"
    upload = await videos.presign_upload(key, ContentType.MP4, 5, None)
    url = httpx.URL(upload.url)
    host, way = url.host, way_from_here(url, endpoint_url)
    # The signature holds for the host that the URL names.
    headers = {**upload.required_headers, "Host": url.netloc.decode()}
    try:
        async with httpx.AsyncClient(timeout=10) as client:
            answer = await client.put(way, content=b"probe", headers=headers)
    except httpx.HTTPError as error:
        raise Finding(
            f"The host of presigned URLs, {way.host}, does not answer: {type(error).__name__}.",
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
    if way.host != host:
        return f"A presigned PUT for {host} arrived in the bucket by way of {way.host}: {host} is another machine here."
    return f"A presigned PUT to {host} arrived in the bucket."


async def videos_lie_under_their_keys(database: Database, videos: VideoStore) -> str:
    """The newest videos of completed jobs: key as the contract says, object there."""
    found = await newest_videos(database, SAMPLE)
    for video in found:
        ids = (video.owner_id, video.session_id, video.video_id)
        key = f"coach_plus/{video.owner_type}/{'/'.join(map(str, ids))}/original.mp4"
        if video.s3_key != key:
            raise Finding(f"Job {video.job_id} has another key than its ids say.", "Find out what wrote the row.")
        # Asked again where it is gone: a coach or the retention may have deleted it meanwhile.
        if await videos.stat(key) is None and await keeps_video(database, video.job_id):
            raise Finding(
                f"The video of completed job {video.job_id} is gone.",
                "Look for a lifecycle rule or a person that deletes below coach_plus/.",
            )
    return f"{len(found)} of the newest videos lie where their jobs say." if found else "No job is completed yet."
