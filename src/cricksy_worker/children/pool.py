"""The analysis children: one for each slot, reused for some videos, replaced when one is lost.

They are plain processes rather than a pool of :mod:`multiprocessing` or :mod:`concurrent.futures`: those give a child
the parent's environment, keys and all, and cannot kill the one that a job runs in.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from cricksy_worker.children.process import AnalysisChild, ChildSettings


class ChildPool:
    """Hands out children. There are as many as are asked for at once: the worker's slots are the bound."""

    def __init__(self, settings: ChildSettings, tasks: asyncio.TaskGroup) -> None:
        self._settings = settings
        self._tasks = tasks
        self._idle: list[AnalysisChild] = []

    async def warm(self, count: int) -> None:
        """Start ``count`` children ahead of the first jobs."""
        self._idle += [await AnalysisChild.start(self._settings, self._tasks) for _ in range(count)]

    @asynccontextmanager
    async def child(self) -> AsyncGenerator[AnalysisChild]:
        """A child for one job. It is killed where the job leaves while it is busy, as a deadline or a cancel does."""
        child = await self._take()
        try:
            yield child
        finally:
            if child.is_reusable:
                self._idle.append(child)
            else:
                await child.end()

    async def close(self) -> None:
        for child in self._idle:
            await child.end()
        self._idle.clear()

    async def _take(self) -> AnalysisChild:
        while self._idle:
            child = self._idle.pop()
            if child.is_reusable:
                return child
            await child.end()
        return await AnalysisChild.start(self._settings, self._tasks)


@asynccontextmanager
async def running_pool(settings: ChildSettings, size: int) -> AsyncGenerator[ChildPool]:
    """A pool with ``size`` children started; all are killed at the end."""
    async with asyncio.TaskGroup() as tasks:
        pool = ChildPool(settings, tasks)
        try:
            await pool.warm(size)
            yield pool
        finally:
            await pool.close()
