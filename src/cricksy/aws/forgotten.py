"""Makes the bucket and the queues again that an emulator has forgotten.

An emulator that is killed comes back without its queues and without the rules of its bucket, and nobody runs
``cricksy aws init`` then. AWS forgets nothing: what is gone there was taken away by somebody, and this never runs.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final

import structlog

from cricksy.aws.clients import s3_client, sqs_client
from cricksy.aws.errors import AwsError, ObjectMissing, QueueError
from cricksy.aws.probes import differences_of_queue, missing_of_bucket
from cricksy.aws.provision import provision
from cricksy.settings import AwsSettings

if TYPE_CHECKING:
    from types_aiobotocore_s3.client import S3Client
    from types_aiobotocore_sqs.client import SQSClient

log = structlog.stdlib.get_logger()

LOOK_SECONDS: Final = 5.0
_NO_QUEUE: Final = ("AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist")


@asynccontextmanager
async def remembered(settings: AwsSettings, look_seconds: float = LOOK_SECONDS) -> AsyncGenerator[None]:
    """Look every ``look_seconds`` until the block ends, where the settings allow it, and make again what is missing."""
    if not settings.provisions_missing:
        yield
        return
    looking = asyncio.create_task(_look_again(settings, look_seconds), name="remember")
    looking.add_done_callback(_say_why)
    try:
        yield
    finally:
        looking.cancel()
        await asyncio.wait([looking])


def _say_why(looking: asyncio.Task[None]) -> None:
    """An error of ours ends the looking, not the program: it works as long as the emulator does."""
    if not looking.cancelled() and (error := looking.exception()):
        log.error("services_unwatched", exc_info=error)


async def _look_again(settings: AwsSettings, look_seconds: float) -> None:
    async with s3_client(settings, pool=1) as s3, sqs_client(settings, pool=1) as sqs:
        while True:
            try:
                if missing := await find_missing(s3, sqs, settings):
                    await provision(settings)
                    log.warning("services_made_again", missing=missing)
            except AwsError as error:
                # It is away; others say so each time that they need it.
                log.debug("services_not_seen", error=str(error))
            await asyncio.sleep(look_seconds)


async def find_missing(s3: "S3Client", sqs: "SQSClient", settings: AwsSettings) -> list[str]:
    """What ``cricksy aws init`` would make or set right. Raises :class:`cricksy.aws.errors.AwsError`."""
    try:
        missing = await missing_of_bucket(s3, settings.bucket)
    except ObjectMissing:
        missing = ["bucket"]
    try:
        return missing + await differences_of_queue(sqs, settings)
    except QueueError as error:
        if error.code not in _NO_QUEUE:
            raise
        return [*missing, "queues"]
