"""What a call of the API costs beside a static answer of the same bytes, from the same server in the same run.

    python bench/api.py [--seconds S]

An embedded stack analyses the sample video once; then a server of the benchmark's own answers on the same database,
S3 and SQS: each call, and next to it a constant body of the same length, which passes uvicorn alone. For 1, 16 and 64
connections it prints requests a second, p50, p99 and the server's CPU time for one request. The client runs beside the
server, so on few cores compare the ratios. It never fails by the clock.
"""

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import httpx
import msgspec
import psutil

from cricksy.api.app import BODY_SECONDS, PREFIX, create_app
from cricksy.api.protocol import Patience
from cricksy.api.serve import configuration, listen, serve_configured
from cricksy.embedded.access import service_environment
from cricksy.embedded.coach import CoachClient
from cricksy.embedded.demo import sample_video
from cricksy.embedded.directory import DataDirectory
from cricksy.embedded.process import free_port
from cricksy.embedded.run import run_stack
from cricksy.embedded.stack import Options, StackFile
from cricksy.logs import configure
from cricksy.settings import api_settings

CONNECTIONS = (1, 16, 64)
Message = dict[str, Any]
Send = Callable[[Message], Awaitable[None]]
STATIC = "/static/"


@dataclass(frozen=True)
class Call:
    name: str
    request: bytes
    status: int


@dataclass(frozen=True)
class Figures:
    per_second: float
    p50_ms: float
    p99_ms: float
    cpu_ms: float


@click.command(help=__doc__)
@click.option("--seconds", type=click.FloatRange(0.1), default=3.0, show_default=True, help="Of each measurement.")
@click.option("--serve", "port", type=int, hidden=True)
def main(seconds: float, port: int | None) -> None:
    if port is not None:
        serve(port)
        return
    with tempfile.TemporaryDirectory() as path:
        directory = DataDirectory(Path(path))
        stack = Options(directory=directory, port=0, workers=1, environ=os.environ, drains=False)
        asyncio.run(run_stack(stack, _ignore_line, lambda running: measured(running, directory, seconds)))


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
    async with httpx.AsyncClient(trust_env=False, timeout=60) as client:
        coach = CoachClient(client, stack.api_url, stack.token)
        session_id = await coach.create_session("Bench")
        uploaded = await coach.upload(session_id, sample_video(), lambda _bytes: None)
        job_id = uploaded.job_id
        await coach.complete(uploaded)
        await coach.wait(job_id, lambda _stage, _percent: None)
        queued = (await coach.upload(session_id, sample_video(), lambda _bytes: None)).job_id
    create = {"title": "Nets", "player_ids": ["p1"]}
    calls = [
        Call("small job", request("GET", f"/analysis-jobs/{queued}", stack.token), 200),
        Call("job with results", request("GET", f"/analysis-jobs/{job_id}", stack.token), 200),
        Call("create", request("POST", "/sessions", stack.token, create), 201),
        Call("initiate", request("POST", "/videos/upload/initiate", stack.token, {"session_id": str(session_id)}), 201),
        Call("complete, again", request("POST", "/videos/upload/complete", stack.token, {"job_id": str(job_id)}), 202),
    ]
    async with _server(directory) as (port, process):
        print(f"{'call':<18}{'conns':>6}{'req/s':>9}{'p50 ms':>9}{'p99 ms':>9}{'CPU ms':>9}   of static: req/s, CPU")
        for call in calls:
            length = await _answer_length(port, call)
            static = Call("static", f"GET {STATIC}{length} HTTP/1.1\r\nHost: x\r\n\r\n".encode(), 200)
            for connections in CONNECTIONS:
                plain = await figures(port, process, static, connections, seconds)
                tell(call.name, connections, await figures(port, process, call, connections, seconds), plain)
                tell(f"  static, {length} B", connections, plain, plain)
    return 0


def request(method: str, path: str, token: str, body: object = None) -> bytes:
    content = b"" if body is None else msgspec.json.encode(body)
    lines = [f"{method} {PREFIX}{path} HTTP/1.1", "Host: x", f"Authorization: Bearer {token}"]
    if body is not None:
        lines += ["Content-Type: application/json", f"Content-Length: {len(content)}"]
    return "\r\n".join([*lines, "", ""]).encode() + content


@asynccontextmanager
async def _server(directory: DataDirectory) -> AsyncGenerator[tuple[int, psutil.Process]]:
    environment = service_environment(directory, os.environ)
    port = free_port()
    # Its log goes where the log of a service goes: a pipe or a file, never a terminal.
    with (directory.logs / "bench.log").open("wb") as log:
        command = [sys.executable, __file__, "--serve", str(port)]
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


async def _answer_length(port: int, call: Call) -> int:
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 22)
    length = await _exchange(reader, writer, call)
    writer.close()
    return length


async def _exchange(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, call: Call) -> int:
    writer.write(call.request)
    head = await reader.readuntil(b"\r\n\r\n")
    assert int(head[9:12]) == call.status, head
    length = int(head.partition(b"content-length: ")[2].partition(b"\r\n")[0])
    await reader.readexactly(length)
    return length


async def figures(port: int, process: psutil.Process, call: Call, connections: int, seconds: float) -> Figures:
    taken: list[float] = []
    cpu_before, started = process.cpu_times(), time.perf_counter()
    await asyncio.gather(*(_ask(port, call, started + seconds, taken.append) for _ in range(connections)))
    elapsed, cpu = time.perf_counter() - started, process.cpu_times()
    used = cpu.user + cpu.system - cpu_before.user - cpu_before.system
    taken.sort()
    return Figures(
        per_second=len(taken) / elapsed,
        p50_ms=taken[len(taken) // 2] * 1000,
        p99_ms=taken[len(taken) * 99 // 100] * 1000,
        cpu_ms=used / len(taken) * 1000,
    )


async def _ask(port: int, call: Call, until: float, took: Callable[[float], None]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 22)
    while (begun := time.perf_counter()) < until:
        await _exchange(reader, writer, call)
        took(time.perf_counter() - begun)
    writer.close()


def tell(name: str, connections: int, found: Figures, static: Figures) -> None:
    times = "".join(f"{number:>9.2f}" for number in (found.p50_ms, found.p99_ms, found.cpu_ms))
    row = f"{name:<18}{connections:>6}{found.per_second:>9.0f}{times}"
    if found is not static:
        row += f"{found.per_second / static.per_second:>12.2f}{found.cpu_ms / static.cpu_ms:>6.1f}"
    print(row, flush=True)


def _ignore_line(_line: str) -> None:
    pass


if __name__ == "__main__":
    main()
