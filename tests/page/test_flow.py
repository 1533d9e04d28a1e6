"""What a coach does from the file to the printed week: by mouse, by finger, by keyboard alone, on a bad network."""

import asyncio
import re
from pathlib import Path
from typing import Any

from playwright.async_api import Locator, Page, expect
from tests.page.conftest import Visits
from tests.page.films import SAMPLE
from tests.page.site import ANALYSIS_SECONDS, Visit
from tests.support.waiting import until

READY = ".stage canvas[data-ready=true]"
MEGABYTE = 1_000_000
ANALYSED_MS = ANALYSIS_SECONDS * 1000


async def send(page: Page, video: Path, title: str) -> Locator:
    """Describe a clip and send it; the card of its way."""
    await page.locator("input[type=file]").first.set_input_files(video)
    await page.get_by_label("Player", exact=True).fill("player-7")
    await page.get_by_label("Title").fill(title)
    await page.get_by_role("radio", name="Pace").check()
    await page.get_by_role("button", name="Send the clip").click()
    return page.locator("article.upload", has_text=title)


async def open_result(card: Locator) -> None:
    await card.get_by_role("link", name="See the result").click(timeout=ANALYSED_MS)
    await expect(card.page.locator(READY)).to_have_count(1)


async def frame_shown(page: Page) -> int:
    await expect(page.locator(READY)).to_have_count(1)
    return int((await page.locator("[data-shows=frame]").inner_text()).split()[-1])


async def test_a_coach_goes_from_the_file_to_the_printed_week(visit: Visits, clips: Path) -> None:
    async with visit() as coach:
        page = coach.page
        earlier = await coach.analysed(SAMPLE, discipline="bowling")
        await coach.sign_in("/new")
        card = await send(page, clips / "bowling/side_01.mp4", "Tuesday nets")
        await expect(card.get_by_text("Reading the body", exact=True)).to_be_visible(timeout=ANALYSED_MS)
        await open_result(card)
        await expect(page.get_by_role("heading", name="Tuesday nets", level=1)).to_be_visible()

        await page.locator(".chip", has_text="Front foot").click()
        landed = await frame_shown(page)
        await page.keyboard.press("ArrowRight")
        assert await frame_shown(page) == landed + 1

        mark = page.get_by_role("slider", name="Release: move it")
        released = int(re.findall(r"\d+", await mark.get_attribute("aria-valuetext") or "")[0])
        await mark.press("ArrowLeft")
        await mark.press("ArrowLeft")
        said = page.get_by_role("status").filter(has_text=f"Release moved to frame {released - 2}")
        await expect(said).to_be_visible()
        await expect(page.get_by_label("Version")).to_have_value("2")
        await said.get_by_role("button", name="Undo").click()
        await expect(page.get_by_label("Version")).to_have_value("3")
        await expect(mark).to_have_attribute("aria-valuetext", re.compile(rf"^Frame {released},"))
        await page.get_by_label("Version").select_option("2")
        await expect(page.get_by_text("An earlier version")).to_be_visible()
        await page.get_by_label("Version").select_option("3")

        pdf = await page.pdf(format="A4")
        assert 2 <= len(re.findall(rb"/Type\s*/Page\b", pdf)) <= 3

        await page.get_by_role("link", name="Compare").click()
        await page.get_by_role("link", name=SAMPLE.stem).click()
        assert earlier["job_id"] in page.url
        await expect(page.get_by_role("heading", name="What differs")).to_be_visible()
        await expect(page.locator(".pane canvas[data-ready=true]")).to_have_count(2)


async def test_a_finger_does_it_too(visit: Visits) -> None:
    async with visit(phone=True) as coach:
        page = coach.page
        await coach.sign_in("/clips")
        await page.get_by_role("link", name="New clip").first.tap()
        card = await send(page, SAMPLE, "On the phone")
        await open_result(card)
        first = await frame_shown(page)
        await page.get_by_role("button", name="One frame back").tap()
        assert await frame_shown(page) == first - 1
        await page.get_by_role("button", name="Play").tap()
        await expect(page.get_by_role("button", name="Pause")).to_be_visible()
        await page.get_by_role("button", name="Pause").tap()
        await page.locator(".moment button").first.tap()
        assert await frame_shown(page) != first


