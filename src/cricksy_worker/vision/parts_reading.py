"""The second pass over the parts of a film, and the track of all that was read."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

import numpy as np

from cricksy.analysis import thresholds as th
from cricksy.analysis.actions import Part
from cricksy.analysis.disciplines.several import Span
from cricksy.analysis.preprocessing.anatomy import impossible_frames
from cricksy.analysis.track import BoolArray, IntArray, Track, VideoFacts
from cricksy_worker.vision.athletes import Athlete, only
from cricksy_worker.vision.detections import FrameDetections
from cricksy_worker.vision.frame_reader import FrameReader
from cricksy_worker.vision.parts import ActionSearch, Candidate, in_shot
from cricksy_worker.vision.passes import Passes
from cricksy_worker.vision.stills import Stills
from cricksy_worker.vision.tracking import looks_left

READINGS: Final = 2  # count; parts read finely for each action wanted: as many again may show none
# ratio; provisional: of a part, by which it may begin elsewhere than its own frames say, and not be read again
WELL_PLACED: Final = 0.1


@dataclass(frozen=True, slots=True)
class ReadPart:
    """A part that the second pass read."""

    candidate: Candidate
    frames: Sequence[FrameDetections]


class Merged(NamedTuple):
    """All that was read of a film. ``video``: as of its first part."""

    track: Track
    parts: tuple[Part, ...]
    video: VideoFacts


class PartsReading:
    """Reads parts of one film finely, of which the first pass read ``frames``.

    ``window_of``: the part of a shot's track with the action, or ``None``. ``doubtful``: whether somebody else than the
    athlete may be found where the image is not masked.
    """

    def __init__(  # noqa: PLR0913 - what the first pass knows
        self,
        reader: FrameReader,
        passes: Passes,
        stills: Stills | None,
        video: VideoFacts,
        frames: Sequence[FrameDetections],
        *,
        window_of: Callable[[Track], Span | None],
        doubtful: bool,
    ) -> None:
        self._reader = reader
        self._passes = passes
        self._stills = stills
        self._video = video
        self._frames = frames
        self._window_of = window_of
        self._doubtful = doubtful

    def all_of(
        self, found: Sequence[Candidate], search: ActionSearch | None, most: int
    ) -> tuple[list[ReadPart], list[Candidate]]:
        """The first ``most`` actions of ``found``, read finely, and the actions after them.

        Where there may be several, what shows no action when it is read finely counts as not read. Where none shows
        one, the athlete's part is read once more if its fine reading says that the action lies elsewhere.
        """
        if not found:
            return [], []
        self._expect_stills(found, min(len(found), most))
        if search is None or (len(found) == 1 and found[0].is_athletes):
            return [self._placed(self._read(found[0]), search)], []
        read: list[ReadPart] = []
        readings = min(len(found), READINGS * most)
        for place, candidate in enumerate(found):
            if len(read) == most or place == readings:
                return read, [one for one in found[place:] if one.is_known]
            one = self._read(candidate, (place / readings, (place + 1) / readings))
            if search.confirms(self._passes.track(self._video, self._with(one))):
                read.append(one)
            elif self._stills is not None:
                self._stills.forget_action()
        own = [candidate for candidate in found if candidate.is_athletes]
        if read or not own:
            return read, []
        self._expect_stills(own, 1)
        return [self._placed(self._read(own[0], (1.0, 1.0)), search)], []

    def _placed(self, one: ReadPart, search: ActionSearch | None) -> ReadPart:
        """``one``, or where it shows no action what is read where its own frames place one."""
        candidate = one.candidate
        if search is None:
            return one
        track = self._passes.track(self._video, self._with(one))
        if search.confirms(track):
            return one
        window = self._window_of(in_shot(candidate.person, track))
        start, end = candidate.span
        if window is None or abs(window[0] - start) <= WELL_PLACED * (end - start):
            return one
        moved = replace(candidate, sighting=candidate.sighting._replace(span=window, key_ms=sum(window) / 2))
        if self._stills is not None:
            self._stills.forget_action()
        self._expect_stills([moved], 1)
        return self._read(moved, (1.0, 1.0))

    def _expect_stills(self, found: Sequence[Candidate], most: int) -> None:
        if self._stills is not None:
            boxes = [at.box for one in found for at in one.person.tracklet if _holds(one.span, at.t_ms)]
            self._stills.expect_action(self._reader.size, boxes, most)

    def merged(self, athlete: Athlete, read: Sequence[ReadPart], unread: Sequence[Candidate]) -> Merged:
        """The track of all that was read: outside the parts the athlete, or where he is not seen who else acts."""
        candidates = [*(one.candidate for one in read), *unread]
        people = [athlete]
        for one in candidates:
            if all(one.person is not other for other in people):
                people.append(one.person)
        frames, who = self._outside(people, read, candidates)
        for one in read:
            frames += one.frames
            who |= {found.frame: _place(people, one.candidate.person) for found in one.frames}
        track = self._passes.track(self._video, frames)
        wrong = _impossible(track, np.array([who[int(frame)] for frame in track.frame], dtype=np.int64))
        track = replace(track, landmarks=np.where(wrong[:, None, None], np.nan, track.landmarks))
        rejected = int(np.count_nonzero(wrong))
        parts = tuple(
            Part(
                *one.span,
                read="fine" if place < len(read) else "coarse",
                discipline=one.sighting.discipline,
                confidence=one.sighting.certainty,
                video=replace(
                    self._reader.video(one.span), people_seen=self._video.people_seen, frames_rejected=rejected
                ),
            )
            for place, one in enumerate(candidates)
        )
        return Merged(track, parts, parts[0].video if parts else replace(self._video, frames_rejected=rejected))

    def _read(self, candidate: Candidate, done: tuple[float, float] = (0.0, 1.0)) -> ReadPart:
        tracklet = candidate.person.tracklet
        # A few detections, as of one frame a second, lead nowhere that anybody could be expected.
        doubtful = self._doubtful and len(tracklet) >= th.MIN_SAMPLES
        expected = self._passes.expectation(tracklet) if doubtful else None
        mirrored = looks_left([at for at in tracklet if _holds(candidate.span, at.t_ms)])
        fine = self._passes.fine(candidate.span, expected, candidate.sighting.key_ms, done, mirrored=mirrored)
        again = self._passes.again(fine, self._passes.track(self._video, fine), mirrored=mirrored)
        return ReadPart(candidate, again)

    def _with(self, part: ReadPart) -> list[FrameDetections]:
        """The frames of the first pass with one part read finely, and its player alone."""
        mine, span = only(part.candidate.person.tracklet, self._frames), part.candidate.span
        return [*(found for found in mine if not _holds(span, found.t_ms)), *part.frames]

    def _outside(
        self, people: Sequence[Athlete], read: Sequence[ReadPart], candidates: Sequence[Candidate]
    ) -> tuple[list[FrameDetections], dict[int, int]]:
        """The first pass's frames with one person each, beside the parts that were read again; and who, by frame."""
        mine = [only(person.tracklet, self._frames) for person in people]
        frames: list[FrameDetections] = []
        who: dict[int, int] = {}
        # Of a video over 80 frames a second the second pass takes every n-th: the first pass's would lie in between.
        spans = [one.candidate.span for one in read]
        for place, found in enumerate(self._frames):
            if any(_holds(span, found.t_ms) for span in spans):
                continue
            acting = next((_place(people, one.person) for one in candidates if _holds(one.span, found.t_ms)), None)
            seen = [number for number, each in enumerate(mine) if each[place].people]
            number = acting if acting is not None else (seen or [0])[0]
            frames.append(mine[number][place])
            who[found.frame] = number
        return frames, who


def _impossible(track: Track, who: IntArray) -> BoolArray:
    """(n,) the frames whose pose no body can take, each person of ``who`` (n,) by himself."""
    wrong = np.zeros(len(who), dtype=np.bool_)
    for number in np.unique(who):
        mine = np.flatnonzero(who == number)
        wrong[mine] = impossible_frames(track.take(mine))
    return wrong


def _place(people: Sequence[Athlete], person: Athlete) -> int:
    return next(place for place, one in enumerate(people) if one is person)


def _holds(span: Span, t_ms: float) -> bool:
    return span[0] <= t_ms <= span[1]
