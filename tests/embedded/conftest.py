"""A real ``cricksy up`` in a folder of the test's own."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import psutil
import pytest

from cricksy.embedded.stack import Pids, StackFile

START_SECONDS = 60
CRICKSY = (sys.executable, "-P", "-m", "cricksy")


def children_of(pids: Pids) -> list[int]:
    return [pids.postgres, pids.aws, pids.api, *pids.workers]


def is_alive(pid: int) -> bool:
    """A zombie has ended: only its parent has not looked yet."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def wait_for(condition: Callable[[], bool], seconds: float = START_SECONDS) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


class Up:
    """One run of ``cricksy up``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._output = folder.with_suffix(".out")
        with self._output.open("ab") as output:
            self.process = subprocess.Popen(
                [*CRICKSY, "up", "--data-dir", str(folder), "--port", "0"],
                stdout=output,
                stderr=subprocess.STDOUT,
                # Nothing is in hand that a drain could save.
                env={**os.environ, "DRAIN_SECONDS": "1"},
            )

    @property
    def output(self) -> str:
        return self._output.read_text()

    def wait_until_ready(self) -> StackFile:
        wait_for(lambda: (self.folder / "stack.json").exists() or self.process.poll() is not None)
        assert self.process.poll() is None, self.output
        return self.stack()

    def stack(self) -> StackFile:
        return msgspec.json.decode((self.folder / "stack.json").read_bytes(), type=StackFile)

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)


def start_stack(folder: Path) -> Up:
    # What an earlier run left behind is not this one's.
    (folder / "stack.json").unlink(missing_ok=True)
    up = Up(folder)
    up.wait_until_ready()
    return up


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    """A stack that the tests of a module share; each leaves it running."""
    up = start_stack(tmp_path_factory.mktemp("stack") / "data")
    yield up
    up.stop()


@pytest.fixture
def new_stack(tmp_path: Path) -> Iterator[Callable[[], Up]]:
    """Starts a stack in the test's own folder, again and again; the last is ended with the test."""
    started: list[Up] = []

    def start() -> Up:
        started.append(start_stack(tmp_path / "data"))
        return started[-1]

    yield start
    for up in started:
        up.process.kill()
        up.process.wait()
