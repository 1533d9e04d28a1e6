"""Runs a worker: its signals, its clients and everything that is made of them."""

import asyncio
import os
import signal
import sys
import tempfile
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import structlog

from cricksy import logs
from cricksy.aws.artifact_objects import ArtifactObjects
from cricksy.aws.clients import s3_client, sqs_client, sqs_polling_client
from cricksy.aws.forgotten import remembered
from cricksy.aws.objects import VideoStore
from cricksy.aws.queue import AnalysisQueue
from cricksy.data.artifacts import Artifacts
from cricksy.data.engine import connected
from cricksy.exits import EXIT_DRAIN_CUT
from cricksy.settings import WorkerSettings
from cricksy.spans import exporting
from cricksy_worker.children.memory import child_cap_bytes
from cricksy_worker.children.pool import running_pool
from cricksy_worker.children.process import CHILD_COMMAND, CORES_USED, MEMORY_CAP_BYTES, ChildSettings
from cricksy_worker.children.sandbox.missing import Missing
from cricksy_worker.children.sandbox.privileges import forbid_dumps
from cricksy_worker.health import Condition
from cricksy_worker.queue.backoff import Backoff
from cricksy_worker.queue.job import REDELIVERY, JobRunner
from cricksy_worker.queue.message import MessageHandler, MessageSettings
from cricksy_worker.queue.protection import task_protection
from cricksy_worker.queue.sweeper import Sweeper, SweepSettings, sweep_settings
from cricksy_worker.queue.worker import LoopSettings, StopRequest, WorkerLoop
from cricksy_worker.vision.models import PoseModels
from cricksy_worker.workdir import private_directory

log = structlog.stdlib.get_logger()

_STATEMENT_SECONDS = 15
"""The results of a long video come to 40 MB."""

# Shares of DRAIN_SECONDS, each with its most: what is left is the jobs'.
_HAND_BACK_SHARE, _MOST_HAND_BACK_SECONDS = 0.2, 10.0
_CLOSING_SHARE, _MOST_CLOSING_SECONDS = 0.1, 3.0


@dataclass(frozen=True, slots=True)
class Tuning:
    """What no setting changes, but a test."""

    child_command: tuple[str, ...] = CHILD_COMMAND
    memory_cap_bytes: int = MEMORY_CAP_BYTES
    redelivery: Backoff = REDELIVERY
    sweep: SweepSettings | None = None
    """``None``: what follows from the visibility and the redelivery, see :func:`sweep_settings`."""


def run(settings: WorkerSettings, environ: Mapping[str, str], tuning: Tuning) -> None:
    """Work until SIGTERM or SIGINT. ``environ``: the children get the few harmless variables of it."""
    logs.configure("worker", settings.log_level)
    _guard_secrets()
    asyncio.run(_work_until_signalled(settings, environ, tuning))


async def _work_until_signalled(settings: WorkerSettings, environ: Mapping[str, str], tuning: Tuning) -> None:
    stop = StopRequest()
    # Whatever hangs by then, a connection that does not close or a name that is not resolved.
    bound = threading.Timer(settings.drain_seconds, _cut_drain)
    bound.daemon = True
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, _on_signal, stop, bound)
    with exporting("worker", is_on=settings.exports_spans):
        await work(settings, environ, tuning, stop)


def _guard_secrets() -> None:
    """This process holds keys, and its children, which read what strangers send, are of the same user."""
    if sys.platform == "linux":
        try:
            forbid_dumps()
        except Missing as lack:
            log.warning("sandbox_incomplete", missing={"prctl": str(lack)})


def _on_signal(stop: StopRequest, bound: threading.Timer) -> None:
    if not stop.drain.is_set():
        bound.start()
    stop.ask()


def _cut_drain() -> None:
    """End the process where a drain hangs; what it held comes back when its leases and its messages' hiding end."""
    log.error("drain_bound_reached", exit_code=EXIT_DRAIN_CUT)
    sys.stdout.flush()
    os._exit(EXIT_DRAIN_CUT)


