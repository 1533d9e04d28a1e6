"""What a call of the API costs beside a static answer of the same bytes, from the same server in the same run.

    python -m bench.api [--seconds S]

An embedded stack analyses the sample video once; then a server of the benchmark's own answers on the same database and
S3: each call at 1, 16 and 64 connections, and next to it a constant body of the same length, which passes uvicorn
alone. The client runs beside the server, so on few cores compare the ratios. The calls are one owner's, whose quotas
make initiates wait for each other. Corrections have a benchmark of their own, `rescore`. It never fails by the clock.
"""

import asyncio
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import click
import httpx
import msgspec
import psutil
import uvloop
from bench.load import Call, Figures, Idle, held_open, in_turn, length_of, repeated

from cricksy.api.app import BODY_SECONDS, PREFIX, create_app
from cricksy.api.bodies import JobView
from cricksy.api.protocol import Patience
from cricksy.api.serve import configuration, listen, serve_configured
from cricksy.api.services import open_services
from cricksy.aws.clients import sqs_client
from cricksy.aws.provision import create_queues
from cricksy.data.revisions import replace_results
from cricksy.data.sessions import Owner
from cricksy.embedded.access import service_environment
from cricksy.embedded.coach import CoachClient
from cricksy.embedded.demo import sample_video
from cricksy.embedded.directory import DataDirectory
from cricksy.embedded.process import free_port
from cricksy.embedded.run import run_stack
from cricksy.embedded.stack import Options, StackFile
from cricksy.logs import configure
from cricksy.settings import api_settings
from cricksy.vocabulary import ArtifactKind, OwnerType

CONNECTIONS = (1, 16, 64)
SESSIONS = 20
"""In the lists."""
COMPLETED = 100
"""Uploads that are completed, each once."""
STREAMS = 1000
LARGE_BYTES = 1_000_000
P50_MS = 2.0
STATIC_CPU = 5.0
WRITE_CPU_MS = 5.0
COMPLETE_P50_MS = 25.0
LARGE_RATE = 0.5
OWNER = Owner(OwnerType.COACH, "coach")
"""The one of the stack's token."""
STATIC = "/static/"
UNLIMITED = {
    "RATE_LIMIT_PER_MINUTE": "0",
    "MAX_OPEN_UPLOADS": "1000000",
    "MAX_JOBS_PER_DAY": "1000000",
    "MAX_BYTES_PER_DAY": "1000000000000000",
}
Message = dict[str, Any]
Send = Callable[[Message], Awaitable[None]]
Judge = Callable[[Figures, Figures], str]


@click.command(help=__doc__)
@click.option("--seconds", type=click.FloatRange(0.1), default=2.0, show_default=True, help="Of each measurement.")
@click.option("--serve", "port", type=int, hidden=True)
def main(seconds: float, port: int | None) -> None:
    # A thousand streams need as many descriptors.
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    if port is not None:
        serve(port)
        return
    with tempfile.TemporaryDirectory() as path:
        directory = DataDirectory(Path(path))
        environ = {**os.environ, **UNLIMITED}
        stack = Options(directory=directory, port=0, workers=1, environ=environ, drains=False)
        uvloop.run(run_stack(stack, _ignore_line, lambda running: measured(running, directory, seconds)))


