"""The results of one analysed video: pose, metrics, findings and report, as they are stored and served.

Conventions: ``frame`` is the 0-based index of the decoded source frame, ``t_ms`` its timestamp in milliseconds to
0.001. x and y are pixels of the upright frame (x to the right, y down), z is on x's scale. A score runs from 0 to 1,
1 is best; a confidence from 0 to 1. What was not measured is ``None`` and stands beside a reason.
"""

from typing import Literal

import msgspec

from cricksy.vocabulary import CameraView, Discipline, Handedness

Landmark = tuple[float, float, float, float]
"""x, y, z in pixels and visibility 0–1."""

Unit = Literal["percent_H", "deg", "ms", "ratio"]
Level = Literal["low", "medium", "high"]
Source = Literal["given", "inferred"]
MetricName = Literal[
    "head_stability_score",
    "balance_drift_score",
    "front_knee_brace_score",
    "hip_shoulder_separation_timing",
    "elbow_drop_score",
]
EventName = Literal[
    "back_foot_contact",
    "front_foot_contact",
    "ball_release",
    "stance",
    "backlift_top",
    "impact",
]
FindingCode = Literal[
    "HEAD_MOVEMENT",
    "BALANCE_DRIFT",
    "KNEE_COLLAPSE",
    "ROTATION_TIMING",
    "ELBOW_DROP",
    "INSUFFICIENT_POSE_VISIBILITY",
    "POOR_CAPTURE",
]
"""``ROTATION_TIMING`` is kept for its place in the contract: one camera cannot tell, so it is never found. It hardly
tells an upper arm or the front knee of a stroke: no arm of usual length is sure enough for ``ELBOW_DROP``, and
``KNEE_COLLAPSE`` is found of deliveries only."""


