"""The analysis child of a run: obeys the script in a video, and analyses a video that holds none."""

import ctypes
import os
import signal
import time
from pathlib import Path

import msgspec
from tests.faults.videos import GROWN_BYTES, LANDMARKS, Kind, Script, results_of, still_of

from cricksy.results.stills import Still, StillsIndex
from cricksy.vocabulary import Stage
from cricksy_worker.children.child import load_analysis, serve
from cricksy_worker.children.protocol import Analysed, Outcome, Rejection, Request
from cricksy_worker.vision.request import ReportProgress

_PR_SET_NAME = 15
"""Of linux/prctl.h."""


def process_name(job_id: str) -> str:
    """What a child at work on the job calls itself in /proc, which keeps fifteen characters."""
    return job_id[-12:]


def analyse(request: Request, report: ReportProgress) -> Outcome:
    ctypes.CDLL(None).prctl(_PR_SET_NAME, process_name(request.context["job_id"]).encode(), 0, 0, 0)
    try:
        script = msgspec.json.decode(request.video.read_bytes(), type=Script)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return load_analysis()(request, report)
    return _obey(script, request.stills, report)


def _obey(script: Script, stills: Path | None, report: ReportProgress) -> Outcome:
    report(Stage.EXTRACTING_POSE, 0.5)
    time.sleep(script.seconds)
    match script.kind:
        case Kind.RAISE:
            raise RuntimeError("the video says so")
        case Kind.SEGFAULT:
            os.kill(os.getpid(), signal.SIGSEGV)
        case Kind.GROW:
            hoard = bytearray(GROWN_BYTES)
            time.sleep(60)
            del hoard
        case Kind.REJECT:
            return Rejection("the video says so")
        case _:
            pass
    report(Stage.COMPUTING_METRICS, 1.0)
    return Analysed(
        results=results_of(script),
        landmarks=LANDMARKS,
        models={"lite": "0" * 64},
        stills=_keep_still(script, stills),
    )


def _keep_still(script: Script, file: Path | None) -> StillsIndex:
    assert file is not None
    length = file.write_bytes(still_of(script))
    still = Still(frame=0, t_ms=0, action=0, offset=0, length=length, repeated=False, width=960, height=540)
    return StillsIndex(width=960, height=540, crop=(0, 0, 1920, 1080), items=[still])


if __name__ == "__main__":
    serve(lambda: analyse)
