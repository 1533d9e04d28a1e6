"""The worker's loop: receives while a slot is free, starts a task for each message, and drains on request.

A poll holds the slots it asks messages for, up to ten, until it returns. Slots that come free meanwhile start a poll of
their own, so none waits out another's long poll; and no message is received that could not start at once.
"""

import asyncio
import os
import secrets
import socket
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import structlog

from cricksy.aws.errors import QueueError, StorageError
from cricksy.aws.objects import VideoStore
from cricksy.aws.queue import AnalysisQueue, ReceivedMessage
from cricksy.data.engine import Database
from cricksy.data.errors import DatabaseOutage, TransientDatabaseError
from cricksy.data.schema import SchemaMismatchError, check_schema
from cricksy.data.workers import forget_worker, record_worker
from cricksy.metrics import metrics
from cricksy_worker.children.memory import resident_bytes
from cricksy_worker.health import Condition, write_state
from cricksy_worker.queue.backoff import Backoff
from cricksy_worker.queue.message import MessageHandler
from cricksy_worker.queue.persist import why
from cricksy_worker.queue.protection import TaskProtection

log = structlog.stdlib.get_logger()

TICK_SECONDS = 2.0
ANNOUNCE_SECONDS = 10.0
SAY_SECONDS = 60.0
_FORGET_SECONDS = 1.0
_MOST_MESSAGES = 10
"""SQS gives no more at once."""
_RECEIVE_RETRY = Backoff(base_seconds=1, cap_seconds=30)


class StopRequest:
    """What signals ask for: the first to drain, the second to hand everything back at once."""

    def __init__(self) -> None:
        self.drain = asyncio.Event()
        self.at_once = asyncio.Event()

    def ask(self) -> None:
        if self.drain.is_set():
            self.at_once.set()
        self.drain.set()


@dataclass(frozen=True, slots=True)
class LoopSettings:
    slots: int
    visibility_seconds: int
    drain_seconds: float
    """For the jobs to finish and the polls to return; what is left then is handed back."""
    directory: Path
    """Private; the state is written there."""


