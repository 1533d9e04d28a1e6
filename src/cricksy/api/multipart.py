"""Uploads in parts: begun with the job, renewed on demand, put together at complete."""

from collections.abc import Sequence

from cricksy.api.part_bodies import MultipartUpload, PartUrl, RenewedParts, RenewParts, StoredPart, UploadedPart
from cricksy.api.problems import (
    Conflict,
    FieldError,
    Invalid,
    NotFound,
    UploadMissing,
    UploadRejected,
)
from cricksy.api.services import Services, storage_answers
from cricksy.aws.multipart import Part, PartsRefused, UploadGone, sizes_of_parts
from cricksy.aws.objects import PRESIGNED_SECONDS
from cricksy.data.jobs import CreatedJob, Upload, record_multipart
from cricksy.vocabulary import ContentType, JobStatus


async def open_parts(
    services: Services, job: CreatedJob, content_type: ContentType, content_length: int, part_bytes: int
) -> MultipartUpload:
    """A URL for each part of a job's video; begins the upload unless an earlier call did."""
    upload_id = job.multipart_upload_id or await _begin(services, job, content_type)
    sizes = sizes_of_parts(content_length, part_bytes)
    return MultipartUpload(
        part_size=part_bytes,
        parts=await _presign(services, job.s3_key, upload_id, sizes, range(1, len(sizes) + 1)),
    )


async def _begin(services: Services, job: CreatedJob, content_type: ContentType) -> str:
    async with storage_answers():
        upload_id = await services.parts.begin(job.s3_key, content_type)
    if not await record_multipart(services.database, job.job_id, upload_id):
        # Deleted meanwhile, without a word of this upload.
        async with storage_answers():
            await services.videos.delete(job.s3_key, upload_id)
        raise NotFound
    return upload_id


async def renew(services: Services, upload: Upload, wanted: RenewParts) -> RenewedParts:
    """New URLs for some parts, and all that are there."""
    if upload.status is not JobStatus.QUEUED:
        raise Conflict(f"Parts can be uploaded only to a queued job; this one is {upload.status}.")
    key, upload_id, part_bytes, sizes = _multipart_of(upload)
    numbers = sorted(set(wanted.numbers))
    if numbers and numbers[-1] > len(sizes):
        raise Invalid(errors=[FieldError("numbers", f"The last part of this upload is number {len(sizes)}.")])
    try:
        async with storage_answers():
            uploaded = await services.parts.uploaded(key, upload_id)
    except UploadGone as error:
        raise Conflict("The parts of this upload are already put together. Call complete.") from error
    return RenewedParts(
        job_id=upload.job_id,
        part_size=part_bytes,
        parts=await _presign(services, key, upload_id, sizes, numbers),
        uploaded=[StoredPart(number=part.number, etag=part.etag, size=part.size) for part in uploaded],
        expires_in=PRESIGNED_SECONDS,
    )


async def put_together(services: Services, upload: Upload, listed: Sequence[UploadedPart] | None) -> None:
    """Make the object of the ``listed`` parts, unless an earlier call did. The caller checks the object."""
    if upload.multipart_upload_id is None:
        if listed is not None:
            raise Invalid(errors=[FieldError("parts", "This job's video is not uploaded in parts.")])
        return
    key, upload_id, _, sizes = _multipart_of(upload)
    etags = _etags_by_number(listed, len(sizes))
    try:
        async with storage_answers():
            parts = await services.parts.uploaded(key, upload_id)
            _check_parts(parts, etags, sizes)
            await services.parts.complete(key, upload_id, parts)
    except UploadGone:
        # An earlier call, or one at the same time, has put the parts together.
        return
    except PartsRefused as error:
        raise UploadRejected(
            "S3 refuses the parts. Ask listUploadParts which are there, and complete again."
        ) from error


def _multipart_of(upload: Upload) -> tuple[str, str, int, list[int]]:
    """Key, upload id, bytes of a part and of every part. Raises :class:`Conflict` where the upload has no parts."""
    if (
        upload.s3_key is None
        or upload.multipart_upload_id is None
        or upload.part_bytes is None
        or upload.content_length is None
    ):
        raise Conflict("This job's video is not uploaded in parts.")
    sizes = sizes_of_parts(upload.content_length, upload.part_bytes)
    return upload.s3_key, upload.multipart_upload_id, upload.part_bytes, sizes


def _etags_by_number(listed: Sequence[UploadedPart] | None, count: int) -> dict[int, str]:
    """Raises :class:`Invalid` unless each part is listed once."""
    if listed is None:
        raise Invalid(errors=[FieldError("parts", f"List the {count} parts of the upload with their ETags.")])
    numbers = [part.number for part in listed]
    if sorted(numbers) != list(range(1, count + 1)):
        raise Invalid(errors=[FieldError("parts", f"List each part from 1 to {count} once.")])
    return {part.number: part.etag.strip('"') for part in listed}


def _check_parts(parts: Sequence[Part], etags: dict[int, str], sizes: Sequence[int]) -> None:
    """Raises :class:`UploadMissing` or :class:`UploadRejected`, each with the parts to send again."""
    found = {part.number: part for part in parts}
    missing = [number for number in etags if number not in found]
    if missing:
        raise UploadMissing(f"Upload {_named(missing)}, then call complete again.")
    wrong = [
        number
        for number, part in found.items()
        if number not in etags or part.etag.strip('"') != etags[number] or part.size != sizes[number - 1]
    ]
    if wrong:
        raise UploadRejected(
            f"What was uploaded as {_named(wrong)} differs from what you list. Upload it again, or list the ETags that "
            "listUploadParts returns."
        )


def _named(numbers: Sequence[int]) -> str:
    most = 20
    words = ", ".join(str(number) for number in sorted(numbers)[:most])
    rest = len(numbers) - most
    return f"part {words}" if len(numbers) == 1 else f"parts {words}" + (f" and {rest} more" if rest > 0 else "")


async def _presign(
    services: Services, key: str, upload_id: str, sizes: Sequence[int], numbers: Sequence[int]
) -> list[PartUrl]:
    async with storage_answers():
        urls = await services.parts.presign(key, upload_id, [(number, sizes[number - 1]) for number in numbers])
    return [PartUrl(number=number, url=url) for number, url in urls]
