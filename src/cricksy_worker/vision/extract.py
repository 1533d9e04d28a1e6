"""From a video to the landmarks of its athlete.

The first pass reads the whole video at the sample rate, enough to find the action and who performs it. If that is in
doubt, overlapping tiles of the image are read as well. The last pass reads the action again at the video's own rate:
front-foot contact and release are only three to five frames apart at 30 frames a second.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from math import ceil
from pathlib import Path
from typing import Final

import numpy as np

from cricksy.analysis import filters
from cricksy.analysis import thresholds as th
from cricksy.analysis.clock import REAL, Clock
from cricksy.analysis.disciplines.action import ActionScore
from cricksy.analysis.preprocessing.anatomy import impossible_frames
from cricksy.analysis.preprocessing.cleaning import MANY_REPEATS
from cricksy.analysis.track import IntArray, Track, VideoFacts
from cricksy_worker.vision.detections import DUPLICATES, DuplicateParams, FrameDetections, suppress_duplicates
from cricksy_worker.vision.detector import OpenDetector, PoseDetector
from cricksy_worker.vision.detector_registry import open_detector
from cricksy_worker.vision.expectation import EXPECTATION, Expectation, ExpectationParams
from cricksy_worker.vision.frames import FrameReader
from cricksy_worker.vision.models import PoseModels
from cricksy_worker.vision.pose_reader import READING, Divide, PoseReader, ReadingParams, undivided
from cricksy_worker.vision.regions import WHOLE
from cricksy_worker.vision.sampling import EARLY, Sampler
from cricksy_worker.vision.scene_changes import SCENES, SceneParams
from cricksy_worker.vision.stills import Stills
from cricksy_worker.vision.tiles import TILES, TileParams, tiles
from cricksy_worker.vision.tracking import TRACKING, TrackingParams, Tracklet, link_detections, total_size
from cricksy_worker.vision.video import VideoLimits

FINE_FRAMES: Final = 120  # frames; most of the last pass, whatever the video's rate, so that its cost is bounded
# frames; the same of a slowed video, of which 1.5 s in the world are 360 frames if it was shot at 240 a second: every
# other one is read, so that an event is not further off than two
SLOW_FINE_FRAMES: Final = 240
SLOW_TRIED: Final = 3  # count; of people by whose movement it is judged whether the video is slowed: the largest
SURVEY_FPS: Final = 2.0  # fps; most frames a second in which the first pass counts people
SURVEY_FRAMES: Final = 24  # frames; and no more than this of a long video
TILED_SECONDS: Final = 12.0  # s; longest part of a video that is read in tiles: the one with most movement
FIRST_SHARE: Final = 0.5  # ratio; progress after the first pass: a guess that suits a clip of some seconds
TILED_SHARE: Final = 0.7  # ratio; progress after the tiles, guessed likewise
# ratio; of the moving part's longer side, added on every side: the detector wants to see ground around a person
MOVEMENT_MARGIN: Final = 0.1
SEEN_TWICE: Final = 2  # frames; of the survey that must show as many people: one alone may hold a ghost
FEW_FOUND: Final = 0.8  # ratio; of frames with a person, below which the whole image is too coarse a look
NEAR_START_MS: Final = 100.0  # ms; of the video, before the action's part: then that part begins with the video
DENSE_FPS: Final = 15.0  # fps; of a second look at a video's liveliest part, if the first finds no action with fewer
DENSE_SECONDS: Final = 12.0  # s; the longest such part: 180 frames

COARSE, FINE = 0, 1
"""Indices into :attr:`Track.model_names`."""


@dataclass(frozen=True, slots=True)
class ExtractParams:
    """How the passes read a video. The defaults are the product's; a sweep or a test varies them."""

    open_detector: OpenDetector = open_detector
    fine_frames: int = FINE_FRAMES
    slow_fine_frames: int = SLOW_FINE_FRAMES
    survey_fps: float = SURVEY_FPS
    survey_frames: int = SURVEY_FRAMES
    tiled_seconds: float = TILED_SECONDS
    movement_margin: float = MOVEMENT_MARGIN
    seen_twice: int = SEEN_TWICE
    few_found: float = FEW_FOUND
    near_start_ms: float = NEAR_START_MS
    dense_fps: float = DENSE_FPS
    dense_seconds: float = DENSE_SECONDS
    early: float = EARLY
    """Of :class:`.sampling.Sampler`."""
    scenes: SceneParams = SCENES
    tiles: TileParams = TILES
    reading: ReadingParams = READING
    duplicates: DuplicateParams = DUPLICATES
    tracking: TrackingParams = TRACKING
    expectation: ExpectationParams = EXPECTATION