class WorkerLoop:
    """An error in any of its tasks ends :meth:`run` with that error, after the jobs were handed back."""

    def __init__(  # noqa: PLR0913, PLR0917 - the services and the settings that the loop needs
        self,
        database: Database,
        queue: AnalysisQueue,
        videos: VideoStore,
        messages: MessageHandler,
        protection: TaskProtection,
        settings: LoopSettings,
        stop: StopRequest,
        condition: Condition,
    ) -> None:
        self.id = f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(4)}"
        self._database = database
        self._queue = queue
        self._videos = videos
        self._messages = messages
        self._protection = protection
        self._settings = settings
        self._stop = stop
        self._free = settings.slots
        self._slot_is_free = asyncio.Event()
        self._slot_is_free.set()
        self._failed_receives = 0
        self._condition = condition
        self.schema_fits = asyncio.Event()
        """Set while this code can work with the database; else the worker receives nothing and writes no row."""
        self._bucket_is_ours = asyncio.Event()
        """Clear until the bucket was asked, and while it refuses: each job would spend its attempts on that."""
        self._polls: set[asyncio.Task[None]] = set()
        self._jobs: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Work until a stop is requested, then drain."""
        log.info("worker_started", worker_id=self.id, slots=self._settings.slots)
        try:
            async with asyncio.TaskGroup() as tasks:
                ticking = tasks.create_task(self._tick(), name="tick")
                announcing = tasks.create_task(self._announce(), name="announce")
                asking = tasks.create_task(self._ask_bucket(), name="ask bucket")
                saying = tasks.create_task(self._say(), name="say")
                receiving = tasks.create_task(self._receive(tasks), name="receive")
                await self._stop.drain.wait()
                receiving.cancel()
                await self._drain()
                announcing.cancel()
                asking.cancel()
                saying.cancel()
                ticking.cancel()
        finally:
            await self._forget()
        log.info("worker_stopped", worker_id=self.id)

    async def _receive(self, tasks: asyncio.TaskGroup) -> None:
        while True:
            await self._slot_is_free.wait()
            await self.schema_fits.wait()
            await self._bucket_is_ours.wait()
            count = min(self._free, _MOST_MESSAGES)
            self._take_slots(count)
            poll = tasks.create_task(self._poll(tasks, count), name="poll")
            self._polls.add(poll)
            poll.add_done_callback(self._polls.discard)

    async def _poll(self, tasks: asyncio.TaskGroup, count: int) -> None:
        messages: list[ReceivedMessage] = []
        try:
            # The first answers at once: a worker that may not receive says so, and one that may is well.
            waits = "queue" not in self._condition.unseen
            messages = await self._queue.receive(count, self._settings.visibility_seconds, waits=waits)
            self._failed_receives = 0
            self._condition.answered("queue")
            if not waits:
                self._write_state()
        except QueueError as error:
            self._failed_receives += 1
            if error.is_refusal:
                self._condition.refused("queue", f"the queue refuses: {error}")
            else:
                self._condition.did_not_answer("queue", str(error))
            seconds = _RECEIVE_RETRY.seconds(self._failed_receives)
            log.warning("receive_failed", error=str(error), retry_in_s=round(seconds, 1))
            await self._pause(seconds)
        self._give_slots_back(count - len(messages))
        for message in messages:
            job = tasks.create_task(self._serve(message), name=f"message {message.message_id}")
            self._jobs.add(job)
            self._protection.set_busy(True)
            job.add_done_callback(self._end_job)

    def _end_job(self, job: asyncio.Task[None]) -> None:
        self._jobs.discard(job)
        self._protection.set_busy(bool(self._jobs))

    async def _serve(self, message: ReceivedMessage) -> None:
        try:
            if self._stop.drain.is_set():
                await self._messages.return_unread(message)
            else:
                await self._messages.handle(message)
        finally:
            self._give_slots_back(1)

    async def _drain(self) -> None:
        """Wait for jobs to finish and polls to return: a poll that is cut off still takes a message from the queue."""
        log.info("draining", jobs=len(self._jobs), polls=len(self._polls))
        self._write_state()
        at_once = asyncio.create_task(self._stop.at_once.wait())
        deadline = asyncio.get_running_loop().time() + self._settings.drain_seconds
        while work := self._polls | self._jobs:
            left = deadline - asyncio.get_running_loop().time()
            if left <= 0 or at_once.done():
                break
            await asyncio.wait({*work, at_once}, timeout=left, return_when=asyncio.FIRST_COMPLETED)
        at_once.cancel()
        for task in work:
            task.cancel()

    async def _tick(self) -> None:
        while True:
            self._write_state()
            await asyncio.sleep(TICK_SECONDS)

    async def _say(self) -> None:
        """What it does, also where nothing happens, and for CloudWatch."""
        while True:
            away = sorted(self._condition.away)
            log.info(
                "worker_state",
                worker_id=self.id,
                doing=self._doing(),
                polls=len(self._polls),
                away=away,
                **metrics(
                    slots=self._settings.slots,
                    busy=len(self._jobs),
                    rss_bytes=resident_bytes(os.getpid()),
                    services_away=len(away),
                ),
            )
            await asyncio.sleep(SAY_SECONDS)

    def _doing(self) -> str:
        if self._stop.drain.is_set():
            return "draining"
        if not self.schema_fits.is_set():
            return "waiting for the schema" if "database" in self._condition.faults else "waiting for the database"
        if not self._bucket_is_ours.is_set():
            return "waiting for the bucket"
        # While all its slots are busy it receives nothing.
        return "polling" if self._free or self._polls else "working"

    async def _announce(self) -> None:
        while True:
            draining = self._stop.drain.is_set()
            try:
                await check_schema(self._database)
                await record_worker(
                    self._database, self.id, slots=self._settings.slots, busy=len(self._jobs), draining=draining
                )
                self._condition.answered("database")
                self._write_state()
                self.schema_fits.set()
            except SchemaMismatchError as error:
                self._condition.refused("database", f"takes no jobs: {error}")
                self.schema_fits.clear()
                log.warning("schema_mismatch", state=error.mismatch.value, error=str(error))
            except TransientDatabaseError as error:
                if isinstance(error, DatabaseOutage):
                    self._condition.did_not_answer("database", str(error))
                log.warning("worker_not_announced", **why(error))
            if draining:
                await asyncio.sleep(ANNOUNCE_SECONDS)
            elif self.schema_fits.is_set() or "database" in self._condition.faults:
                await self._pause(ANNOUNCE_SECONDS)
            else:
                # The database has not answered yet, and nothing is received before it does.
                await self._pause(TICK_SECONDS)

    async def _ask_bucket(self) -> None:
        while True:
            try:
                await self._videos.ping()
                self._condition.answered("bucket")
                self._bucket_is_ours.set()
            except StorageError as error:
                if error.is_refusal:
                    why = (
                        f"takes no jobs: the bucket {self._videos.bucket} is not there, or not for this worker: {error}"
                    )
                    self._condition.refused("bucket", why)
                    self._bucket_is_ours.clear()
                else:
                    # What is received meanwhile spends no attempt.
                    self._condition.did_not_answer("bucket", str(error))
                    self._bucket_is_ours.set()
                log.warning("bucket_failed", error=str(error), is_refusal=error.is_refusal)
            self._write_state()
            await asyncio.sleep(ANNOUNCE_SECONDS)

    async def _forget(self) -> None:
        if not self.schema_fits.is_set():
            # There may be no table to delete from; a row that is there is not counted for long.
            return
        try:
            async with asyncio.timeout(_FORGET_SECONDS):
                await forget_worker(self._database, self.id)
        except (TransientDatabaseError, TimeoutError) as error:
            log.warning("worker_not_forgotten", **why(error))

    async def _pause(self, seconds: float) -> None:
        """Sleep, but no longer than until the drain begins."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._stop.drain.wait()

    def _write_state(self) -> None:
        write_state(
            self._settings.directory,
            self._condition,
            slots=self._settings.slots,
            busy=len(self._jobs),
            draining=self._stop.drain.is_set(),
        )

    def _take_slots(self, count: int) -> None:
        self._free -= count
        if self._free == 0:
            self._slot_is_free.clear()

    def _give_slots_back(self, count: int) -> None:
        self._free += count
        if self._free > 0:
            self._slot_is_free.set()
