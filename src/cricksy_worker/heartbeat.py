"""Keeps a job ours while it is worked on: the lease in the database first, then the message's visibility."""

import asyncio
import random
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import structlog

from cricksy.aws.clients import AwsError
from cricksy.aws.queue import AnalysisQueue, ReceivedMessage
from cricksy.data.engine import Database, is_unavailable
from cricksy.data.leases import Lease, LeaseLost, renew

log = structlog.stdlib.get_logger()

_BEATS_IN_A_LEASE = 3
_JITTER = 0.1
_RETRY_SECONDS = 0.5


class Heartbeat:
    """One for each message. The lease is the fence; what the queue answers is a hint and ends nothing."""

    def __init__(  # noqa: PLR0913, PLR0917 - what is kept, where, and since when
        self,
        database: Database,
        queue: AnalysisQueue,
        lease: Lease,
        message: ReceivedMessage,
        visibility_seconds: int,
        claimed_at: float,
    ) -> None:
        """``claimed_at``: the event loop's time just before the claim was asked for, so that we never think the lease
        longer than the database does.
        """
        self._database = database
        self._queue = queue
        self._lease = lease
        self._message = message
        self._visibility_seconds = visibility_seconds
        self._lease_ends_at = claimed_at + visibility_seconds
        self._lock = asyncio.Lock()
        self._has_ended = False

    async def run(self) -> None:
        """Beat until cancelled. Raises :class:`LeaseLost`."""
        while True:
            # Straight after the claim too: the message was received before the lease began and would come back
            # before the lease ends, which wastes a receive.
            await self._extend_visibility()
            await asyncio.sleep(self._interval())
            await self._renew_lease()

    @asynccontextmanager
    async def last_write(self) -> AsyncGenerator[None]:
        """Around the write that ends the lease: no renewal runs beside it, nor after it when it succeeds."""
        async with self._lock:
            yield
            self._has_ended = True

    def _interval(self) -> float:
        jitter = random.uniform(1 - _JITTER, 1 + _JITTER)  # noqa: S311 - not a secret
        return self._visibility_seconds / _BEATS_IN_A_LEASE * jitter

    async def _renew_lease(self) -> None:
        """Retry while the database is away, for as long as the lease may still be ours."""
        while True:
            asked_at = _now()
            try:
                await self._renew_once()
            except Exception as error:
                if not is_unavailable(error):
                    raise
                if _now() >= self._lease_ends_at:
                    raise LeaseLost from error
                log.warning("heartbeat_delayed", error=str(error))
            else:
                self._lease_ends_at = asked_at + self._visibility_seconds
                return
            await asyncio.sleep(random.uniform(0, _RETRY_SECONDS))  # noqa: S311 - not a secret

    async def _renew_once(self) -> None:
        async with asyncio.timeout_at(self._lease_ends_at), self._lock:
            if not self._has_ended:
                await renew(self._database, self._lease, self._visibility_seconds)

    async def _extend_visibility(self) -> None:
        # A queue that does not answer must not hold up the renewal of the lease, which comes after the next sleep.
        patience = self._visibility_seconds / _BEATS_IN_A_LEASE
        try:
            async with asyncio.timeout(patience):
                await self._queue.change_visibility(self._message, self._visibility_seconds)
        except AwsError as error:
            log.warning("visibility_not_extended", error=repr(error))


def _now() -> float:
    return asyncio.get_running_loop().time()
