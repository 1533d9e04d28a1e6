"""Processes that tests start and watch."""

import asyncio
import signal
import sys
from pathlib import Path
from typing import Any, Final

import msgspec
import psutil
from tests.support.waiting import PATIENCE_SECONDS, until

CRICKSY: Final = (sys.executable, "-P", "-m", "cricksy")
"""The command line, whatever the current directory holds."""


def children_of(pid: int) -> list[int]:
    """Process ids of the children, in the order in which they were started."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def environment_of(pid: int) -> str:
    return Path(f"/proc/{pid}/environ").read_text()


def is_alive(pid: int) -> bool:
    """Whether the process runs. A zombie has ended: only its parent has not looked yet."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


class WorkerProcess:
    """A worker as a process of its own, and the lines it wrote to stdout."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.lines: list[str] = []
        self._reading = asyncio.create_task(self._read())

    def events(self, name: str) -> list[dict[str, Any]]:
        records = [msgspec.json.decode(line) for line in self.lines]
        return [record for record in records if record["event"] == name]

    async def until_event(self, name: str) -> dict[str, Any]:
        """The first line of that event."""
        await until(lambda: bool(self.events(name)))
        return self.events(name)[0]

    async def end(self, number: signal.Signals) -> int:
        """Send a signal; the exit code."""
        self.process.send_signal(number)
        return await self.wait()

    async def stop_at_once(self) -> int:
        """Have it hand back what it holds, with as much time for that as it needs; the exit code."""
        self.process.send_signal(signal.SIGTERM)
        await self.until_event("draining")
        return await self.end(signal.SIGTERM)

    async def wait(self, seconds: float = PATIENCE_SECONDS) -> int:
        """The exit code. Raises :class:`TimeoutError`."""
        async with asyncio.timeout(seconds):
            returncode = await self.process.wait()
            await self._reading
        return returncode

    async def _read(self) -> None:
        assert self.process.stdout is not None
        async for line in self.process.stdout:
            self.lines.append(line.decode())
