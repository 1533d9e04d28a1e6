"""What ``/health`` asks, at most once a second whoever calls, so that no flood of calls starves the API's pool."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final, Generic, Literal, TypeVar

import structlog

from cricksy.api.services import Services
from cricksy.aws.queue import QueueDepth
from cricksy.data.jobs import oldest_waiting_seconds
from cricksy.data.schema import SchemaMismatchError, check_schema
from cricksy.data.workers import count_workers

KEPT_SECONDS: Final = 1.0
CHECK_SECONDS: Final = 3.0
"""Seconds that a dependency has to answer."""
ANSWER_SECONDS: Final = 3.5
"""Seconds that a call waits for a check: the end of one that was given up may take longer, in the background."""

DatabaseState = Literal["ok", "failed", "schema_missing", "schema_too_old", "schema_too_new", "schema_unknown"]
"""``failed``: it does not answer. The others name what keeps this code from working with its schema."""

log = structlog.stdlib.get_logger()

T = TypeVar("T")


class OneFlight(Generic[T]):
    """Calls ``load`` once for all who ask at the same time, and keeps what it returned or raised for a second."""

    def __init__(self, load: Callable[[], Awaitable[T]], kept_seconds: float) -> None:
        self._load = load
        self._kept_seconds = kept_seconds
        self._flight: asyncio.Task[T] | None = None
        self._kept_until = 0.0

    async def get(self) -> T:
        """Raises what ``load`` raises, and :class:`TimeoutError` after ``ANSWER_SECONDS``."""
        flight = self._flight
        if flight is None or (flight.done() and asyncio.get_running_loop().time() >= self._kept_until):
            flight = self._flight = asyncio.create_task(self._run())
            flight.add_done_callback(_look_at)
        await asyncio.wait({flight}, timeout=ANSWER_SECONDS)
        if not flight.done():
            raise TimeoutError
        error = flight.exception()
        if error is not None:
            raise error.with_traceback(None)
        return flight.result()

    async def _run(self) -> T:
        try:
            async with asyncio.timeout(CHECK_SECONDS):
                return await self._load()
        finally:
            self._kept_until = asyncio.get_running_loop().time() + self._kept_seconds


def _look_at(flight: asyncio.Task[T]) -> None:
    """Take note of an error for which every caller has given up waiting, or asyncio would report it."""
    if not flight.cancelled():
        flight.exception()


@dataclass(frozen=True, slots=True)
class Backlog:
    oldest_waiting_seconds: float
    workers: int


class HealthChecks:
    def __init__(self, services: Services, kept_seconds: float = KEPT_SECONDS) -> None:
        self._services = services
        self._database = OneFlight(lambda: check_schema(services.database), kept_seconds)
        self._queue = OneFlight(services.queue.ping, kept_seconds)
        self._bucket = OneFlight(services.videos.ping, kept_seconds)
        self._depth = OneFlight(services.queue.depth, kept_seconds)
        self._backlog = OneFlight(self._read_backlog, kept_seconds)

    async def database(self) -> DatabaseState:
        try:
            return await _state("database", self._database.get)
        except SchemaMismatchError as error:
            log.warning("not_ready", check="database", state=error.mismatch.value, error=str(error))
            return error.mismatch.value

    async def queue(self) -> Literal["ok", "failed"]:
        return await _state("queue", self._queue.get)

    async def bucket(self) -> Literal["ok", "failed"]:
        return await _state("bucket", self._bucket.get)

    async def depth(self) -> QueueDepth:
        """Raises :class:`~cricksy.aws.errors.QueueError` and :class:`TimeoutError`."""
        return await self._depth.get()

    async def backlog(self) -> Backlog:
        """Raises :class:`~cricksy.data.errors.DatabaseError` and :class:`TimeoutError`."""
        return await self._backlog.get()

    async def _read_backlog(self) -> Backlog:
        database = self._services.database
        return Backlog(await oldest_waiting_seconds(database), await count_workers(database))


async def _state(name: str, check: Callable[[], Awaitable[object]]) -> Literal["ok", "failed"]:
    try:
        await check()
    except SchemaMismatchError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever the driver raises, the answer is that it is not ready
        log.warning("not_ready", check=name, error=repr(error))
        return "failed"
    return "ok"
