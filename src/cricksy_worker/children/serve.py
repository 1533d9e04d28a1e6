"""The child's loop: a request, its outcome, the next request; whatever it analyses with.

The process has the arguments ``SOCKET_FD PARENT_PID LOG_LEVEL``, from :mod:`cricksy_worker.children.process`. Requests
come over the socket one after another, see :mod:`cricksy_worker.children.protocol`; logs go to stdout.
"""

import ctypes
import faulthandler
import os
import signal
import socket
import sys
from collections.abc import Callable
from functools import partial

import structlog

from cricksy import logs
from cricksy.vocabulary import Stage
from cricksy_worker.children.protocol import AnalysisCrashed, Outcome, Progress, Request, frame, read_request

log = structlog.stdlib.get_logger()

OnProgress = Callable[[Stage, float], None]
"""Told the stage and the fraction of it that is done, 0–1."""

Analyse = Callable[[Request, OnProgress], Outcome]

# linux/prctl.h
_PR_SET_PDEATHSIG = 1


def serve(load: Callable[[], Analyse]) -> None:
    """Answer requests with what ``load`` returns until the parent closes the socket or ends.

    ``load`` imports the heavy libraries: only then, because until the kernel watches the parent nobody ends this
    process for it.
    """
    socket_fd, parent_pid, log_level = sys.argv[1:]
    _die_with(int(parent_pid))
    # A crash in native code then says where on stderr, which the parent reads.
    faulthandler.enable()
    logs.configure("worker", log_level)
    analyse = load()
    with socket.socket(fileno=int(socket_fd)) as connection, connection.makefile("rb") as stream:
        while (request := read_request(stream)) is not None:
            with structlog.contextvars.bound_contextvars(**request.context):
                outcome = _outcome(analyse, request, partial(_send_progress, connection))
                connection.sendall(frame(outcome))


def _die_with(parent_pid: int) -> None:
    """End this process when its parent ends, whatever ends it."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent_pid:
        # The parent ended before the kernel was told to watch it.
        sys.exit(1)


def _send_progress(connection: socket.socket, stage: Stage, fraction: float) -> None:
    connection.sendall(frame(Progress(stage, fraction)))


def _outcome(analyse: Analyse, request: Request, on_progress: OnProgress) -> Outcome:
    try:
        return analyse(request, on_progress)
    except Exception:
        log.exception("analysis_crashed")
        return AnalysisCrashed()
