"""Workers as tests run them: the real ones, with children that do what the "video" says."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Final, Protocol

from tests.support.processes import WorkerProcess

from cricksy_worker.queue.backoff import Backoff
from cricksy_worker.queue.worker import StopRequest

CHILD_PROGRAM: Final = Path(__file__).with_name("child_program.py")
FORBIDDEN_PROGRAM: Final = Path(__file__).with_name("forbidden_program.py")
WORKER_PROGRAM: Final = Path(__file__).with_name("worker_program.py")
QUICK: Final = Backoff(base_seconds=0.1, cap_seconds=1)
"""Redelivery that a test can wait for."""

RunWorker = Callable[..., AbstractAsyncContextManager[StopRequest]]
"""Runs a worker in the test's event loop, its children as real processes; arguments change settings."""


class Gate:
    """Holds back whatever child works on :attr:`video` until a test opens it."""

    def __init__(self, directory: Path) -> None:
        self._file = directory / "gate"

    @property
    def video(self) -> str:
        return f"wait {self._file}"

    def open(self) -> None:
        self._file.touch()


class StartWorker(Protocol):
    """Starts a worker as a process of its own, with more settings in its environment."""

    def __call__(self, **environment: str) -> Awaitable[WorkerProcess]: ...