EXTRACT: Final = ExtractParams()


@dataclass(frozen=True, slots=True)
class PoseRequest:
    """How to read one video, and what the analysis calls an action.

    ``sample_fps``: images a second that the first pass reads.
    ``fine_window_seconds``: the length of the last pass in the world; 0 leaves it out.
    ``score``: how much the person of a track acts. The highest score makes the athlete.
    ``find_window``: start and end in milliseconds of the part of a track to read again, no longer than so many
    seconds in the world; ``None`` if nobody acts.
    ``clock``: how far the video is slowed, by a track of it.
    ``stills``: is shown the images that the passes read; ``None`` where nobody keeps any.
    """

    sample_fps: float
    fine_window_seconds: float
    score: Callable[[Track], ActionScore]
    find_window: Callable[[Track, float], tuple[float, float] | None]
    params: ExtractParams = EXTRACT
    stills: Stills | None = None
    clock: Callable[[Track, VideoFacts], Clock] = lambda _track, _video: REAL


@dataclass(frozen=True, slots=True)
class Extraction:
    video: VideoFacts
    track: Track
    fine_window_ms: tuple[float, float] | None
    """The part that the last pass read: all of a short video, else the action; ``None`` if none was found."""


@dataclass(frozen=True, slots=True)
class _Athlete:
    """The person that the video is about, as the first pass saw him."""

    tracklet: Tracklet
    track: Track
    score: ActionScore


def extract(
    video: Path,
    models: PoseModels,
    limits: VideoLimits,
    request: PoseRequest,
    progress: Callable[[float], None],
) -> Extraction:
    """Read ``video`` with both models; ``progress`` is called with the fraction done, 0–1.

    Raises:
        VideoRejected: The file cannot be analysed.
        ModelUnavailable: A model is not there.
        OSError: The file cannot be read.
    """
    reader = FrameReader(video, limits, request.params.scenes)
    return _Extractor(reader, models, request, progress).extract(limits.max_seconds * 1000)


