"""A coach who visits the page, and the system behind it."""

import asyncio
import json
import re
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx
from playwright.async_api import ConsoleMessage, Dialog, Page, Request, Route, ViewportSize
from tests.support.api import Caller, make_token
from tests.support.waiting import PATIENCE_SECONDS
from uuid_utils.compat import uuid7

from cricksy.api.app import PREFIX
from cricksy.api.problems import ProblemCode, catalogue

CONTENT_TYPES = {".mp4": "video/mp4", ".mov": "video/quicktime", ".webm": "video/webm"}
ANALYSIS_SECONDS = 300
# Two rounds of what follows the size of the window. Not by frames: a test may have stopped the page's clock.
LAID_OUT = """async () => {
  for (const _ of [1, 2]) {
    await new Promise(done => {
      const observer = new ResizeObserver(() => { observer.disconnect(); done(); });
      observer.observe(document.body);
    });
  }
}"""
CROSS_ORIGIN = {"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": "ETag"}


class Site:
    """Where the page is, and the bucket that it reads from."""

    def __init__(self, url: str, bucket_url: str) -> None:
        self.url = url
        self.bucket_url = bucket_url
        self._analysed: dict[tuple[str, Path], dict[str, Any]] = {}

    @asynccontextmanager
    async def coach(self, sub: str) -> AsyncGenerator[Caller]:
        async with httpx.AsyncClient(base_url=self.url, timeout=60) as client:
            yield Caller(client, make_token(sub))

    async def analysed(self, sub: str, video: Path, **session: object) -> dict[str, Any]:
        """The job of a video that the coach ``sub`` uploaded, once the worker has analysed it: once in a process."""
        if (sub, video) not in self._analysed:
            self._analysed[sub, video] = await self._analyse(sub, video, **session)
        return self._analysed[sub, video]

    async def _analyse(self, sub: str, video: Path, **session: object) -> dict[str, Any]:
        async with self.coach(sub) as coach:
            created = await coach.session(title=video.stem, **session)
            body = await asyncio.to_thread(video.read_bytes)
            initiated = await coach.initiate(
                session_id=created["session_id"], content_type=CONTENT_TYPES[video.suffix], content_length=len(body)
            )
            assert (await coach.upload(initiated, body)).status_code == 200
            completed = await coach.call("POST", "/videos/upload/complete", json={"job_id": initiated["job_id"]})
            assert completed.status_code == 202, completed.text
            async with asyncio.timeout(ANALYSIS_SECONDS):
                while True:
                    job = (await coach.call("GET", f"/analysis-jobs/{initiated['job_id']}")).json()
                    if job["final"]:
                        return job
                    await asyncio.sleep(0.2)


class Visit:
    """A page in the browser, and what it did that it must not do."""

    def __init__(self, page: Page, site: Site, sub: str) -> None:
        self.page = page
        self.site = site
        self.sub = sub
        self.token = make_token(sub)
        self.complaints: list[str] = []
        self.expected: list[str] = []
        """Parts of messages that this visit provokes."""

    async def sign_in(self, view: str = "/clips") -> None:
        """Come by the link with a token in its fragment, and the view to go to."""
        await self.page.goto(f"{self.site.url}/#{urlencode({'token': self.token, 'view': view})}")
        await self.page.wait_for_url(re.compile(r"#/"))

    async def go(self, view: str) -> None:
        """To another view, in the page that is open."""
        await self.page.evaluate("view => { location.hash = view; }", f"#{view}")

    async def turn(self, size: ViewportSize) -> None:
        """Give the window another size; what follows it has followed."""
        await self.page.set_viewport_size(size)
        await self.page.evaluate(LAID_OUT)

    async def analysed(self, video: Path, **session: object) -> dict[str, Any]:
        return await self.site.analysed(self.sub, video, **session)

    async def answer(self, path: str, body: object, status: int = 200, **headers: str) -> None:
        """Answer calls of the API whose path matches the glob ``path`` from now on; the newest rule counts."""

        async def fulfill(route: Route) -> None:
            kind = "application/json" if status < HTTPStatus.BAD_REQUEST else "application/problem+json"
            await route.fulfill(status=status, body=json.dumps(body), headers={"Content-Type": kind, **headers})

        await self.page.route(f"{self.site.url}{PREFIX}{path}", fulfill)

    async def serve(self, name: str, body: bytes, content_type: str = "application/octet-stream") -> str:
        """Keep an object in the bucket; its address."""
        url = f"{self.site.bucket_url}/made/{name}"

        async def fulfill(route: Route) -> None:
            headers = CROSS_ORIGIN | {"Content-Type": content_type}
            asked = re.fullmatch(r"bytes=(\d+)-(\d*)", route.request.headers.get("range", ""))
            if asked is None:
                await route.fulfill(status=200, body=body, headers=headers)
                return
            first, last = int(asked[1]), min(int(asked[2] or len(body)), len(body) - 1)
            headers |= {"Content-Range": f"bytes {first}-{last}/{len(body)}"}
            await route.fulfill(status=206, body=body[first : last + 1], headers=headers)

        await self.page.route(url, fulfill)
        return url

    async def bucket_answers(self, name: str, status: int, **headers: str) -> None:
        """Answer whatever is asked of the objects that match, from now on."""
        if status >= HTTPStatus.BAD_REQUEST:
            self.expected.append(str(status))

        async def fulfill(route: Route) -> None:
            await route.fulfill(status=status, body="", headers=CROSS_ORIGIN | headers)

        await self.page.route(f"{self.site.bucket_url}/made/{name}", fulfill)

    async def cut(self, url: str) -> None:
        """Break off every call of it, from now on."""
        self.expected.append("ERR_FAILED")
        await self.page.route(url, lambda route: route.abort())

    async def refuse(self, path: str, code: ProblemCode, **more: object) -> None:
        """Answer with a problem, as the API would."""
        kind = next(kind for kind in catalogue() if kind.code == code)
        self.expected.append(str(kind.status))
        body = {
            "type": f"urn:cricksy:problem:{code}",
            "title": kind.title,
            "status": kind.status,
            "detail": f"{kind.title}.",
            "code": code,
            "request_id": str(uuid7()),
            **more,
        }
        after = {"Retry-After": "30"} if kind.status in {429, 503} else {}
        await self.answer(path, body, kind.status, **after)

    def on_console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not any(part in message.text for part in self.expected):
            self.complaints.append(f"{message.type}: {message.text} {message.location['url']}".rstrip())

    async def on_dialog(self, dialog: Dialog) -> None:
        if dialog.type != "beforeunload":
            self.complaints.append(f"dialog: {dialog.message}")
        await dialog.accept()

    def on_request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        origin = f"{parts.scheme}://{parts.netloc}"
        if parts.scheme not in {"blob", "data"} and origin not in {self.site.url, self.site.bucket_url}:
            self.complaints.append(f"request to {origin}")


@asynccontextmanager
async def watched(page: Page, site: Site, sub: str | None) -> AsyncGenerator[Visit]:
    """A visit that ends with an error where the page broke its policy, called other hosts or complained."""
    visit = Visit(page, site, sub or f"coach-{uuid7()}")
    page.set_default_timeout(PATIENCE_SECONDS * 1000)
    page.on("console", visit.on_console)
    page.on("pageerror", lambda error: visit.complaints.append(f"uncaught: {error}"))
    page.on("request", visit.on_request)
    page.on("dialog", visit.on_dialog)
    yield visit
    assert visit.complaints == [], visit.complaints
