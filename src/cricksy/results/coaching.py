"""What the coach reads about the measurements: findings, drills and the report.

Parts of :class:`cricksy.results.schema.Results`, whose module says by which rules they may change.
"""

from typing import Literal

import msgspec

from cricksy.results.measurements import MetricName, Moment, Result, Unit
from cricksy.results.measures import MeasureName, MeasureUnit, Reference

Level = Literal["low", "medium", "high"]
FindingCode = Literal[
    "HEAD_MOVEMENT",
    "BALANCE_DRIFT",
    "KNEE_COLLAPSE",
    "ROTATION_TIMING",
    "ELBOW_DROP",
    "INSUFFICIENT_POSE_VISIBILITY",
    "POOR_CAPTURE",
]
"""``ROTATION_TIMING`` is part of the contract but never found: one camera cannot show it. One camera hardly shows an
upper arm or the front knee of a stroke either: no arm of usual length is sure enough for ``ELBOW_DROP``, and
``KNEE_COLLAPSE`` is found in deliveries only."""


class Drill(Result, frozen=True, kw_only=True):
    """An exercise, complete by itself."""

    id: str
    """Stable id of the drill in the catalogue."""
    name: str
    """Name of the drill."""
    goal: str
    """What the drill achieves."""
    steps: list[str]
    """What to do, in order."""
    minutes: int
    """How long it takes, in minutes."""
    equipment: list[str]
    """What it needs."""
    people: int
    """How many people it takes: 1 is the player alone, 2 with one helper. What a helper may do is a step of its own."""
    sets: str | None = None
    """Sets and repetitions, in words."""
    balls: int = 0
    """Deliveries, with a ball or without."""
    stop_rules: list[str] = msgspec.field(default_factory=list[str])
    """When to stop, one sentence each."""
    level: str | None = None
    """Who it is for, in words."""
    success: str | None = None
    """How to tell that it works."""
    easier: str | None = None
    """A step back, for a player who cannot do it yet."""
    harder: str | None = None
    """A step on, for a player who can."""
    source: str | None = None
    """A study, a Law, or coaching practice."""


class Evidence(Result, frozen=True, kw_only=True):
    """The measurement behind a finding."""

    value: float | None
    """The measured value in ``unit``."""
    error: float | None
    """Half-width of a 90 % interval around ``value``, in ``unit``."""
    unit: Unit | None
    """Unit of the other fields; ``None`` where nothing is measured."""
    threshold: float | None
    """The fault threshold of ``value``, in ``unit``."""
    moments: list[Moment]
    """Frames that show it."""
    what: str | None = None
    """What ``value`` is, in words."""


class Finding(Result, frozen=True, kw_only=True):
    """A fault, a strength or a problem of the video, with what supports it. Complete by itself."""

    code: FindingCode
    """What was found."""
    title: str
    """Short title for the coach."""
    severity: Level
    """How much it matters. For a strength: low."""
    metric: MetricName | None
    """The metric behind it; ``None`` for findings about the video."""
    evidence: Evidence
    """The value, its limit and the frames that show it."""
    why_it_matters: str
    """Why the coach should care, in one or two sentences."""
    cues: list[str]
    """Short instructions to the player."""
    drills: list[Drill]
    """Drills that train it."""
    confidence: float
    """How sure the finding is, 0–1. Low values soften the wording."""
    drill_ids: list[str] = msgspec.field(default_factory=list[str])
    """Ids of ``drills``, in their order."""
    headline: str | None = None
    """What to do, as a command of at most 45 characters; ``None`` of a strength."""
    reference: Reference | None = None
    """What published work says of the value; ``None`` if nothing that fits this player is known."""
    seen_in: int | None = None
    """Actions of the film that show it; ``None`` of the video's own faults."""
    seen_of: int | None = None
    """Actions of the film in which it could be judged."""
    source: str | None = None
    """What the words rest on: a study, a Law, or coaching practice. ``None`` in older results."""


