"""Watches jobs for all open streams of this process with one query a second."""

import asyncio
from collections.abc import Generator
from contextlib import contextmanager
from typing import Final
from uuid import UUID

import structlog

from cricksy.api.health import Readiness
from cricksy.data.engine import Database
from cricksy.data.errors import DatabaseError
from cricksy.data.progress import Reading, read_progress_of

POLL_SECONDS: Final = 1.0

log = structlog.stdlib.get_logger()


class Watch:
    """What one stream waits for."""

    def __init__(self) -> None:
        self._changed = asyncio.Event()
        self._latest: Reading | None = None

    def put(self, reading: Reading | None) -> None:
        """Hand over what was read; ``None`` ends the stream. A slow client gets the newest reading only."""
        if reading is None or reading != self._latest:
            self._latest = reading
            self._changed.set()

    async def next(self, seconds: float) -> Reading | None:
        """The next change; ``None`` where the job is gone or the server drains.

        Raises:
            TimeoutError: Nothing changed for so long.
        """
        async with asyncio.timeout(seconds):
            await self._changed.wait()
        self._changed.clear()
        return self._latest


class ProgressFeed:
    """Reads the progress of every watched job while any is watched.

    Its own tick notices a drain even while the database does not answer.
    """

    def __init__(self, database: Database, readiness: Readiness) -> None:
        self._database = database
        self._readiness = readiness
        self._watches: dict[UUID, set[Watch]] = {}
        self._ticking: asyncio.Task[None] | None = None

    @property
    def watched(self) -> int:
        """Jobs that a stream watches."""
        return len(self._watches)

    @contextmanager
    def watch(self, job_id: UUID) -> Generator[Watch]:
        """Hand the job's changes to the watch until the block ends."""
        watch = Watch()
        self._watches.setdefault(job_id, set()).add(watch)
        if self._ticking is None or self._ticking.done():
            self._ticking = asyncio.create_task(self._tick())
        try:
            yield watch
        finally:
            watches = self._watches[job_id]
            watches.discard(watch)
            if not watches:
                del self._watches[job_id]

    async def close(self) -> None:
        """Stop reading; call it when no stream is left."""
        if self._ticking is not None:
            self._ticking.cancel()
            await asyncio.wait([self._ticking])

    async def _tick(self) -> None:
        polling: asyncio.Task[None] | None = None
        try:
            while self._watches:
                if self._readiness.draining:
                    self._end(self._watches)
                elif polling is None or polling.done():
                    polling = asyncio.create_task(self._poll())
                await asyncio.sleep(POLL_SECONDS)
        finally:
            if polling is not None:
                polling.cancel()
                await asyncio.wait([polling])

    async def _poll(self) -> None:
        asked = list(self._watches)
        try:
            found = await read_progress_of(self._database, asked)
        except DatabaseError as error:
            # The streams stay open: the next reading brings what they missed.
            log.warning("progress_not_read", reason=error.reason, error=str(error))
            return
        for job_id in asked:
            for watch in self._watches.get(job_id, ()):
                watch.put(found.get(job_id))

    def _end(self, watches: dict[UUID, set[Watch]]) -> None:
        for of_job in watches.values():
            for watch in of_job:
                watch.put(None)
