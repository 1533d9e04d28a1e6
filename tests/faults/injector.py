"""Lets the faults of a plan strike as workers pass the boundaries, as far as the jobs concerned can bear it."""

import asyncio
import time
from collections import Counter
from collections.abc import Mapping

import msgspec
from tests.faults.fleet import Worker
from tests.faults.gate import Passing
from tests.faults.plan import Fault, Kind, Plan
from tests.faults.services import Services

_MOST_DISTURBANCES = 2
"""A job has three attempts: the last is left in peace, so that no good video fails for what it never did."""

_LEAVING = {"results_committed", "failure_recorded", "lease_released", "message_resent"}
"""The job's lease has been given up when these are passed."""

_EVERYBODYS = {Kind.KILL_POSTGRES, Kind.KILL_EMULATOR}
COSTLY = {
    Kind.KILL_WORKER,
    Kind.PAUSE_WORKER,
    Kind.KILL_CHILD,
    Kind.CUT_DATABASE,
    Kind.CUT_QUEUE,
    Kind.SILENCE_DATABASE,
    Kind.DELAY,
    Kind.KILL_POSTGRES,
    Kind.KILL_EMULATOR,
}
"""What may cost a job an attempt: S3 does where it does not take what was made. A deploy must not."""


class Struck(msgspec.Struct, frozen=True):
    """A fault that struck; times in seconds since the epoch."""

    fault: Fault
    worker: str | None
    """``None``: all of them."""
    job_id: str | None
    begun_at: float
    ended_at: float


class Injector:
    def __init__(self, plan: Plan, workers: Mapping[str, Worker], services: Services, pause_seconds: float) -> None:
        """``pause_seconds``: longer than a lease."""
        self.plan = plan
        self.struck: list[Struck] = []
        self.unfinished: set[str] = set()
        """Jobs that are not final, as the harness last saw them."""
        self.robust: set[str] = set()
        """Jobs that may fail: their videos are at fault."""
        self._workers = workers
        self._services = services
        self._pause_seconds = pause_seconds
        self._disturbances: Counter[str] = Counter()
        self._in_hand: set[tuple[str, str]] = set()
        """Job and worker: a job that was taken over is in two workers' hands until the first notices."""
        self._struck_now: set[str] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    async def on_passing(self, passing: Passing) -> None:
        """Let a fault strike here, if one is due; the worker goes on when this returns."""
        if passing.job_id is not None:
            held = (passing.job_id, passing.worker)
            if passing.phase in _LEAVING:
                self._in_hand.discard(held)
            else:
                self._in_hand.add(held)
        fault = self.plan.due(passing.phase)
        if fault is None:
            return
        concerned = self._concerned(fault, passing)
        if self._is_bearable(fault, passing, concerned):
            self._disturbances.update(concerned)
            await self._strike(fault, passing)
        else:
            self.plan.postpone(fault)

    def kills_caller(self, job_id: str) -> bool:
        """Whether the caller of complete is to be killed between the send and its record."""
        fault = self.plan.due("message_sent")
        if fault is None:
            return False
        now = time.time()
        self.struck.append(Struck(fault, None, job_id, now, now))
        return True

    async def settle(self) -> None:
        """Wait until everything that was cut or killed is back."""
        await asyncio.gather(*self._tasks)

    def check(self) -> None:
        """Raise what failed in the harness itself."""
        for task in [task for task in self._tasks if task.done()]:
            self._tasks.discard(task)
            task.result()

    def _concerned(self, fault: Fault, passing: Passing) -> set[str]:
        """Jobs that may lose an attempt by it."""
        if fault.kind not in COSTLY:
            return set()
        if fault.kind in _EVERYBODYS:
            return self._held_by(set(self._workers)) & self.unfinished
        if fault.kind is Kind.KILL_CHILD:
            return {passing.job_id} if passing.job_id is not None else set()
        # A message may come for a job that has ended.
        return self._held_by({passing.worker}) & self.unfinished

    def _held_by(self, workers: set[str]) -> set[str]:
        return {job_id for job_id, worker in self._in_hand if worker in workers}

    def _is_bearable(self, fault: Fault, passing: Passing, concerned: set[str]) -> bool:
        if passing.worker in self._struck_now or (fault.kind in _EVERYBODYS and self._struck_now):
            return False
        return all(self._disturbances[job_id] < _MOST_DISTURBANCES for job_id in concerned - self.robust)

    async def _strike(self, fault: Fault, passing: Passing) -> None:
        """Begin it; what takes longer than the worker waits goes on beside."""
        struck = set(self._workers) if fault.kind in _EVERYBODYS else {passing.worker}
        self._struck_now |= struck
        has_begun = asyncio.Event()
        task = asyncio.create_task(self._see_through(fault, passing, struck, has_begun))
        self._tasks.add(task)
        await has_begun.wait()

    async def _see_through(self, fault: Fault, passing: Passing, struck: set[str], has_begun: asyncio.Event) -> None:
        begun_at = time.time()
        before = self._held_by(struck)
        try:
            if await self._do(fault, passing, has_begun):
                worker = None if fault.kind in _EVERYBODYS else passing.worker
                self.struck.append(Struck(fault, worker, passing.job_id, begun_at, time.time()))
            else:
                self.plan.postpone(fault)
        finally:
            has_begun.set()
            self._struck_now -= struck
            if fault.kind in COSTLY - {Kind.KILL_CHILD}:
                # It may have harmed those as well that came while it lasted.
                self._disturbances.update(self._held_by(struck) - before)

    async def _do(self, fault: Fault, passing: Passing, has_begun: asyncio.Event) -> bool:
        """Whether it could be done."""
        worker, seconds = self._workers[passing.worker], fault.seconds
        match fault.kind:
            case Kind.KILL_WORKER:
                worker.kill()
                self._forget(worker)
            case Kind.PAUSE_WORKER:
                worker.pause()
                await asyncio.sleep(self._pause_seconds)
                worker.unpause()
            case Kind.KILL_CHILD:
                return passing.job_id is not None and worker.kill_child_of(passing.job_id)
            case Kind.DEPLOY:
                worker.ask_to_drain()
                await asyncio.sleep(0.1)
                # The second signal hands back at once.
                worker.ask_to_drain()
            case Kind.KILL_POSTGRES:
                self._services.kill_postgres()
                has_begun.set()
                await asyncio.sleep(seconds)
                await self._services.start_postgres()
            case Kind.KILL_EMULATOR:
                self._services.kill_emulator()
                has_begun.set()
                await asyncio.sleep(seconds)
                await self._services.start_emulator()
            case _:
                await self._disturb(fault.kind, worker, seconds, has_begun)
        return True

    def _forget(self, worker: Worker) -> None:
        """Nothing is in the hands of a worker that has ended."""
        self._in_hand = {(job_id, name) for job_id, name in self._in_hand if name != worker.name}

    async def _disturb(self, kind: Kind, worker: Worker, seconds: float, has_begun: asyncio.Event) -> None:
        has_begun.set()
        match kind:
            case Kind.CUT_DATABASE:
                await worker.database.cut(seconds)
            case Kind.CUT_QUEUE:
                await worker.queue.cut(seconds)
            case Kind.SILENCE_DATABASE:
                # Half of them longer than a lease.
                await worker.database.silence(seconds * 3)
            case _:
                await asyncio.gather(worker.database.delay(2 * seconds), worker.queue.delay(2 * seconds))
