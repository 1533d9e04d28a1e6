"""The child's side: it reads a request, analyses the video, answers with the outcome and reads the next request.

The process takes the arguments ``SOCKET_FD PARENT_PID LOG_LEVEL CONFINEMENT`` from
:mod:`cricksy_worker.children.process`. Requests arrive on the socket, see :mod:`cricksy_worker.children.protocol`; logs
go to stdout.
"""

import ctypes
import faulthandler
import os
import signal
import socket
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import msgspec
import structlog

from cricksy import logs
from cricksy.vocabulary import Stage
from cricksy_worker.children.protocol import (
    Analysed,
    AnalysisCrashed,
    ModelFailed,
    Outcome,
    Progress,
    Rejection,
    Request,
    encode_message,
    read_request,
)
from cricksy_worker.children.sandbox.confinement import confine, decode_confinement
from cricksy_worker.vision.request import ReportProgress

log = structlog.stdlib.get_logger()

Analyse = Callable[[Request, ReportProgress], Outcome]

# linux/prctl.h
_PR_SET_PDEATHSIG = 1


def serve(load: Callable[[], Analyse]) -> None:
    """Answer requests with what ``load`` returns, until the parent closes the socket or ends.

    ``load`` imports the heavy libraries. It runs only after the kernel watches the parent: until then, nothing would
    end this process if the parent died. And only after the process is confined, because they start threads.
    """
    socket_fd, parent_pid, log_level, confinement = sys.argv[1:]
    _die_with(int(parent_pid))
    # A crash in native code then prints where on stderr, which the parent reads.
    faulthandler.enable()
    logs.configure("worker", log_level)
    confine(Path.cwd(), decode_confinement(confinement))
    analyse = load()
    with socket.socket(fileno=int(socket_fd)) as connection, connection.makefile("rb") as stream:
        while (request := read_request(stream)) is not None:
            with structlog.contextvars.bound_contextvars(**request.context):
                outcome = _outcome(analyse, request, partial(_send_progress, connection))
                connection.sendall(encode_message(outcome))


def load_analysis() -> Analyse:
    """Import the analysis, with OpenCV and what else it takes, and return it as a child's answer to a request."""
    from cricksy.analysis.track import pack
    from cricksy_worker.vision.models import ModelUnavailable
    from cricksy_worker.vision.pipeline import analyse_video
    from cricksy_worker.vision.video import VideoRejected

    def analyse(request: Request, on_progress: ReportProgress) -> Outcome:
        try:
            analysis = analyse_video(
                request.video, request.analysis, request.settings, on_progress, stills_file=request.stills
            )
        except VideoRejected as rejection:
            return Rejection(str(rejection))
        except ModelUnavailable as unavailable:
            log.exception("model_missing", path=str(unavailable.path))
            return ModelFailed()
        return Analysed(
            results=msgspec.json.encode(analysis.results),
            landmarks=pack(analysis.track),
            models=analysis.results.versions.models,
            stills=analysis.stills,
            film_s=round(analysis.results.pose.pose_summary.decoded_ms / 1000, 3),
        )

    return analyse


def _die_with(parent_pid: int) -> None:
    """End this process when its parent ends, whatever ends it."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent_pid:
        # The parent ended before the kernel began to watch it.
        sys.exit(1)


def _send_progress(connection: socket.socket, stage: Stage, fraction: float) -> None:
    connection.sendall(encode_message(Progress(stage, fraction)))


def _outcome(analyse: Analyse, request: Request, on_progress: ReportProgress) -> Outcome:
    try:
        return analyse(request, on_progress)
    except Exception:
        log.exception("analysis_crashed")
        return AnalysisCrashed()
