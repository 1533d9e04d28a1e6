"""Measures the page in Chromium against its budget: bytes, requests, first image on a slow phone, steps, memory.

    python -m bench.page [--clip VIDEO]

Starts a stack of its own on loopback, uploads the clip, and prints each figure, its limit and their ratio.
"""

import asyncio
import gzip
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import click
import httpx
import msgspec
import numpy as np
from playwright.async_api import Browser, Page, async_playwright
from tests.support.stack import start_stack

from cricksy.api.page import BUILT
from cricksy.embedded.coach import CoachClient
from cricksy.embedded.demo import sample_video
from cricksy.embedded.stack import StackFile, page_url

STEPS: Final = 500
PHONE: Final = {"width": 390, "height": 844}
# A phone on 3G: what throttling tools call "regular 3G".
SLOW: Final = {"offline": False, "latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 100_000}
READY: Final = ".stage canvas[data-ready=true]"
STEP: Final = """key => new Promise(done => {
  const canvas = document.querySelector('.stage canvas');
  const before = canvas.dataset.frame;
  const began = performance.now();
  const observer = new MutationObserver(() => {
    if (canvas.dataset.frame === before || canvas.dataset.ready !== 'true') return;
    observer.disconnect();
    done(performance.now() - began);
  });
  observer.observe(canvas, { attributes: true });
  document.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
})"""
WHERE: Final = """() => {
  const slider = document.querySelector('input[data-shows=time]');
  return [Number(slider.value), Number(slider.max)];
}"""


@dataclass(frozen=True)
class Figure:
    name: str
    value: float
    limit: float
    unit: str

    def __str__(self) -> str:
        return f"{self.name:<44}{self.value:>10.1f}{self.limit:>10.1f} {self.unit:<9}{self.value / self.limit:>6.2f}"


def built(pattern: str) -> float:
    """Kibibytes of all files of a kind, compressed as they are sent."""
    return sum(len(gzip.compress(path.read_bytes(), 6)) for path in BUILT.rglob(pattern)) / 1024


async def analysed(stack: StackFile, clip: Path) -> str:
    async with httpx.AsyncClient(trust_env=False, timeout=60) as client:
        coach = CoachClient(client, stack.api_url, stack.token)
        session = await coach.create_session(clip.stem)
        uploaded = await coach.upload(session, clip, lambda _sent: None)
        await coach.complete(uploaded)
        job = msgspec.json.decode(await coach.wait(uploaded.job_id, lambda _stage, _progress: None))
    assert job["status"] == "completed", job["error_message"]
    return job["job_id"]


async def first_image(browser: Browser, url: str, slow: dict[str, Any] | None) -> tuple[float, int]:
    """Seconds from a cold start to the first frame with its image, and the requests that it took."""
    context = await browser.new_context(viewport=PHONE, is_mobile=True, has_touch=True)  # pyright: ignore[reportArgumentType]
    page = await context.new_page()
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    if slow:
        network: Any = await context.new_cdp_session(page)
        await network.send("Network.enable")
        await network.send("Network.emulateNetworkConditions", slow)
    began = asyncio.get_running_loop().time()
    await page.goto(url, wait_until="commit")
    await page.locator(READY).wait_for()
    took = asyncio.get_running_loop().time() - began
    count = len(requests)
    await context.close()
    return took, count


async def steps(page: Page) -> list[float]:
    """Milliseconds from a key to the frame, its image and its lines, forth and back through the clip."""
    took: list[float] = []
    key = "ArrowRight"
    await page.keyboard.press("Home")
    await page.wait_for_timeout(500)
    for _ in range(STEPS):
        at, last = await page.evaluate(WHERE)
        if at in {0, last}:
            key = "ArrowRight" if at == 0 else "ArrowLeft"
        took.append(await page.evaluate(STEP, key))
    return took


async def heap(session: Any) -> float:  # noqa: ANN401 - its methods have no types
    """Megabytes of the page's objects that are in use. ``session``: of the browser's own protocol."""
    await session.send("HeapProfiler.collectGarbage")
    metrics: list[dict[str, Any]] = (await session.send("Performance.getMetrics"))["metrics"]
    return next(float(metric["value"]) for metric in metrics if metric["name"] == "JSHeapUsedSize") / 1e6


async def measure(stack: StackFile, clip: Path) -> list[Figure]:
    url = page_url(stack, f"/clip/{await analysed(stack, clip)}")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        near, requests = await first_image(browser, url, None)
        far, _ = await first_image(browser, url, SLOW)
        page = await browser.new_page(viewport={"width": 1440, "height": 900})
        await page.goto(url)
        await page.locator(READY).wait_for()
        session: Any = await page.context.new_cdp_session(page)
        await session.send("Performance.enable")
        await steps(page)
        before = await heap(session)
        took = await steps(page)
        after = await heap(session)
        await browser.close()
    return [
        Figure("script, compressed", built("index-*.js"), 60, "KiB"),
        Figure("style, compressed", built("*.css"), 12, "KiB"),
        Figure("requests to the first image", requests, 12, "requests"),
        Figure("first image, loopback", near * 1000, 1500, "ms"),
        Figure("first image, 1.6 Mbit/s and 150 ms", far * 1000, 3000, "ms"),
        Figure("a step, median", float(np.median(took)), 32, "ms"),
        Figure("a step, 95 of 100", float(np.percentile(took, 95)), 32, "ms"),
        Figure(f"objects in use after {STEPS} steps, to before", after / before * 100, 105, "%"),
    ]


@click.command()
@click.option("--clip", type=click.Path(path_type=Path, exists=True), help="Default: the sample clip.")
def main(clip: Path | None) -> None:
    with tempfile.TemporaryDirectory(prefix="cricksy-bench-page-") as directory:
        up = start_stack(Path(directory) / "data")
        try:
            figures = asyncio.run(measure(up.stack(), clip or sample_video()))
        finally:
            up.stop()
    print(f"{'':<44}{'measured':>10}{'limit':>10} {'':<9}{'ratio':>6}")
    for figure in figures:
        print(figure)


if __name__ == "__main__":
    main()
