"""The services that handlers use, opened once for the life of the application."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from cricksy.api.problems import StorageUnavailable
from cricksy.aws.artifact_objects import ArtifactObjects
from cricksy.aws.clients import presigning_client, s3_client, sqs_client
from cricksy.aws.errors import StorageError
from cricksy.aws.multipart import MultipartStore
from cricksy.aws.objects import VideoStore
from cricksy.aws.queue import AnalysisQueue
from cricksy.data.artifacts import Artifacts
from cricksy.data.engine import Database, connected
from cricksy.data.usage import Quotas
from cricksy.settings import ApiSettings

STORAGE_SECONDS: Final = 3.5
"""Seconds that a request waits for S3. The client alone would retry for 90 s."""
QUEUE_SECONDS: Final = 3.5
"""Seconds that a request waits for SQS to take a message. The client alone would retry for 30 s."""
DATABASE_WAIT_SECONDS: Final = 2
"""Seconds that a request waits for a free connection to the database."""
MULTIPART_FROM_BYTES: Final = 100_000_000
"""A video that is larger is uploaded in parts, asked for or not."""


@asynccontextmanager
async def storage_answers() -> AsyncGenerator[None]:
    """Bounds work with S3, and answers for it. Raises :class:`StorageUnavailable`."""
    deadline = asyncio.timeout(STORAGE_SECONDS)
    try:
        async with deadline:
            yield
    except StorageError as error:
        raise StorageUnavailable from error
    except TimeoutError as error:
        if deadline.expired():
            raise StorageUnavailable from error
        raise


@dataclass(frozen=True, slots=True)
class Services:
    database: Database
    videos: VideoStore
    parts: MultipartStore
    queue: AnalysisQueue
    max_video_bytes: int
    objects: ArtifactObjects
    artifacts: Artifacts
    quotas: Quotas
    bucket_origin: str
    """Scheme, host and port of every presigned URL."""


@asynccontextmanager
async def open_services(settings: ApiSettings) -> AsyncGenerator[Services]:
    aws = settings.aws
    async with (
        connected(settings.database_url, application="cricksy-api", wait_seconds=DATABASE_WAIT_SECONDS) as database,
        s3_client(aws) as s3,
        presigning_client(aws) as presigner,
        sqs_client(aws) as sqs,
    ):
        objects = ArtifactObjects(s3, presigner, aws.bucket)
        yield Services(
            database=database,
            videos=VideoStore(s3, presigner, aws.bucket),
            parts=MultipartStore(s3, presigner, aws.bucket),
            queue=AnalysisQueue(sqs, aws.queue_url, aws.dlq_url),
            max_video_bytes=settings.max_video_bytes,
            objects=objects,
            artifacts=Artifacts(database, objects, settings.artifacts),
            quotas=Quotas(
                open_uploads=settings.limits.open_uploads,
                jobs_per_day=settings.limits.jobs_per_day,
                bytes_per_day=settings.limits.bytes_per_day,
            ),
            bucket_origin=_origin(await objects.presign("origin")),
        )


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
