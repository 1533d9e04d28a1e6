"""How much a bowler of an age group may bowl. The figures and where they come from are in ``load.json``."""

from datetime import date
from importlib import resources
from typing import Annotated, Final

import msgspec

from cricksy.vocabulary import AgeGroup, BowlingStyle

Count = Annotated[int, msgspec.Meta(ge=1)]
Week = Annotated[int, msgspec.Meta(ge=1, le=7)]
Words = Annotated[str, msgspec.Meta(min_length=1)]


class Limits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The most that a bowler should bowl, matches and training together."""

    balls_a_day: Count
    balls_a_week: Count
    days_a_week: Week
    days_in_a_row: Week
    source: Words
    """Which figure comes from which guideline."""
    as_of: date
    """When the guidelines were read."""


class PlanLoad(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The most that a plan may hold, whatever the age group allows, so that a match has room beside it."""

    days: Week
    balls_a_day: Count
    balls: Count
    match_balls: Count
    """Room for a match in the week."""
    source: Words


class _Row(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    age_group: AgeGroup
    balls_a_day: Count
    balls_a_week: Count
    days_a_week: Week
    days_in_a_row: Week
    source: Words


class _Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    as_of: date
    without_age: AgeGroup
    """The group whose limits hold where no age is known."""
    limits: tuple[_Row, ...]
    spin: Words
    plan: PlanLoad


_TABLE: Final = msgspec.json.decode(
    resources.files("cricksy.analysis.coaching").joinpath("load.json").read_bytes(), type=_Table
)
_ROWS: Final = {row.age_group: row for row in _TABLE.limits}


def without_age() -> AgeGroup:
    """The group whose limits hold where no age is known."""
    return _TABLE.without_age


def limits_for(age_group: AgeGroup | None, style: BowlingStyle | None = None) -> Limits:
    """The limits of an age group; without one those of juniors. A spinner has those of pace bowlers, and is told so."""
    row = _ROWS[age_group or _TABLE.without_age]
    source = f"{row.source} {_TABLE.spin}" if style is BowlingStyle.SPIN else row.source
    if age_group is None:
        source = f"No age group was given, so the limits for under-{row.age_group[1:]} hold. {source}"
    return Limits(
        balls_a_day=row.balls_a_day,
        balls_a_week=row.balls_a_week,
        days_a_week=row.days_a_week,
        days_in_a_row=row.days_in_a_row,
        source=source,
        as_of=_TABLE.as_of,
    )


def plan_load(age_group: AgeGroup | None, style: BowlingStyle | None = None) -> PlanLoad:
    """What a plan may hold beside a match: never more than the age group's limits leave."""
    limits, plan = limits_for(age_group, style), _TABLE.plan
    # A match takes the place of one of three days, as none is far from all of them; beside two it may be one too many.
    days = plan.days if plan.days <= limits.days_a_week else max(1, limits.days_a_week - 1)
    match_balls = min(plan.match_balls, limits.balls_a_day)
    return msgspec.structs.replace(
        plan,
        days=days,
        balls_a_day=min(plan.balls_a_day, limits.balls_a_day),
        balls=min(plan.balls, limits.balls_a_week - match_balls),
        match_balls=match_balls,
    )
