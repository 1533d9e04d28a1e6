"""Artifacts in S3: written, read and deleted whole, presigned for reading."""

from typing import TYPE_CHECKING

from cricksy.aws.errors import storage_errors

if TYPE_CHECKING:
    from types_aiobotocore_s3.client import S3Client

PRESIGNED_SECONDS = 900


class ArtifactObjects:
    """The bucket. Methods raise :class:`cricksy.aws.errors.StorageError`."""

    def __init__(self, client: "S3Client", presigning_client: "S3Client", bucket: str) -> None:
        self._client = client
        self._presigning_client = presigning_client
        self._bucket = bucket

    @storage_errors()
    async def put(self, key: str, body: bytes) -> None:
        await self._client.put_object(Bucket=self._bucket, Key=key, Body=body, ContentType="application/octet-stream")

    @storage_errors()
    async def get(self, key: str) -> bytes:
        response = await self._client.get_object(Bucket=self._bucket, Key=key)
        async with response["Body"] as body:
            return await body.read()

    @storage_errors()
    async def delete(self, key: str) -> None:
        await self._client.delete_object(Bucket=self._bucket, Key=key)

    @storage_errors()
    async def presign(self, key: str) -> str:
        """A URL that reads the object, or a range of it, for ``PRESIGNED_SECONDS``."""
        return await self._presigning_client.generate_presigned_url(
            "get_object", Params={"Bucket": self._bucket, "Key": key}, ExpiresIn=PRESIGNED_SECONDS
        )
