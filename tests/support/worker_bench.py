"""What the tests of the worker stand on: jobs as the API makes them, and a worker as a process of its own."""

import asyncio
import signal
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

import msgspec
from uuid_utils.compat import uuid7

from cricksy.aws.queue import AnalysisMessage, AnalysisQueue
from cricksy.data.engine import Database
from cricksy.data.jobs import Deletion, JobRecord, NewJob, create_job, delete_job, read_job_with_results
from cricksy.data.outbox import mark_sent
from cricksy.data.sessions import NewSession, Owner, create_session
from cricksy.settings import AwsSettings
from cricksy.tracing import new_trace_id
from cricksy.vocabulary import ContentType, Discipline, JobStatus, OwnerType

if TYPE_CHECKING:
    from types_aiobotocore_s3.client import S3Client
    from types_aiobotocore_sqs.client import SQSClient

OWNER = Owner(OwnerType.COACH, "coach-1")


class Bench:
    """Jobs as the API makes them, and what became of them."""

    def __init__(self, database: Database, s3: "S3Client", sqs: "SQSClient", aws: AwsSettings) -> None:
        self.database = database
        self.s3 = s3
        self.sqs = sqs
        self.aws = aws
        self.queue = AnalysisQueue(sqs, aws.queue_url, aws.dlq_url)
        self.trace_ids: dict[UUID, str] = {}
        self.s3_keys: dict[UUID, str] = {}

    async def make(self, film: str | None = "good") -> AnalysisMessage:
        """A job with its video in S3 (none with ``None``), not yet sent."""
        session = await create_session(
            self.database,
            OWNER,
            NewSession(
                title="Nets",
                player_ids=[],
                notes=None,
                discipline=Discipline.BATTING,
                handedness=None,
                camera_view=None,
            ),
        )
        new = NewJob(
            sample_fps=15,
            include_frames=True,
            content_type=ContentType.MP4,
            content_length=None,
            checksum_sha256=None,
            request_id=uuid7(),
            trace_id=new_trace_id(),
        )
        created = await create_job(self.database, OWNER, session.session_id, new)
        assert created is not None
        self.trace_ids[created.job_id] = new.trace_id
        self.s3_keys[created.job_id] = created.s3_key
        if film is not None:
            await self.put_video(created.job_id, film)
        return AnalysisMessage(job_id=created.job_id, session_id=session.session_id, sample_fps=15, include_frames=True)

    async def put_video(self, job_id: UUID, film: str | bytes) -> None:
        body = film.encode() if isinstance(film, str) else film
        await self.s3.put_object(Bucket=self.aws.bucket, Key=self.s3_keys[job_id], Body=body)

    async def delete(self, job_id: UUID) -> None:
        assert isinstance(await delete_job(self.database, OWNER, job_id), Deletion)

    async def send(self, message: AnalysisMessage) -> str:
        message_id = await self.queue.send(message, self.trace_ids[message.job_id])
        await mark_sent(self.database, message.job_id, message_id)
        return message_id

    async def submit(self, film: str | None = "good") -> UUID:
        message = await self.make(film)
        await self.send(message)
        return message.job_id

    async def job(self, job_id: UUID) -> JobRecord:
        return (await self._read(job_id))[0]

    async def results(self, job_id: UUID) -> dict[str, Any]:
        results = (await self._read(job_id))[1]
        assert results is not None
        return msgspec.json.decode(results)

    async def until(self, job_id: UUID, holds: Callable[[JobRecord], bool], seconds: float = 30) -> JobRecord:
        async with asyncio.timeout(seconds):
            while True:
                if holds(job := await self.job(job_id)):
                    return job
                await asyncio.sleep(0.03)

    async def until_status(self, job_id: UUID, status: JobStatus, seconds: float = 30) -> JobRecord:
        return await self.until(job_id, lambda job: job.status == status, seconds)

    async def until_ended(self, job_id: UUID, seconds: float = 30) -> JobRecord:
        ends = {JobStatus.COMPLETED, JobStatus.FAILED}
        return await self.until(job_id, lambda job: job.status in ends, seconds)

    async def until_depth(self, *, waiting: int, dead: int, seconds: float = 30) -> None:
        """Wait until so many messages are in the queue, visible or in flight, and in the dead-letter queue."""
        async with asyncio.timeout(seconds):
            while True:
                depth = await self.queue.depth()
                if (depth.visible + depth.in_flight, depth.dead) == (waiting, dead):
                    return
                await asyncio.sleep(0.05)

    async def _read(self, job_id: UUID) -> tuple[JobRecord, bytes | None]:
        found = await read_job_with_results(self.database, OWNER, job_id)
        assert found is not None
        return found


def children_of(pid: int) -> list[int]:
    """Process ids of the children, in the order in which they were started."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def environment_of(pid: int) -> str:
    return Path(f"/proc/{pid}/environ").read_text()


def is_running(pid: int) -> bool:
    """Whether the process lives; one that nobody has reaped yet does not."""
    try:
        return bool(Path(f"/proc/{pid}/cmdline").read_bytes())
    except (FileNotFoundError, ProcessLookupError):
        return False


class Wire:
    """A way to a server on the loopback that can be cut and mended."""

    def __init__(self, port: int) -> None:
        self._target = port
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self.port = 0

    async def mend(self) -> None:
        self._server = await asyncio.start_server(self._connect, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    def cut(self) -> None:
        """Refuse new connections and reset those that stand."""
        assert self._server is not None
        self._server.close()
        for writer in self._writers:
            writer.transport.abort()

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there_reader, there_writer = await asyncio.open_connection("127.0.0.1", self._target)
        self._writers |= {writer, there_writer}
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(_pump(reader, there_writer))
            tasks.create_task(_pump(there_reader, writer))
        self._writers -= {writer, there_writer}


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    writer.close()


class WorkerProcess:
    """A worker as a process of its own, and the lines it wrote to stdout."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.lines: list[str] = []
        self._reading = asyncio.create_task(self._read())

    def events(self, name: str) -> list[dict[str, Any]]:
        records = [msgspec.json.decode(line) for line in self.lines]
        return [record for record in records if record["event"] == name]

    async def until_event(self, name: str, seconds: float = 30) -> dict[str, Any]:
        async with asyncio.timeout(seconds):
            while True:
                if found := self.events(name):
                    return found[0]
                await asyncio.sleep(0.03)

    async def end(self, number: signal.Signals) -> int:
        self.process.send_signal(number)
        return await self.wait(seconds=30)

    async def stop_at_once(self) -> int:
        """Have it hand back what it holds, with as much time for that as it needs; the exit code."""
        self.process.send_signal(signal.SIGTERM)
        await self.until_event("draining")
        return await self.end(signal.SIGTERM)

    async def wait(self, seconds: float) -> int:
        """The exit code."""
        async with asyncio.timeout(seconds):
            returncode = await self.process.wait()
            await self._reading
        return returncode

    async def _read(self) -> None:
        assert self.process.stdout is not None
        async for line in self.process.stdout:
            self.lines.append(line.decode())
