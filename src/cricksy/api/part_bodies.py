"""What the API reads and writes about an upload in parts. The docstrings of fields are their descriptions."""

from typing import Annotated, Final
from uuid import UUID

import msgspec

MAX_PARTS: Final = 10_000

PartNumber = Annotated[int, msgspec.Meta(ge=1, le=MAX_PARTS, examples=[1])]
ETag = Annotated[
    str,
    msgspec.Meta(
        min_length=1, max_length=200, pattern=r"^[\x21-\x7e]+$", examples=['"9b2cf535f27731c974343645a3985328"']
    ),
]


class PartUrl(msgspec.Struct, frozen=True, kw_only=True):
    """Where to send one part."""

    number: PartNumber
    """Number of the part, from 1."""
    url: str
    """Send the bytes of the part to this URL with PUT. The URL is a credential: do not log or store it."""


class MultipartUpload(msgspec.Struct, frozen=True, kw_only=True):
    """Where to send a video in parts: part `n` holds the `part_size` bytes from `(n - 1) * part_size` on."""

    part_size: Annotated[int, msgspec.Meta(ge=1, examples=[16_777_216])]
    """Bytes of each part. The last one has what is left. S3 refuses a part of another size."""
    parts: list[PartUrl]
    """All parts, by number. Keep the `ETag` of each answer for `completeUpload`."""


class UploadedPart(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A part that you uploaded."""

    number: PartNumber
    """Number of the part, from 1."""
    etag: ETag
    """The `ETag` that the PUT of the part answered with."""


class RenewParts(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The parts that you still want to upload."""

    job_id: UUID
    """Id of the job, from `initiateUpload`."""
    numbers: Annotated[list[PartNumber], msgspec.Meta(max_length=MAX_PARTS)]
    """Numbers of the parts that need a new URL. Empty to ask only which parts are there."""


class StoredPart(msgspec.Struct, frozen=True, kw_only=True):
    """A part that is there."""

    number: PartNumber
    """Number of the part, from 1."""
    etag: ETag
    """Its ETag, as `completeUpload` expects it."""
    size: Annotated[int, msgspec.Meta(ge=0, examples=[16_777_216])]
    """Its bytes."""


class RenewedParts(msgspec.Struct, frozen=True, kw_only=True):
    """New URLs, and what was uploaded so far."""

    job_id: UUID
    """Id of the job."""
    part_size: Annotated[int, msgspec.Meta(ge=1, examples=[16_777_216])]
    """Bytes of each part. The last one has what is left."""
    parts: list[PartUrl]
    """A new URL for each requested part, by number."""
    uploaded: list[StoredPart]
    """The parts that are there, by number. They need not be sent again."""
    expires_in: int
    """Seconds until the URLs expire."""
