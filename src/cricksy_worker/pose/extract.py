"""From a film to the landmarks of its player, in two passes.

The first reads the whole film at the sample rate, enough to find the action. The second reads the action again at the
film's own rate: front-foot contact and release are only three to five frames apart at 30 frames a second.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from math import ceil
from pathlib import Path

import numpy as np

from cricksy.analysis.action import action_window
from cricksy.analysis.track import Film, FloatArray, Given, Track
from cricksy_worker.pose.frames import FrameReader, SourceFrame
from cricksy_worker.pose.landmarker import LANDMARKS, Landmarker
from cricksy_worker.pose.models import PoseModels
from cricksy_worker.pose.sampling import Sampler
from cricksy_worker.pose.video import VideoLimits

FINE_FRAMES = 120
"""Most frames of the second pass, whatever the film's rate, so that its cost is bounded."""

LONGEST_SIDE = 1920
"""Pixels of the picture that MediaPipe is given: it looks at a person through 256 × 256, so 4K adds time alone."""

COARSE_SHARE = 0.7
"""The first pass's part of the progress: a guess that suits a clip of some seconds."""

COARSE, FINE = 0, 1
"""Indices into :attr:`Track.model_names`."""


@dataclass(frozen=True, slots=True)
class PoseRequest:
    """How to read one film. ``fine_window_seconds`` of 0 leaves the second pass out."""

    sample_fps: float
    fine_window_seconds: float
    given: Given


@dataclass(frozen=True, slots=True)
class Extraction:
    film: Film
    track: Track
    fine_window_ms: tuple[float, float] | None
    """The part that the second pass read, or ``None`` where no action was found."""


@dataclass(frozen=True, slots=True)
class _Reading:
    """Landmarks (33, 4) of one source frame in pixels, NaN where nobody was detected; ``model``: which one read it."""

    frame: int
    t_ms: float
    landmarks: FloatArray
    model: int


def extract(
    video: Path,
    models: PoseModels,
    limits: VideoLimits,
    request: PoseRequest,
    progress: Callable[[float], None],
) -> Extraction:
    """Read ``video`` with both models; ``progress`` is told the fraction done, 0–1.

    Raises:
        VideoRejected: The file cannot be analysed.
        ModelMissing: A model is not there.
        OSError: The file cannot be read.
    """
    reader = FrameReader(video, limits)
    coarse = _read_whole(reader, models.coarse, request.sample_fps, limits, progress)
    film = reader.film()
    names = (models.coarse.stem, models.fine.stem)
    track = _track(film, names, coarse)
    window = _fine_window(track, request)
    if window is not None:
        fine = _read_window(reader, models.fine, window, progress)
        # Of a film over 80 frames a second the second pass takes every n-th: the first pass's would lie in between.
        outside = [reading for reading in coarse if not window[0] <= reading.t_ms <= window[1]]
        track = _track(film, names, outside + fine)
    return Extraction(film, track, window)


def _fine_window(track: Track, request: PoseRequest) -> tuple[float, float] | None:
    """The part to read again, in milliseconds: the whole of a short film, else where the action is."""
    if not request.fine_window_seconds:
        return None
    first_ms, last_ms = float(track.t_ms[0]), float(track.t_ms[-1])
    if last_ms - first_ms <= request.fine_window_seconds * 1000:
        return first_ms, last_ms
    window = action_window(track, request.given, request.fine_window_seconds)
    return None if window is None else (round(window[0], 3), round(window[1], 3))


def _read_whole(
    reader: FrameReader, model: Path, fps: float, limits: VideoLimits, progress: Callable[[float], None]
) -> list[_Reading]:
    end_ms = reader.duration_ms or limits.max_seconds * 1000
    sampler = Sampler(fps)
    readings: list[_Reading] = []
    for reading in _read(reader, model, COARSE, (frame for frame in reader if sampler.takes(frame.t_ms))):
        readings.append(reading)
        progress(COARSE_SHARE * min(1.0, reading.t_ms / end_ms))
    return readings


def _read_window(
    reader: FrameReader, model: Path, window: tuple[float, float], progress: Callable[[float], None]
) -> list[_Reading]:
    start_ms, end_ms = window
    every = ceil(reader.count(start_ms, end_ms) / FINE_FRAMES)
    readings: list[_Reading] = []
    for reading in _read(reader, model, FINE, islice(reader.between(start_ms, end_ms), 0, None, every)):
        readings.append(reading)
        progress(COARSE_SHARE + (1 - COARSE_SHARE) * (reading.t_ms - start_ms) / (end_ms - start_ms))
    return readings


def _read(reader: FrameReader, model: Path, number: int, frames: Iterable[SourceFrame]) -> Iterator[_Reading]:
    with Landmarker(model) as landmarker:
        for frame in frames:
            found = landmarker.detect(frame.pixels(LONGEST_SIDE), frame.t_ms)
            width, height = reader.size
            pixels = np.array([width, height, width, 1.0])
            landmarks = np.full((LANDMARKS, 4), np.nan) if found is None else found * pixels
            yield _Reading(frame.index, frame.t_ms, landmarks, number)


def _track(film: Film, names: tuple[str, ...], readings: list[_Reading]) -> Track:
    ordered = sorted(readings, key=lambda reading: reading.frame)
    return Track(
        frame=np.array([reading.frame for reading in ordered], dtype=np.int64),
        t_ms=np.array([reading.t_ms for reading in ordered], dtype=np.float64),
        landmarks=np.array([reading.landmarks for reading in ordered], dtype=np.float64),
        model=np.array([reading.model for reading in ordered], dtype=np.int64),
        model_names=names,
        width=film.width,
        height=film.height,
    )
