"""What the calls about one player answer with. The docstrings of fields are their descriptions in OpenAPI."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

import msgspec
from litestar.params import PathParameter, QueryParameter

from cricksy.api.validation import NO_NUL
from cricksy.results.measurements import Unit
from cricksy.results.measures import MeasureUnit, Reference
from cricksy.vocabulary import AgeGroup, Discipline, NumberKind

PlayerInPath = Annotated[
    str, PathParameter(min_length=1, max_length=64, pattern=NO_NUL, description="Your own id of the player.")
]
NumberName = Annotated[
    str | None,
    QueryParameter(min_length=1, max_length=64, pattern=NO_NUL, description="Only this metric or measure."),
]
DisciplineFilter = Annotated[Discipline | None, QueryParameter(description="Only clips of this discipline.")]
FirstDay = Annotated[
    date | None, QueryParameter(name="from", description="Only clips from this UTC day on, as `2026-11-01`.")
]
LastDay = Annotated[
    date | None, QueryParameter(name="to", description="Only clips up to this UTC day, which is included.")
]


class NumberPoint(msgspec.Struct, frozen=True, kw_only=True):
    """A number in one clip: that of its primary action, in its newest revision."""

    job_id: UUID
    """The job of the clip."""
    session_id: UUID
    """Its session."""
    action: int | None
    """Index of the action in `results.actions`; null in results that list none."""
    at: datetime
    """When the job was created."""
    value: float
    """The value in the line's unit."""
    uncertainty: float
    """Half-width of a 90 % interval around the value."""
    confidence: float
    """How much to trust the value, 0–1."""


class NumberChange(msgspec.Struct, frozen=True, kw_only=True):
    """The first clip of the range beside the last one."""

    from_: float = msgspec.field(name="from")
    """Value of the first point."""
    to: float
    """Value of the last point."""
    value: float
    """The difference, `to` less `from`."""
    uncertainty: float
    """Half-width of a 90 % interval around the difference: the square root of the sum of both uncertainties
    squared."""
    is_beyond_error: bool
    """Whether the difference is larger than that. Of ten numbers that have not changed, one looks as if it had."""
    smallest_worthwhile: float
    """The smallest change that two usual clips of this line could show: √2 times the median uncertainty, the minimal
    detectable change at 90 % (Weir 2005)."""
    text: str
    """The change in a sentence."""


class NumberLine(msgspec.Struct, frozen=True, kw_only=True):
    """One metric or measure over time."""

    name: str
    """Of the metric or the measure."""
    kind: NumberKind
    """Which of the two it is."""
    discipline: Discipline
    """Of the clips: the same metric of another discipline is a line of its own."""
    title: str
    """For a table."""
    unit: Unit | MeasureUnit
    """Of all numbers of the line. Where some clips have metres and others have not, all are shown by the height."""
    digits: int
    """Decimals that are worth showing, 0–2."""
    reference: Reference | None
    """What published work says, as of the newest clip; null of a metric, and where nothing fits the player."""
    points: list[NumberPoint]
    """From old to new."""
    truncated: bool
    """Whether there are older points in the range: ask again with `to`."""
    change: NumberChange | None
    """Null for fewer than two points."""


class PlayerProgress(msgspec.Struct, frozen=True, kw_only=True):
    """A player's numbers over time."""

    player_id: str
    """Your own id of the player."""
    items: list[NumberLine]
    """By name and discipline."""


class BowledDay(msgspec.Struct, frozen=True, kw_only=True):
    """One UTC day with a delivery."""

    day: date
    """The day."""
    balls: int
    """Deliveries that were filmed."""


class BowledWeek(msgspec.Struct, frozen=True, kw_only=True):
    """One ISO week, Monday to Sunday, in UTC."""

    start: date
    """Its Monday."""
    balls: int
    """Deliveries that were filmed."""
    days: int
    """Days with a delivery."""
    in_a_row: int
    """Most days with a delivery one after another up to a day of this week, those of the week before included."""


class LoadLimits(msgspec.Struct, frozen=True, kw_only=True):
    """The most that a bowler of the age group should bowl, matches and training together."""

    balls_a_day: int
    """Balls on one day."""
    balls_a_week: int
    """Balls in seven days."""
    days_a_week: int
    """Days with bowling in seven."""
    days_in_a_row: int
    """Days with bowling one after another."""
    source: str
    """Which figure comes from which guideline."""
    as_of: date
    """When the guidelines were read."""


class PlayerLoad(msgspec.Struct, frozen=True, kw_only=True):
    """How much a player bowled, as far as it was filmed."""

    player_id: str
    """Your own id of the player."""
    age_group: AgeGroup | None
    """As the newest session or clip of the player says; null if none does: then the limits of juniors hold."""
    weeks: list[BowledWeek]
    """The last twelve weeks, this one included, from old to new."""
    days: list[BowledDay]
    """The days with a delivery in these weeks, from old to new."""
    limits: LoadLimits
    """What guidelines say for the age group."""
    counts: str
    """What the numbers count, in words."""
    text: str
    """The last seven days beside the limits, in words."""


class DeletedPlayer(msgspec.Struct, frozen=True, kw_only=True):
    """What went with a player. The videos leave the storage within minutes."""

    player_id: str
    """Your own id of the player."""
    sessions_deleted: int
    """Sessions that held this player alone. They are gone with their jobs, results and videos."""
    sessions_shared: int
    """Sessions with other players too. They stay and no longer name this player. A clip of them that is nobody's stays:
    read them first where this player may be in it."""
    jobs_deleted: int
    """Jobs of the deleted sessions, and the player's own in the others."""