class CaptureQuality(Result, frozen=True, kw_only=True):
    """How well the video can be measured."""

    level: Level
    """How good the video is for measuring; high is good."""
    notes: list[str]
    """What to film better next time, one sentence each."""


class Findings(Result, frozen=True, kw_only=True):
    """What to fix, what is good already, and how good the video is."""

    overall_level: Level
    """Overall assessment; high is good."""
    findings: list[Finding]
    """Faults in the order to work on them, then problems of the video."""
    strengths: list[Finding]
    """What is good already."""
    capture_quality: CaptureQuality
    """How good the video is for measuring."""


class TopIssue(Result, frozen=True, kw_only=True):
    """One of the things to work on first."""

    code: FindingCode
    """What was found."""
    title: str
    """Short title for the coach."""
    severity: Level
    """How much it matters."""
    cue: str
    """One short instruction to the player."""


class PlanDay(Result, frozen=True, kw_only=True):
    """One day of the plan."""

    day: int
    """Day of the plan, 1–7."""
    focus: str
    """What the day is about."""
    minutes: int
    """Total minutes, 0 on a rest day."""
    drills: list[str]
    """Names of the drills, as in the report's ``drills``."""
    balls: int = 0
    """Deliveries in the day's drills; more than none makes it a bowling day."""
    drill_ids: list[str] = msgspec.field(default_factory=list[str])
    """Ids of ``drills``, in their order."""


class BowlingLoad(Result, frozen=True, kw_only=True):
    """The bowling of a plan."""

    balls: int
    """Deliveries in the whole plan; 0 where enough was filmed already, as ``text`` says."""
    days: int
    """Days with a delivery."""
    limit: int
    """Balls a week, matches included."""
    text: str
    """What the load means, in words."""


class Note(Result, frozen=True, kw_only=True):
    """What every report of its kind says, apart from the player's own numbers."""

    code: str
    """Which note."""
    title: str
    """Short title."""
    text: str
    """One or two sentences."""
    source: str | None = None
    """A study, a rule, or coaching practice. ``None`` where the note is about this clip, and in older results."""


class Change(Result, frozen=True, kw_only=True):
    """A number beside that of the same player's clip before."""

    name: str
    """Of a metric or a measure."""
    title: str
    """For a table."""
    unit: Unit | MeasureUnit
    """Unit of the other numbers."""
    before: float
    """The value of the clip before."""
    now: float
    """The value of this clip."""
    uncertainty: float
    """Half-width of a 90 % interval around the difference."""
    is_beyond_error: bool
    """Whether the difference is larger than that."""


class Repeatability(Result, frozen=True, kw_only=True):
    """How far a measure spreads over the actions of the film: described, never graded."""

    name: MeasureName
    """Which measure."""
    title: str
    """For a table."""
    unit: MeasureUnit
    """Unit of the other numbers."""
    mean: float
    """Mean of the actions."""
    spread: float
    """Standard deviation between the actions, without what the measurement's own error adds."""
    actions: int
    """Number of actions, three or more."""


class Report(Result, frozen=True, kw_only=True):
    """The coach's report."""

    summary: str
    """The most important points in a few sentences."""
    top_issues: list[TopIssue]
    """At most three, the one to work on first comes first. The video's own faults only if nothing could be measured."""
    drills: list[Drill]
    """Every drill that the plan uses."""
    one_week_plan: list[PlanDay]
    """Seven days."""
    load: BowlingLoad | None = None
    """``None`` for a player who does not bowl."""
    notes: list[Note] = msgspec.field(default_factory=list[Note])
    """What every report of its kind says. Empty in older results."""
    changes: list[Change] = msgspec.field(default_factory=list[Change])
    """Beside the same player's clip before, the largest change for its error first. Empty without one."""
    repeatability: list[Repeatability] = msgspec.field(default_factory=list[Repeatability])
    """Over three or more actions of the film. Empty for fewer."""
