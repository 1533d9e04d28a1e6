"""The services that handlers use, opened once for the life of the application."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

from cricksy.aws.artifact_objects import ArtifactObjects
from cricksy.aws.clients import presigning_client, s3_client, sqs_client
from cricksy.aws.objects import VideoStore
from cricksy.aws.queue import AnalysisQueue
from cricksy.data.artifacts import Artifacts
from cricksy.data.engine import Database, connected
from cricksy.settings import ApiSettings

STORAGE_SECONDS: Final = 10
"""Seconds that a request waits for S3. The client alone would retry for 90 s."""


@dataclass(frozen=True, slots=True)
class Services:
    database: Database
    videos: VideoStore
    queue: AnalysisQueue
    max_video_bytes: int
    objects: ArtifactObjects
    artifacts: Artifacts


@asynccontextmanager
async def open_services(settings: ApiSettings) -> AsyncGenerator[Services]:
    aws = settings.aws
    async with (
        connected(settings.database_url, application="cricksy-api") as database,
        s3_client(aws) as s3,
        presigning_client(aws) as presigner,
        sqs_client(aws) as sqs,
    ):
        objects = ArtifactObjects(s3, presigner, aws.bucket)
        yield Services(
            database=database,
            videos=VideoStore(s3, presigner, aws.bucket),
            queue=AnalysisQueue(sqs, aws.queue_url, aws.dlq_url),
            max_video_bytes=settings.max_video_bytes,
            objects=objects,
            artifacts=Artifacts(database, objects, settings.artifacts),
        )
