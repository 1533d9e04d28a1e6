"""The table of what an age group may bowl."""

from typing import get_type_hints

import pytest

from cricksy.analysis.coaching.load import Limits, limits_for, plan_load
from cricksy.vocabulary import AgeGroup, BowlingStyle

GROUPS = list(AgeGroup)
STYLES = [None, *BowlingStyle]


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("group", [None, *GROUPS])
def test_every_player_has_limits_with_their_source_and_date(group: AgeGroup | None, style: BowlingStyle | None) -> None:
    limits = limits_for(group, style)
    assert 1 <= limits.days_in_a_row <= limits.days_a_week <= 4
    assert limits.balls_a_day <= limits.balls_a_week <= limits.balls_a_day * limits.days_a_week
    assert any(name in limits.source for name in ("ECB", "Cricket Australia", "Cricket Victoria"))
    assert limits.as_of.year == 2026
    assert ("none was found for spinners" in limits.source) == (style is BowlingStyle.SPIN)


@pytest.mark.parametrize("name", [name for name, kind in get_type_hints(Limits).items() if kind is int])
def test_no_younger_player_may_bowl_more(name: str) -> None:
    allowed = [getattr(limits_for(group), name) for group in GROUPS]
    assert allowed == sorted(allowed)


def test_whose_age_is_unknown_has_a_juniors_limits_and_is_told_so() -> None:
    unknown, junior = limits_for(None), limits_for(AgeGroup.U13)
    assert (unknown.balls_a_day, unknown.balls_a_week) == (junior.balls_a_day, junior.balls_a_week)
    assert unknown.source.startswith("No age group was given")


@pytest.mark.parametrize("group", [None, *GROUPS])
def test_a_plan_leaves_room_for_a_match(group: AgeGroup | None) -> None:
    plan, limits = plan_load(group), limits_for(group)
    assert plan.days <= min(3, limits.days_a_week)
    assert plan.balls_a_day <= limits.balls_a_day
    assert plan.balls + plan.match_balls <= limits.balls_a_week