class Result(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of every part: immutable, so that nothing is shared between two reports by accident."""


class Event(Result, frozen=True, kw_only=True):
    """A named instant of the action: a contact on the first frame that shows it, any other on the nearest frame."""

    name: EventName
    frame: int
    t_ms: float
    confidence: float
    source: Source


class PoseSummary(Result, frozen=True, kw_only=True):
    """What the film is and what could be seen in it."""

    source_fps: float
    """Mean rate of the decoded frames, in 1/s."""
    width: int
    """Pixels of the upright frame."""
    height: int
    duration_ms: float | None
    """As the container states it; ``None`` where it states none."""
    decoded_ms: float
    """From the first decoded frame to the end of the last."""
    truncated: bool
    """The file ended early or was damaged: what follows ``decoded_ms`` could not be read."""
    rotation: Literal[0, 90, 180, 270]
    """Degrees clockwise that the container asked for; already applied to every coordinate."""
    frames_sampled: int
    frames_detected: int
    detection_rate: float
    """``frames_detected / frames_sampled``, 0–1; 0 when no frame was sampled."""
    people_seen: int | None
    """Largest number of people that at least two of the frames showed in which they were counted; ``None`` where it was
    not counted."""
    fine_window_ms: tuple[float, float] | None
    """Start and end of the part that was read again, or ``None``: at the source's own rate, but no more than 120 of its
    frames."""
    discipline: Discipline | None
    discipline_confidence: float
    discipline_source: Source | None
    handedness: Handedness | None
    handedness_confidence: float
    handedness_source: Source | None
    camera_view: CameraView | None
    camera_view_confidence: float
    camera_view_source: Source | None
    events: list[Event]


class Frame(Result, frozen=True, kw_only=True):
    """One sampled frame. Where both passes read it, the finer one."""

    frame: int
    t_ms: float
    detected: bool
    model: str
    landmarks: list[Landmark] | None
    """33 BlazePose landmarks, or ``None`` where nobody was detected."""


class Pose(Result, frozen=True, kw_only=True):
    pose_summary: PoseSummary
    frames: list[Frame]
    """Empty when the job asked for no frames."""


class Window(Result, frozen=True, kw_only=True):
    start_ms: float
    end_ms: float


class Moment(Result, frozen=True, kw_only=True):
    frame: int
    t_ms: float


class ScoredMoment(Moment, frozen=True, kw_only=True):
    score: float


class Series(Result, frozen=True, kw_only=True):
    """Samples of the raw value, both lists of one length; ``None`` where it is missing."""

    t_ms: list[float]
    value: list[float | None]


class Metric(Result, frozen=True, kw_only=True):
    """One measurement. ``reason`` is ``None`` where ``score`` is a number, and else says why it is not.

    A value without a score was measured, but is too unsure to be judged.
    """

    score: float | None
    value: float | None
    unit: Unit
    error: float | None
    """Half-width of a 90 % interval around ``value``, in ``unit``."""
    confidence: float
    reason: str | None
    window: Window | None
    worst: list[ScoredMoment]
    series: Series | None


class Metrics(Result, frozen=True, kw_only=True):
    head_stability_score: Metric
    balance_drift_score: Metric
    front_knee_brace_score: Metric
    hip_shoulder_separation_timing: Metric
    elbow_drop_score: Metric


class Drill(Result, frozen=True, kw_only=True):
    """An exercise, complete by itself."""

    id: str
    name: str
    goal: str
    steps: list[str]
    minutes: int
    equipment: list[str]
    people: int
    """How many it takes: 1 is alone, 2 with one helper."""
    sets: str | None = None
    """Sets and repetitions, in words."""
    balls: int = 0
    """Deliveries, with a ball or without."""
    stop_rules: list[str] = []
    """When to stop, one sentence each."""


class Evidence(Result, frozen=True, kw_only=True):
    value: float | None
    error: float | None
    unit: Unit | None
    threshold: float | None
    """Where a fault begins."""
    moments: list[Moment]
    what: str | None = None
    """What ``value`` is, in words."""


class Finding(Result, frozen=True, kw_only=True):
    """A fault, a strength or a fault of the film, with what supports it. A card of its own."""

    code: FindingCode
    title: str
    severity: Level
    metric: MetricName | None
    evidence: Evidence
    why_it_matters: str
    cues: list[str]
    drills: list[Drill]
    confidence: float


class CaptureQuality(Result, frozen=True, kw_only=True):
    """How far the film itself allows to be measured."""

    level: Level
    notes: list[str]
    """What to do better next time, one sentence each."""


class Findings(Result, frozen=True, kw_only=True):
    overall_level: Level
    """high is good."""
    findings: list[Finding]
    strengths: list[Finding]
    capture_quality: CaptureQuality


class TopIssue(Result, frozen=True, kw_only=True):
    code: FindingCode
    title: str
    severity: Level
    cue: str


class PlanDay(Result, frozen=True, kw_only=True):
    day: int
    """1–7"""
    focus: str
    minutes: int
    drills: list[str]
    """Names of drills in ``Report.drills``."""
    balls: int = 0
    """Deliveries in the day's drills; more than none makes it a bowling day."""


class BowlingLoad(Result, frozen=True, kw_only=True):
    """The bowling of a plan."""

    balls: int
    days: int
    limit: int
    """Balls a week, matches and all."""
    text: str


class Report(Result, frozen=True, kw_only=True):
    summary: str
    top_issues: list[TopIssue]
    """At most three, the one to work on first in front. The video's own faults only where nothing could be measured."""
    drills: list[Drill]
    one_week_plan: list[PlanDay]
    load: BowlingLoad | None = None
    """``None`` where the plan holds no bowling."""


class Versions(Result, frozen=True, kw_only=True):
    """What made these results: the package's version, the catalogue's, and the sha256 of each model file by name."""

    analysis: str
    catalogue: str
    models: dict[str, str]


class Results(Result, frozen=True, kw_only=True):
    pose: Pose
    metrics: Metrics
    findings: Findings
    report: Report
    versions: Versions
