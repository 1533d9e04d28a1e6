"""Empties the buried keys of the bucket that are due: the part of a sweep that deletes videos."""

import asyncio
from typing import Final

import structlog

from cricksy.aws.errors import StorageError
from cricksy.aws.objects import VideoStore
from cricksy.data.engine import Database
from cricksy.data.tombstones import settle_tombstone, take_tombstone
from cricksy_worker.queue.persist import why

log = structlog.stdlib.get_logger()

_MOST: Final = 1000
"""Keys in one sweep, which has other work to do."""
_RESERVATION_SECONDS: Final = 60
_STORAGE_SECONDS: Final = 30
"""For one key; less than its reservation."""


async def sweep_objects(database: Database, videos: VideoStore, kept_seconds: float) -> None:
    """Delete what lies under the keys that are due, and forget each key ``kept_seconds`` after it was buried.

    Where S3 refuses or does not answer, the key stays and is due again in a minute.
    """
    for _ in range(_MOST):
        tombstone = await take_tombstone(database, kept_seconds, _RESERVATION_SECONDS)
        if tombstone is None:
            return
        try:
            async with asyncio.timeout(_STORAGE_SECONDS):
                await videos.delete(tombstone.key, tombstone.upload_id)
        except (StorageError, TimeoutError) as error:
            log.warning("object_not_deleted", bucket=videos.bucket, key=tombstone.key, **why(error))
            return
        await settle_tombstone(database, tombstone)
