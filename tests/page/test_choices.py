"""Which clips a coach can choose to compare."""

from playwright.async_api import expect
from tests.page.conftest import Visits
from tests.page.made import JOB, OTHER_JOB, SESSION, failed, job, listed, session
from tests.page.site import Visit
from tests.page.states import FAULT, compared


async def one_session(coach: Visit) -> None:
    """Three clips; the analysis of the newest failed."""
    newest = {"job_id": SESSION, "status": "failed", "stage": None, "progress": 0}
    await coach.answer(
        "/sessions?*", {"items": [listed(1, session_id=SESSION, job=newest, summary=None)], "next_cursor": None}
    )
    jobs = [failed("child_died", "…", job_id=SESSION), job(job_id=OTHER_JOB), job()]
    await coach.answer("/analysis-jobs?*", {"items": jobs, "next_cursor": None})


async def test_another_clip_of_the_same_session_can_be_chosen(visit: Visits) -> None:
    async with visit() as coach:
        page = coach.page
        await compared(FAULT, None, "/clips")(coach)
        await one_session(coach)
        await coach.go(f"/compare/{JOB}")
        choices = page.locator(".chooser")
        await expect(choices.get_by_role("heading", name="Nets 1")).to_be_visible()
        await expect(choices.get_by_role("link")).to_have_count(1)
        await choices.get_by_role("link", name="Nets 1: Clip 2").click()
        await expect(page).to_have_url(f"{coach.site.url}/#/compare/{JOB}/{OTHER_JOB}")


async def test_two_clips_of_one_session_are_picked_in_the_list(visit: Visits) -> None:
    async with visit() as coach:
        page = coach.page
        await compared(FAULT, None, "/clips")(coach)
        await one_session(coach)
        await coach.answer("/sessions/*", session())
        await page.reload()
        await page.locator("summary", has_text="More").click()
        boxes = page.get_by_role("checkbox")
        await expect(boxes).to_have_count(2)
        await page.get_by_role("checkbox", name="Nets 1, Clip 1").check()
        await page.get_by_role("checkbox", name="Nets 1, Clip 2").check()
        await page.get_by_role("button", name="Compare").click()
        await expect(page).to_have_url(f"{coach.site.url}/#/compare/{JOB}/{OTHER_JOB}")
