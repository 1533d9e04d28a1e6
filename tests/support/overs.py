"""Landmarks for a detector to find: a film of still scenes, and the person of a track where it shows one."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tests.support.composites import write
from tests.support.stored import Stored, results_of
from tools.synthetic.faults import Faults
from tools.synthetic.over import over

from cricksy.analysis.actions import Measured, measure_actions
from cricksy.analysis.disciplines.action import action_score, action_window
from cricksy.analysis.disciplines.several import Search
from cricksy.analysis.skeleton import BLAZEPOSE33, Skeleton
from cricksy.analysis.track import FloatArray, Track, pack
from cricksy.settings import analysis_settings
from cricksy.vocabulary import Given
from cricksy_worker.vision.extract import Extraction, PoseRequest, extract
from cricksy_worker.vision.extract_params import EXTRACT
from cricksy_worker.vision.models import PoseModels
from cricksy_worker.vision.stills import Stills
from cricksy_worker.vision.video import VideoLimits

WIDTH, HEIGHT = 160, 90
FINE_S = 1.5


class TrackDetector:
    """Finds in a whole image the person of ``track`` at its time; nobody in parts of images.

    ``detected`` is told the time of every image.
    """

    skeleton: Skeleton = BLAZEPOSE33

    def __init__(self, track: Track, detected: Callable[[float], None] | None, *, tracks: bool) -> None:
        self._track = track
        self._detected = detected
        self._is_whole = tracks

    def detect(self, image: NDArray[np.uint8], t_ms: float) -> FloatArray | None:
        del image
        if self._detected is not None:
            self._detected(t_ms)
        place = int(np.argmin(np.abs(self._track.t_ms - t_ms)))
        if not self._is_whole or not self._track.detected[place]:
            return None
        scale = self._track.width, self._track.height, self._track.width, 1.0
        return np.asarray(self._track.landmarks[place] / scale, dtype=np.float64)

    def close(self) -> None:
        """Nothing to free."""


def read_track(  # noqa: PLR0913 - a film, and who looks on while it is read
    track: Track,
    fps: float,
    file: Path,
    *,
    max_actions: int = 6,
    progress: Callable[[float], None] | None = None,
    stills: Stills | None = None,
    detected: Callable[[float], None] | None = None,
    cuts: Sequence[int] = (),
) -> Extraction:
    """What the passes make of a film in which a detector finds ``track``; see it for ``detected``.

    At the frames ``cuts`` the scene is cut.
    """
    still(file, len(track.t_ms), fps, cuts)

    def opened(_model: Path, *, tracks: bool) -> TrackDetector:
        return TrackDetector(track, detected, tracks=tracks)

    request = PoseRequest(
        15,
        FINE_S,
        score=partial(action_score, given=Given()),
        find_window=lambda seen, seconds: action_window(seen, Given(), seconds),
        params=replace(EXTRACT, open_detector=opened),
        stills=stills,
        search=Search(Given()),
        max_actions=max_actions,
    )
    models = PoseModels.of(analysis_settings({}))
    return extract(file, models, VideoLimits(10**9, 600), request, progress or (lambda _done: None))


def measured(found: Extraction) -> Measured:
    return measure_actions(found.track, found.video, found.parts, Given())


def still(path: Path, frames: int, fps: float, cuts: Sequence[int] = ()) -> Path:
    """A film in which nothing moves: black, or cut from one pattern to the next, as only those are seen to be cut."""
    rng = np.random.default_rng(1)
    patterns = rng.integers(0, 256, (len(cuts) + 1, HEIGHT // 10, WIDTH // 10, 3), np.uint8)
    scenes = (patterns if cuts else np.zeros_like(patterns)).repeat(10, axis=1).repeat(10, axis=2)
    return write(path, [scenes[int(np.searchsorted(cuts, frame, side="right"))] for frame in range(frames)], round(fps))


def stored_over(balls: int, max_actions: int, file: Path) -> Stored:
    """What a worker stores of so many balls, of which it reads the first ones finely; ``filmed`` is the first ball."""
    film = over(50_001, balls=balls, faults=Faults(jitter=1.0))
    found = read_track(film.track, film.fps, file, max_actions=max_actions)
    return Stored(film.deliveries[0], results_of(measured(found), [], Given()), pack(found.track))
