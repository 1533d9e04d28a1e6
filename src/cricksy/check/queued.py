"""Checks of the queue: there, as it must be, each call allowed, and emptied by workers."""

import asyncio
from typing import TYPE_CHECKING, Final

from uuid_utils.compat import uuid7

from cricksy.aws.errors import QueueError
from cricksy.aws.probes import differences_of_queue, try_receiving_calls
from cricksy.aws.queue import AnalysisMessage, AnalysisQueue
from cricksy.check.outcome import GRANT, Finding, Role
from cricksy.data.checks import living_workers
from cricksy.data.engine import Database
from cricksy.data.jobs import oldest_waiting_seconds
from cricksy.settings import AwsSettings
from cricksy.tracing import new_trace_id

if TYPE_CHECKING:
    from types_aiobotocore_sqs.client import SQSClient

SLOW_SECONDS: Final = 600
"""Seconds that a job waits before `/health/queue` calls the queue slow."""


async def queue_is_ready(sqs: "SQSClient", aws: AwsSettings) -> str:
    """Both queues there, the first with the second behind it, and not throttled."""
    if differing := await differences_of_queue(sqs, aws):
        names = " and another ".join(differing)
        raise Finding(f"The queue has another {names} than it needs.", "Run `cricksy aws init`.")
    return "Both queues answer and are set up as they must be."


async def message_calls_are_allowed(sqs: "SQSClient", aws: AwsSettings, role: Role | None) -> str:
    """SendMessage by a probe that a worker deletes; what a worker does with a message, on none.

    ReceiveMessage is not tried: it would take a message that waits and spend one of its three receives. That a worker
    takes the probe, see :func:`workers_poll`, shows it.
    """
    queue = AnalysisQueue(sqs, aws.queue_url, aws.dlq_url)
    probe = AnalysisMessage(job_id=uuid7(), session_id=uuid7(), sample_fps=15, include_frames=False)
    try:
        await queue.send(probe, new_trace_id())
    except QueueError as error:
        raise Finding(f"sqs:SendMessage is refused: {error}.", GRANT) from error
    answers = {} if role == "api" else await try_receiving_calls(sqs, aws.queue_url)
    refused = [f"{name} ({error})" for name, error in answers.items() if error is not None]
    if refused:
        raise Finding(f"Refused: {', '.join(refused)}.", GRANT)
    return f"{', '.join(['sqs:SendMessage', *answers])} are allowed. A worker deletes the probe and logs job_unknown."


async def messages_arrive(queue: AnalysisQueue, database: Database) -> str:
    """Whether jobs wait for no longer than they should."""
    depth, oldest = await queue.depth(), await oldest_waiting_seconds(database)
    if oldest > SLOW_SECONDS:
        raise Finding(
            f"A job has waited for {oldest:.0f} s, with {depth.visible} messages visible.",
            "Start more workers; if none is visible, wait for the sweeper, which sends lost messages again.",
        )
    return f"{depth.visible} messages are visible; the longest wait is {oldest:.0f} s."


async def workers_poll(queue: AnalysisQueue, database: Database, patience_seconds: float) -> str:
    """Whether what is visible is received while a slot is free."""
    deadline = asyncio.get_running_loop().time() + patience_seconds
    while (depth := await queue.depth()).visible:
        workers = await living_workers(database)
        if workers and all(worker.busy >= worker.slots for worker in workers):
            return f"Every slot of {len(workers)} workers is busy; {depth.visible} messages wait."
        if asyncio.get_running_loop().time() > deadline:
            raise Finding(
                f"{depth.visible} messages are visible, and no worker takes them.",
                "Read the workers' logs for receive_failed; `cricksy-worker health` says what one waits for.",
            )
        await asyncio.sleep(1)
    return "No message waits: the workers take what comes."


async def messages_are_deleted(queue: AnalysisQueue, database: Database) -> str:
    """No more in flight than workers hold, and none in the dead-letter queue."""
    depth, workers = await queue.depth(), await living_workers(database)
    held = sum(worker.slots for worker in workers)
    if depth.dead:
        raise Finding(
            f"{depth.dead} messages are in the dead-letter queue.",
            "Read them with `cricksy dlq list`, remove the cause, then run `cricksy dlq redrive`.",
        )
    if depth.in_flight > held:
        raise Finding(
            f"{depth.in_flight} messages are in flight, and the workers have {held} slots.",
            "Messages of workers that died come back when VISIBILITY_TIMEOUT_SECONDS have passed: check again then.",
        )
    return f"{depth.in_flight} messages are in flight, none is dead."