class _Extractor:
    """The passes over one video."""

    def __init__(
        self,
        reader: FrameReader,
        models: PoseModels,
        request: PoseRequest,
        progress: Callable[[float], None],
    ) -> None:
        self._reader = reader
        self._models = models
        self._request = request
        self._params = request.params
        self._progress = progress
        self._stills = request.stills
        self._clock = REAL

    def extract(self, longest_ms: float) -> Extraction:
        frames, survey = self._first_pass(longest_ms)
        video = self._reader.video()
        athlete = self._athlete(video, frames)
        if self._may_be_missed(athlete, video):
            frames = self._denser_pass(frames)
            athlete = self._athlete(video, frames)
        tiled = self._in_doubt(athlete, frames, survey)
        if tiled:
            frames = survey = self._tiled_pass(frames)
            athlete = self._athlete(video, frames)
        people = self._most_people(survey)
        video = replace(video, people_seen=max(people, int(bool(athlete.tracklet))))
        window = self._window(athlete)
        if window is None:
            return _without_impossible(Extraction(video, athlete.track, None))
        # A few detections, as of one frame a second, lead nowhere that anybody could be expected.
        doubtful = len(athlete.tracklet) >= th.MIN_SAMPLES and (tiled or people > 1)
        expected = Expectation(athlete.tracklet, *self._reader.size, self._params.expectation) if doubtful else None
        if self._stills is not None:
            boxes = [person.box for person in athlete.tracklet if window[0] <= person.t_ms <= window[1]]
            self._stills.expect_action(self._reader.size, boxes)
        fine = self._reread(video, self._last_pass(window, expected))
        video = replace(self._reader.video(window), people_seen=video.people_seen)
        # Of a video over 80 frames a second the last pass takes every n-th: the first pass's would lie in between.
        outside = [frame for frame in _only(athlete.tracklet, frames) if not window[0] <= frame.t_ms <= window[1]]
        return _without_impossible(Extraction(video, self._track(video, [*outside, *fine]), window))

    def _pose_reader(self, number: int, divide: Divide = undivided, *, tracks: bool = True) -> PoseReader:
        """One that reads with the coarse or the fine model, by its ``number``."""
        model = self._models.coarse if number == COARSE else self._models.fine
        open_one: Callable[[], PoseDetector] = partial(self._params.open_detector, model, tracks=tracks)
        return PoseReader(open_one, number, divide, tracks=tracks, params=self._params.reading)

    def _first_pass(self, longest_ms: float) -> tuple[list[FrameDetections], list[FrameDetections]]:
        """The largest person of each sampled frame, and all the people of some of these frames."""
        end_ms = self._reader.duration_ms or longest_ms
        sampler = Sampler(self._request.sample_fps, self._params.early)
        survey_fps = min(self._params.survey_fps, self._params.survey_frames * 1000 / end_ms)
        census = Sampler(survey_fps, self._params.early)
        frames: list[FrameDetections] = []
        survey: list[FrameDetections] = []
        divide = partial(tiles, params=self._params.tiles)
        show = None if self._stills is None else self._stills.see_whole
        if self._stills is not None and end_ms > self._request.fine_window_seconds * 1000:
            self._stills.expect_overview(end_ms)
        with self._pose_reader(COARSE) as whole, self._pose_reader(COARSE, divide, tracks=False) as parts:
            for frame in self._reader:
                if sampler.takes(frame.t_ms):
                    frames.append(whole.read(frame, show=show))
                    if census.takes(frame.t_ms):
                        survey.append(self._both(frames[-1], parts.read(frame)))
                    self._progress(FIRST_SHARE * min(1.0, frame.t_ms / end_ms))
        growth = self._reader.growth
        if self._stills is not None:
            self._stills.expect_size(self._reader.size)
        return [found.scaled(growth) for found in frames], [found.scaled(growth) for found in survey]

    def _may_be_missed(self, athlete: _Athlete, video: VideoFacts) -> bool:
        """Whether there may be an action between the images that were read."""
        is_read_whole = video.decoded_ms <= self._request.fine_window_seconds * 1000
        return athlete.score.certainty == 0 and self._request.sample_fps < self._params.dense_fps and not is_read_whole

    def _denser_pass(self, frames: Sequence[FrameDetections]) -> list[FrameDetections]:
        """``frames`` with more of the video's liveliest part."""
        start_ms, end_ms = self._reader.liveliest(self._params.dense_seconds * 1000)
        sampler = Sampler(self._params.dense_fps, self._params.early)
        with self._pose_reader(COARSE) as whole:
            dense = [whole.read(frame) for frame in self._reader.between(start_ms, end_ms) if sampler.takes(frame.t_ms)]
        outside = [found for found in frames if not start_ms <= found.t_ms <= end_ms]
        return sorted([*outside, *dense], key=lambda found: found.frame)

    def _tiled_pass(self, frames: Sequence[FrameDetections]) -> list[FrameDetections]:
        """``frames`` with all the people of the video's liveliest part: in tiles, and behind the largest person."""
        start_ms, end_ms = self._reader.liveliest(self._params.tiled_seconds * 1000)
        sampled = {found.frame: place for place, found in enumerate(frames)}
        completed = list(frames)
        moving = self._reader.movement().grown(self._params.movement_margin)
        divide = partial(tiles, part=moving, params=self._params.tiles)
        with self._pose_reader(COARSE, divide) as parts, self._pose_reader(COARSE) as others:
            for frame in self._reader.between(start_ms, end_ms):
                place = sampled.get(frame.index)
                if place is not None:
                    known = frames[place]
                    found = self._both(known, parts.read(frame))
                    if known.people:
                        found = self._both(found, others.read(frame, hidden=known.people))
                    completed[place] = found
                    done = (frame.t_ms - start_ms) / max(1.0, end_ms - start_ms)
                    self._progress(FIRST_SHARE + (TILED_SHARE - FIRST_SHARE) * done)
        return completed

    def _last_pass(self, window: tuple[float, float], expected: Expectation | None) -> list[FrameDetections]:
        """The athlete at the video's own rate; a duplicate frame's landmarks are those of the frame before."""
        start_ms, end_ms = window
        region = WHOLE if expected is None else expected.region(start_ms, end_ms)
        chosen = self._chosen(start_ms, end_ms)
        repeated = chosen[self._reader.background(chosen).repeated].tolist()
        read = set(chosen.tolist())
        frames: list[FrameDetections] = []
        show = None if self._stills is None else self._stills.see_action
        with self._pose_reader(FINE, lambda _width, _height: [region]) as reader:
            for frame in self._reader.between(start_ms, end_ms):
                if frame.index not in read:
                    continue
                if frame.index in repeated:
                    frames.append(frames[-1].at(frame.index, frame.t_ms))
                    if self._stills is not None:
                        self._stills.repeat_action(frame)
                else:
                    frames.append(reader.read(frame, only=expected and expected.mask(frame.t_ms), show=show))
                done = (frame.t_ms - start_ms) / max(1.0, end_ms - start_ms)
                self._progress(TILED_SHARE + (1 - TILED_SHARE) * done)
        if expected is None:
            return frames
        return [found.with_people([person for person in found.people if expected.holds(person)]) for found in frames]

    def _reread(self, video: VideoFacts, frames: list[FrameDetections]) -> list[FrameDetections]:
        """``frames`` where impossible poses give way to what a detector finds that has not tracked them.

        It sees only where the athlete must be by the possible poses.
        """
        wrong = impossible_frames(self._track(video, frames))
        possible = [
            found.people[0] for found, is_wrong in zip(frames, wrong, strict=True) if found.people and not is_wrong
        ]
        if len(possible) < th.MIN_SAMPLES:
            return frames
        expected = Expectation(possible, *self._reader.size, self._params.expectation)
        reread = list(frames)
        for start, end in filters.runs(wrong):
            places = {frames[place].frame: place for place in range(start, end)}
            start_ms, end_ms = frames[start].t_ms, frames[end - 1].t_ms
            region = expected.region(start_ms, end_ms)
            with self._pose_reader(FINE, lambda _width, _height, region=region: [region], tracks=False) as reader:
                for frame in self._reader.between(start_ms, end_ms):
                    if frame.index in places:
                        found = reader.read(frame)
                        people = [person for person in found.people if expected.holds(person)]
                        if people:
                            reread[places[frame.index]] = found.with_people(people)
        return reread

    def _chosen(self, start_ms: float, end_ms: float) -> IntArray:
        """The source frames of a part to read: all of them, or, of more than ``fine_frames``, every n-th new image."""
        frames = self._reader.indices(start_ms, end_ms)
        most = self._params.fine_frames if self._clock.is_real else self._params.slow_fine_frames
        if len(frames) <= most:
            return frames
        repeated = self._reader.background(frames).repeated
        if np.count_nonzero(repeated) > MANY_REPEATS * len(frames):
            frames = frames[~repeated]
        return frames[:: ceil(len(frames) / most)]

    def _athlete(self, video: VideoFacts, frames: Sequence[FrameDetections]) -> _Athlete:
        """Who of all performs the action; if nobody does, who fills most of the video."""
        shots = self._reader.background(np.array([found.frame for found in frames], dtype=np.int64)).shot
        tracklets = link_detections([found.people for found in frames], shots.tolist(), self._params.tracking)
        acting = [one for one in tracklets if len(one) >= th.MIN_SAMPLES]
        if not acting:
            largest: Tracklet = max(tracklets, key=total_size) if tracklets else []
            return _Athlete(largest, self._track(video, _only(largest, frames)), ActionScore(0.0, 0.0))
        athletes = [self._acting(video, frames, one) for one in acting]
        clock = self._clock_by(video, sorted(athletes, key=_acts_most, reverse=True)[:SLOW_TRIED])
        if clock != self._clock:
            self._clock = clock
            athletes = [self._acting(video, frames, one) for one in acting]
        return max(athletes, key=_acts_most)

    def _clock_by(self, video: VideoFacts, athletes: Sequence[_Athlete]) -> Clock:
        """How far the video is slowed, by the first of ``athletes`` in whose movement it is slowed at all."""
        for athlete in athletes:
            clock = self._request.clock(athlete.track, video)
            if not clock.is_real or athlete.score.certainty > 0:
                return clock
        return REAL

    def _acting(self, video: VideoFacts, frames: Sequence[FrameDetections], tracklet: Tracklet) -> _Athlete:
        track = self._track(video, _only(tracklet, frames))
        return _Athlete(tracklet, track, self._request.score(track))

    def _in_doubt(
        self, athlete: _Athlete, frames: Sequence[FrameDetections], survey: Sequence[FrameDetections]
    ) -> bool:
        """Whether somebody else, or somebody too small to be found, may perform the action."""
        if athlete.score.certainty > 0:
            return False
        found = sum(bool(frame.people) for frame in frames)
        is_idle = athlete.score.wrist_speed == 0.0
        return is_idle or self._most_people(survey) > 1 or found < self._params.few_found * len(frames)

    def _window(self, athlete: _Athlete) -> tuple[float, float] | None:
        """The part to read again, in milliseconds: the whole of a short video, else where the action is."""
        seconds = self._request.fine_window_seconds
        if not seconds:
            return None
        track = athlete.track
        if athlete.tracklet:
            shot = track.shot[np.searchsorted(track.frame, athlete.tracklet[0].frame)]
            track = track.take(np.flatnonzero(track.shot == shot))
        first_ms, last_ms = float(track.t_ms[0]), float(track.t_ms[-1])
        whole_ms = self._clock.later(first_ms, seconds * 1000.0) - first_ms
        if last_ms - first_ms <= whole_ms:
            return first_ms, last_ms
        window = self._request.find_window(track, seconds)
        if window is None:
            return None
        # Where hardly anything precedes the window, one that begins a little elsewhere would read other images.
        if window[0] < first_ms + self._params.near_start_ms:
            window = first_ms, first_ms + whole_ms
        return round(window[0], 3), round(window[1], 3)

    def _most_people(self, survey: Sequence[FrameDetections]) -> int:
        """The largest number of people that at least two frames show, or the only one does."""
        counts = sorted((len(found.people) for found in survey), reverse=True)
        return counts[min(len(counts), self._params.seen_twice) - 1] if counts else 0

    def _both(self, one: FrameDetections, other: FrameDetections) -> FrameDetections:
        """All the people that two readings of the same frame found."""
        return one.with_people(suppress_duplicates([*one.people, *other.people], self._params.duplicates))

    def _track(self, video: VideoFacts, frames: Sequence[FrameDetections]) -> Track:
        """The first person of each frame.

        Raises:
            ValueError: The models find different landmarks.
        """
        ordered = sorted(frames, key=lambda found: found.frame)
        skeletons = {found.skeleton for found in ordered}
        if len(skeletons) > 1:
            raise ValueError(f"the coarse and the fine model differ in skeleton: {sorted(s.name for s in skeletons)}")
        (skeleton,) = skeletons
        unseen = np.full((skeleton.count, 4), np.nan)
        frame = np.array([found.frame for found in ordered], dtype=np.int64)
        return Track(
            frame=frame,
            t_ms=np.array([found.t_ms for found in ordered], dtype=np.float64),
            landmarks=np.array([found.people[0].landmarks if found.people else unseen for found in ordered]),
            model=np.array([found.model for found in ordered], dtype=np.int64),
            model_names=(self._models.coarse.stem, self._models.fine.stem),
            width=video.width,
            height=video.height,
            background=self._reader.background(frame),
            skeleton=skeleton,
            clock=self._clock,
        )


def _acts_most(athlete: _Athlete) -> tuple[ActionScore, float]:
    return athlete.score, total_size(athlete.tracklet)


def _without_impossible(extraction: Extraction) -> Extraction:
    """The extraction with nobody on the frames whose pose no body can take, and their number."""
    track = extraction.track
    wrong = impossible_frames(track)
    landmarks = np.where(wrong[:, None, None], np.nan, track.landmarks)
    video = replace(extraction.video, frames_rejected=int(np.count_nonzero(wrong)))
    return replace(extraction, video=video, track=replace(track, landmarks=landmarks))


def _only(tracklet: Tracklet, frames: Sequence[FrameDetections]) -> list[FrameDetections]:
    """``frames`` with the person of ``tracklet`` alone."""
    person = {detection.frame: detection for detection in tracklet}
    return [found.with_people([person[found.frame]] if found.frame in person else []) for found in frames]
