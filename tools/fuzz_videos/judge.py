"""Runs cases through the real analysis child, as the worker does, and judges what comes of each."""

import asyncio
import os
import re
import time
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import msgspec
from tools.fuzz_videos.cases import Case

from cricksy.results.schema import Results
from cricksy.settings import AnalysisSettings, analysis_settings
from cricksy.vocabulary import Stage
from cricksy_worker.children.pool import ChildPool, running_pool
from cricksy_worker.children.process import MEMORY_CAP_BYTES, AnalysisChild, ChildSettings
from cricksy_worker.children.protocol import Analysed, Outcome, Rejection, Request
from cricksy_worker.faults import Fault
from cricksy_worker.vision.models import INSTALLED, PoseModels
from cricksy_worker.vision.request import AnalysisRequest

HANG_SECONDS: Final = 300.0  # s; a case takes a second or two, on a busy machine ten times as long
LONGEST_LINE: Final = 200  # count; characters of a reason
MAX_BYTES: Final = 100_000_000
SAMPLE_FPS: Final = 5
FINE_WINDOW_SECONDS: Final = 0.3


@dataclass(frozen=True, slots=True)
class Verdict:
    case: Case
    came_of_it: str
    """``analysed``, ``Video rejected: …`` or what must not be."""
    is_right: bool
    seconds: float
    peak_bytes: int
    """The most memory that the child has had, of this case and those before it."""


def settings() -> AnalysisSettings:
    model = INSTALLED / "pose_landmarker_lite.task"
    return msgspec.structs.replace(
        analysis_settings({}),
        pose_model=model,
        pose_model_fine=model,
        fine_window_seconds=FINE_WINDOW_SECONDS,
        max_video_bytes=MAX_BYTES,
    )


async def judged(cases: Iterable[Case]) -> AsyncIterator[Verdict]:
    """A verdict on each case, in their order."""
    with TemporaryDirectory() as directory:
        analysis = settings()
        child_settings = ChildSettings(
            directory=Path(directory),
            log_level="WARNING",
            environ=os.environ,
            readable=PoseModels.of(analysis).files(),
        )
        async with running_pool(child_settings, 1) as pool:
            for case in cases:
                yield await _judged(pool, case, analysis)


async def _judged(pool: ChildPool, case: Case, analysis: AnalysisSettings) -> Verdict:
    began, peak = time.monotonic(), 0
    try:
        async with asyncio.timeout(HANG_SECONDS), pool.child() as child:
            outcome = await child.run(_request(child, case, analysis), _ignore)
            peak = _peak_bytes(child.pid)
        came_of_it, is_right = _came_of(outcome)
    except TimeoutError:
        came_of_it, is_right = f"hangs for {HANG_SECONDS:g} s", False
    except Fault as fault:
        came_of_it, is_right = str(fault), False
    if peak > MEMORY_CAP_BYTES:
        came_of_it, is_right = f"takes {peak / 1e6:.0f} MB; {came_of_it}", False
    return Verdict(case, came_of_it, is_right, time.monotonic() - began, peak)


def _request(child: AnalysisChild, case: Case, analysis: AnalysisSettings) -> Request:
    video, stills = child.directory / "video", child.directory / "stills"
    video.write_bytes(case.content)
    stills.unlink(missing_ok=True)
    return Request(
        video=video,
        stills=stills,
        analysis=AnalysisRequest(SAMPLE_FPS, include_frames=True),
        settings=analysis,
        context={"case": case.name},
    )


async def _ignore(_stage: Stage, _fraction: float) -> None:
    pass


def _came_of(outcome: Outcome) -> tuple[str, bool]:
    match outcome:
        case Analysed():
            msgspec.json.decode(outcome.results, type=Results)
            return "analysed", True
        case Rejection(reason):
            # One line for the coach: no path, no traceback, nothing that the file made up at length.
            is_clear = bool(re.fullmatch(r"[^\n\r\x00-\x1f]+", reason)) and len(reason) <= LONGEST_LINE
            return f"Video rejected: {reason}", is_clear and "/" not in reason
        case _:
            return type(outcome).__name__, False


def _peak_bytes(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) * 1024
