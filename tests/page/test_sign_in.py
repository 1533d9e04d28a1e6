"""Signing in, and what the page never does."""

from playwright.async_api import expect
from tests.page.conftest import Visits


async def test_the_token_of_the_link_stays_out_of_the_address_and_the_history(visit: Visits) -> None:
    async with visit() as coach:
        await coach.page.goto("about:blank")
        await coach.sign_in()
        assert coach.token not in coach.page.url
        assert await coach.page.evaluate("history.length") == 2
        await coach.page.reload()
        await expect(coach.page.get_by_role("dialog")).to_have_count(0)


async def test_the_link_leads_to_its_view(visit: Visits) -> None:
    async with visit() as coach:
        await coach.page.goto(f"{coach.site.url}/#token={coach.token}&view=/new")
        await expect(coach.page.get_by_role("heading", name="New clip", level=1)).to_be_visible()
        assert coach.page.url.endswith("/#/new")


async def test_a_coach_signs_in_by_hand_and_stays_where_he_is(visit: Visits) -> None:
    async with visit() as coach:
        await coach.page.goto(f"{coach.site.url}/#/new")
        dialog = coach.page.get_by_role("dialog", name="Sign in")
        await dialog.get_by_label("Access token").fill(coach.token)
        await dialog.get_by_role("button", name="Sign in").click()
        await expect(dialog).to_have_count(0)
        assert coach.page.url.endswith("#/new")
