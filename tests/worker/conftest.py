import asyncio
import signal
import sys
import tempfile
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from tests.support.checks import TOKENS, write_logs
from tests.support.jobs import Bench
from tests.support.processes import WorkerProcess
from tests.support.settings import worker_settings
from tests.support.workers import CHILD_PROGRAM, QUICK, WORKER_PROGRAM, Gate, RunWorker, StartWorker

from cricksy.check.logged import LogFiles
from cricksy.check.run import Plan
from cricksy.data.engine import Database
from cricksy.settings import AwsSettings, WorkerSettings
from cricksy_worker.queue.worker import StopRequest
from cricksy_worker.run import Tuning, work

if TYPE_CHECKING:
    from types_aiobotocore_s3.client import S3Client
    from types_aiobotocore_sqs.client import SQSClient


@pytest.fixture
def bench(database: Database, s3: "S3Client", sqs: "SQSClient", aws_settings: AwsSettings) -> Bench:
    return Bench(database, s3, sqs, aws_settings)


@pytest.fixture(autouse=True)
def temporary_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where a worker of this test puts its private directory, out of sight of the others'."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    return tmp_path


@pytest.fixture
def plan(service_environment: dict[str, str], tmp_path: Path) -> Plan:
    """Of both programs, with the logs in ``logs`` of the test's directory."""
    logs = tmp_path / "logs"
    logs.mkdir()
    write_logs(logs)
    environ = {**service_environment, **TOKENS}
    return Plan(
        role=None, environ=environ, api_url=None, workers=1, logs=lambda _aws: LogFiles(logs), poll_seconds=60.0
    )


@pytest.fixture
def settings(database_url: str, aws_settings: AwsSettings) -> WorkerSettings:
    return worker_settings(database_url, aws_settings)


@pytest.fixture
def gate(tmp_path_factory: pytest.TempPathFactory) -> Gate:
    return Gate(tmp_path_factory.mktemp("gate"))


@pytest.fixture
def tuning() -> Tuning:
    return Tuning(child_command=(sys.executable, str(CHILD_PROGRAM)), redelivery=QUICK)


@pytest.fixture
def run_worker(settings: WorkerSettings, tuning: Tuning) -> RunWorker:
    """Runs a worker in the test's event loop, its children as real processes; arguments change settings."""

    @asynccontextmanager
    async def run(tuned: Tuning = tuning, **changes: Any) -> AsyncGenerator[StopRequest]:
        stop = StopRequest()
        changed = msgspec.structs.replace(settings, **changes)
        environ = {"PATH": "/usr/bin:/bin", "SECRET": "not for children"}
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(work(changed, environ, tuned, stop))
            yield stop
            stop.ask()
            stop.ask()

    return run


@pytest.fixture
async def start_worker(service_environment: dict[str, str], temporary_directory: Path) -> AsyncIterator[StartWorker]:
    """Starts worker processes with settings from the environment; those still running at the end are killed."""
    started: list[WorkerProcess] = []

    async def start(**environment: str) -> WorkerProcess:
        defaults = {"WORKER_CONCURRENCY": "1", "VISIBILITY_TIMEOUT_SECONDS": "30", "DRAIN_SECONDS": "3"}
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            str(WORKER_PROGRAM),
            stdout=asyncio.subprocess.PIPE,
            env={**service_environment, "TMPDIR": str(temporary_directory), **defaults, **environment},
        )
        started.append(WorkerProcess(process))
        return started[-1]

    yield start
    for worker in started:
        if worker.process.returncode is None:
            await worker.end(signal.SIGKILL)
