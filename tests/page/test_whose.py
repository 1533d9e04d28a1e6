"""Whose clip it is: asked where a session has several players, and sent with the clip."""

from typing import Any

import pytest
from playwright.async_api import expect
from tests.page.conftest import Visits
from tests.page.made import SESSION, session
from tests.page.states import choose, new

from cricksy.api.problems import ProblemCode

SEVERAL = ["player-7", "<b>player</b>/8"]


@pytest.mark.parametrize(
    ("players", "chosen", "sent"),
    [
        (SEVERAL, SEVERAL[1], SEVERAL[1]),
        (SEVERAL, None, None),
        (["player-7"], None, "player-7"),
        ([], None, None),
    ],
    ids=["one of several", "nobody of several", "the only one", "of nobody"],
)
async def test_a_clip_added_to_a_session_says_whose_it_is(
    visit: Visits, players: list[str], chosen: str | None, sent: str | None
) -> None:
    async with visit() as coach:
        page = coach.page
        await new(view=f"/new?session={SESSION}")(coach)
        await coach.answer("/sessions/*", session(player_ids=players, discipline="bowling"))
        await coach.refuse("/videos/upload/initiate", ProblemCode.OVERLOADED)
        await page.reload()
        await expect(page.get_by_text("Goes into the session")).to_be_visible()
        asked = page.get_by_label("Whose clip is it?")
        await expect(asked).to_have_count(1 if len(players) > 1 else 0)
        if chosen is not None:
            await asked.select_option(chosen)
        await choose()(coach)
        async with page.expect_request("**/videos/upload/initiate") as request:
            await page.get_by_role("button", name="Send the clip").click()
        body: Any = (await request.value).post_data_json
        assert body["session_id"] == SESSION
        assert body.get("player_id") == sent


async def test_a_new_session_has_one_player_and_asks_for_no_other(visit: Visits) -> None:
    async with visit() as coach:
        page = coach.page
        await new()(coach)
        await coach.answer("/sessions", session(), 201)
        await coach.refuse("/videos/upload/initiate", ProblemCode.OVERLOADED)
        await expect(page.get_by_label("Whose clip is it?")).to_have_count(0)
        await choose()(coach)
        await page.get_by_label("Player", exact=True).fill("player-7")
        async with page.expect_request("**/videos/upload/initiate") as request:
            await page.get_by_role("button", name="Send the clip").click()
        body: Any = (await request.value).post_data_json
        assert "player_id" not in body
