"""Presigned URLs as the API returns them."""

from typing import Final
from uuid import UUID

from litestar.datastructures import ResponseHeader

from cricksy.api.bodies import InitiatedUpload
from cricksy.api.problems import StorageUnavailable
from cricksy.api.services import Services
from cricksy.aws.errors import StorageError
from cricksy.aws.objects import PRESIGNED_SECONDS
from cricksy.vocabulary import ContentType

NO_STORE: Final = ResponseHeader(
    name="Cache-Control", value="no-store", description="`no-store`: the answer is a credential."
)


async def presign_put(  # noqa: PLR0913 - what was declared at initiate
    services: Services,
    *,
    job_id: UUID,
    session_id: UUID,
    s3_key: str,
    content_type: ContentType,
    content_length: int | None,
    checksum_sha256: str | None,
) -> InitiatedUpload:
    """Where and how to upload the job's video. Raises :class:`StorageUnavailable`."""
    try:
        upload = await services.videos.presign_upload(s3_key, content_type, content_length, checksum_sha256)
    except StorageError as error:
        # The credentials of a task's role are fetched, and refreshed, over the network.
        raise StorageUnavailable from error
    return InitiatedUpload(
        job_id=job_id,
        session_id=session_id,
        presigned_url=upload.url,
        required_headers=upload.required_headers,
        s3_bucket=services.videos.bucket,
        s3_key=s3_key,
        expires_in=PRESIGNED_SECONDS,
    )
