"""Answers that come after the coach has gone on, and what is never asked for."""

import asyncio

from playwright.async_api import Route, expect
from tests.page.conftest import Visits
from tests.page.made import JOB, OTHER_JOB, job
from tests.page.states import ended, send, sent, waiting
from tests.support.waiting import until

from cricksy.vocabulary import ErrorCode


async def test_a_job_that_is_made_after_its_upload_was_cancelled_is_deleted(visit: Visits) -> None:
    async with visit() as coach:
        page = coach.page
        answered = asyncio.Event()
        deleted: list[str] = []

        async def initiate(route: Route) -> None:
            await answered.wait()
            await route.fallback()

        async def of_one(route: Route) -> None:
            if route.request.method == "DELETE":
                deleted.append(route.request.url.rsplit("/", 1)[1])
                await route.fulfill(status=204)
            else:
                await route.fallback()

        await send(coach)
        await coach.answer("/analysis-jobs?*", {"items": [job(job_id=OTHER_JOB)], "next_cursor": None})
        await page.route("**/videos/upload/initiate", initiate)
        await page.route("**/analysis-jobs/*", of_one)
        await sent(coach)
        card = page.locator("article.upload")
        await expect(card.get_by_text("Asking for a place")).to_be_visible()
        await card.get_by_role("button", name="Cancel").click()
        await expect(card).to_have_count(0)
        assert deleted == []
        answered.set()
        await until(lambda: deleted == [JOB])


async def test_a_retry_leads_nowhere_once_the_coach_has_left(visit: Visits) -> None:
    async with visit() as coach:
        page = coach.page
        answered = asyncio.Event()

        async def retry(route: Route) -> None:
            await answered.wait()
            await route.fulfill(status=201, json=job(job_id=OTHER_JOB, status="processing"))

        await page.route("**/analysis-jobs/*/retry", retry)
        await ended(ErrorCode.CHILD_DIED)(coach)
        await page.get_by_role("button", name="Try again").click()
        await coach.go("/new")
        await expect(page.get_by_role("heading", name="New clip", level=1)).to_be_visible()
        async with page.expect_response("**/retry"):
            answered.set()
        await page.evaluate("new Promise((resolve) => setTimeout(resolve, 100))")
        assert page.url.endswith("#/new")


async def test_no_picture_is_asked_for_of_a_clip_that_has_none(visit: Visits) -> None:
    async with visit() as coach:
        asked: list[str] = []
        coach.page.on("request", lambda request: asked.append(request.url))
        await waiting(stage="extracting_pose", progress=40)(coach)
        await expect(coach.page.get_by_text("Reading the body").first).to_be_visible()
        await ended(ErrorCode.CHILD_DIED)(coach)
        await coach.page.reload()
        await expect(coach.page.get_by_text("The analysis broke off")).to_be_visible()
        assert any(url.endswith(JOB) for url in asked)
        assert not [url for url in asked if url.endswith("/stills")]
