"""The services that handlers use, opened once for the life of the application."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

from cricksy.aws.clients import presigning_client, s3_client, sqs_client
from cricksy.aws.objects import VideoStore
from cricksy.aws.queue import AnalysisQueue
from cricksy.data.engine import Database, connected
from cricksy.data.usage import Quotas
from cricksy.settings import ApiSettings

STORAGE_SECONDS: Final = 3.5
"""Seconds that a request waits for S3. The client alone would retry for 90 s."""
QUEUE_SECONDS: Final = 3.5
"""Seconds that a request waits for SQS to take a message. The client alone would retry for 30 s."""
DATABASE_WAIT_SECONDS: Final = 2
"""Seconds that a request waits for a free connection to the database."""


@dataclass(frozen=True, slots=True)
class Services:
    database: Database
    videos: VideoStore
    queue: AnalysisQueue
    max_video_bytes: int
    quotas: Quotas


@asynccontextmanager
async def open_services(settings: ApiSettings) -> AsyncGenerator[Services]:
    aws = settings.aws
    async with (
        connected(settings.database_url, application="cricksy-api", wait_seconds=DATABASE_WAIT_SECONDS) as database,
        s3_client(aws) as s3,
        presigning_client(aws) as presigner,
        sqs_client(aws) as sqs,
    ):
        yield Services(
            database=database,
            videos=VideoStore(s3, presigner, aws.bucket),
            queue=AnalysisQueue(sqs, aws.queue_url, aws.dlq_url),
            max_video_bytes=settings.max_video_bytes,
            quotas=Quotas(
                open_uploads=settings.limits.open_uploads,
                jobs_per_day=settings.limits.jobs_per_day,
                bytes_per_day=settings.limits.bytes_per_day,
            ),
        )
