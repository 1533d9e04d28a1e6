"""Uploads in parts: begun and completed by us, filled by the client through one presigned URL a part."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import msgspec

from cricksy.aws.errors import ObjectMissing, StorageError, storage_errors
from cricksy.aws.objects import NO_SUCH_UPLOAD, PRESIGNED_SECONDS
from cricksy.vocabulary import ContentType

if TYPE_CHECKING:
    from types_aiobotocore_s3.client import S3Client

PART_BYTES = 16 << 20
"""Size of a part. S3 takes none below 5 MiB but the last."""
_MAX_PARTS = 1000
"""S3 takes ten times as many, but lists so many at once."""
_MIB = 1 << 20


class Part(msgspec.Struct, frozen=True):
    number: int
    """From 1."""
    etag: str
    size: int
    """In bytes."""


class UploadGone(Exception):  # noqa: N818 - a state, not a defect
    """The upload was completed or aborted before."""


class PartsRefused(Exception):  # noqa: N818 - a state, not a defect
    """S3 does not make an object of these parts; the message is its own."""


def part_bytes_of(content_length: int, smallest: int | None = None) -> int:
    """Bytes of each part but the last: ``smallest``, or as many whole MiB more as keep the parts few."""
    smallest = PART_BYTES if smallest is None else smallest
    needed = -(-content_length // _MAX_PARTS)
    return smallest if needed <= smallest else -(-needed // _MIB) * _MIB


def sizes_of_parts(content_length: int, part_bytes: int) -> list[int]:
    """Bytes of each part in order; part 1 is the first."""
    whole, rest = divmod(content_length, part_bytes)
    return [part_bytes] * whole + ([rest] if rest else [])


class MultipartStore:
    """Uploads in parts to the bucket. Methods raise :class:`cricksy.aws.errors.StorageError`."""

    def __init__(self, client: "S3Client", presigning_client: "S3Client", bucket: str) -> None:
        self._client = client
        self._presigning_client = presigning_client
        self._bucket = bucket

    @storage_errors()
    async def begin(self, key: str, content_type: ContentType) -> str:
        """Begin an upload to ``key`` and return S3's name for it."""
        made = await self._client.create_multipart_upload(Bucket=self._bucket, Key=key, ContentType=content_type.value)
        return made["UploadId"]

    @storage_errors()
    async def presign(self, key: str, upload_id: str, sizes: Iterable[tuple[int, int]]) -> list[tuple[int, str]]:
        """Number and URL of each part of ``sizes``, its number and its bytes, which are signed."""
        return [(number, await self._presign_part(key, upload_id, number, size)) for number, size in sizes]

    async def _presign_part(self, key: str, upload_id: str, number: int, size: int) -> str:
        parameters = {
            "Bucket": self._bucket,
            "Key": key,
            "UploadId": upload_id,
            "PartNumber": number,
            "ContentLength": size,
        }
        return await self._presigning_client.generate_presigned_url(
            "upload_part", Params=parameters, ExpiresIn=PRESIGNED_SECONDS
        )

    async def uploaded(self, key: str, upload_id: str) -> list[Part]:
        """The parts that are there, by number. Raises :class:`UploadGone`."""
        paginator = self._client.get_paginator("list_parts")
        try:
            async with storage_errors():
                return [
                    Part(part["PartNumber"], part["ETag"], part["Size"])
                    async for page in paginator.paginate(Bucket=self._bucket, Key=key, UploadId=upload_id)
                    for part in page.get("Parts", [])
                    if "PartNumber" in part and "ETag" in part and "Size" in part
                ]
        except ObjectMissing as error:
            raise _gone(error) from error

    async def complete(self, key: str, upload_id: str, parts: Sequence[Part]) -> None:
        """Make the object of its parts. Raises :class:`UploadGone` and :class:`PartsRefused`."""
        listed = [{"PartNumber": part.number, "ETag": part.etag} for part in parts]
        try:
            async with storage_errors():
                await self._client.complete_multipart_upload(
                    Bucket=self._bucket,
                    Key=key,
                    UploadId=upload_id,
                    MultipartUpload={"Parts": listed},  # pyright: ignore[reportArgumentType] - a typed dict of literals
                )
        except ObjectMissing as error:
            raise _gone(error) from error
        except StorageError as error:
            if error.code in _REFUSALS:
                raise PartsRefused(str(error)) from error
            raise


_REFUSALS = frozenset({"InvalidPart", "InvalidPartOrder", "EntityTooSmall", "EntityTooLarge"})


def _gone(error: ObjectMissing) -> Exception:
    return UploadGone() if error.code == NO_SUCH_UPLOAD else error
