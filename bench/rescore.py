"""How long it takes to score corrected events anew: the committed sample's, and those of a film of ten minutes."""

import argparse
import statistics
import time
from pathlib import Path

import msgspec
import numpy as np

from cricksy.analysis.rescore import rescore
from cricksy.analysis.track import Given, Track, pack, unpack
from cricksy.results import EventName, Results
from cricksy.settings import analysis_settings
from cricksy.vocabulary import Stage
from cricksy_worker.pipeline import AnalysisRequest, analyse_video, published_frames

SAMPLE = Path("src/cricksy/sample/bowling.mp4")
SHIFTS_MS = (-40.0, -20.0, 0.0, 20.0, 40.0)


def analysed(video: Path) -> tuple[bytes, bytes]:
    """The JSON of the results and the packed landmarks, as a worker stores them."""
    request = AnalysisRequest(sample_fps=15, include_frames=True, given=Given())
    analysis = analyse_video(video, request, analysis_settings({}), ignore)
    return msgspec.json.encode(analysis.results), pack(analysis.track)


def ignore(_stage: Stage, _done: float) -> None:
    """Take note of no progress."""


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


def measure(name: str, results: bytes, landmarks: bytes, changes: list[dict[EventName, float | None]]) -> None:
    wall_ms: list[float] = []
    cpu_ms: list[float] = []
    for change in changes:
        started, worked = time.perf_counter(), time.thread_time()
        rescore(results, landmarks, change)
        wall_ms.append((time.perf_counter() - started) * 1000.0)
        cpu_ms.append((time.thread_time() - worked) * 1000.0)
    print(f"{name}: {len(results) / 1e6:.1f} MB of results, {len(landmarks) / 1e6:.1f} MB of landmarks")
    for kind, taken in (("on the clock", wall_ms), ("of CPU", cpu_ms)):
        print(f"  median {statistics.median(taken):.0f} ms, worst {max(taken):.0f} ms {kind}, of {len(taken)}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--video", type=Path, default=SAMPLE)
    parser.add_argument("--rounds", type=int, default=10)
    options = parser.parse_args()
    results, landmarks = analysed(options.video)
    events = msgspec.json.decode(results, type=Results).pose.pose_summary.events
    changes: list[dict[EventName, float | None]] = [
        {event.name: event.t_ms + shift} for event in events for shift in SHIFTS_MS
    ]
    rescore(results, landmarks, changes[0])
    measure(options.video.name, results, landmarks, changes * options.rounds)
    long = lengthened(results, landmarks, 600.0)
    measure("10 minutes at 15 frames a second", *long, [{"ball_release": 300_000.0 + shift} for shift in SHIFTS_MS])


if __name__ == "__main__":
    main()
