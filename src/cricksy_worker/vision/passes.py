"""The passes over one video: each reads some of its frames with one of the models."""

from collections.abc import Callable, Sequence
from functools import partial
from math import ceil

import numpy as np

from cricksy.analysis import filters
from cricksy.analysis import thresholds as th
from cricksy.analysis.clock import REAL
from cricksy.analysis.preprocessing.anatomy import impossible_frames
from cricksy.analysis.preprocessing.cleaning import MANY_REPEATS
from cricksy.analysis.track import IntArray, Track, VideoFacts
from cricksy_worker.vision.detections import FrameDetections, suppress_duplicates
from cricksy_worker.vision.detector import MirroredDetector, PoseDetector
from cricksy_worker.vision.expectation import Expectation
from cricksy_worker.vision.extract_params import FIRST_SHARE, TILED_SHARE, ExtractParams
from cricksy_worker.vision.frame_reader import FrameReader
from cricksy_worker.vision.models import PoseModels
from cricksy_worker.vision.pose_reader import Divide, PoseReader, undivided
from cricksy_worker.vision.regions import WHOLE, Region
from cricksy_worker.vision.sampling import Sampler
from cricksy_worker.vision.stills import Stills
from cricksy_worker.vision.tiles import tiles
from cricksy_worker.vision.tracking import Tracklet

COARSE, FINE = 0, 1
"""Indices into :attr:`Track.model_names`."""


