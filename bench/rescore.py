"""How long a corrected event takes, against the limit of 100 ms: asked for over HTTP, and the scoring alone.

    python bench/rescore.py [--video FILE] [--rounds N]

The video goes through an embedded stack as a coach's does; each of its events then moves to and fro. The
video of ten minutes is the same player again and again, and had no second pass. It never fails by the clock.
"""

import asyncio
import os
import statistics
import tempfile
import time
from pathlib import Path
from uuid import UUID

import click
import httpx
import msgspec
import numpy as np

from cricksy.analysis.assemble import published_frames
from cricksy.analysis.rescore import rescore
from cricksy.analysis.track import Track, pack, unpack
from cricksy.api.app import PREFIX
from cricksy.api.bodies import JobView
from cricksy.embedded.coach import CoachClient
from cricksy.embedded.demo import sample_video
from cricksy.embedded.directory import DataDirectory
from cricksy.embedded.run import run_stack
from cricksy.embedded.stack import Options, StackFile
from cricksy.results.measurements import EventName
from cricksy.results.schema import Results
from cricksy.settings import analysis_settings
from cricksy.vocabulary import Given, Stage
from cricksy_worker.vision.pipeline import analyse_video
from cricksy_worker.vision.request import AnalysisRequest

LIMIT_MS = 100.0
SHIFTS_MS = (-40.0, -20.0, 0.0, 20.0, 40.0)
LONG_S = 600.0

Change = dict[EventName, float]


@click.command(help=__doc__)
@click.option("--video", type=click.Path(path_type=Path, exists=True, dir_okay=False), default=sample_video)
@click.option("--rounds", type=click.IntRange(1), default=10, show_default=True)
def main(video: Path, rounds: int) -> None:
    with tempfile.TemporaryDirectory() as directory:
        environ = {**os.environ, "RATE_LIMIT_PER_MINUTE": "0"}
        stack = Options(directory=DataDirectory(Path(directory)), port=0, workers=1, environ=environ, drains=False)
        asyncio.run(run_stack(stack, _ignore_line, lambda running: over_http(running, video, rounds)))
    results, landmarks = analysed(video)
    scored_alone(video.name, results, landmarks, changes(results) * rounds)
    long = lengthened(results, landmarks, LONG_S)
    middle_ms = LONG_S * 500.0
    scored_alone("10 minutes at 15 frames a second", *long, [{"ball_release": middle_ms + by} for by in SHIFTS_MS])


async def over_http(stack: StackFile, video: Path, rounds: int) -> int:
    async with httpx.AsyncClient(trust_env=False, timeout=60) as client:
        coach = CoachClient(client, stack.api_url, stack.token)
        uploaded = await coach.upload(await coach.create_session(video.stem), video, lambda _bytes: None)
        job_id = uploaded.job_id
        await coach.complete(uploaded)
        job = msgspec.json.decode(await coach.wait(job_id, lambda _stage, _percent: None), type=JobView)
        assert job.results is not None, job.error_message
        moves = changes(msgspec.json.encode(job.results)) * rounds
        tell(f"{video.name}, PATCH over HTTP", [await _patched_ms(client, stack, job_id, change) for change in moves])
    return 0


async def _patched_ms(client: httpx.AsyncClient, stack: StackFile, job_id: UUID, change: Change) -> float:
    url, headers = f"{stack.api_url}{PREFIX}/analysis-jobs/{job_id}/events", {"Authorization": f"Bearer {stack.token}"}
    started = time.perf_counter()
    answer = await client.patch(url, headers=headers, json=change)
    took_ms = (time.perf_counter() - started) * 1000.0
    answer.raise_for_status()
    return took_ms


def changes(results: bytes) -> list[Change]:
    """Every event of the results moved by each of the shifts."""
    events = msgspec.json.decode(results, type=Results).pose.pose_summary.events
    return [{event.name: event.t_ms + shift} for event in events for shift in SHIFTS_MS]


def analysed(video: Path) -> tuple[bytes, bytes]:
    """The JSON of the results and the packed landmarks, as a worker stores them."""
    request = AnalysisRequest(sample_fps=15, include_frames=True, given=Given())
    analysis = analyse_video(video, request, analysis_settings({}), _ignore)
    return msgspec.json.encode(analysis.results), pack(analysis.track)


def lengthened(results: bytes, landmarks: bytes, seconds: float) -> tuple[bytes, bytes]:
    """The same player for so long, read by the first pass alone at its usual rate, and no action found."""
    whole, track = msgspec.json.decode(results, type=Results), unpack(landmarks)
    t_ms = np.arange(0.0, seconds * 1000.0, 1000.0 / 15.0)
    again = np.arange(len(t_ms)) % len(track.frame)
    long = Track(
        frame=np.arange(len(t_ms)),
        t_ms=t_ms,
        landmarks=track.landmarks[again],
        model=np.zeros(len(t_ms), dtype=np.int64),
        model_names=track.model_names,
        width=track.width,
        height=track.height,
    )
    replaced = msgspec.structs.replace
    summary = replaced(whole.pose.pose_summary, decoded_ms=seconds * 1000.0, discipline=None, events=[])
    pose = replaced(whole.pose, pose_summary=summary, frames=published_frames(long))
    return msgspec.json.encode(replaced(whole, pose=pose)), pack(long)


def scored_alone(name: str, results: bytes, landmarks: bytes, moves: list[Change]) -> None:
    taken_ms: list[float] = []
    for change in moves:
        started = time.perf_counter()
        rescore(results, landmarks, change)
        taken_ms.append((time.perf_counter() - started) * 1000.0)
    sizes = f"{len(results) / 1e6:.1f} MB of results, {len(landmarks) / 1e6:.1f} MB of landmarks"
    tell(f"{name}, {sizes}, scoring alone", taken_ms)


def tell(what: str, taken_ms: list[float]) -> None:
    figures = {"median": statistics.median(taken_ms), "worst": max(taken_ms)}
    told = ", ".join(f"{name} {ms:.0f} ms = {ms / LIMIT_MS:.2f} of the limit" for name, ms in figures.items())
    print(f"{what}: {told}, of {len(taken_ms)}", flush=True)


def _ignore(_stage: Stage, _done: float) -> None:
    pass


def _ignore_line(_line: str) -> None:
    pass


if __name__ == "__main__":
    main()
