"""Signing in, and what the page never does."""

from playwright.async_api import Route, expect
from tests.page.conftest import Visits
from tests.page.films import SAMPLE
from tests.page.states import with_images


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


async def test_a_new_link_in_the_open_tab_signs_in(visit: Visits) -> None:
    async with visit() as coach:
        page = coach.page
        await page.goto(f"{coach.site.url}/#/clips")
        await expect(page.get_by_role("dialog")).to_be_visible()
        await page.evaluate("hash => { location.hash = hash; }", f"#token={coach.token}&view=/new")
        await expect(page.get_by_role("dialog")).to_have_count(0)
        await expect(page).to_have_title("New clip – Cricksy Coach Plus")
        assert coach.token not in page.url


async def test_a_dialog_gives_the_focus_back(visit: Visits) -> None:
    async with visit() as coach:
        page = coach.page
        await with_images(coach)
        keys = page.get_by_role("button", name="Keys")
        await keys.press("Enter")
        await page.get_by_role("dialog", name="Keys").get_by_role("button", name="Close").press("Enter")
        await expect(keys).to_be_focused()


async def test_a_coach_signs_in_by_hand_and_stays_where_he_is(visit: Visits) -> None:
    async with visit() as coach:
        await coach.page.goto(f"{coach.site.url}/#/new")
        dialog = coach.page.get_by_role("dialog", name="Sign in")
        await dialog.get_by_label("Access token").fill(coach.token)
        await dialog.get_by_role("button", name="Sign in").click()
        await expect(dialog).to_have_count(0)
        assert coach.page.url.endswith("#/new")


async def test_a_token_that_ends_costs_no_work(visit: Visits) -> None:
    """What is typed stays under the dialog, and the call that was refused goes out again."""
    async with visit() as coach:
        coach.expected.append("401")
        page = coach.page
        refused: list[str] = []

        async def refuse_once(route: Route) -> None:
            if refused:
                await route.continue_()
            else:
                refused.append(route.request.url)
                await route.fulfill(status=401, content_type="application/problem+json", body="{}")

        await page.route("**/sessions", refuse_once)
        await coach.sign_in("/new")
        await page.locator("input[type=file]").first.set_input_files(SAMPLE)
        await page.get_by_label("Title").fill("After the break")
        await page.get_by_role("button", name="Send the clip").click()
        dialog = page.get_by_role("dialog", name="Sign in")
        await expect(dialog.get_by_text("nothing is lost")).to_be_visible()
        await dialog.get_by_label("Access token").fill(coach.token)
        await dialog.get_by_role("button", name="Sign in").click()
        card = page.locator("article.upload", has_text="After the break")
        await expect(card.get_by_text("Waiting for a turn", exact=True)).to_be_visible()
        assert len(refused) == 1