class Passes:
    """Reads parts of one video; ``progress`` is called with the fraction of all reading that is done, 0–1."""

    def __init__(
        self,
        reader: FrameReader,
        models: PoseModels,
        params: ExtractParams,
        stills: Stills | None,
        progress: Callable[[float], None],
    ) -> None:
        self._reader = reader
        self._models = models
        self._params = params
        self._stills = stills
        self._progress = progress
        self.clock = REAL
        """How far the video is slowed, once it is known."""

    def first(
        self, longest_ms: float, sample_fps: float, fine_window_seconds: float
    ) -> tuple[list[FrameDetections], list[FrameDetections]]:
        """The largest person of each sampled frame, and all the people of some of these frames.

        Of a long video no more than ``first_frames`` are sampled, evenly.
        """
        end_ms = self._reader.duration_ms or longest_ms
        # A damaged container may state no length, none or less than none.
        seconds = max(0.0, self._reader.duration_ms or 0.0) / 1000
        most_fps = self._params.first_frames / seconds if seconds else sample_fps
        sampler = Sampler(min(sample_fps, most_fps), self._params.early)
        survey_fps = min(self._params.survey_fps, self._params.survey_frames * 1000 / end_ms)
        census = Sampler(survey_fps, self._params.early)
        frames: list[FrameDetections] = []
        survey: list[FrameDetections] = []
        divide = partial(tiles, params=self._params.tiles)
        show = None if self._stills is None else self._stills.see_whole
        if self._stills is not None and end_ms > fine_window_seconds * 1000:
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

    def mirrored(self, frames: Sequence[FrameDetections]) -> list[FrameDetections]:
        """``frames`` as the model reads their mirror images."""
        sampled = {found.frame for found in frames}
        with self._pose_reader(COARSE, mirrored=True) as whole:
            span = self._reader.between(frames[0].t_ms, frames[-1].t_ms)
            return [whole.read(frame) for frame in span if frame.index in sampled]

    def denser(self, frames: Sequence[FrameDetections]) -> list[FrameDetections]:
        """``frames`` with more of the video's liveliest part."""
        start_ms, end_ms = self._reader.liveliest(self._params.dense_seconds * 1000)
        sampler = Sampler(self._params.dense_fps, self._params.early)
        with self._pose_reader(COARSE) as whole:
            dense = [whole.read(frame) for frame in self._reader.between(start_ms, end_ms) if sampler.takes(frame.t_ms)]
        outside = [found for found in frames if not start_ms <= found.t_ms <= end_ms]
        return sorted([*outside, *dense], key=lambda found: found.frame)

    def tiled(self, frames: Sequence[FrameDetections]) -> list[FrameDetections]:
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

    def fine(
        self,
        window: tuple[float, float],
        expected: Expectation | None,
        key_ms: float,
        done: tuple[float, float] = (0.0, 1.0),
        *,
        mirrored: bool = False,
    ) -> list[FrameDetections]:
        """The athlete at the video's own rate; a duplicate frame's landmarks are those of the frame before.

        ``key_ms``: about when the action is. ``done``: the share of all such reading before and after this part.
        ``mirrored``: the model sees the mirror image.
        """
        start_ms, end_ms = window
        region = WHOLE if expected is None else expected.region(start_ms, end_ms)
        chosen = self._chosen(start_ms, end_ms)
        repeated = chosen[self._reader.background(chosen).repeated].tolist()
        read = set(chosen.tolist())
        frames: list[FrameDetections] = []
        if self._stills is not None:
            share = (key_ms - start_ms) / max(1.0, end_ms - start_ms)
            self._stills.begin_action(chosen.tolist(), share)
        show = None if self._stills is None else self._stills.see_action
        with self._pose_reader(FINE, partial(_only, region), mirrored=mirrored) as reader:
            for frame in self._reader.between(start_ms, end_ms):
                if frame.index not in read:
                    continue
                if frame.index in repeated:
                    frames.append(frames[-1].at(frame.index, frame.t_ms))
                    if self._stills is not None:
                        self._stills.repeat_action(frame)
                else:
                    frames.append(reader.read(frame, only=expected and expected.mask(frame.t_ms), show=show))
                part = (frame.t_ms - start_ms) / max(1.0, end_ms - start_ms)
                self._progress(TILED_SHARE + (1 - TILED_SHARE) * (done[0] + (done[1] - done[0]) * part))
        if expected is None:
            return frames
        return [found.with_people([person for person in found.people if expected.holds(person)]) for found in frames]

    def again(self, frames: list[FrameDetections], track: Track, *, mirrored: bool = False) -> list[FrameDetections]:
        """``frames``, whose ``track`` is given, where impossible poses give way to what an untracked detector finds.

        It sees only where the athlete must be by the possible poses. ``mirrored``: as they were read.
        """
        wrong = impossible_frames(track)
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
            with self._pose_reader(FINE, partial(_only, region), tracks=False, mirrored=mirrored) as reader:
                for frame in self._reader.between(start_ms, end_ms):
                    if frame.index in places:
                        found = reader.read(frame)
                        people = [person for person in found.people if expected.holds(person)]
                        if people:
                            reread[places[frame.index]] = found.with_people(people)
        return reread

    def expectation(self, tracklet: Tracklet) -> Expectation:
        """Where the person of ``tracklet`` must be."""
        return Expectation(tracklet, *self._reader.size, self._params.expectation)

    def track(self, video: VideoFacts, frames: Sequence[FrameDetections]) -> Track:
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
            clock=self.clock,
        )

    def _pose_reader(
        self, number: int, divide: Divide = undivided, *, tracks: bool = True, mirrored: bool = False
    ) -> PoseReader:
        """One that reads with the coarse or the fine model, by its ``number``."""
        model = self._models.coarse if number == COARSE else self._models.fine

        def open_one() -> PoseDetector:
            detector = self._params.open_detector(model, tracks=tracks)
            return MirroredDetector(detector) if mirrored else detector

        return PoseReader(open_one, number, divide, tracks=tracks, params=self._params.reading)

    def _chosen(self, start_ms: float, end_ms: float) -> IntArray:
        """The source frames of a part to read: all of them, or, of more than ``fine_frames``, every n-th new image."""
        frames = self._reader.indices(start_ms, end_ms)
        most = self._params.fine_frames if self.clock.is_real else self._params.slow_fine_frames
        if len(frames) <= most:
            return frames
        repeated = self._reader.background(frames).repeated
        if np.count_nonzero(repeated) > MANY_REPEATS * len(frames):
            frames = frames[~repeated]
        return frames[:: ceil(len(frames) / most)]

    def _both(self, one: FrameDetections, other: FrameDetections) -> FrameDetections:
        """All the people that two readings of the same frame found."""
        return one.with_people(suppress_duplicates([*one.people, *other.people], self._params.duplicates))


def _only(region: Region, _width: int, _height: int) -> Sequence[Region]:
    return [region]
