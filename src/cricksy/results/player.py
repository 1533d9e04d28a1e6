"""What was known of the player before the film was read. Kept with the results, so that a correction says the same.

Parts of :class:`cricksy.results.schema.Results`, whose module says by which rules they may change.
"""

from datetime import datetime

import msgspec

from cricksy.results.measurements import Result
from cricksy.vocabulary import AgeGroup, BowlingStyle, Discipline


class PlayerFacts(Result, frozen=True, kw_only=True):
    """What the coach says of the player; ``None`` where nothing was said."""

    height_cm: int | None = None
    """With shoes."""
    age_group: AgeGroup | None = None
    """Without one the limits for juniors hold."""
    bowling_style: BowlingStyle | None = None
    """Pace or spin."""


class EarlierNumber(Result, frozen=True, kw_only=True):
    """One metric or measure of an earlier clip, as it was published."""

    name: str
    """Of a metric or a measure."""
    value: float
    """In ``unit``."""
    uncertainty: float
    """Half-width of a 90 % interval around ``value``, in ``unit``."""
    unit: str
    """Unit of both."""


class EarlierClip(Result, frozen=True, kw_only=True):
    """The same player's clip before this one, of the same discipline."""

    job_id: str
    """Its job."""
    filmed_at: datetime
    """When its job was made."""
    discipline: Discipline
    """Of its primary action."""
    numbers: list[EarlierNumber]
    """What was measured of its primary action."""
    drill_ids: list[str]
    """Drills of its plan."""
    plans_before: list[list[str]] = msgspec.field(default_factory=list[list[str]])
    """Drills of the plans of the clips before it, of the same discipline, the newest first: seven at most."""
    height_cm: int | None = None
    """By which its lengths and speeds were told in metres; ``None`` if none was, and in older results."""


class Filmed(Result, frozen=True, kw_only=True):
    """Deliveries in the player's clips of the seven days that end with this clip, without its own."""

    balls: int
    """Deliveries."""
    days: int
    """UTC days with one or more."""
    own_day: bool = False
    """Whether one of them is the day of this clip."""


class History(Result, frozen=True, kw_only=True):
    """What the player's earlier clips say; all of it ``None`` for an unknown player or a first clip."""

    earlier: EarlierClip | None = None
    """The newest one before this."""
    filmed: Filmed | None = None
    """The load that was filmed; ``None`` if unknown whose clip it is."""
