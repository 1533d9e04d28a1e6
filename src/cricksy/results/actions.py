"""The actions of a film: what was seen and measured of each.

Parts of :class:`cricksy.results.schema.Results`, whose module says by which rules they may change.
"""

from typing import Literal

from cricksy.results.measurements import Event, MetricName, Result, Window
from cricksy.vocabulary import Discipline, Handedness

Read = Literal["fine", "coarse"]


class ActionMetric(Result, frozen=True, kw_only=True):
    """One measurement of one action, in the unit of the metric of the same name."""

    score: float | None
    """0–1, 1 is best; ``None`` if not measured, or too unsure to be judged."""
    value: float | None
    """The measured value; ``None`` if not measured."""
    error: float | None
    """Half-width of a 90 % interval around ``value``."""
    confidence: float
    """How much to trust the value, 0–1."""
    reason: str | None
    """Why there is no score; ``None`` if there is one."""


class FilmAction(Result, frozen=True, kw_only=True):
    """A delivery or a stroke; or the fastest moment of a film in which neither was found."""

    index: int
    """Place among the film's actions in the order of time, from 0."""
    discipline: Discipline | None
    """What the player does; ``None`` where no known action was found."""
    handedness: Handedness | None
    """The player's bowling or batting side, or ``None`` if unknown."""
    confidence: float
    """How sure the discipline is, 0–1. 1 if given."""
    window: Window
    """The part of the film that the action was looked for in."""
    read: Read
    """`fine`: at the film's own rate, up to 120 frames. `coarse`: by the first pass alone, because the film has more
    actions than are read finely: little of it is sure enough to be judged."""
    events: list[Event]
    """Events of the action in chronological order."""
    metrics: dict[MetricName, ActionMetric]
    """The measurements by name. Window, series and target are given of the primary action only."""
