"""Bugs on purpose: each takes away one thing that keeps jobs safe, and the harness must notice it.

They are put into the worker process alone, by replacing what they break before the worker starts.
"""

import asyncio
import re
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import ColumnElement, Engine, event
from tests.faults.plan import Kind

from cricksy.aws.clients import sqs_polling_client
from cricksy.aws.queue import AnalysisQueue
from cricksy.data.leases import Claim, Lease, LeaseLost, Made
from cricksy.data.models import Job
from cricksy.failpoints import Failpoint
from cricksy.settings import AwsSettings
from cricksy_worker import run as worker_run
from cricksy_worker.queue.heartbeat import Heartbeat
from cricksy_worker.queue.job import JobRunner
from cricksy_worker.queue.message import MessageHandler
from cricksy_worker.queue.sweeper import Sweeper

if TYPE_CHECKING:
    from types_aiobotocore_sqs.client import SQSClient


class Bug(msgspec.Struct, frozen=True, kw_only=True):
    apply: Callable[[], None]
    kind: Kind | None = None
    """The fault that brings it to light; ``None`` where plain work does."""
    phase: Failpoint = "job_analysed"
    times: int = 1


def _replace(owner: object, name: str, replacement: object) -> None:
    # A name that is gone must not turn a bug into no bug.
    assert hasattr(owner, name), name
    setattr(owner, name, replacement)


async def _never(*_: object) -> None:
    await asyncio.Event().wait()


async def _nothing(*_: object) -> None:
    pass


def _no_fence() -> None:
    """A worker that has once claimed a job goes on for ever and writes by its id alone."""
    run = Heartbeat.run

    async def run_on(heartbeat: Heartbeat) -> None:
        try:
            await run(heartbeat)
        except LeaseLost:
            await _never()

    def holds(lease: Lease) -> ColumnElement[bool]:
        return Job.id == lease.job_id

    _replace(Heartbeat, "run", run_on)
    _replace(Lease, "holds", holds)


def _delete_before_commit() -> None:
    commit = JobRunner._commit  # pyright: ignore[reportPrivateUsage] - what it breaks

    async def delete_and_commit(runner: JobRunner, claim: Claim, made: Made, heartbeat: Heartbeat) -> None:
        await runner._queue.delete(heartbeat._message)  # pyright: ignore[reportPrivateUsage] - as above
        await commit(runner, claim, made, heartbeat)

    _replace(JobRunner, "_commit", delete_and_commit)


def _no_heartbeat() -> None:
    _replace(Heartbeat, "run", _never)


def _no_sweeper() -> None:
    _replace(Sweeper, "run", _never)


def _attempt_not_counted() -> None:
    counted = re.compile(r"attempts=\(jobs\.attempts \+ ")

    def uncount(*arguments: Any) -> tuple[str, Any]:
        statement, parameters = arguments[2:4]
        return counted.sub("attempts=(jobs.attempts + 0 * ", statement), parameters

    event.listen(Engine, "before_cursor_execute", uncount, retval=True)


def _shared_pool() -> None:
    """Long polls, heartbeats and deletes wait for one connection."""

    def client(settings: AwsSettings, *, pool: int) -> "AbstractAsyncContextManager[SQSClient]":
        del pool
        return sqs_polling_client(settings, pollers=0)

    def queue(client: "SQSClient", queue_url: str, dlq_url: str, **_: object) -> AnalysisQueue:
        return AnalysisQueue(client, queue_url, dlq_url)

    _replace(worker_run, "sqs_client", client)
    _replace(worker_run, "AnalysisQueue", queue)


def _no_hand_back() -> None:
    _replace(MessageHandler, "_hand_back", _nothing)


BUGS = {
    "no_fence": Bug(apply=_no_fence, kind=Kind.PAUSE_WORKER, times=2),
    "delete_before_commit": Bug(apply=_delete_before_commit, kind=Kind.KILL_WORKER),
    "no_heartbeat": Bug(apply=_no_heartbeat),
    "no_sweeper": Bug(apply=_no_sweeper, kind=Kind.KILL_EMULATOR, phase="job_claimed"),
    "attempt_not_counted": Bug(apply=_attempt_not_counted),
    "shared_pool": Bug(apply=_shared_pool),
    "no_hand_back": Bug(apply=_no_hand_back, kind=Kind.DEPLOY, phase="stage_begun"),
}