async def test_the_keyboard_alone_is_enough(visit: Visits) -> None:
    async with visit() as coach:
        page = coach.page
        job = await coach.analysed(SAMPLE, discipline="bowling")
        await page.goto(f"{coach.site.url}/#/clips")
        await expect(page.get_by_label("Access token")).to_be_focused()
        await page.keyboard.type(coach.token)
        await page.keyboard.press("Enter")
        link = page.get_by_role("link", name=SAMPLE.stem).first
        await expect(link).to_be_visible()
        await tab_to(page, link)
        await page.keyboard.press("Enter")
        await expect(page.locator(READY)).to_have_count(1)
        assert page.url.endswith(job["job_id"])
        shown = await frame_shown(page)
        await page.keyboard.press("Home")
        assert await frame_shown(page) < shown
        await tab_to(page, page.get_by_role("slider", name="Front foot: move it"))
        await page.keyboard.press("ArrowRight")
        await expect(page.get_by_role("status").filter(has_text="Front foot moved to frame")).to_be_visible()
        await tab_to(page, page.get_by_role("button", name="Undo"))
        await page.keyboard.press("Enter")
        await expect(page.get_by_label("Version")).to_have_value("3")


async def tab_to(page: Page, wanted: Locator) -> None:
    """Press Tab until it has the focus, which must then be seen."""
    for _ in range(150):
        await page.keyboard.press("Tab")
        if await wanted.evaluate("element => element === document.activeElement"):
            outline = await wanted.evaluate("element => getComputedStyle(element).outlineStyle")
            assert outline != "none"
            return
    raise AssertionError(f"Tab never reaches {wanted}")


async def test_an_upload_goes_on_where_the_network_broke_off(visit: Visits, tmp_path: Path) -> None:
    """And after a reload, when the same file is chosen again."""
    large = tmp_path / "large.mp4"
    await asyncio.to_thread(padded, large)
    async with visit() as coach:
        page = coach.page
        coach.expected.append("ERR_INTERNET_DISCONNECTED")
        coach.expected.append("ERR_NETWORK_CHANGED")
        puts: list[str] = []
        page.on("requestfinished", lambda request: puts.append(request.method) if request.method == "PUT" else None)
        await slow_down(coach)
        await coach.sign_in("/new")
        card = await send(page, large, "Across the ground")
        await expect(card.get_by_text("Sending:")).to_be_visible()
        await until(lambda: bool(puts))
        await page.context.set_offline(True)
        await expect(card.get_by_text("No connection.")).to_be_visible()
        await page.context.set_offline(False)
        await expect(card.get_by_text("Sending:")).to_be_visible()
        coach.expected.append("beforeunload")
        await page.reload()
        card = page.locator("article.upload", has_text="Across the ground")
        sent = len(puts)
        async with page.expect_file_chooser() as chooser:
            await card.get_by_role("button", name="Choose the file").click()
        await (await chooser.value).set_files(large)
        await open_result(card)
        parts = -(-large.stat().st_size // (16 * 1024 * 1024))
        assert len(puts) - sent < parts, "what had arrived was sent again"


def padded(path: Path) -> None:
    """The sample with an empty box behind it, which players skip: larger, and the same film."""
    size = 40 * MEGABYTE
    path.write_bytes(SAMPLE.read_bytes() + size.to_bytes(4, "big") + b"free" + bytes(size - 8))


async def slow_down(coach: Visit) -> None:
    """An upload of 40 MB takes some seconds."""
    session: Any = await coach.page.context.new_cdp_session(coach.page)
    await session.send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": 5, "downloadThroughput": -1, "uploadThroughput": 8 * MEGABYTE},
    )
