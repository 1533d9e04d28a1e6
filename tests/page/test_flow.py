"""What a coach does from the file to the printed week: by mouse, by finger, by keyboard alone, on a bad network."""

import asyncio
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Locator, Page, expect
from tests.page.conftest import Visits
from tests.page.films import SAMPLE
from tests.page.hands import Finger, Hand, Keyboard, Mouse
from tests.page.paper import assert_two_sheets
from tests.page.site import ANALYSIS_SECONDS, Visit
from tests.support.waiting import until

READY = ".stage canvas[data-ready=true]"
MEGABYTE = 1_000_000
ANALYSED_MS = ANALYSIS_SECONDS * 1000
PART_BYTES = 16 * 1024 * 1024


async def send(page: Page, hand: Hand, video: Path, title: str) -> Locator:
    """Describe a clip and send it; the card of its way."""
    await hand.open_file(page.get_by_role("button", name="Choose clips"), video)
    await hand.write(page.get_by_label("Player", exact=True), "player-7")
    await hand.write(page.get_by_label("Title"), title)
    await hand.choose(page.get_by_role("radio", name="Pace"))
    await hand.press(page.get_by_role("button", name="Send the clip"))
    return page.locator("article.upload", has_text=title)


async def open_result(hand: Hand, card: Locator) -> None:
    result = card.get_by_role("link", name="See the result")
    await expect(result).to_be_visible(timeout=ANALYSED_MS)
    await hand.press(result)
    await expect(card.page.locator(READY)).to_have_count(1)


async def frame_shown(page: Page) -> int:
    await expect(page.locator(READY)).to_have_count(1)
    return int((await page.locator("[data-shows=frame]").inner_text()).split()[-1])


@pytest.mark.parametrize("kind", [Mouse, Finger, Keyboard])
async def test_a_coach_goes_from_the_file_to_the_printed_week(
    visit: Visits, kind: type[Mouse], request: pytest.FixtureRequest
) -> None:
    """A mouse takes a real clip, where there are any; the others the sample."""
    video = request.getfixturevalue("clips") / "bowling/side_01.mp4" if kind is Mouse else SAMPLE
    # One coach, whose earlier clip is analysed once.
    async with visit(phone=kind is Finger, sub="coach-with-three-hands") as coach:
        page = coach.page
        hand = kind(page)
        earlier = await coach.analysed(SAMPLE, discipline="bowling")
        await page.goto(f"{coach.site.url}/#/clips")
        await hand.write(page.get_by_label("Access token"), coach.token)
        await hand.press(page.get_by_role("button", name="Sign in"))
        await hand.press(page.get_by_role("link", name="New clip").first)
        card = await send(page, hand, video, "Tuesday nets")
        await expect(card.get_by_text("Reading the body").first).to_be_attached(timeout=ANALYSED_MS)
        await open_result(hand, card)
        await expect(page.get_by_role("heading", name="Tuesday nets", level=1)).to_be_visible()

        await hand.press(page.locator(".chip", has_text="Front foot"))
        landed = await frame_shown(page)
        await hand.press(page.get_by_role("button", name="One frame on"))
        assert await frame_shown(page) == landed + 1
        await hand.press(page.get_by_role("button", name="Play"))
        await hand.press(page.get_by_role("button", name="Pause"))

        await correct(page, hand)

        await assert_two_sheets(coach, f"printed_{kind.__name__}")

        await hand.press(page.get_by_role("link", name="Compare"))
        await hand.press(page.get_by_role("link", name=SAMPLE.stem))
        assert earlier["job_id"] in page.url
        await expect(page.get_by_role("heading", name="What differs")).to_be_visible()
        await expect(page.locator(".pane canvas[data-ready=true]")).to_have_count(2)


async def correct(page: Page, hand: Hand) -> None:
    """Move the release two frames ahead, take it back, and read what was before."""
    mark = page.get_by_role("slider", name="Release: move it")
    released = int(re.findall(r"\d+", await mark.get_attribute("aria-valuetext") or "")[0])
    await hand.move(mark, "ArrowLeft")
    await hand.move(mark, "ArrowLeft")
    said = page.get_by_role("status").filter(has_text=f"Release moved to frame {released - 2}")
    await expect(said).to_be_visible()
    version = page.get_by_label("Version")
    await expect(version).to_have_value("2")
    await hand.press(said.get_by_role("button", name="Undo"))
    await expect(version).to_have_value("3")
    await expect(mark).to_have_attribute("aria-valuetext", re.compile(rf"^Frame {released},"))
    await hand.pick(version, "2")
    await expect(page.get_by_text("An earlier version")).to_be_visible()
    await hand.pick(version, "3")
    await expect(mark).to_be_visible()


async def test_an_upload_goes_on_where_the_network_broke_off(visit: Visits, tmp_path: Path) -> None:
    """And after a reload, when the same file is chosen again."""
    large = tmp_path / "large.mp4"
    await asyncio.to_thread(padded, large)
    async with visit() as coach:
        page = coach.page
        hand = Mouse(page)
        coach.expected += ["ERR_INTERNET_DISCONNECTED", "ERR_NETWORK_CHANGED", "beforeunload"]
        puts: list[str] = []
        page.on("requestfinished", lambda request: puts.append(request.method) if request.method == "PUT" else None)
        await slow_down(coach)
        await coach.sign_in("/new")
        card = await send(page, hand, large, "Across the ground")
        await expect(card.get_by_text("Sending:")).to_be_visible()
        await until(lambda: bool(puts))
        await page.context.set_offline(True)
        await expect(card.get_by_text("No connection.")).to_be_visible()
        await page.context.set_offline(False)
        await expect(card.get_by_text("Sending:")).to_be_visible()
        await page.reload()
        card = page.locator("article.upload", has_text="Across the ground")
        sent = len(puts)
        await hand.open_file(card.get_by_role("button", name="Choose the file"), large)
        await open_result(hand, card)
        parts = -(-large.stat().st_size // PART_BYTES)
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
