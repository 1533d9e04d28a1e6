"""One run: services, workers behind proxies, callers, faults at the boundaries, and the evidence of it all."""

import asyncio
import itertools
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

import msgspec
from tests.faults import audit
from tests.faults.audit import Change
from tests.faults.bucket import sweep_and_read
from tests.faults.coach import Coach
from tests.faults.fleet import Worker, WorkerOptions
from tests.faults.gate import Gate
from tests.faults.injector import Injector
from tests.faults.plan import Plan
from tests.faults.services import Services, running_services
from tests.faults.tap import Tap
from tests.faults.verdict import Evidence
from tests.faults.videos import FaultVideo

from cricksy.aws.artifact_objects import ArtifactObjects
from cricksy.aws.clients import s3_client, sqs_client
from cricksy.aws.queue import AnalysisMessage, AnalysisQueue
from cricksy.data.errors import TransientDatabaseError
from cricksy.vocabulary import ArtifactStore

if TYPE_CHECKING:
    from types_aiobotocore_sqs.client import SQSClient

VISIBILITY_SECONDS = 3
_PAUSE_SECONDS = VISIBILITY_SECONDS + 0.7
_LOOK_SECONDS = 0.25
_CALLERS = 4
_MOST_UNFINISHED = 30


class RunOptions(msgspec.Struct, frozen=True, kw_only=True):
    jobs: int
    bug: str = ""
    seconds: float
    """After so long the run ends, whatever is not final by then."""
    patience_seconds: float
    """So long after the last change of any job nothing more is waited for."""
    workers: int
    slots: int
    stores: tuple[ArtifactStore, ...] = (ArtifactStore.POSTGRES,)
    """Where the workers, in turn, keep results and landmarks; stills are in S3 always."""
    more: int = 0
    """Jobs beyond those asked for, at most, while faults of the plan have not struck."""


async def run(options: RunOptions, plan: Plan, videos: Iterator[FaultVideo], directory: Path) -> Evidence:
    """Work off the videos under the faults of the plan; data and logs stay below ``directory``."""
    async with running_services(directory) as services:
        await audit.install(services.database)
        aws = services.aws_settings(services.emulator.port)
        async with s3_client(aws) as s3, sqs_client(aws) as sqs:
            observed = _Run(options, plan, services, directory)
            coach = Coach(
                services.database, s3, aws.bucket, AnalysisQueue(sqs, aws.queue_url, aws.dlq_url), observed.injector
            )
            await observed.work_off(coach, videos)
            left = await _left(sqs, aws.queue_url, options.patience_seconds / 4)
            observed.close()
            dead = await _bodies(sqs, aws.dlq_url)
            storage = await sweep_and_read(services.database, s3, aws.bucket)
            return Evidence(
                videos={submitted.job_id: submitted.video for submitted in coach.submitted},
                jobs=await audit.job_rows(services.database, ArtifactObjects(s3, s3, aws.bucket)),
                changes=await audit.changes(services.database),
                storage=storage,
                traffic=observed.tap.traffic,
                struck=observed.injector.struck,
                writer=observed.writer,
                waiting=left,
                dead=dead,
                unexpected_ends=[end for worker in observed.workers.values() for end in worker.unexpected_ends],
            )


class _Run:
    """The workers, and what the harness does to them."""

    def __init__(self, options: RunOptions, plan: Plan, services: Services, directory: Path) -> None:
        self._options = options
        self._services = services
        self.tap = Tap()
        worker_options = WorkerOptions(
            slots=options.slots,
            visibility_seconds=VISIBILITY_SECONDS,
            deadline_seconds=40,
            drain_seconds=4,
            bug=options.bug,
        )
        stores = itertools.cycle(options.stores)
        names = [f"w{number}" for number in range(1, options.workers + 1)]
        self.workers = {
            name: Worker(name, services, directory, self.tap, worker_options, next(stores)) for name in names
        }
        self.injector = Injector(plan, self.workers, services, _PAUSE_SECONDS)
        self._gate = Gate(directory / "gate", self.injector.on_passing)
        self._tasks: list[asyncio.Task[None]] = []
        self._newest: int = 0
        self._changed_at = time.monotonic()

    async def work_off(self, coach: Coach, videos: Iterator[FaultVideo]) -> None:
        """Submit the videos and wait until all jobs are final, or nothing happens any more, or the time is over."""
        await self._gate.open()
        self._tasks += [asyncio.create_task(worker.run()) for worker in self.workers.values()]
        callers = [asyncio.create_task(self._call(coach, videos)) for _ in range(_CALLERS)]
        self._tasks += callers
        deadline = time.monotonic() + self._options.seconds
        while time.monotonic() < min(deadline, self._changed_at + self._options.patience_seconds):
            await asyncio.sleep(_LOOK_SECONDS)
            await self._look()
            self.injector.check()
            for task in self._tasks:
                if task.done():
                    task.result()
            if all(caller.done() for caller in callers) and not self.injector.unfinished:
                break
        await self.injector.settle()

    def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        self._gate.close()
        for worker in self.workers.values():
            worker.close()

    def writer(self, change: Change) -> str | None:
        """The worker that was connected from the port of a change."""
        connected = [
            (at, worker.name)
            for worker in self.workers.values()
            for at in worker.connected_at.get(change.client_port or 0, [])
            if at <= change.at.timestamp()
        ]
        return max(connected)[1] if connected else None

    async def _call(self, coach: Coach, videos: Iterator[FaultVideo]) -> None:
        for video in videos:
            while len(self.injector.unfinished) >= _MOST_UNFINISHED:  # noqa: ASYNC110 - the database sets no event
                await asyncio.sleep(_LOOK_SECONDS)
            beyond = len(coach.submitted) - self._options.jobs
            if beyond >= (self._options.more if self.injector.plan.wants() else 0):
                return
            if beyond >= 0:
                self.injector.plan.make_work()
            await coach.submit(video)

    async def _look(self) -> None:
        try:
            unfinished = await audit.unfinished_jobs(self._services.database)
            newest = await audit.latest(self._services.database)
        except TransientDatabaseError:
            return
        self.injector.unfinished.clear()
        self.injector.unfinished.update(unfinished)
        if newest != self._newest:
            self._newest, self._changed_at = newest, time.monotonic()


async def _left(sqs: "SQSClient", queue_url: str, seconds: float) -> list[UUID | None]:
    """Jobs of the messages that are still in the queue when the workers have had ``seconds`` to delete them."""
    names = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible")
    deadline = time.monotonic() + seconds
    while True:
        answer = await sqs.get_queue_attributes(QueueUrl=queue_url, AttributeNames=list(names))
        if sum(int(answer["Attributes"][name]) for name in names) == 0:
            return []
        if time.monotonic() > deadline:
            return await _bodies(sqs, queue_url)
        await asyncio.sleep(_LOOK_SECONDS)


async def _bodies(sqs: "SQSClient", queue_url: str) -> list[UUID | None]:
    """The job of each message that is visible within a lease; ``None`` where the body is not ours."""
    found: dict[str, UUID | None] = {}
    deadline = time.monotonic() + 1
    while time.monotonic() < deadline:
        received = await sqs.receive_message(
            QueueUrl=queue_url, MaxNumberOfMessages=10, VisibilityTimeout=60, WaitTimeSeconds=1
        )
        for message in received.get("Messages", []):
            job_id = None
            with suppress(msgspec.DecodeError):
                job_id = msgspec.json.decode(message.get("Body", ""), type=AnalysisMessage).job_id
            found[message.get("MessageId", "")] = job_id
        if not received.get("Messages"):
            break
    return list(found.values())
