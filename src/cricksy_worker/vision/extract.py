"""From a film to the landmarks of its athlete.

The first pass reads the whole film at the sample rate, enough to find the action and who performs it. Where that is in
doubt, overlapping tiles of the picture are read as well. The last pass reads the action again at the film's own rate:
front-foot contact and release are only three to five frames apart at 30 frames a second.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from math import ceil
from pathlib import Path
from typing import Final

import numpy as np

from cricksy.analysis import thresholds as th
from cricksy.analysis.disciplines.action import action_window
from cricksy.analysis.track import Film, Track
from cricksy.vocabulary import Given
from cricksy_worker.vision.frames import FrameReader
from cricksy_worker.vision.mediapipe_pose import LANDMARKS
from cricksy_worker.vision.models import PoseModels
from cricksy_worker.vision.passes import Expectation, PoseReader
from cricksy_worker.vision.sampling import Sampler
from cricksy_worker.vision.tiles import WHOLE, tiles
from cricksy_worker.vision.tracking import Look, Reading, distinct, paths, presence, prowess
from cricksy_worker.vision.video import VideoLimits

# frame is taken whichever way timestamps were rounded, and of two equally near ones always the later
FINE_FRAMES: Final = 120  # most frames of the last pass, whatever the film's rate, so that its cost is bounded
SURVEY_FPS: Final = 2.0  # the first pass counts people in at most so many frames a second
SURVEY_FRAMES: Final = 24  # and in no more than this of a long film
TILED_SECONDS: Final = 12.0  # longest part of a film that is read in tiles: the one with most movement
FIRST_SHARE: Final = 0.5  # progress after the first pass: a guess that suits a clip of some seconds
TILED_SHARE: Final = 0.7  # progress after the tiles
MOVEMENT_MARGIN: Final = 0.1  # of the moving part, on every side: the detector wants to see ground around a person
# How many people there are, and who is who. Lengths are fractions of a person's size, the longer side of the box round
# the body.
SEEN_TWICE: Final = 2  # frames of the survey that must show as many people: one alone may hold a ghost
FEW_FOUND: Final = 0.8  # share of the frames with a person below which the whole picture is too coarse a look

COARSE, FINE = 0, 1
"""Indices into :attr:`Track.model_names`."""


@dataclass(frozen=True, slots=True)
class PoseRequest:
    """How to read one film. ``fine_window_seconds`` of 0 leaves the last pass out."""

    sample_fps: float
    fine_window_seconds: float
    given: Given


@dataclass(frozen=True, slots=True)
class Extraction:
    film: Film
    track: Track
    fine_window_ms: tuple[float, float] | None
    """The part that the last pass read: all of a short film, else the action; ``None`` where none was found."""


@dataclass(frozen=True, slots=True)
class _Athlete:
    """The person that the film is about, as the first pass saw him; ``acts``: certainty of a delivery, wrist speed."""

    path: Sequence[Reading]
    track: Track
    acts: tuple[float, float]


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
    return _Extractor(FrameReader(video, limits), models, request, progress).extract(limits.max_seconds * 1000)


class _Extractor:
    """The passes over one film."""

    def __init__(
        self, reader: FrameReader, models: PoseModels, request: PoseRequest, progress: Callable[[float], None]
    ) -> None:
        self._reader = reader
        self._models = models
        self._request = request
        self._progress = progress

    def extract(self, longest_ms: float) -> Extraction:
        looks, survey = self._first_pass(longest_ms)
        film = self._reader.film()
        athlete = self._athlete(film, looks)
        tiled = _in_doubt(athlete, looks, survey)
        if tiled:
            looks = survey = self._tiled_pass(looks)
            athlete = self._athlete(film, looks)
        film = replace(film, people_seen=max(_most_people(survey), int(bool(athlete.path))))
        window = self._window(athlete)
        if window is None:
            return Extraction(film, athlete.track, None)
        # A few readings, as of one frame a second, tell no path along which to expect anybody.
        doubtful = len(athlete.path) >= th.MIN_SAMPLES and (tiled or _most_people(survey) > 1)
        fine = self._last_pass(window, Expectation(athlete.path, *self._reader.size) if doubtful else None)
        # Of a film over 80 frames a second the last pass takes every n-th: the first pass's would lie in between.
        outside = [look for look in _only(athlete.path, looks) if not window[0] <= look.t_ms <= window[1]]
        return Extraction(film, self._track(film, [*outside, *fine]), window)

    def _first_pass(self, longest_ms: float) -> tuple[list[Look], list[Look]]:
        """The largest person of each sampled frame, and all the people of some of these frames."""
        end_ms = self._reader.duration_ms or longest_ms
        sampler = Sampler(self._request.sample_fps)
        census = Sampler(min(SURVEY_FPS, SURVEY_FRAMES * 1000 / end_ms))
        looks: list[Look] = []
        survey: list[Look] = []
        coarse = self._models.coarse
        with PoseReader(coarse, COARSE) as whole, PoseReader(coarse, COARSE, tiles, follows=False) as parts:
            for frame in self._reader:
                if sampler.takes(frame.t_ms):
                    looks.append(whole.read(frame))
                    if census.takes(frame.t_ms):
                        survey.append(_both(looks[-1], parts.read(frame)))
                    self._progress(FIRST_SHARE * min(1.0, frame.t_ms / end_ms))
        return looks, survey

    def _tiled_pass(self, looks: Sequence[Look]) -> list[Look]:
        """``looks`` with all the people of the film's liveliest part: in tiles, and behind the largest person."""
        start_ms, end_ms = self._reader.liveliest(TILED_SECONDS * 1000)
        sampled = {look.frame: place for place, look in enumerate(looks)}
        completed = list(looks)
        divide = partial(tiles, part=self._reader.movement().grown(MOVEMENT_MARGIN))
        coarse = self._models.coarse
        with PoseReader(coarse, COARSE, divide) as parts, PoseReader(coarse, COARSE) as others:
            for frame in self._reader.between(start_ms, end_ms):
                place = sampled.get(frame.index)
                if place is not None:
                    known = looks[place]
                    found = _both(known, parts.read(frame))
                    completed[place] = _both(found, others.read(frame, hidden=known.people)) if known.people else found
                    done = (frame.t_ms - start_ms) / max(1.0, end_ms - start_ms)
                    self._progress(FIRST_SHARE + (TILED_SHARE - FIRST_SHARE) * done)
        return completed

    def _last_pass(self, window: tuple[float, float], expected: Expectation | None) -> list[Look]:
        """The athlete at the film's own rate; a repeated frame's landmarks are those of the frame before."""
        start_ms, end_ms = window
        every = ceil(self._reader.count(start_ms, end_ms) / FINE_FRAMES)
        region = WHOLE if expected is None else expected.region(start_ms, end_ms)
        repeated = self._reader.repeated()
        looks: list[Look] = []
        with PoseReader(self._models.fine, FINE, lambda _width, _height: [region]) as reader:
            for frame in islice(self._reader.between(start_ms, end_ms), 0, None, every):
                if frame.index in repeated and every == 1 and looks:
                    looks.append(looks[-1].at(frame.index, frame.t_ms))
                else:
                    looks.append(reader.read(frame, only=expected and expected.mask(frame.t_ms)))
                done = (frame.t_ms - start_ms) / max(1.0, end_ms - start_ms)
                self._progress(TILED_SHARE + (1 - TILED_SHARE) * done)
        if expected is None:
            return looks
        return [look.with_people([person for person in look.people if expected.holds(person)]) for look in looks]

    def _athlete(self, film: Film, looks: Sequence[Look]) -> _Athlete:
        """Who of all performs the action; where nobody does, who fills most of the film."""
        shots = self._reader.pictures(np.array([look.frame for look in looks], dtype=np.int64)).shot
        people = paths([look.people for look in looks], shots.tolist())
        athletes = [self._acting(film, looks, path) for path in people if len(path) >= th.MIN_SAMPLES]
        if not athletes:
            path: Sequence[Reading] = max(people, key=presence) if people else []
            return _Athlete(path, self._track(film, _only(path, looks)), (0.0, 0.0))
        return max(athletes, key=lambda athlete: (athlete.acts, presence(athlete.path)))

    def _acting(self, film: Film, looks: Sequence[Look], path: Sequence[Reading]) -> _Athlete:
        track = self._track(film, _only(path, looks))
        return _Athlete(path, track, prowess(track, self._request.given))

    def _window(self, athlete: _Athlete) -> tuple[float, float] | None:
        """The part to read again, in milliseconds: the whole of a short film, else where the action is."""
        seconds = self._request.fine_window_seconds
        if not seconds:
            return None
        track = athlete.track
        if athlete.path:
            shot = track.shot[np.searchsorted(track.frame, athlete.path[0].frame)]
            track = track.take(np.flatnonzero(track.shot == shot))
        first_ms, last_ms = float(track.t_ms[0]), float(track.t_ms[-1])
        if last_ms - first_ms <= seconds * 1000:
            return first_ms, last_ms
        window = action_window(track, self._request.given, seconds)
        return None if window is None else (round(window[0], 3), round(window[1], 3))

    def _track(self, film: Film, looks: Sequence[Look]) -> Track:
        """The first person of each look."""
        ordered = sorted(looks, key=lambda look: look.frame)
        unseen = np.full((LANDMARKS, 4), np.nan)
        frame = np.array([look.frame for look in ordered], dtype=np.int64)
        return Track(
            frame=frame,
            t_ms=np.array([look.t_ms for look in ordered], dtype=np.float64),
            landmarks=np.array([look.people[0].landmarks if look.people else unseen for look in ordered]),
            model=np.array([look.model for look in ordered], dtype=np.int64),
            model_names=(self._models.coarse.stem, self._models.fine.stem),
            width=film.width,
            height=film.height,
            pictures=self._reader.pictures(frame),
        )


def _in_doubt(athlete: _Athlete, looks: Sequence[Look], survey: Sequence[Look]) -> bool:
    """Whether somebody else, or somebody too small to be found, may perform the action."""
    certainty, speed = athlete.acts
    if certainty > 0:
        return False
    found = sum(bool(look.people) for look in looks)
    return speed == 0.0 or _most_people(survey) > 1 or found < FEW_FOUND * len(looks)


def _most_people(survey: Sequence[Look]) -> int:
    """The largest number of people that at least two frames show, or the only one does."""
    counts = sorted((len(look.people) for look in survey), reverse=True)
    return counts[min(len(counts), SEEN_TWICE) - 1] if counts else 0


def _both(one: Look, other: Look) -> Look:
    """All the people of two looks at the same frame."""
    return one.with_people(distinct([*one.people, *other.people]))


def _only(path: Sequence[Reading], looks: Sequence[Look]) -> list[Look]:
    """``looks`` at the person of ``path`` alone."""
    person = {reading.frame: reading for reading in path}
    return [look.with_people([person[look.frame]] if look.frame in person else []) for look in looks]
