"""A bucket in memory, and the emulator's, behind the calls that uploads and deletions make."""

from typing import TYPE_CHECKING, Protocol

import httpx

from cricksy.aws.clients import presigning_client, s3_client
from cricksy.aws.errors import StorageError
from cricksy.aws.multipart import MultipartStore, UploadGone
from cricksy.aws.objects import VideoStore
from cricksy.settings import AwsSettings
from cricksy.vocabulary import ContentType, ObjectIdentity

if TYPE_CHECKING:
    from contextlib import AsyncExitStack

    from types_aiobotocore_s3.client import S3Client

PART = b"one part"


class UploadBucket(Protocol):
    """What a client and the API do with a bucket."""

    videos: VideoStore

    async def put(self, key: str) -> None:
        """A PUT with a presigned URL, which fills a key once."""
        ...

    async def begin(self, key: str) -> str: ...

    async def put_part(self, key: str, upload_id: str) -> None: ...

    async def put_together(self, key: str, upload_id: str) -> None: ...

    async def identity(self, key: str) -> ObjectIdentity | None: ...

    async def keys(self) -> set[str]: ...

    async def uploads(self) -> set[str]: ...


class AwayVideos(VideoStore):
    """A bucket that does not answer."""

    def __init__(self) -> None:
        self.bucket = "away"

    async def delete(self, key: str, upload_id: str | None = None) -> None:
        raise StorageError(f"no answer about {key} and {upload_id}")


class MemoryBucket(VideoStore):
    """Objects and uploads in parts, by their rules in S3."""

    def __init__(self) -> None:
        self.bucket = "memory"
        self.videos: VideoStore = self
        self._objects: dict[str, int] = {}
        self._uploads: dict[str, tuple[str, bool]] = {}
        self._made = 0

    async def put(self, key: str) -> None:
        self._made += 1
        self._objects.setdefault(key, self._made)

    async def begin(self, key: str) -> str:
        self._made += 1
        self._uploads[str(self._made)] = (key, False)
        return str(self._made)

    async def put_part(self, key: str, upload_id: str) -> None:
        if upload_id in self._uploads:
            self._uploads[upload_id] = (key, True)

    async def put_together(self, key: str, upload_id: str) -> None:
        if self._uploads.get(upload_id) == (key, True):
            del self._uploads[upload_id]
            await self.put(key)

    async def identity(self, key: str) -> ObjectIdentity | None:
        return ObjectIdentity(str(self._objects[key]), None) if key in self._objects else None

    async def keys(self) -> set[str]:
        return set(self._objects)

    async def uploads(self) -> set[str]:
        return set(self._uploads)

    async def delete(self, key: str, upload_id: str | None = None) -> None:
        self._objects.pop(key, None)
        if upload_id is not None:
            self._uploads.pop(upload_id, None)


class EmulatedBucket:
    """The emulator's bucket, through presigned URLs where a client would use them."""

    def __init__(self, videos: VideoStore, parts: MultipartStore, s3: "S3Client", http: httpx.AsyncClient) -> None:
        self.videos = videos
        self._parts = parts
        self._s3 = s3
        self._http = http

    @classmethod
    async def open(cls, settings: AwsSettings, stack: "AsyncExitStack") -> "EmulatedBucket":
        s3 = await stack.enter_async_context(s3_client(settings))
        presigner = await stack.enter_async_context(presigning_client(settings))
        http = await stack.enter_async_context(httpx.AsyncClient())
        name = settings.bucket
        return cls(VideoStore(s3, presigner, name), MultipartStore(s3, presigner, name), s3, http)

    async def put(self, key: str) -> None:
        upload = await self.videos.presign_upload(key, ContentType.MP4, None, None)
        answer = await self._http.put(upload.url, content=PART, headers=upload.required_headers)
        assert answer.status_code in {200, 412}

    async def begin(self, key: str) -> str:
        return await self._parts.begin(key, ContentType.MP4)

    async def put_part(self, key: str, upload_id: str) -> None:
        [(_, url)] = await self._parts.presign(key, upload_id, [(1, len(PART))])
        answer = await self._http.put(url, content=PART)
        assert answer.status_code in {200, 404}

    async def put_together(self, key: str, upload_id: str) -> None:
        try:
            parts = await self._parts.uploaded(key, upload_id)
            if parts:
                await self._parts.complete(key, upload_id, parts)
        except UploadGone:
            return

    async def identity(self, key: str) -> ObjectIdentity | None:
        stored = await self.videos.stat(key)
        return None if stored is None else stored.identity

    async def keys(self) -> set[str]:
        listed = await self._s3.list_objects_v2(Bucket=self.videos.bucket)
        return {entry.get("Key", "") for entry in listed.get("Contents", [])}

    async def uploads(self) -> set[str]:
        listed = await self._s3.list_multipart_uploads(Bucket=self.videos.bucket)
        return {upload.get("UploadId", "") for upload in listed.get("Uploads", [])}
