"""Where the focus is after a change of view, and after a menu has closed."""

from playwright.async_api import Locator, Page, expect
from tests.page.conftest import Visits
from tests.page.hands import Keyboard
from tests.page.states import CLIP, with_images


def view_called(page: Page, name: str) -> Locator:
    return page.get_by_role("heading", name=name, level=1)


async def test_a_change_of_view_moves_the_focus_to_its_name(visit: Visits) -> None:
    async with visit() as coach:
        page = coach.page
        await page.goto(f"{coach.site.url}/#token={coach.token}&view=/clips")
        await expect(page.get_by_text("Film your first ball")).to_be_visible()
        assert await page.evaluate("document.activeElement === document.body"), "the first view takes no focus"
        await Keyboard(page).press(page.get_by_role("link", name="New clip").first)
        await expect(view_called(page, "New clip")).to_be_focused()
        await page.keyboard.press("Tab")
        await expect(page.get_by_role("link", name="Close")).to_be_focused()
        await page.go_back()
        await expect(view_called(page, "Clips")).to_be_focused()


async def test_the_name_of_a_clip_is_heard_once_it_is_known(visit: Visits) -> None:
    async with visit() as coach:
        await with_images(coach)
        await coach.go("/new")
        await expect(view_called(coach.page, "New clip")).to_be_focused()
        await coach.go(CLIP)
        await expect(view_called(coach.page, "Tuesday nets")).to_be_focused()


async def test_a_closed_menu_gives_the_focus_back(visit: Visits) -> None:
    async with visit() as coach:
        page = coach.page
        hand = Keyboard(page)
        await with_images(coach)
        menu = page.locator("summary", has_text="Save")
        panel = page.locator(".drop-panel", has_text="For OpenSim")
        await hand.press(menu)
        await expect(panel).to_be_visible()
        await page.keyboard.press("Tab")
        await page.keyboard.press("Escape")
        await expect(panel).to_be_hidden()
        await expect(menu).to_be_focused()

        await hand.press(menu)
        async with page.expect_download():
            await hand.press(panel.get_by_role("button", name="Result (JSON)"))
        await expect(panel).to_be_hidden()
        await expect(menu).to_be_focused()


async def test_a_press_elsewhere_closes_a_menu_and_keeps_its_own_focus(visit: Visits) -> None:
    async with visit() as coach:
        page = coach.page
        await with_images(coach)
        menu = page.locator("summary", has_text="Save")
        panel = page.locator(".drop-panel", has_text="For OpenSim")
        await menu.click()
        await page.get_by_text("Work on this first").click()
        await expect(panel).to_be_hidden()
        await expect(menu).not_to_be_focused()

        await menu.click()
        step = page.get_by_role("button", name="One frame on")
        await step.click()
        await expect(panel).to_be_hidden()
        await expect(step).to_be_focused()