async def work(settings: WorkerSettings, environ: Mapping[str, str], tuning: Tuning, stop: StopRequest) -> None:
    """One worker with clients and children of its own, until ``stop``."""
    condition = Condition()
    _check_models(settings, condition)
    slots, aws = settings.concurrency, settings.aws
    hand_back_seconds = min(settings.drain_seconds * _HAND_BACK_SHARE, _MOST_HAND_BACK_SECONDS)
    closing_seconds = min(settings.drain_seconds * _CLOSING_SHARE, _MOST_CLOSING_SECONDS)
    with private_directory(Path(tempfile.gettempdir())) as directory:
        child_settings = ChildSettings(
            directory=directory,
            log_level=settings.log_level,
            environ=environ,
            command=tuning.child_command,
            memory_cap_bytes=child_cap_bytes(tuning.memory_cap_bytes, slots),
            readable=PoseModels.of(settings.analysis).files(),
            video_cpu_seconds=settings.job_deadline_seconds * CORES_USED,
        )
        async with (
            connected(
                settings.database_url,
                application="cricksy-worker",
                # A job and its heartbeat may both write at once, and beside them the sweeper and the worker itself.
                pool_size=2 * slots + 2,
                statement_seconds=_STATEMENT_SECONDS,
            ) as database,
            s3_client(aws, pool=slots + 1) as s3,
            sqs_client(aws, pool=2 * slots + 2) as sqs,
            sqs_polling_client(aws, pollers=slots) as polling,
            running_pool(child_settings, slots) as pool,
            task_protection(settings.ecs_agent_uri) as protection,
            remembered(aws),
        ):
            queue = AnalysisQueue(sqs, aws.queue_url, aws.dlq_url, polling_client=polling)
            # The worker presigns nothing.
            videos = VideoStore(s3, s3, aws.bucket)
            artifacts = Artifacts(database, ArtifactObjects(s3, s3, aws.bucket), settings.artifacts)
            jobs = JobRunner(database, queue, videos, artifacts, pool, settings, tuning.redelivery)
            message_settings = MessageSettings(
                settings.visibility_timeout_seconds, hand_back_seconds, tuning.redelivery
            )
            messages = MessageHandler(database, queue, jobs, message_settings)
            loop_settings = LoopSettings(
                slots=slots,
                visibility_seconds=settings.visibility_timeout_seconds,
                drain_seconds=settings.drain_seconds - hand_back_seconds - closing_seconds,
                directory=directory,
            )
            sweeping = tuning.sweep or sweep_settings(
                settings.visibility_timeout_seconds,
                tuning.redelivery,
                settings.job_deadline_seconds,
                settings.retention,
            )
            sweeper = Sweeper(database, queue, videos, artifacts, sweeping)
            loop = WorkerLoop(database, queue, videos, messages, protection, loop_settings, stop, condition)
            await _run(loop, sweeper)


async def _run(worker: WorkerLoop, sweeper: Sweeper) -> None:
    """The worker until it ends, the sweeper beside it; an error in either ends both, the jobs handed back."""
    async with asyncio.TaskGroup() as tasks:
        sweeping = tasks.create_task(_sweep(worker, sweeper), name="sweep")
        await worker.run()
        sweeping.cancel()


async def _sweep(worker: WorkerLoop, sweeper: Sweeper) -> None:
    await worker.schema_fits.wait()
    await sweeper.run()


def _check_models(settings: WorkerSettings, condition: Condition) -> None:
    """A worker without its model keeps its jobs and says so here, before the first."""
    for path in PoseModels.of(settings.analysis).files():
        if not path.is_file():
            log.error("pose_model_missing", path=str(path))
            condition.faults["model"] = "a pose model is missing; run make setup, or set CRICKSY_POSE_MODEL"
