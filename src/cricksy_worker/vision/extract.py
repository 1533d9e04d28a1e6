"""From a video to the landmarks of its athlete.

The first pass reads the whole video at the sample rate, enough to find the action and who performs it. A model reads an
image and its mirror image differently: so that the same action is read as one whichever way it goes, the second pass
shows it as going to the right, and so does a second look of the first at a short video, or at a longer one in which it
finds none. If the athlete is in doubt, overlapping tiles of the image are read as well. The second pass reads the
action again at the video's own rate: front-foot contact and release are only three to five frames apart at 30 frames a
second. Where it shows no action, and its own frames say that the fastest moment lies elsewhere, it reads once more
there. Of a film with several actions it reads the first ones, each as that of a short clip; what no action is found in
counts as not read.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np

from cricksy.analysis import thresholds as th
from cricksy.analysis.actions import Part
from cricksy.analysis.clock import REAL, Clock
from cricksy.analysis.disciplines.action import ActionScore
from cricksy.analysis.disciplines.several import Span
from cricksy.analysis.track import Track, VideoFacts
from cricksy_worker.vision.athletes import Athlete, acts_most, athlete_of, people_of
from cricksy_worker.vision.detections import FrameDetections
from cricksy_worker.vision.extract_params import EXTRACT, SLOW_TRIED, ExtractParams
from cricksy_worker.vision.frame_reader import FrameReader
from cricksy_worker.vision.models import PoseModels
from cricksy_worker.vision.parts import ActionSearch, Candidate, candidates, in_shot
from cricksy_worker.vision.parts_reading import PartsReading
from cricksy_worker.vision.passes import Passes
from cricksy_worker.vision.stills import Stills
from cricksy_worker.vision.tracking import link_detections, looks_left
from cricksy_worker.vision.video import VideoLimits


@dataclass(frozen=True, slots=True)
class PoseRequest:
    """How to read one video, and what the analysis calls an action.

    ``sample_fps``: images a second that the first pass reads.
    ``fine_window_seconds``: the length of the second pass in the world; 0 leaves it out.
    ``score``: how much the person of a track acts. The highest score makes the athlete.
    ``find_window``: start and end in milliseconds of the part of a track to read again, the whole of a short film or no
    longer than so many seconds in the world; ``None`` if nobody acts.
    ``clock``: how far the video is slowed, by a track of it.
    ``search``: finds the actions of a film with several; ``None`` where one is enough.
    ``max_actions``: how many of them are read finely.
    ``stills``: is shown the images that the passes read; ``None`` where nobody keeps any.
    """

    sample_fps: float
    fine_window_seconds: float
    score: Callable[[Track], ActionScore]
    find_window: Callable[[Track, float], Span | None]
    params: ExtractParams = EXTRACT
    stills: Stills | None = None
    search: ActionSearch | None = None
    max_actions: int = 1
    clock: Callable[[Track, VideoFacts], Clock] = lambda _track, _video: REAL


@dataclass(frozen=True, slots=True)
class Extraction:
    video: VideoFacts
    track: Track
    parts: tuple[Part, ...]
    """Where the actions are, by time: all of a short video, else around each action; none if none was found."""

    @property
    def fine_window_ms(self) -> Span | None:
        """The first part that the second pass read; ``None`` if it read none."""
        return next((part.span for part in self.parts if part.read == "fine"), None)


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
    passes = Passes(reader, models, request.params, request.stills, progress)
    return _Extractor(reader, passes, request).extract(limits.max_seconds * 1000)


class _Extractor:
    """Decides which passes a video needs."""

    def __init__(self, reader: FrameReader, passes: Passes, request: PoseRequest) -> None:
        self._reader = reader
        self._passes = passes
        self._request = request
        self._params = request.params

    def extract(self, longest_ms: float) -> Extraction:
        seconds = self._request.fine_window_seconds
        frames, survey = self._passes.first(longest_ms, self._request.sample_fps, seconds)
        video = self._reader.video()
        people = self._people(video, frames)
        athlete = athlete_of(people)
        if self._is_read_mirrored(frames, athlete):
            clock, mirrored = self._passes.clock, self._passes.mirrored(frames)
            others = self._people(video, mirrored)
            if athlete_of(others).score.certainty > 0 or athlete.score.certainty == 0:
                frames, people, athlete = mirrored, others, athlete_of(others)
            else:
                self._passes.clock = clock
        if self._may_be_missed(athlete, video):
            frames = self._passes.denser(frames)
            people = self._people(video, frames)
            athlete = athlete_of(people)
        tiled = self._in_doubt(athlete, frames, survey)
        if tiled:
            frames = survey = self._passes.tiled(frames)
            people = self._people(video, frames)
            athlete = athlete_of(people)
        most = self._most_people(survey)
        video = replace(video, people_seen=max(most, int(bool(athlete.tracklet))))
        found = self._candidates(people, athlete)
        doubtful = tiled or most > 1
        stills, window = self._request.stills, self._window
        reading = PartsReading(self._reader, self._passes, stills, video, frames, window_of=window, doubtful=doubtful)
        read, unread = reading.all_of(found, self._request.search, self._request.max_actions)
        track, parts, video = reading.merged(athlete, read, unread)
        return Extraction(video, track, parts)

    def _is_read_mirrored(self, frames: Sequence[FrameDetections], athlete: Athlete) -> bool:
        """Whether the first pass's frames are to be read as going to the right: it did not know yet where they go."""
        is_short = len(frames) <= self._params.mirrored_frames
        return looks_left(athlete.tracklet) and (is_short or athlete.score.certainty == 0)

    def _people(self, video: VideoFacts, frames: Sequence[FrameDetections]) -> list[Athlete]:
        shots = self._reader.background(np.array([found.frame for found in frames], dtype=np.int64)).shot.tolist()
        tracklets = link_detections([found.people for found in frames], shots, self._params.tracking)
        track_of = partial(self._passes.track, video)
        people = people_of(frames, tracklets, track_of, self._request.score)
        if all(len(person.tracklet) < th.MIN_SAMPLES for person in people):
            return people
        clock = self._clock_by(video, sorted(people, key=acts_most, reverse=True)[:SLOW_TRIED])
        if clock == self._passes.clock:
            return people
        self._passes.clock = clock
        return people_of(frames, tracklets, track_of, self._request.score)

    def _clock_by(self, video: VideoFacts, people: Sequence[Athlete]) -> Clock:
        """How far the video is slowed, by the first of ``people`` in whose movement it is slowed at all."""
        for person in people:
            clock = self._request.clock(person.track, video)
            if not clock.is_real or person.score.certainty > 0:
                return clock
        return REAL

    def _candidates(self, people: Sequence[Athlete], athlete: Athlete) -> list[Candidate]:
        """The parts to read finely, by time."""
        seconds, window = self._request.fine_window_seconds, self._window(in_shot(athlete, athlete.track))
        if not seconds:
            return []
        return candidates(people, athlete, window, self._request.search, seconds)

    def _may_be_missed(self, athlete: Athlete, video: VideoFacts) -> bool:
        """Whether there may be an action between the images that were read."""
        is_read_whole = video.decoded_ms <= self._request.fine_window_seconds * 1000
        return athlete.score.certainty == 0 and self._request.sample_fps < self._params.dense_fps and not is_read_whole

    def _in_doubt(self, athlete: Athlete, frames: Sequence[FrameDetections], survey: Sequence[FrameDetections]) -> bool:
        """Whether somebody else, or somebody too small to be found, may perform the action."""
        if athlete.score.certainty > 0:
            return False
        found = sum(bool(frame.people) for frame in frames)
        is_idle = athlete.score.wrist_speed == 0.0
        return is_idle or self._most_people(survey) > 1 or found < self._params.few_found * len(frames)

    def _window(self, track: Track) -> Span | None:
        """The part of a shot's ``track`` to read again, in ms: all of a short one, else where the action is."""
        seconds = self._request.fine_window_seconds
        if not seconds:
            return None
        first_ms, last_ms = float(track.t_ms[0]), float(track.t_ms[-1])
        whole_ms = self._passes.clock.later(first_ms, seconds * 1000.0) - first_ms
        if last_ms - first_ms <= whole_ms:
            return first_ms, last_ms
        window = self._request.find_window(track, seconds)
        if window is None:
            return None
        # Where hardly anything precedes the window, one that begins a little elsewhere would read other images.
        if window[0] < first_ms + self._params.near_start_ms and window[1] - window[0] <= whole_ms:
            window = first_ms, first_ms + whole_ms
        return round(window[0], 3), round(window[1], 3)

    def _most_people(self, survey: Sequence[FrameDetections]) -> int:
        """The largest number of people that at least two frames show, or the only one does."""
        counts = sorted((len(found.people) for found in survey), reverse=True)
        return counts[min(len(counts), self._params.seen_twice) - 1] if counts else 0
