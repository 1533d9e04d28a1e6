"""A worker process that is killed after it put its artifacts and before it commits them."""

import asyncio
import signal
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
from tests.faults.bucket import sweep_and_read
from tests.faults.fleet import ROOT
from tests.faults.gate import Gate, Passing
from tests.faults.videos import Kind, Script, results_of
from tests.support.jobs import Bench, pass_time
from tests.support.processes import WorkerProcess
from tests.support.waiting import PATIENCE_SECONDS

from cricksy.vocabulary import JobStatus

SCRIPT = Script(kind=Kind.GOOD, seconds=0, number=1)


class Boundary:
    """Holds the first worker at ``artifacts_put`` until it is killed; lets all others pass."""

    def __init__(self) -> None:
        self.reached = asyncio.Event()
        self.killed = asyncio.Event()

    async def on_passing(self, passing: Passing) -> None:
        if passing.phase == "artifacts_put" and passing.worker == "first":
            self.reached.set()
            await self.killed.wait()


@asynccontextmanager
async def worker(name: str, socket: Path, environment: dict[str, str]) -> AsyncGenerator[WorkerProcess]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-P", "-m", "tests.faults.worker_program", name, str(socket), ""),
        stdout=asyncio.subprocess.PIPE,
        env=environment,
    )
    started = WorkerProcess(process)
    try:
        yield started
    finally:
        await started.end(signal.SIGKILL)


async def test_what_a_killed_worker_put_is_swept_and_the_next_one_completes(
    bench: Bench, service_environment: dict[str, str], temporary_directory: Path
) -> None:
    environment = service_environment | {
        "PYTHONPATH": str(ROOT),
        "TMPDIR": str(temporary_directory),
        "WORKER_CONCURRENCY": "1",
        "VISIBILITY_TIMEOUT_SECONDS": "600",
        "RESULTS_STORE": "s3",
        "LANDMARKS_STORE": "s3",
    }
    boundary = Boundary()
    socket = temporary_directory / "gate"
    gate = Gate(socket, boundary.on_passing)
    await gate.open()
    try:
        message = await bench.make(msgspec.json.encode(SCRIPT).decode())
        job_id = message.job_id
        await bench.send(message)
        async with worker("first", socket, environment):
            async with asyncio.timeout(PATIENCE_SECONDS):
                await boundary.reached.wait()
        boundary.killed.set()
        listed = await bench.s3.list_objects_v2(Bucket=bench.aws.bucket)
        assert len(listed.get("Contents", [])) == 4
        await pass_time(bench.database, 601)
        await bench.send(message)
        async with worker("second", socket, environment):
            assert (await bench.until_ended(job_id)).status is JobStatus.COMPLETED
    finally:
        gate.close()
    left = await sweep_and_read(bench.database, bench.s3, bench.aws.bucket)
    assert left.collected == 3
    assert left.objects == {bench.s3_keys[job_id], *(artifact.s3_key for artifact in left.artifacts)}
    assert len(left.objects) == 4
    assert all(artifact.kept and artifact.is_referred_to for artifact in left.artifacts)
    assert {artifact.kind: artifact.body for artifact in left.artifacts}["results"] == results_of(SCRIPT)
