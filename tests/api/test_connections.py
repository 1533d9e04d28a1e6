"""One connection at a time: what a client sends late, wrongly, or not to the end."""

import asyncio
import io
import json
import socket
import sys
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from tests.support.api import make_token
from tests.support.waiting import PATIENCE_SECONDS, until

from cricksy import logs
from cricksy.api.app import PREFIX, create_app
from cricksy.api.health import Readiness
from cricksy.api.protocol import Patience
from cricksy.api.serve import DrainingServer, configuration, listen
from cricksy.settings import ApiSettings

IMPATIENT = Patience(head=0.4, body=0.8)
PATIENT = Patience(head=PATIENCE_SECONDS, body=PATIENCE_SECONDS)
LIVE = b"GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n"
CREATE = (
    f"POST {PREFIX}/sessions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nAuthorization: Bearer {{}}\r\n"
    "Content-Length: 100\r\n\r\n"
)


LogLines = Callable[[], list[dict[str, Any]]]


class Connection:
    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def send(self, *parts: bytes) -> None:
        for part in parts:
            self._writer.write(part)
            await self._writer.drain()

    async def answer(self) -> tuple[int, dict[str, str], bytes]:
        head = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        status, *lines = head.strip().split("\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
        return int(status.split()[1]), headers, await self._reader.readexactly(int(headers.get("content-length", "0")))

    async def rest(self) -> bytes:
        """What comes until the server closes the connection."""
        return await self._reader.read()

    def reset(self) -> None:
        self._writer.transport.abort()


@asynccontextmanager
async def serving(settings: ApiSettings, patience: Patience) -> AsyncGenerator[int]:
    """A server on a port of its own."""
    listener = listen("127.0.0.1", 0)
    app = create_app(settings, body_seconds=patience.body)
    server = DrainingServer(configuration(app, patience), Readiness())
    task = asyncio.create_task(server.serve(sockets=[listener]))
    while not server.started:  # noqa: ASYNC110 - the server sets no event
        await asyncio.sleep(0.01)
    yield listener.getsockname()[1]
    server.should_exit = True
    await task


@asynccontextmanager
async def connected(port: int) -> AsyncGenerator[Connection]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    yield Connection(reader, writer)
    writer.close()


@pytest.fixture
async def port(settings: ApiSettings) -> AsyncIterator[int]:
    async with serving(settings, IMPATIENT) as number:
        yield number


@pytest.fixture
async def connection(port: int) -> AsyncIterator[Connection]:
    async with connected(port) as one:
        yield one


def requests_in(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [line for line in lines if line["event"] == "http_request"]


def assert_is_problem(answer: tuple[int, dict[str, str], bytes], status: int, code: str) -> None:
    assert answer[0] == status
    assert answer[1]["content-type"] == "application/problem+json"
    assert answer[1]["connection"] == "close"
    problem = json.loads(answer[2])
    assert (problem["status"], problem["code"]) == (status, code)
    assert problem["request_id"] == answer[1]["x-request-id"]


@pytest.fixture
def log_lines() -> LogLines:
    written = io.StringIO()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "stdout", written)
        logs.configure("api")
    return lambda: [json.loads(line) for line in written.getvalue().splitlines()]


def test_an_accepted_connection_does_not_wait_for_acknowledgements() -> None:
    with listen("127.0.0.1", 0) as listener, socket.create_connection(listener.getsockname()):
        accepted, _ = listener.accept()
        with accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


async def test_a_silent_connection_is_closed(connection: Connection) -> None:
    assert await connection.rest() == b""


@pytest.mark.parametrize("begin", [b"G", b"GET /health", LIVE[:-2], LIVE[:-9]])
async def test_a_head_that_does_not_end_is_answered_and_closed(connection: Connection, begin: bytes) -> None:
    await connection.send(LIVE)
    assert (await connection.answer())[0] == 200
    await connection.send(begin)
    assert_is_problem(await connection.answer(), 408, "request_timeout")
    assert await connection.rest() == b""


async def test_empty_lines_do_not_hold_a_connection(connection: Connection) -> None:
    await connection.send(b"\r\n\r\n")
    assert await connection.rest() == b""


async def test_a_body_that_does_not_end_is_answered_and_closed(connection: Connection) -> None:
    await connection.send(CREATE.format(make_token()).encode(), b'{"title": ')
    assert_is_problem(await connection.answer(), 408, "request_timeout")
    assert await connection.rest() == b""


async def test_a_body_that_nobody_reads_does_not_hold_a_connection(connection: Connection) -> None:
    await connection.send(CREATE.format("nonsense").encode(), b'{"title": ')
    assert (await connection.answer())[0] == 401
    assert await connection.rest() == b""


async def test_a_slow_request_in_time_is_served(settings: ApiSettings) -> None:
    body = b'{"title": "Nets", "player_ids": []}'.ljust(100)
    async with serving(settings, PATIENT) as port, connected(port) as connection:
        for part in (CREATE.format(make_token()).encode(), body[:40], body[40:]):
            await connection.send(part)
            await asyncio.sleep(0.15)
        assert (await connection.answer())[0] == 201
        await connection.send(LIVE)
        assert (await connection.answer())[0] == 200


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"nonsense\r\n\r\n",
        b"GET /health/live HTTP/1.1\r\nHost: x\r\nno colon\r\n\r\n",
        b"GET /health/live HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"GET /health/live HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        b"POST /health/live HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST /health/live HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
        b"GET /health/live HTTP/1.1\r\nHost: x\r\nX: a\r\n folded\r\n\r\n",
        b"GET /health/live HTTP/1.1\nHost: x\n\n",
        b"GET /health/live HTTP/1.1\r\nHost : x\r\n\r\n",
        b"CONNECT example.test:443 HTTP/1.1\r\nHost: x\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    ],
)
async def test_what_is_no_request_is_a_problem_and_ends_the_connection(
    connection: Connection, request_bytes: bytes
) -> None:
    await connection.send(request_bytes)
    assert_is_problem(await connection.answer(), 400, "invalid")
    assert await connection.rest() == b""


