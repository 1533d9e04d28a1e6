"""Repeats a call to the database for as long as the database does not answer."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from cricksy.aws.errors import AwsError
from cricksy.data.errors import DatabaseError, TransientDatabaseError
from cricksy_worker.queue.backoff import Backoff

_Answer = TypeVar("_Answer")

Delay = TransientDatabaseError | TimeoutError
"""Why a call is repeated; a :class:`TimeoutError` is of a limit that the call set itself."""


async def persist(
    call: Callable[[], Awaitable[_Answer]], backoff: Backoff, on_delay: Callable[[Delay], Awaitable[None]]
) -> _Answer:
    """The answer of ``call``, repeated until it comes.

    ``on_delay`` runs after each failure, before the wait; what it raises ends the tries.
    """
    failures = 0
    while True:
        try:
            return await call()
        except (TransientDatabaseError, TimeoutError) as error:
            await on_delay(error)
        failures += 1
        await asyncio.sleep(backoff.seconds(failures))


def why(error: AwsError | DatabaseError | TimeoutError) -> dict[str, str]:
    """The fields of a log line that say what failed: ``reason``, by its own name, and ``error``, in its own words."""
    reason = "timeout" if isinstance(error, TimeoutError) else error.reason
    return {"reason": reason, "error": str(error)}
