"""What was seen and measured: the video, the player's landmarks, the events and the metrics.

Parts of :class:`cricksy.results.schema.Results`, whose module says by which rules they may change.
"""

from typing import Annotated, Final, Literal

import msgspec

from cricksy.vocabulary import CameraView, Discipline, Handedness

Landmark = tuple[float, float, float, float]
"""x, y, z in pixels and visibility 0–1."""

Unit = Literal["percent_H", "deg", "ms", "ratio"]
Source = Literal["given", "inferred"]
SlowMotionSource = Literal["tag", "given", "inferred", "none"]
MetricName = Annotated[str, msgspec.Meta(title="MetricName")]
"""A metric of the analysis's registry. The title marks the type: the OpenAPI document lists the names there."""

EventName = Literal[
    "back_foot_contact",
    "front_foot_contact",
    "ball_release",
    "stance",
    "backlift_top",
    "impact",
]


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """Base of every part. Immutable, so that two reports cannot share state by accident."""


class Event(Result, frozen=True, kw_only=True):
    """A named instant of the action: a contact on the first frame that shows it, any other on the nearest frame."""

    name: EventName
    """Which instant of the action."""
    frame: int
    """Source frame."""
    t_ms: float
    """Time in milliseconds on the video's clock."""
    confidence: float
    """How sure the time is, 0–1. 1 if given."""
    source: Source
    """Given by the coach or inferred from the video."""


class SlowMotionPart(Result, frozen=True, kw_only=True):
    """A part of the video, up to the next one, that is slowed alike."""

    start_ms: float
    """First instant, in milliseconds on the video's clock."""
    factor: float
    """How many times as long as in life it takes."""


class SlowMotion(Result, frozen=True, kw_only=True):
    """How far the video is slowed. Speeds and intervals are those of the world; every ``t_ms`` is the video's."""

    factor: float
    """How many times as long as in life a movement takes: 1 as it was shot. Of the most slowed part, if they differ."""
    source: SlowMotionSource
    """Who says so: the coach by `capture_fps` (given), the file (tag), the player's movement (inferred), or nobody for
    sure (none): then it is an assumption."""
    confidence: float
    """How sure the factor is, 0–1. 1 if given."""
    seems: float | None = None
    """Another factor that may be the right one: the player's movement speaks for it, but not surely, or the file says
    it and the movement denies it. ``None`` where there is nothing to ask."""
    given_fps: float | None = None
    """`capture_fps` as the coach gave it, also where it is less than the video shows and therefore not believed."""
    parts: list[SlowMotionPart] = []
    """The parts in order of time; empty if nothing is slowed."""


class PoseSummary(Result, frozen=True, kw_only=True):
    """What the video is and what could be seen in it."""

    source_fps: float
    """Mean rate of the decoded frames, in 1/s: of the part that was measured where it varies, and without gaps."""
    width: int
    """Pixels of the upright frame."""
    height: int
    """Pixels of the upright frame."""
    duration_ms: float | None
    """Duration that the container states; ``None`` if it states none."""
    decoded_ms: float
    """Time from the first decoded frame to the end of the last one."""
    truncated: bool
    """Whether the file ended early or was damaged: nothing after ``decoded_ms`` could be read."""
    rotation: Literal[0, 90, 180, 270]
    """Clockwise rotation in degrees that the container asks for. All coordinates have it applied."""
    frames_sampled: int
    """Frames that a pose model read."""
    frames_detected: int
    """Sampled frames on which the player was found."""
    detection_rate: float
    """``frames_detected / frames_sampled``, 0–1; 0 when no frame was sampled."""
    people_seen: int | None
    """Largest number of people on at least two of the frames that were counted; ``None`` if none were counted."""
    fine_window_ms: tuple[float, float] | None
    """Start and end of the part that was read again at the video's own rate, up to 120 frames; ``None`` if none was."""
    discipline: Discipline | None
    """What the player does, or ``None`` if unknown."""
    discipline_confidence: float
    """How sure the discipline is, 0–1. 1 if given, unless the video surely shows another."""
    discipline_source: Source | None
    """Given by the coach or inferred from the video; ``None`` if unknown."""
    handedness: Handedness | None
    """The player's bowling or batting side, or ``None`` if unknown."""
    handedness_confidence: float
    """How sure the handedness is, 0–1. 1 if given, unless the video surely shows the other."""
    handedness_source: Source | None
    """Given by the coach or inferred from the video; ``None`` if unknown."""
    camera_view: CameraView | None
    """Where the camera stands, or ``None`` if unknown."""
    camera_view_confidence: float
    """How sure the camera view is, 0–1. 1 if given, unless the video surely shows another."""
    camera_view_source: Source | None
    """Given by the coach or inferred from the video; ``None`` if unknown."""
    events: list[Event]
    """Events of the action in chronological order. Empty if no action was found."""
    front_leg: Literal["left", "right"] | None = None
    """The player's leg nearer to the target; ``None`` if unknown."""
    bowling_arm: Literal["left", "right"] | None = None
    """The arm that bowls in the video, whichever `handedness` was given; ``None`` if unknown, or if nobody bowls."""
    mirrored: bool | None = None
    """Whether the container asks to exchange left and right after the rotation. All coordinates have it applied.
    ``None`` in older results."""
    image_fps: float | None = None
    """Rate in 1/s at which new images are shown: lower than ``source_fps`` where the file repeats each. ``None`` in
    older results."""
    gap_ms: float | None = None
    """How much of ``decoded_ms`` lies in gaps: a quarter of a second or more, and many times the usual, without a
    frame. ``None`` in older results."""
    frames_left_out: int | None = None
    """Decoded frames that were not read, because their timestamp is missing or not later than the one before. ``None``
    in older results."""
    capture_fps: float | None = None
    """Rate in 1/s at which the camera filmed, where the file says so; ``None`` if it does not."""
    frames_rejected: int | None = None
    """Sampled frames on which the model found a pose that no body can take; they count as frames without the player."""
    slow_motion: SlowMotion | None = None
    """How far the video is slowed; ``None`` in older results."""


