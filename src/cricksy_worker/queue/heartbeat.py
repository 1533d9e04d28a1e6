"""Keeps a job ours while it is worked on: the lease in the database first, then the message's visibility."""

import asyncio
import random
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import structlog

from cricksy import failpoints
from cricksy.aws.queue import AnalysisQueue, ReceivedMessage
from cricksy.data.engine import Database
from cricksy.data.leases import Lease, LeaseLost, renew
from cricksy_worker.queue.backoff import Backoff
from cricksy_worker.queue.persist import Delay, persist, why
from cricksy_worker.queue.visibility import set_visibility

log = structlog.stdlib.get_logger()

_BEATS_IN_A_LEASE = 3
_JITTER = 0.1
_RETRY_SECONDS, _MOST_RETRY_SECONDS = 0.5, 5.0
_RETRIES_IN_A_LEASE = 6


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
        """``claimed_at``: the event loop's time just before the claim, so that our lease never seems longer than the
        database's.
        """
        self._database = database
        self._queue = queue
        self._lease = lease
        self._message = message
        self._visibility_seconds = visibility_seconds
        self._lease_ends_at = claimed_at + visibility_seconds
        self._lock = asyncio.Lock()
        self._has_ended = False
        self._visibility_lock = asyncio.Lock()
        self._is_nacked = False
        self._is_spent = False
        # Often enough that a database which comes back finds the lease alive, without a line for every instant.
        most_seconds = max(_RETRY_SECONDS, min(_MOST_RETRY_SECONDS, visibility_seconds / _RETRIES_IN_A_LEASE))
        self._retry = Backoff(_RETRY_SECONDS, most_seconds)

    async def run(self) -> None:
        """Beat until cancelled. Raises :class:`LeaseLost`."""
        while True:
            # Straight after the claim too: the message was received before the lease began and would come back
            # before the lease ends, which wastes a receive.
            await self._hide()
            await asyncio.sleep(self._interval())
            await persist(self._renew_lease, self._retry, self._on_delay)
            await failpoints.reach("lease_renewed")

    @asynccontextmanager
    async def last_write(self) -> AsyncGenerator[None]:
        """Around the write that ends the lease: no renewal runs beside it, nor after it when it succeeds."""
        async with self._lock:
            yield
            self._has_ended = True

    async def nack(self, delay: Backoff) -> None:
        """Return the message to the queue after a delay by its receives; no beat hides it any longer."""
        async with self._visibility_lock:
            self._is_nacked = True
            await set_visibility(self._queue, self._message, delay.seconds(self._message.receive_count))

    async def extend_visibility(self) -> None:
        """Take :meth:`nack` back: the beats hide the message again."""
        self._is_nacked = False
        await self._hide()

    def _interval(self) -> float:
        jitter = random.uniform(1 - _JITTER, 1 + _JITTER)  # noqa: S311 - not a secret
        return self._visibility_seconds / _BEATS_IN_A_LEASE * jitter

    async def _renew_lease(self) -> None:
        asked_at = _now()
        async with asyncio.timeout_at(self._lease_ends_at), self._lock:
            if not self._has_ended:
                await renew(self._database, self._lease, self._visibility_seconds)
        self._lease_ends_at = asked_at + self._visibility_seconds

    async def _on_delay(self, error: Delay) -> None:
        """Renewing is tried again for as long as the lease may still be ours."""
        if _now() >= self._lease_ends_at:
            raise LeaseLost from error
        log.warning("heartbeat_delayed", **why(error))

    async def _hide(self) -> None:
        """Hide the message for a whole visibility from now, up to SQS's limit of twelve hours.

        After that the message comes back to a worker that finds the lease held; here only the lease is renewed.
        """
        try:
            # A queue that hangs must not cost the lease its renewal.
            async with asyncio.timeout(self._visibility_seconds / _BEATS_IN_A_LEASE), self._visibility_lock:
                if self._is_nacked or self._is_spent:
                    return
                self._is_spent = not await set_visibility(self._queue, self._message, self._visibility_seconds)
                if self._is_spent:
                    log.warning("visibility_spent")
        except TimeoutError:
            log.warning("visibility_not_set", error="the queue did not answer in time")


def _now() -> float:
    return asyncio.get_running_loop().time()
