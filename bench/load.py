"""Sends one HTTP request again and again, over some connections, and measures the client's time and the server's."""

import asyncio
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import psutil

_LIMIT = 1 << 23
"""Bytes that a stream buffers: more than any answer."""


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
    """CPU time of the server for one request."""
    others: int
    """Answers with another status."""


@dataclass(frozen=True)
class Idle:
    """What the server needs for connections on which little happens."""

    connections: int
    opened_in_s: float
    cpu_share: float
    """Of one core."""
    kb_each: float
    """Resident memory that came with each connection."""


class Connection:
    """One HTTP/1.1 connection that stays open."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def exchange(self, call: Call) -> tuple[bytes, int]:
        """The head of the answer, and the length of its body."""
        head = await self.head_of(call)
        _, found, rest = head.partition(b"content-length: ")
        length = int(rest.partition(b"\r\n")[0]) if found else 0
        await self._reader.readexactly(length)
        return head, length

    async def head_of(self, call: Call) -> bytes:
        self._writer.write(call.request)
        return await self._reader.readuntil(b"\r\n\r\n")

    async def until_event(self) -> None:
        await self._reader.readuntil(b"\n\n")

    def close(self) -> None:
        self._writer.close()


async def connect(port: int) -> Connection:
    return Connection(*await asyncio.open_connection("127.0.0.1", port, limit=_LIMIT))


def status_of(head: bytes) -> int:
    return int(head[9:12])


async def length_of(port: int, call: Call) -> int:
    """Bytes of the body that answers the call, which must have the status that is expected."""
    connection = await connect(port)
    head, length = await connection.exchange(call)
    connection.close()
    assert status_of(head) == call.status, (call.name, head)
    return length


async def repeated(port: int, process: psutil.Process, call: Call, connections: int, seconds: float) -> Figures:
    """The call over and over for so long."""
    taken: list[float] = []
    before, started = _cpu_s(process), time.perf_counter()
    asking = (_ask(port, call, started + seconds, taken.append) for _ in range(connections))
    others = sum(await asyncio.gather(*asking))
    return _figures(taken, time.perf_counter() - started, _cpu_s(process) - before, others)


async def _ask(port: int, call: Call, until: float, took: Callable[[float], None]) -> int:
    connection, others = await connect(port), 0
    while (begun := time.perf_counter()) < until:
        head, _ = await connection.exchange(call)
        took(time.perf_counter() - begun)
        others += status_of(head) != call.status
    connection.close()
    return others


async def in_turn(port: int, process: psutil.Process, calls: Iterable[Call]) -> Figures:
    """Each call once, one after another on one connection."""
    taken: list[float] = []
    others = 0
    connection = await connect(port)
    before, started = _cpu_s(process), time.perf_counter()
    for call in calls:
        begun = time.perf_counter()
        head, _ = await connection.exchange(call)
        taken.append(time.perf_counter() - begun)
        others += status_of(head) != call.status
    figures = _figures(taken, time.perf_counter() - started, _cpu_s(process) - before, others)
    connection.close()
    return figures


async def held_open(port: int, process: psutil.Process, calls: list[Call], seconds: float) -> Idle:
    """Open a stream for each call, then let the server alone with them."""
    memory, started = process.memory_info().rss, time.perf_counter()
    free = asyncio.Semaphore(50)

    async def opened(call: Call) -> Connection:
        async with free:
            connection = await connect(port)
            assert status_of(await connection.head_of(call)) == call.status
            await connection.until_event()
            return connection

    streams = await asyncio.gather(*map(opened, calls))
    opened_in_s, before, begun = time.perf_counter() - started, _cpu_s(process), time.perf_counter()
    await asyncio.sleep(seconds)
    share = (_cpu_s(process) - before) / (time.perf_counter() - begun)
    grown = process.memory_info().rss - memory
    for stream in streams:
        stream.close()
    return Idle(len(streams), opened_in_s, share, grown / 1024 / len(streams))


def _cpu_s(process: psutil.Process) -> float:
    times = process.cpu_times()
    return times.user + times.system


def _figures(taken: list[float], elapsed: float, cpu_s: float, others: int) -> Figures:
    ordered = sorted(taken)
    return Figures(
        per_second=len(ordered) / elapsed,
        p50_ms=ordered[len(ordered) // 2] * 1000,
        p99_ms=ordered[len(ordered) * 99 // 100] * 1000,
        cpu_ms=cpu_s / len(ordered) * 1000,
        others=others,
    )
