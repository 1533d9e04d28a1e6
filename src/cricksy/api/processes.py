"""Several processes of the API behind one listening socket, from which the kernel gives each its connections."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Sequence
from types import FrameType
from typing import Final

import structlog

from cricksy.exits import EXIT_FAILED

PARENT_VARIABLE: Final = "CRICKSY_API_PARENT"
"""Holds the pid of the process that started this one: a child ends when that is gone."""

log = structlog.stdlib.get_logger()


def run_processes(listener: socket.socket, count: int) -> int:
    """Run ``count`` processes until a signal stops them all; returns the exit code.

    One that dies by itself takes the others down, each after its drain: the supervisor of the API starts it again.
    """
    # Spawned, not forked: numerical libraries have threads by now.
    command = [sys.executable, "-P", "-m", "cricksy", "serve", f"--listener={listener.fileno()}"]
    environment = {**os.environ, PARENT_VARIABLE: str(os.getpid())}
    children = [
        subprocess.Popen(command, env=environment, pass_fds=[listener.fileno()])  # noqa: S603 - our own program
        for _ in range(count)
    ]
    # The children have it. Here it would accept nothing, and keep the port after their end.
    listener.close()
    is_stopping = False

    def stop(_signal: int, _frame: FrameType | None) -> None:
        nonlocal is_stopping
        is_stopping = True
        _terminate(children)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    pid, status = os.wait()
    # Once is enough: a second signal kills a process that has drained and is about to exit.
    if not is_stopping:
        log.error("api_process_died", pid=pid, exit_code=os.waitstatus_to_exitcode(status))
        _terminate(children)
    # Popen does not know of the one that os.wait has reaped.
    codes = [os.waitstatus_to_exitcode(status), *(child.wait() for child in children if child.pid != pid)]
    # One that was still starting had no handler yet.
    stopped = is_stopping and all(code in {0, -signal.SIGTERM} for code in codes)
    return 0 if stopped else EXIT_FAILED


def _terminate(children: Sequence["subprocess.Popen[bytes]"]) -> None:
    for child in children:
        child.terminate()


def is_orphan() -> bool:
    """Whether the process that started this one as one of several is gone."""
    parent = os.environ.get(PARENT_VARIABLE)
    return parent is not None and os.getppid() != int(parent)
