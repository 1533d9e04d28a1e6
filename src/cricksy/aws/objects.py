"""Videos in S3: presigned for upload, checked, downloaded, deleted."""

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from cricksy.aws.errors import ObjectMissing, storage_errors
from cricksy.vocabulary import ContentType

if TYPE_CHECKING:
    from aiobotocore.response import StreamingBody
    from types_aiobotocore_s3.client import S3Client

PRESIGNED_SECONDS = 900
_CHUNK_BYTES = 1 << 20


class PresignedUpload(msgspec.Struct, frozen=True):
    url: str
    required_headers: dict[str, str]
    """Name → value, each of them signed: the PUT must carry exactly these."""


class StoredObject(msgspec.Struct, frozen=True):
    content_length: int
    content_type: str
    checksum_sha256: str | None
    """base64, where the upload declared it and S3 therefore checked it."""


class ObjectTooLarge(Exception):  # noqa: N818 - a state of the object
    """The object is larger than allowed."""

    def __init__(self, content_length: int) -> None:
        super().__init__(f"the object has {content_length} bytes")
        self.content_length = content_length


class VideoStore:
    """The bucket. Methods raise :class:`cricksy.aws.errors.StorageError`."""

    def __init__(self, client: "S3Client", presigning_client: "S3Client", bucket: str) -> None:
        self._client = client
        self._presigning_client = presigning_client
        self.bucket = bucket

    @storage_errors()
    async def presign_upload(
        self, key: str, content_type: ContentType, content_length: int | None, checksum_sha256: str | None
    ) -> PresignedUpload:
        headers = {"Content-Type": content_type.value}
        parameters: dict[str, str | int] = {"Bucket": self.bucket, "Key": key, "ContentType": content_type.value}
        if content_length is not None:
            parameters["ContentLength"] = content_length
            headers["Content-Length"] = str(content_length)
        if checksum_sha256 is not None:
            parameters["ChecksumSHA256"] = checksum_sha256
            headers["x-amz-checksum-sha256"] = checksum_sha256
        url = await self._presigning_client.generate_presigned_url(
            "put_object", Params=parameters, ExpiresIn=PRESIGNED_SECONDS
        )
        return PresignedUpload(url, headers)

    @storage_errors()
    async def presign_download(self, key: str) -> str:
        """A URL that gets the object for ``PRESIGNED_SECONDS``."""
        parameters = {"Bucket": self.bucket, "Key": key}
        return await self._presigning_client.generate_presigned_url(
            "get_object", Params=parameters, ExpiresIn=PRESIGNED_SECONDS
        )

    async def stat(self, key: str) -> StoredObject | None:
        """What S3 holds under ``key``, or ``None`` where nothing was uploaded."""
        try:
            async with storage_errors():
                head = await self._client.head_object(Bucket=self.bucket, Key=key, ChecksumMode="ENABLED")
        except ObjectMissing:
            return None
        return StoredObject(head["ContentLength"], head.get("ContentType", ""), head.get("ChecksumSHA256"))

    async def download(self, key: str, target: Path, max_bytes: int) -> int:
        """Write the object to ``target`` and return its size in bytes.

        Raises :class:`ObjectTooLarge` before a byte is written, and the disk's :class:`OSError` as it is.
        """
        async with storage_errors():
            response = await self._client.get_object(Bucket=self.bucket, Key=key)
        size = 0
        async with response["Body"] as body:
            if response["ContentLength"] > max_bytes:
                raise ObjectTooLarge(response["ContentLength"])
            with target.open("wb") as file:
                while chunk := await _read(body):
                    size += file.write(chunk)
        return size

    @storage_errors()
    async def delete(self, key: str) -> None:
        await self._client.delete_object(Bucket=self.bucket, Key=key)

    @storage_errors()
    async def ping(self) -> None:
        """Raise unless the bucket is there and ours."""
        await self._client.head_bucket(Bucket=self.bucket)


@storage_errors()
async def _read(body: "StreamingBody") -> bytes:
    return await body.read(_CHUNK_BYTES)
