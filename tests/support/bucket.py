"""What the test's bucket holds."""

from typing import TYPE_CHECKING

import httpx

from cricksy.aws.artifact_objects import ArtifactObjects
from cricksy.settings import AwsSettings

if TYPE_CHECKING:
    from types_aiobotocore_s3.client import S3Client


class Bucket:
    def __init__(self, s3: "S3Client", aws: AwsSettings) -> None:
        self.s3 = s3
        self.name = aws.bucket
        self.objects = ArtifactObjects(s3, s3, aws.bucket)

    async def keys(self) -> set[str]:
        listed = await self.s3.list_objects_v2(Bucket=self.name)
        return {entry.get("Key", "") for entry in listed.get("Contents", [])}

    async def put(self, key: str, body: bytes, content_type: str = "video/mp4") -> None:
        """As somebody would who got round the signed headers."""
        await self.s3.put_object(Bucket=self.name, Key=key, Body=body, ContentType=content_type)

    async def read(self, url: str) -> bytes:
        """What a client reads by a presigned URL."""
        async with httpx.AsyncClient() as client:
            return (await client.get(url)).raise_for_status().content

    async def versions(self) -> int:
        """Versions and delete markers of all keys."""
        listed = await self.s3.list_object_versions(Bucket=self.name)
        return len(listed.get("Versions", [])) + len(listed.get("DeleteMarkers", []))

    async def uploads(self) -> set[str]:
        """Ids of the uploads in parts that are not whole."""
        listed = await self.s3.list_multipart_uploads(Bucket=self.name)
        return {upload.get("UploadId", "") for upload in listed.get("Uploads", [])}

    async def keep_versions(self) -> None:
        await self.s3.put_bucket_versioning(Bucket=self.name, VersioningConfiguration={"Status": "Enabled"})
