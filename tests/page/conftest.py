"""The coach's page in a real Chromium, in front of the API, S3, SQS and a worker that analyses."""

import asyncio
import os
import shutil
import tempfile
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, ViewportSize, async_playwright, expect
from tests.page.site import Site, Visit, watched
from tests.support.listening import listening
from tests.support.services import copied_database, provisioned, settings_of
from tests.support.settings import api_settings, worker_settings
from tests.support.waiting import PATIENCE_SECONDS
from tests.support.workers import QUICK

from cricksy import logs
from cricksy.aws.clients import s3_client, sqs_client
from cricksy.embedded.emulator import Emulator
from cricksy_worker.queue.worker import StopRequest
from cricksy_worker.run import Tuning, work

# How long something takes says what else the machine does.
expect.set_options(timeout=PATIENCE_SECONDS * 1000)


@dataclass(frozen=True, kw_only=True)
class Screen:
    """What a coach looks at."""

    phone: bool = False
    dark: bool = False

    @property
    def size(self) -> ViewportSize:
        return {"width": 390, "height": 844} if self.phone else {"width": 1440, "height": 900}

    @property
    def scheme(self) -> Literal["dark", "light"]:
        return "dark" if self.dark else "light"

    @property
    def name(self) -> str:
        return f"{'phone' if self.phone else 'laptop'}_{'dark' if self.dark else 'light'}"


Screens = Callable[[Screen], AbstractAsyncContextManager[Visit]]
Visits = Callable[..., AbstractAsyncContextManager[Visit]]


def chromium() -> str:
    """Path of Debian's Chromium, without which these tests skip, though not in CI."""
    found = shutil.which("chromium")
    if found is None:
        reason = "needs Chromium: apt-get install chromium"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return found


@pytest_asyncio.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    path = chromium()
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(
            executable_path=path,
            args=[
                # Debian's sandbox refuses root, as which CI runs.
                *(["--no-sandbox"] if os.geteuid() == 0 else []),
                "--disable-gpu",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
            ],
        )
        yield launched
        await launched.close()


@pytest_asyncio.fixture(scope="session")
async def site(postgres: str, schema_template: str, aws: Emulator) -> AsyncGenerator[Site]:
    """The whole system, shared by the tests of a process, each as a coach of its own."""
    logs.configure("api")
    endpoint = settings_of(aws)
    with tempfile.TemporaryDirectory(prefix="cricksy-page-") as temporary, pytest.MonkeyPatch.context() as silent:
        environ = {"PATH": os.environ["PATH"], "TMPDIR": temporary}
        stop = StopRequest()
        async with (
            copied_database(postgres, schema_template) as database_url,
            s3_client(endpoint) as s3,
            sqs_client(endpoint) as sqs,
        ):
            # What it says each minute would be read by the tests of the worker that share the process.
            silent.setattr("cricksy_worker.queue.worker.SAY_SECONDS", 86_400.0)
            aws_settings = await provisioned(endpoint, s3, sqs)
            settings = worker_settings(database_url, aws_settings)
            async with listening(api_settings(database_url, aws_settings)) as api:
                working = asyncio.create_task(work(settings, environ, Tuning(redelivery=QUICK), stop))
                yield Site(api.url, str(aws_settings.endpoint_url))
                stop.ask()
                stop.ask()
                await working


async def device(browser: Browser, screen: Screen) -> BrowserContext:
    return await browser.new_context(
        viewport=screen.size,
        has_touch=screen.phone,
        is_mobile=screen.phone,
        color_scheme=screen.scheme,
        locale="en-GB",
        reduced_motion="reduce",
    )


@pytest.fixture
def visit(browser: Browser, site: Site) -> Visits:
    """Opens the page as a coach with a laptop does, or, with ``phone=True``, with a phone in the hand."""

    @asynccontextmanager
    async def open_page(*, phone: bool = False, dark: bool = False, sub: str | None = None) -> AsyncGenerator[Visit]:
        context = await device(browser, Screen(phone=phone, dark=dark))
        try:
            async with watched(await context.new_page(), site, sub) as visiting:
                yield visiting
        finally:
            await context.close()

    return open_page


@pytest.fixture(scope="session")
def clips() -> Path:
    """The directory of real clips with known events."""
    directory = os.environ.get("CRICKSY_CLIPS")
    if not directory:
        pytest.skip("needs CRICKSY_CLIPS, a directory of real clips")
    return Path(directory)


@pytest_asyncio.fixture(scope="session")
async def screens(browser: Browser, site: Site) -> AsyncGenerator[Screens]:
    """Opens a tab. Those of one screen share what the browser has read and compiled."""
    devices: dict[Screen, BrowserContext] = {}

    @asynccontextmanager
    async def open_tab(screen: Screen) -> AsyncGenerator[Visit]:
        if screen not in devices:
            devices[screen] = await device(browser, screen)
        context = devices[screen]
        page = await context.new_page()
        try:
            async with watched(page, site, None) as coach:
                yield coach
        finally:
            await context.set_offline(False)
            await page.evaluate("localStorage.clear()")
            await page.unroute_all(behavior="ignoreErrors")
            await page.close()

    yield open_tab
    for context in devices.values():
        await context.close()