async def test_a_malformed_body_is_a_problem_once(connection: Connection, log_lines: LogLines) -> None:
    head = CREATE.format(make_token()).replace("Content-Length: 100", "Transfer-Encoding: chunked").encode()
    await connection.send(head, b"zz\r\n")
    assert_is_problem(await connection.answer(), 400, "invalid")
    assert await connection.rest() == b""
    await until(lambda: len(requests_in(log_lines())) == 2)
    lines = log_lines()
    assert [line["status"] for line in requests_in(lines)] == [400, 499]
    assert not [line for line in lines if line["level"] == "error"]


@pytest.mark.parametrize("line", [b"X-Long: " + b"x" * 100_000, b"X: y\r\n" * 20_000])
async def test_a_head_that_grows_without_end_is_refused(connection: Connection, line: bytes) -> None:
    await connection.send(LIVE[:-2], line)
    assert_is_problem(await connection.answer(), 431, "invalid")


async def test_a_body_that_grows_without_end_is_cut(connection: Connection) -> None:
    head = CREATE.format(make_token()).replace("Content-Length: 100", "Content-Length: 1000000000000").encode()
    await connection.send(head)
    assert (await connection.answer())[0] == 413
    with pytest.raises(ConnectionError):
        await connection.send(*[b"x" * 100_000] * 100)


async def test_many_requests_at_once_are_no_long_head(connection: Connection) -> None:
    await connection.send(LIVE * 2_000 + LIVE[:-2])
    await connection.send(b"\r\n")
    assert [(await connection.answer())[0] for _ in range(2_001)] == [200] * 2_001


async def test_an_upgrade_is_ignored_and_ends_the_connection(connection: Connection) -> None:
    await connection.send(LIVE[:-2] + b"Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n" + b"smuggled")
    assert (await connection.answer())[0] == 200
    assert await connection.rest() == b""


async def test_pipelined_requests_are_answered_in_order(connection: Connection) -> None:
    await connection.send(LIVE + b"GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n" + LIVE)
    assert [(await connection.answer())[0] for _ in range(3)] == [200, 404, 200]


async def test_a_client_that_hangs_up_is_no_fault_of_the_server(settings: ApiSettings, log_lines: LogLines) -> None:
    head = CREATE.format(make_token()).replace("\r\n\r\n", "\r\nExpect: 100-continue\r\n\r\n").encode()
    async with serving(settings, PATIENT) as port:
        for _ in range(5):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            connection = Connection(reader, writer)
            await connection.send(head)
            assert (await connection.answer())[0] == 100, "the server waits for the body now"
            connection.reset()
        await until(lambda: len(requests_in(log_lines())) == 5)
    lines = log_lines()
    assert [(line["status"], line["level"]) for line in requests_in(lines)] == [(499, "info")] * 5
    assert {line["level"] for line in lines} == {"info"}
