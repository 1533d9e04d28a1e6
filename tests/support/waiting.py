"""Waiting for what sets no event: another process's work, a row, a file.

A wait gives up only where something hangs. How long that takes proves nothing on a machine that is busy, so no test
asserts on it.
"""

import asyncio
import time
from collections.abc import Callable
from typing import Final

PATIENCE_SECONDS: Final = 150.0
"""Far more than any wait takes with eight busy processes a core beside it; less than pytest's own timeout."""
_PAUSE_SECONDS: Final = 0.03


async def until(holds: Callable[[], bool]) -> None:
    """Return once ``holds()``. Raises :class:`TimeoutError`."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not holds():  # noqa: ASYNC110 - what is waited for sets no event
            await asyncio.sleep(_PAUSE_SECONDS)


def wait_until(holds: Callable[[], bool]) -> None:
    """The same where no event loop runs."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        if time.monotonic() > deadline:
            raise TimeoutError
        time.sleep(_PAUSE_SECONDS)
