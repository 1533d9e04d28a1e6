"""The people of a video, as the first pass saw them, and who of them is the athlete."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from cricksy.analysis import thresholds as th
from cricksy.analysis.disciplines.action import IDLE, ActionScore
from cricksy.analysis.track import Track
from cricksy_worker.vision.detections import FrameDetections
from cricksy_worker.vision.tracking import Tracklet, total_size

LONG_FILM: Final = 900  # frames; a minute at 15 a second: of shorter ones each track spans the whole
MARGIN_MS: Final = 3000.0  # ms; kept of a long one on both sides: a part that is read finely is half as long
# H/s; of the wrist in ten real deliveries, read at 15 images a second: the fastest. More is no better evidence
USUAL_SPEED: Final = 8.2
# 1; provisional: one who fills a quarter of what another does must keep a hand twice as fast
SIZE_WEIGHT: Final = 0.5


@dataclass(frozen=True, slots=True)
class Athlete:
    """One person, ``score`` being how much he acts."""

    tracklet: Tracklet
    track: Track
    score: ActionScore


def people_of(
    frames: Sequence[FrameDetections],
    tracklets: Sequence[Tracklet],
    track_of: Callable[[Sequence[FrameDetections]], Track],
    score: Callable[[Track], ActionScore],
) -> list[Athlete]:
    """Everybody of ``tracklets`` seen for long enough to act; if nobody is, the one who fills most of the video."""
    tracks = [(one, track_of(only(one, _around(one, frames)))) for one in tracklets if len(one) >= th.MIN_SAMPLES]
    if tracks:
        return [Athlete(one, track, score(track)) for one, track in tracks]
    largest: Tracklet = max(tracklets, key=total_size) if tracklets else []
    return [Athlete(largest, track_of(only(largest, frames)), IDLE)]


def athlete_of(people: Sequence[Athlete]) -> Athlete:
    """Who of all performs the action; if nobody does, who fills most of the video."""
    return max(people, key=acts_most)


def acts_most(person: Athlete) -> tuple[float, float, float]:
    """By how surely a person acts, by how fast he keeps a hand and how much of the video is his, by the latter alone.

    Someone who is seen for longer, and larger, is the more likely athlete; but a bowler is often seen for less of the
    video than those who stand about, who are slower: speed weighs more.
    """
    size = total_size(person.tracklet)
    speed = min(person.score.kept_speed, USUAL_SPEED)
    return person.score.certainty, speed * size**SIZE_WEIGHT, size


def _around(tracklet: Tracklet, frames: Sequence[FrameDetections]) -> Sequence[FrameDetections]:
    """The frames that a person's track needs: all, or of a long film those around him.

    So the cost of a film with many people grows with its length, and not with its square.
    """
    if len(frames) <= LONG_FILM:
        return frames
    start_ms, end_ms = tracklet[0].t_ms - MARGIN_MS, tracklet[-1].t_ms + MARGIN_MS
    return [found for found in frames if start_ms <= found.t_ms <= end_ms]


def only(tracklet: Tracklet, frames: Sequence[FrameDetections]) -> list[FrameDetections]:
    """``frames`` with the person of ``tracklet`` alone."""
    person = {detection.frame: detection for detection in tracklet}
    return [found.with_people([person[found.frame]] if found.frame in person else []) for found in frames]
