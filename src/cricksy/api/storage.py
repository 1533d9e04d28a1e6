"""S3 as a handler calls it: bounded in time, and away as a problem."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from cricksy.api.problems import StorageUnavailable
from cricksy.api.services import STORAGE_SECONDS
from cricksy.aws.errors import ObjectMissing, StorageError


@asynccontextmanager
async def storage_problems() -> AsyncGenerator[None]:
    """What S3 refuses, or does not answer in time, is a :class:`.problems.StorageUnavailable`.

    An object that is missing stays :class:`cricksy.aws.errors.ObjectMissing`: trying again does not bring it back.
    """
    try:
        async with asyncio.timeout(STORAGE_SECONDS):
            yield
    except ObjectMissing:
        raise
    except (StorageError, TimeoutError) as error:
        raise StorageUnavailable from error
