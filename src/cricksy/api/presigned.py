"""Where to upload a job's video, as the API returns it."""

from typing import Final
from uuid import UUID

from litestar.datastructures import ResponseHeader

from cricksy.api import multipart
from cricksy.api.bodies import InitiatedUpload
from cricksy.api.services import Services, storage_answers
from cricksy.aws.objects import PRESIGNED_SECONDS
from cricksy.data.jobs import CreatedJob
from cricksy.vocabulary import ContentType

NO_STORE: Final = ResponseHeader(
    name="Cache-Control", value="no-store", description="`no-store`: the answer is a credential."
)


async def open_upload(  # noqa: PLR0913 - what was declared at initiate
    services: Services,
    job: CreatedJob,
    *,
    session_id: UUID,
    content_type: ContentType,
    content_length: int | None,
    checksum_sha256: str | None,
    part_bytes: int | None,
) -> InitiatedUpload:
    """The URL of one PUT, or of each part where ``part_bytes`` is given. Raises :class:`StorageUnavailable`."""
    url, headers, upload = None, {}, None
    if part_bytes is not None and content_length is not None:
        upload = await multipart.open_parts(services, job, content_type, content_length, part_bytes)
    else:
        # The credentials of a task's role are fetched, and refreshed, over the network.
        async with storage_answers():
            put = await services.videos.presign_upload(job.s3_key, content_type, content_length, checksum_sha256)
        url, headers = put.url, put.required_headers
    return InitiatedUpload(
        job_id=job.job_id,
        session_id=session_id,
        presigned_url=url,
        required_headers=headers,
        upload=upload,
        s3_bucket=services.videos.bucket,
        s3_key=job.s3_key,
        expires_in=PRESIGNED_SECONDS,
    )
