"""The people of a video, as the first pass saw them, and who of them is the athlete."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cricksy.analysis import thresholds as th
from cricksy.analysis.disciplines.action import ActionScore
from cricksy.analysis.track import Track
from cricksy_worker.vision.detections import FrameDetections
from cricksy_worker.vision.tracking import TrackingParams, Tracklet, link_detections, total_size


@dataclass(frozen=True, slots=True)
class Athlete:
    """One person, ``score`` being how much he acts."""

    tracklet: Tracklet
    track: Track
    score: ActionScore


def people_of(
    frames: Sequence[FrameDetections],
    shots: Sequence[int],
    params: TrackingParams,
    track_of: Callable[[Sequence[FrameDetections]], Track],
    score: Callable[[Track], ActionScore],
) -> list[Athlete]:
    """Everybody seen for long enough to act; if nobody is, the one who fills most of the video.

    ``shots``: the shot of each of ``frames``.
    """
    tracklets = link_detections([found.people for found in frames], shots, params)
    tracks = [(one, track_of(only(one, frames))) for one in tracklets if len(one) >= th.MIN_SAMPLES]
    if tracks:
        return [Athlete(one, track, score(track)) for one, track in tracks]
    largest: Tracklet = max(tracklets, key=total_size) if tracklets else []
    return [Athlete(largest, track_of(only(largest, frames)), ActionScore(0.0, 0.0))]


def athlete_of(people: Sequence[Athlete]) -> Athlete:
    """Who of all performs the action; if nobody does, who fills most of the video."""
    return max(people, key=lambda one: (one.score, total_size(one.tracklet)))


def only(tracklet: Tracklet, frames: Sequence[FrameDetections]) -> list[FrameDetections]:
    """``frames`` with the person of ``tracklet`` alone."""
    person = {detection.frame: detection for detection in tracklet}
    return [found.with_people([person[found.frame]] if found.frame in person else []) for found in frames]