def serve(port: int) -> None:
    settings = api_settings(os.environ)
    configure("api", settings.log_level)
    app: Any = create_app(settings)

    async def with_static(scope: Message, receive: Callable[[], Awaitable[Message]], send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(STATIC):
            await app(scope, receive, send)
            return
        body = _static_body(int(scope["path"].removeprefix(STATIC)))
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    serve_configured(configuration(with_static, Patience(body=BODY_SECONDS)), listen("127.0.0.1", port))


_BODIES: dict[int, bytes] = {}


def _static_body(length: int) -> bytes:
    if length not in _BODIES:
        _BODIES[length] = b"x" * length
    return _BODIES[length]


async def measured(stack: StackFile, directory: DataDirectory, seconds: float) -> int:
    environment = {**service_environment(directory, os.environ), **UNLIMITED}
    # botocore reads its keys there.
    os.environ |= environment
    async with httpx.AsyncClient(trust_env=False, timeout=60) as client:
        coach = CoachClient(client, stack.api_url, stack.token)
        session_id = await coach.create_session("Bench")
        uploaded = await coach.upload(session_id, sample_video(), lambda _bytes: None)
        await coach.complete(uploaded)
        job = await coach.wait(uploaded.job_id, lambda _stage, _percent: None)
        for number in range(1, SESSIONS):
            await coach.create_session(f"Session {number}")
        small = directory.path / "small.mp4"
        small.write_bytes(b"no video, but nothing here looks inside")
        queued = [(await coach.upload(session_id, small, lambda _bytes: None)).job_id for _ in range(COMPLETED)]
    environment |= await _queues_of_our_own(environment)
    async with _server(directory, environment) as (port, process):
        bench = Bench(port, process, seconds, stack.token)
        print(f"{os.cpu_count()} cores, {seconds:g} s for each line and a third of it for its static answer.\n{_HEAD}")
        await bench.compare(bench.reads(session_id, uploaded.job_id, queued[0]), _small_read)
        await bench.compare(bench.other_calls(session_id, uploaded.job_id, queued[0]), _any)
        await bench.compare(bench.writes(session_id), _write)
        await _enlarge(environment, job)
        await bench.compare(bench.large(uploaded.job_id), _large)
        await bench.stream(queued)
        await bench.complete(queued)
    return 0


class Bench:
    """Measures one server, and prints a line for each finding."""

    def __init__(self, port: int, process: psutil.Process, seconds: float, token: str) -> None:
        self._port = port
        self._process = process
        self._seconds = seconds
        self._token = token

    def _call(self, name: str, method: str, path: str, status: int, body: object = None, *headers: str) -> Call:
        content = b"" if body is None else msgspec.json.encode(body)
        lines = [f"{method} {path} HTTP/1.1", "Host: x", f"Authorization: Bearer {self._token}", *headers]
        if body is not None:
            lines += ["Content-Type: application/json", f"Content-Length: {len(content)}"]
        return Call(name, "\r\n".join([*lines, "", ""]).encode() + content, status)

    def reads(self, session_id: UUID, job_id: UUID, queued: UUID) -> list[Call]:
        """The small ones."""
        tag = "If-None-Match: *"
        return [
            self._call("health", "GET", "/health/live", 200),
            self._call("session", "GET", f"{PREFIX}/sessions/{session_id}", 200),
            self._call("job, queued", "GET", f"{PREFIX}/analysis-jobs/{queued}", 200),
            self._call("job, unchanged", "GET", f"{PREFIX}/analysis-jobs/{job_id}", 304, None, tag),
            self._call("limits", "GET", f"{PREFIX}/limits", 200),
        ]

    def other_calls(self, session_id: UUID, job_id: UUID, queued: UUID) -> list[Call]:
        again = {"job_id": job_id}
        return [
            self._call(f"list, {SESSIONS} sessions", "GET", f"{PREFIX}/sessions?limit={SESSIONS}", 200),
            self._call("list, 20 jobs", "GET", f"{PREFIX}/analysis-jobs?limit=20", 200),
            self._call("list of players", "GET", f"{PREFIX}/players", 200),
            self._call("video URL", "GET", f"{PREFIX}/analysis-jobs/{job_id}/video-url", 200),
            self._call("upload URL", "POST", f"{PREFIX}/analysis-jobs/{queued}/upload-url", 200),
            self._call("stills", "GET", f"{PREFIX}/analysis-jobs/{job_id}/stills", 200),
            self._call("complete, again", "POST", f"{PREFIX}/videos/upload/complete", 202, again),
            self._call("patch session", "PATCH", f"{PREFIX}/sessions/{session_id}", 200, {"title": "Nets"}),
        ]

    def writes(self, session_id: UUID) -> list[Call]:
        new, video = {"title": "Nets", "player_ids": ["p1"]}, {"session_id": session_id}
        return [
            self._call("create session", "POST", f"{PREFIX}/sessions", 201, new),
            self._call("initiate", "POST", f"{PREFIX}/videos/upload/initiate", 201, video),
        ]

    def large(self, job_id: UUID) -> list[Call]:
        path = f"{PREFIX}/analysis-jobs/{job_id}"
        return [
            self._call("1 MB result", "GET", path, 200),
            self._call("1 MB result, gzip", "GET", path, 200, None, "Accept-Encoding: gzip"),
        ]

    async def compare(self, calls: list[Call], judge: Judge) -> None:
        for call in calls:
            length = await length_of(self._port, call)
            static = Call("static", f"GET {STATIC}{length} HTTP/1.1\r\nHost: x\r\n\r\n".encode(), 200)
            for connections in CONNECTIONS:
                plain = await repeated(self._port, self._process, static, connections, self._seconds / 3)
                found = await repeated(self._port, self._process, call, connections, self._seconds)
                limits = judge(found, plain) if connections == 1 or judge is _large else ""
                _tell(call.name, length, connections, found, plain, limits)

    async def stream(self, jobs: list[UUID]) -> None:
        calls = [
            self._call("progress", "GET", f"{PREFIX}/analysis-jobs/{jobs[number % len(jobs)]}/progress", 200)
            for number in range(STREAMS)
        ]
        _tell_idle(await held_open(self._port, self._process, calls, max(self._seconds * 2, 5)), len(jobs))

    async def complete(self, jobs: list[UUID]) -> None:
        path = f"{PREFIX}/videos/upload/complete"
        calls = [self._call("complete, first", "POST", path, 202, {"job_id": job_id}) for job_id in jobs]
        length = await length_of(self._port, calls[0])
        static = Call("static", f"GET {STATIC}{length} HTTP/1.1\r\nHost: x\r\n\r\n".encode(), 200)
        plain = await repeated(self._port, self._process, static, 1, self._seconds / 3)
        found = await in_turn(self._port, self._process, calls[1:])
        _tell("complete, first", length, 1, found, plain, _limit("p50", found.p50_ms, COMPLETE_P50_MS, " ms"))


def _small_read(found: Figures, static: Figures) -> str:
    cpu = _limit("CPU", found.cpu_ms / static.cpu_ms, STATIC_CPU, " × static")
    return f"{_limit('p50', found.p50_ms, P50_MS, ' ms')}; {cpu}"


def _write(found: Figures, _static: Figures) -> str:
    return _limit("CPU", found.cpu_ms, WRITE_CPU_MS, " ms")


def _large(found: Figures, static: Figures) -> str:
    share = found.per_second / static.per_second
    return f"req/s {share:.2f} ≥ {LARGE_RATE:g} × static" + ("" if share >= LARGE_RATE else ": MISSED")


def _any(_found: Figures, _static: Figures) -> str:
    return ""


def _limit(name: str, number: float, limit: float, unit: str) -> str:
    return f"{name} {number:.1f} ≤ {limit:g}{unit}" + ("" if number <= limit else ": MISSED")


_HEAD = (
    f"{'call':<20}{'bytes':>9}{'conns':>6}{'req/s':>8}{'p50 ms':>8}{'p99 ms':>8}{'CPU ms':>8}"
    f"{'static req/s':>14}{'CPU ms':>8}{'ratio req/s':>13}{'CPU':>6}  limit"
)


def _tell(name: str, length: int, connections: int, found: Figures, static: Figures, limits: str) -> None:  # noqa: PLR0913, PLR0917 - a line of the table
    ours = f"{found.per_second:>8.0f}{found.p50_ms:>8.2f}{found.p99_ms:>8.2f}{found.cpu_ms:>8.2f}"
    theirs = f"{static.per_second:>14.0f}{static.cpu_ms:>8.2f}"
    ratios = f"{found.per_second / static.per_second:>13.2f}{found.cpu_ms / static.cpu_ms:>6.1f}"
    others = f"  {found.others} answers of another status" if found.others else ""
    print(f"{name:<20}{length:>9}{connections:>6}{ours}{theirs}{ratios}  {limits}{others}".rstrip(), flush=True)


def _tell_idle(found: Idle, jobs: int) -> None:
    print(
        f"{found.connections} open streams of {jobs} jobs: opened in {found.opened_in_s:.1f} s, "
        f"{found.cpu_share:.1%} of a core, {found.kb_each:.0f} KB each",
        flush=True,
    )


async def _queues_of_our_own(environment: dict[str, str]) -> dict[str, str]:
    """Queues that no worker reads: what is completed here keeps no core busy."""
    async with sqs_client(api_settings(environment).aws) as sqs:
        made = await create_queues(sqs, "bench", "bench-dlq")
    return {"SQS_QUEUE_URL": made.queue_url, "DLQ_URL": made.dlq_url}


async def _enlarge(environment: dict[str, str], job: bytes) -> None:
    """Make a revision of the job's results that has 1 MB: their frames again and again."""
    before = msgspec.json.decode(job, type=JobView)
    assert before.results is not None, before.error_message
    replace, pose = msgspec.structs.replace, before.results.pose
    each = len(msgspec.json.encode(pose.frames))
    frames = list(pose.frames) * -(-LARGE_BYTES // each)
    results = msgspec.json.encode(replace(before.results, pose=replace(pose, frames=frames)))
    async with open_services(api_settings(environment)) as services:
        stored = await services.artifacts.put(before.job_id, "", ArtifactKind.RESULTS, results)
        assert await replace_results(services.database, OWNER, before.job_id, before.revision, stored, None, None)


@asynccontextmanager
async def _server(directory: DataDirectory, environment: dict[str, str]) -> AsyncGenerator[tuple[int, psutil.Process]]:
    port = free_port()
    # Its log goes where the log of a service goes: a pipe or a file, never a terminal.
    with (directory.logs / "bench.log").open("wb") as log:
        command = [sys.executable, "-m", "bench.api", "--serve", str(port)]
        server = subprocess.Popen(command, env=environment, stdout=log)  # noqa: ASYNC220, S603 - our own program
    try:
        async with asyncio.timeout(60), httpx.AsyncClient(trust_env=False) as client:
            while not await _answers(client, port):  # noqa: ASYNC110 - another process sets no event
                await asyncio.sleep(0.1)
        yield port, psutil.Process(server.pid)
    finally:
        server.terminate()
        server.wait()


async def _answers(client: httpx.AsyncClient, port: int) -> bool:
    try:
        return (await client.get(f"http://127.0.0.1:{port}/health/live")).status_code == 200  # noqa: PLR2004 - HTTP's own
    except httpx.TransportError:
        return False


def _ignore_line(_line: str) -> None:
    pass


if __name__ == "__main__":
    main()
