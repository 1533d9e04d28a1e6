"""Videos in S3: presigned for upload, checked, downloaded, deleted.

:mod:`cricksy.aws.multipart` uploads them in parts.
"""

import base64
import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from cricksy.aws.errors import ObjectMissing, storage_errors
from cricksy.vocabulary import ContentType, ObjectIdentity

if TYPE_CHECKING:
    from aiobotocore.response import StreamingBody
    from types_aiobotocore_s3.client import S3Client

PRESIGNED_SECONDS = 900
LAST_PUT_SECONDS = PRESIGNED_SECONDS + 24 * 3600
"""After this time no PUT with a presigned URL can still end. S3 holds only the beginning of a PUT against the expiry,
and a slow one may take hours; no upload counts after a day.
"""
NO_SUCH_UPLOAD = "NoSuchUpload"
"""S3's code for an upload in parts that was completed, aborted or never begun."""
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
    identity: ObjectIdentity


class ObjectTooLarge(Exception):  # noqa: N818 - a state of the object
    """The object is larger than allowed."""

    def __init__(self, content_length: int) -> None:
        super().__init__(f"the object has {content_length} bytes")
        self.content_length = content_length


class ChecksumDiffers(Exception):  # noqa: N818 - a state of the object
    """The object's SHA-256 is not the one that was asked for."""


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
        """A URL that fills ``key`` once: S3 refuses the PUT with 412 where an object is there already."""
        headers = {"Content-Type": content_type.value, "If-None-Match": "*"}
        parameters: dict[str, str | int] = {
            "Bucket": self.bucket,
            "Key": key,
            "ContentType": content_type.value,
            "IfNoneMatch": "*",
        }
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
        identity = ObjectIdentity(head["ETag"], head.get("VersionId"))
        return StoredObject(head["ContentLength"], head.get("ContentType", ""), head.get("ChecksumSHA256"), identity)

    async def download(
        self,
        key: str,
        target: Path,
        max_bytes: int,
        identity: ObjectIdentity | None = None,
        checksum_sha256: str | None = None,
    ) -> int:
        """Write the object to ``target`` and return its size in bytes.

        ``identity`` is the only object that will do, ``None`` takes whichever is there; ``checksum_sha256`` (base64) is
        compared where it is given. Raises :class:`cricksy.aws.errors.ObjectChanged` and :class:`ObjectTooLarge` before
        a byte is written, :class:`ChecksumDiffers` after the last, and the disk's :class:`OSError` as it is.
        """
        wanted: dict[str, Any] = {}
        if identity is not None:
            wanted["IfMatch"] = identity.etag
            if identity.version is not None:
                wanted["VersionId"] = identity.version
        async with storage_errors():
            response = await self._client.get_object(Bucket=self.bucket, Key=key, **wanted)
        size = 0
        digest = None if checksum_sha256 is None else hashlib.sha256()
        async with response["Body"] as body:
            if response["ContentLength"] > max_bytes:
                raise ObjectTooLarge(response["ContentLength"])
            with target.open("wb") as file:
                while chunk := await _read(body):
                    size += file.write(chunk)
                    if digest is not None:
                        digest.update(chunk)
        if digest is not None and base64.b64encode(digest.digest()).decode() != checksum_sha256:
            raise ChecksumDiffers
        return size

    async def delete(self, key: str, upload_id: str | None = None) -> None:
        """Remove whatever is under ``key``: the object, all its versions, and the parts of an upload that is not whole.

        Nothing there is no error.
        """
        if upload_id is not None:
            # Before the object: once it is aborted, the parts cannot become one.
            await self._abort(key, upload_id)
        async with storage_errors():
            deleted = await self._client.delete_object(Bucket=self.bucket, Key=key)
            if "VersionId" in deleted:
                # The bucket keeps versions: so far the object is only hidden.
                await self._delete_versions(key)

    async def _abort(self, key: str, upload_id: str) -> None:
        try:
            async with storage_errors():
                await self._client.abort_multipart_upload(Bucket=self.bucket, Key=key, UploadId=upload_id)
        except ObjectMissing as error:
            if error.code != NO_SUCH_UPLOAD:
                raise

    async def _delete_versions(self, key: str) -> None:
        pages = self._client.get_paginator("list_object_versions").paginate(Bucket=self.bucket, Prefix=key)
        async for page in pages:
            for version in [*page.get("Versions", []), *page.get("DeleteMarkers", [])]:
                if version.get("Key") == key and "VersionId" in version:
                    await self._client.delete_object(Bucket=self.bucket, Key=key, VersionId=version["VersionId"])

    @storage_errors()
    async def ping(self) -> None:
        """Raise unless the bucket is there and ours."""
        await self._client.head_bucket(Bucket=self.bucket)


@storage_errors()
async def _read(body: "StreamingBody") -> bytes:
    return await body.read(_CHUNK_BYTES)
