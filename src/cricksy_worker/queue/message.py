"""One received message, from the claim of its job to its deletion."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

import msgspec
import structlog

from cricksy import failpoints
from cricksy.aws.errors import QueueError
from cricksy.aws.queue import AnalysisMessage, AnalysisQueue, ReceivedMessage
from cricksy.data.engine import Database
from cricksy.data.errors import TransientDatabaseError
from cricksy.data.leases import AlreadyFinal, Claim, Held, Lease, LeaseLost, Unknown, claim, record_message, release
from cricksy.spans import span
from cricksy.tracing import new_trace_id
from cricksy_worker.queue.backoff import Backoff
from cricksy_worker.queue.job import REDELIVERY, Disposal, JobRunner
from cricksy_worker.queue.persist import Delay, persist, why
from cricksy_worker.queue.visibility import set_visibility

log = structlog.stdlib.get_logger()

_DATABASE_RETRY = Backoff(base_seconds=0.5, cap_seconds=5)


@dataclass(frozen=True, slots=True)
class MessageSettings:
    visibility_seconds: int
    hand_back_seconds: float
    """A hand-back that takes longer is given up: the message returns by itself when its visibility ends."""
    redelivery: Backoff = REDELIVERY


class MessageHandler:
    """Sees messages through, whatever comes: its methods raise nothing but a cancel."""

    def __init__(self, database: Database, queue: AnalysisQueue, jobs: JobRunner, settings: MessageSettings) -> None:
        self._database = database
        self._queue = queue
        self._jobs = jobs
        self._settings = settings

    async def handle(self, message: ReceivedMessage) -> None:
        """Do the message's job. A cancel hands the job back, so that it spends neither an attempt nor a receive."""
        await self._guarded(message, self._handle)

    async def return_unread(self, message: ReceivedMessage) -> None:
        """Hand back a message that came while the worker drains."""
        await self._guarded(message, self._hand_back)

    async def _guarded(
        self, message: ReceivedMessage, action: Callable[[ReceivedMessage, AnalysisMessage], Awaitable[None]]
    ) -> None:
        """Decode the message and do ``action``; an error in either is logged and nacks the message."""
        context = {"message_id": message.message_id, "trace_id": message.trace_id}
        with structlog.contextvars.bound_contextvars(**{name: value for name, value in context.items() if value}):
            log.info("message_received", count=message.receive_count)
            try:
                await self._traced(message, action, _decode(message))
            except msgspec.DecodeError:
                log.exception("message_undecodable")
                await self._nack(message)
            except Exception:
                log.exception("message_failed")
                await self._nack(message)

    async def _traced(
        self,
        message: ReceivedMessage,
        action: Callable[[ReceivedMessage, AnalysisMessage], Awaitable[None]],
        body: AnalysisMessage,
    ) -> None:
        facts = {"messaging__system": "aws_sqs", "messaging__message__id": message.message_id}
        with span(
            "process analysis",
            "consumer",
            trace_id=message.trace_id,
            parent=message.traceparent,
            job_id=str(body.job_id),
            session_id=str(body.session_id),
            receives=message.receive_count,
            **facts,
        ):
            await action(message, body)

    async def _handle(self, message: ReceivedMessage, body: AnalysisMessage) -> None:
        lease = Lease(body.job_id)
        is_claimed = False
        try:
            await failpoints.reach("message_received")
            answer, asked_at = await self._claim(message, lease)
            match answer:
                case Claim():
                    is_claimed = True
                    await self._work(message, answer, asked_at)
                case Held(seconds):
                    log.info("job_held", seconds=round(seconds, 3))
                    await set_visibility(self._queue, message, seconds)
                case AlreadyFinal(status):
                    log.info("job_final", status=status)
                    await self._delete(message)
                case Unknown():
                    log.warning("job_unknown")
                    await self._delete(message)
        except asyncio.CancelledError:
            await self._hand_back(message, body, lease, is_claimed=is_claimed)
            raise

    async def _claim(
        self, message: ReceivedMessage, lease: Lease
    ) -> tuple[Claim | Held | AlreadyFinal | Unknown, float]:
        """The database's answer, and the event loop's time just before it was asked.

        During an outage the message stays hidden, because each return to the queue would spend a receive.
        """
        seconds = self._settings.visibility_seconds

        async def ask() -> tuple[Claim | Held | AlreadyFinal | Unknown, float]:
            asked_at = asyncio.get_running_loop().time()
            async with asyncio.timeout(seconds / 2):
                return await claim(self._database, lease, message.message_id, seconds), asked_at

        async def on_delay(error: Delay) -> None:
            log.warning("claim_delayed", **why(error))
            await set_visibility(self._queue, message, seconds)

        retry = replace(_DATABASE_RETRY, cap_seconds=min(_DATABASE_RETRY.cap_seconds, seconds / 4))
        return await persist(ask, retry, on_delay)

    async def _work(self, message: ReceivedMessage, claimed: Claim, asked_at: float) -> None:
        structlog.contextvars.bind_contextvars(request_id=str(claimed.request_id), trace_id=claimed.trace_id)
        log.info("job_processing", attempt=claimed.attempts)
        await failpoints.reach("job_claimed")
        match await self._jobs.run(claimed, message, asked_at):
            case Disposal.DELETE:
                await self._delete(message)
            case Disposal.NACKED:
                log.info("message_kept")
            case Disposal.FORFEITED:
                log.info("message_left")

    async def _hand_back(
        self, message: ReceivedMessage, body: AnalysisMessage, lease: Lease | None = None, *, is_claimed: bool = False
    ) -> None:
        """Give the job to the next worker under a new message, whose receives count from nothing.

        A claim that was cut off may have been committed all the same; where it was not, there is nothing to release.
        """
        try:
            async with asyncio.timeout(self._settings.hand_back_seconds):
                if lease is not None:
                    await self._release(lease, is_claimed=is_claimed)
                await failpoints.reach("lease_released")
                message_id = await self._queue.send(body, message.trace_id or new_trace_id())
                await failpoints.reach("message_resent")
                await self._delete(message)
                await record_message(self._database, body.job_id, message_id)
        except LeaseLost:
            # Committed, failed or taken over in the meantime.
            log.info("message_left")
        except (QueueError, TransientDatabaseError, TimeoutError) as error:
            log.warning("hand_back_failed", **why(error))
        else:
            log.info("job_handed_back", new_message_id=message_id)

    async def _release(self, lease: Lease, *, is_claimed: bool) -> None:
        delays = 0

        async def on_delay(_error: Delay) -> None:
            nonlocal delays
            delays += 1

        try:
            await persist(lambda: release(self._database, lease), _DATABASE_RETRY, on_delay)
        except LeaseLost:
            if is_claimed or delays:
                raise

    async def _nack(self, message: ReceivedMessage) -> None:
        await set_visibility(self._queue, message, self._settings.redelivery.seconds(message.receive_count))

    async def _delete(self, message: ReceivedMessage) -> None:
        try:
            await self._queue.delete(message)
        except QueueError as error:
            # It comes back, finds its job final and is deleted then.
            log.warning("message_not_deleted", error=str(error))
        else:
            log.info("message_deleted")


def _decode(message: ReceivedMessage) -> AnalysisMessage:
    """Raises :class:`msgspec.DecodeError`."""
    body = message.decode()
    structlog.contextvars.bind_contextvars(job_id=str(body.job_id), session_id=str(body.session_id))
    return body
