"""A clip of several actions: one tap shows any of them, and what is corrected is the one that is shown."""

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

from playwright.async_api import Page, expect
from tests.page.conftest import Visits
from tests.page.made import DELIVERY, job, released
from tests.page.states import SEVERAL, result

MAIN = 1


def release(action: int) -> int:
    return next(event["frame"] for event in SEVERAL["actions"][action]["events"] if event["name"] == "ball_release")


async def shown_frame(page: Page, frame: int) -> None:
    await expect(page.locator(".stage canvas")).to_have_attribute("data-frame", str(frame))


async def test_one_tap_goes_to_any_action_and_back(visit: Visits) -> None:
    async with visit() as coach:
        page = coach.page
        await result(SEVERAL, DELIVERY)(coach)
        choices = page.get_by_role("navigation", name="Every action in this clip").get_by_role("button")
        await expect(choices).to_have_count(4)
        await expect(choices.nth(MAIN)).to_have_attribute("aria-pressed", "true")
        await expect(choices.nth(3)).to_contain_text("only roughly read")
        await shown_frame(page, release(MAIN))
        for action in (0, 2, 3, MAIN):
            await choices.nth(action).click()
            await expect(choices.nth(action)).to_have_attribute("aria-pressed", "true")
            await shown_frame(page, release(action))
            marks = page.locator(".mark[data-event=ball_release]")
            await expect(marks).to_have_attribute("aria-valuetext", f"Frame {release(action)}, at release")


async def test_the_best_is_beside_the_worst_and_each_number_has_its_mean_and_spread(visit: Visits) -> None:
    async with visit() as coach:
        page = coach.page
        await result(SEVERAL, DELIVERY)(coach)
        rows = page.locator(".over-row")
        await expect(rows.first).to_contain_text("mean")
        counts = [await rows.nth(row).locator("circle").count() for row in range(await rows.count())]
        assert set(counts) == {4}
        pair = page.locator(".best-worst figure")
        await expect(pair).to_have_count(2)
        await expect(pair.first).to_contain_text("Best: No. 2")
        await expect(pair.last.locator("canvas")).to_have_attribute("data-ready", "true")
        worst = pair.last.get_by_role("button")
        await worst.click()
        number = int((await worst.inner_text()).rsplit(" ", 1)[1]) - 1
        await shown_frame(page, release(number))


async def test_a_correction_names_the_action_that_is_shown(visit: Visits) -> None:
    async with visit() as coach:
        page = coach.page
        await result(SEVERAL, DELIVERY)(coach)
        changed: dict[str, Any] = json.loads(json.dumps(SEVERAL))
        for action in (0, MAIN):
            event = next(one for one in changed["actions"][action]["events"] if one["name"] == "ball_release")
            event |= {"frame": event["frame"] - 1, "source": "given", "confidence": 1.0}
        changed["pose"]["pose_summary"]["events"] = changed["actions"][MAIN]["events"]
        choices = page.get_by_role("navigation", name="Every action in this clip").get_by_role("button")
        for action, query in ((0, {"action": ["0"]}), (MAIN, {})):
            await coach.answer("/analysis-jobs/*/events*", job(results=changed, revision=2), ETag='"2"')
            await choices.nth(action).click()
            mark = page.locator(".mark[data-event=ball_release]")
            async with page.expect_request(lambda request: "/events" in request.url) as sent:
                await mark.press("ArrowLeft")
            request = await sent.value
            assert parse_qs(urlsplit(request.url).query) == query
            assert set(json.loads(request.post_data or "{}")) == {"ball_release"}
            await expect(page.locator(".toast")).to_contain_text(f"frame {release(action) - 1}")
            await coach.answer("/analysis-jobs/*", job(results=SEVERAL), ETag='"1"')
            await page.reload()


async def test_a_clip_of_one_action_loads_nothing_of_it(visit: Visits) -> None:
    async with visit() as coach:
        loaded: list[str] = []
        coach.page.on("request", lambda request: loaded.append(request.url))
        await result(released(2, "delivery"), DELIVERY)(coach)
        await expect(coach.page.get_by_role("navigation", name="Every action in this clip")).to_have_count(0)
        assert not [url for url in loaded if "Several-" in url]
