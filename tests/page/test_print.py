"""A result on paper: two sheets of A4 or Letter, whatever was found."""

from typing import Any

import pytest
from tests.page.conftest import Screen, Screens
from tests.page.made import DELIVERY, LONG, delivery_with_a_fault, delivery_with_measures, longest, released
from tests.page.paper import assert_two_sheets, printed_words
from tests.page.states import State, bring, result

LONG_NAMES: dict[str, Any] = {"title": LONG, "player_ids": [LONG[:64]] * 3}
RESULTS = [
    State("print_fault", result(delivery_with_a_fault(), DELIVERY)),
    State("print_nothing_to_fix", result(released(2, "delivery"), DELIVERY)),
    State("print_batting", result(released(2, "stroke"), DELIVERY)),
    State("print_nobody", result(released(2, "nobody"))),
    State("print_no_action", result(released(2, "no_action"))),
    State("print_schema_1", result(released(1, "delivery"))),
    State("print_measures", result(delivery_with_measures(), DELIVERY)),
    State("print_longest", result(longest(), DELIVERY, **LONG_NAMES)),
    State("print_longest_measured", result(longest(measured=True), DELIVERY, **LONG_NAMES)),
]


@pytest.mark.parametrize("state", RESULTS, ids=lambda state: state.name)
async def test_a_result_takes_two_sheets(screens: Screens, state: State) -> None:
    async with screens(Screen()) as coach:
        await bring(coach, state)
        await assert_two_sheets(coach, state.name)
        await coach.turn(Screen(phone=True).size)
        await assert_two_sheets(coach, f"{state.name}_phone")


@pytest.mark.parametrize("measured", [False, True])
async def test_what_is_left_out_on_paper_is_left_out_whole(screens: Screens, *, measured: bool) -> None:
    """Each finding keeps its title, a cue and the names of its drills; the first one's first drill is there in full."""
    results = longest(measured=measured)
    async with screens(Screen()) as coach:
        await bring(coach, State("longest", result(results, DELIVERY)))
        words = await printed_words(coach.page)
        findings = results["findings"]["findings"]
        for finding in findings:
            assert finding["title"] in words
            assert finding["cues"][0] in words
            assert all(drill["name"] in words for drill in finding["drills"])
        drill, other = findings[0]["drills"][:2]
        assert all(step in words for step in [*drill["steps"], *drill["stop_rules"]])
        assert other["steps"][0] not in words
        for day in results["report"]["one_week_plan"]:
            assert day["focus"] in words or not day["minutes"]
