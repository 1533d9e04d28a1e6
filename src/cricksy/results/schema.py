"""The results of one analysed video: pose, metrics, findings and report, as they are stored and served.

Stored results outlive this schema. Only those of today's number are read by it as they are; older ones go through
:mod:`cricksy.results.upgrade` first. A field without a default is one that every release has written and will write:
give each new field a default. Readers ignore fields that they do not know; only tests refuse them.

Conventions: ``frame`` is the 0-based index of the decoded source frame, ``t_ms`` its timestamp in milliseconds to
0.001. x and y are pixels of the upright frame (x to the right, y down), z is on x's scale. A score runs from 0 to 1,
1 is best; a confidence from 0 to 1. What was not measured is ``None`` and has a reason. The docstrings of fields are
their descriptions in the OpenAPI document.
"""

import msgspec

from cricksy.results.actions import FilmAction
from cricksy.results.coaching import Findings, Report
from cricksy.results.measurements import Metrics, Pose, Result
from cricksy.results.measures import Measure
from cricksy.results.player import History, PlayerFacts
from cricksy.results.versions import SCHEMA


class Versions(Result, frozen=True, kw_only=True):
    """What made these results."""

    analysis: str
    """Version of the analysis: it changes with each rule, threshold and model that can change a result."""
    catalogue: str
    """Version of the catalogue of cues and drills."""
    models: dict[str, str]
    """SHA-256 of each pose model file, by name."""


class Results(Result, frozen=True, kw_only=True):
    """Everything about one analysed video. New fields may be added; ignore those that you do not know."""

    schema: int = SCHEMA
    """Number of the schema of these results. Results stored before it existed are number 1."""
    pose: Pose
    """What the pose models saw."""
    metrics: Metrics
    """The measurements."""
    findings: Findings
    """Faults and strengths."""
    report: Report
    """The report in words, with a plan for the week."""
    versions: Versions
    """What made these results."""
    actions: list[FilmAction] = msgspec.field(default_factory=list[FilmAction])
    """Every action that was found, in the order of time. Empty if there is none, and in older results."""
    primary_action: int | None = None
    """Index of the action that `pose_summary`, `metrics`, `findings` and `report` are of; ``None`` if there is none."""
    primary_reason: str | None = None
    """Why that action, in one sentence."""
    measures: list[Measure] = msgspec.field(default_factory=list[Measure])
    """Numbers that describe each action, in the order of the actions. Empty in older results."""
    player: PlayerFacts | None = None
    """What the coach says of the player; ``None`` in older results."""
    history: History | None = None
    """What the player's earlier clips say; ``None`` in older results."""