class Frame(Result, frozen=True, kw_only=True):
    """One sampled frame. Where both passes read it, the finer one."""

    frame: int
    """Index of the source frame, from 0."""
    t_ms: float
    """Time in milliseconds on the video's clock."""
    detected: bool
    """Whether the player was found on this frame."""
    model: str
    """Name of the pose model that read this frame."""
    landmarks: list[Landmark] | None
    """33 BlazePose landmarks, each x, y, z in pixels and visibility 0–1; ``None`` if nobody was detected."""


class Pose(Result, frozen=True, kw_only=True):
    """What the pose models saw."""

    pose_summary: PoseSummary
    """The video, the player and the events."""
    frames: list[Frame]
    """Every sampled frame. Empty if the job asked for no frames."""


class Window(Result, frozen=True, kw_only=True):
    """A part of the video."""

    start_ms: float
    """First instant, in milliseconds on the video's clock."""
    end_ms: float
    """Last instant, in milliseconds on the video's clock."""


class Moment(Result, frozen=True, kw_only=True):
    """One frame of the video."""

    frame: int
    """Source frame."""
    t_ms: float
    """Time in milliseconds on the video's clock."""


class ScoredMoment(Moment, frozen=True, kw_only=True):
    """One frame and how good it is."""

    score: float
    """Score of this moment alone, 0–1. 1 is best."""


class Series(Result, frozen=True, kw_only=True):
    """Samples of the raw value. Both lists have the same length; ``None`` where a value is missing."""

    t_ms: list[float]
    """Times in milliseconds on the video's clock."""
    value: list[float | None]
    """Raw value at each time, in the metric's unit."""


class MetricTarget(Result, frozen=True, kw_only=True):
    """What a value is held against, in its unit. Two ends each, the lower first; ``None``: that side has no end."""

    best: tuple[float | None, float | None]
    """The values with a score of 1."""
    fault: tuple[float | None, float | None]
    """The fault lines: a value beyond one of them is a fault."""
    provisional: bool
    """Whether the target is a rule of thumb that no measured players have confirmed."""


class Metric(Result, frozen=True, kw_only=True):
    """One measurement. ``reason`` is ``None`` if ``score`` is a number, else it says why it is not.

    A value without a score was measured, but is too unsure to be judged.
    """

    score: float | None
    """0–1, 1 is best; ``None`` if not measured, or too unsure to be judged."""
    value: float | None
    """The measured value in ``unit``; ``None`` if not measured."""
    unit: Unit
    """Unit of ``value`` and ``error``. `percent_H` is per cent of the body scale H, the length of leg plus trunk."""
    error: float | None
    """Half-width of a 90 % interval around ``value``, in ``unit``."""
    confidence: float
    """How much to trust the value, 0–1."""
    reason: str | None
    """Why there is no score; ``None`` if there is one."""
    window: Window | None
    """Part of the video that was measured; ``None`` if none was."""
    worst: list[ScoredMoment]
    """The moments with the lowest scores, worst first."""
    series: Series | None
    """The raw value over time, where it varies; else ``None``. At ``at`` it is ``value``."""
    at: Moment | None = None
    """The frame nearest to the instant that ``value`` is read at; ``None`` if it is of the whole window."""
    target: MetricTarget | None = None
    """What ``value`` is held against; ``None`` if not measured."""


Metrics = dict[MetricName, Metric]
"""By name, in the registry's order. Results hold the metrics that their version of the analysis knew."""

# ratio; provisional: the most of a confidence in a view that the video denies or hardly shows
DOUBTED_VIEW: Final = 0.45


def is_from_the_side(view: CameraView | None, confidence: float) -> bool:
    """Whether a clip was filmed from where numbers that depend on the view may stand beside those of another clip.

    ``confidence``: in ``view``, 0–1. A view that is no surer than :data:`DOUBTED_VIEW` is none.
    """
    return view is CameraView.SIDE and confidence > DOUBTED_VIEW
