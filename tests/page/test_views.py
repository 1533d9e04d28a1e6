"""Every view and every state that a coach can meet: drawn, in both schemes, on a laptop and on a phone, for everybody.

With ``SCREENSHOTS=directory`` each is kept there as a PNG.
"""

import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import expect
from tests.page.conftest import Visits
from tests.page.films import SAMPLE
from tests.page.made import HOSTILE, JOB, LONG, failed, job, listed, released, session
from tests.page.site import Visit

from cricksy.api.problems import ProblemCode
from cricksy.vocabulary import ErrorCode

AXE = Path(__file__).parents[2] / "web/node_modules/axe-core/axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
CLIP = f"/clip/{JOB}"

Prepare = Callable[[Visit], Awaitable[None]]


@dataclass(frozen=True)
class State:
    """``prepare`` brings the page there; ``shows`` is a text that is in sight then."""

    name: str
    prepare: Prepare
    shows: str


async def result(
    coach: Visit, results: dict[str, Any], stills: dict[str, Any] | None = None, **of_session: Any
) -> None:
    await coach.answer("/sessions/*", session(**of_session))
    await coach.answer("/analysis-jobs/*", job(results=results), ETag='"1"')
    await coach.answer("/analysis-jobs/*[?]*", job(results=results), ETag='"1"')
    if stills is None:
        await coach.refuse("/analysis-jobs/*/stills", ProblemCode.NOT_FOUND)
    await coach.sign_in(CLIP)


def of_kind(schema: int, kind: str, **of_session: Any) -> Prepare:
    return lambda coach: result(coach, released(schema, kind), **of_session)


async def sign_in(coach: Visit) -> None:
    await coach.page.goto(coach.site.url)


async def nowhere(coach: Visit) -> None:
    await coach.sign_in("/nowhere")


async def new(coach: Visit) -> None:
    await coach.answer("/players*", {"items": [{"player_id": "player-7"}], "next_cursor": None})
    await coach.sign_in("/new")


def clips(*items: dict[str, Any]) -> Prepare:
    async def prepare(coach: Visit) -> None:
        await coach.answer("/sessions?*", {"items": items, "next_cursor": None})
        await coach.refuse("/analysis-jobs/*/stills", ProblemCode.NOT_FOUND)
        await coach.sign_in("/clips")

    return prepare


def refused(code: ProblemCode) -> Prepare:
    async def prepare(coach: Visit) -> None:
        await coach.refuse("/analysis-jobs/*", code)
        await coach.sign_in(CLIP)

    return prepare


def ended(code: ErrorCode) -> Prepare:
    async def prepare(coach: Visit) -> None:
        await coach.answer("/sessions/*", session(status="failed"))
        await coach.answer("/analysis-jobs/*", failed(code, "Video rejected: longer than 600 s"))
        await coach.sign_in(CLIP)

    return prepare


def waiting(**changes: Any) -> Prepare:
    async def prepare(coach: Visit) -> None:
        now = job(status="processing", final=False, completed_at=None, **changes)
        await coach.answer("/sessions/*", session(status="processing"))
        await coach.answer("/analysis-jobs/*", now)
        await coach.page.route("**/progress", lambda route: route.abort())
        coach.expected.append("ERR_FAILED")
        await coach.sign_in(CLIP)

    return prepare


RUNNING = {"job_id": JOB, "status": "processing", "stage": "extracting_pose", "progress": 40}
STATES = [
    State("sign_in", sign_in, "Access token"),
    State("nowhere", nowhere, "There is no such page"),
    State("new", new, "New clip"),
    State("clips", clips(listed(1), listed(2, job=RUNNING, summary=None), listed(3, title=LONG)), "Nets 1"),
    State("clips_empty", clips(), "Film your first ball"),
    State("clips_hostile", clips(listed(1, title=HOSTILE, player_ids=[HOSTILE])), HOSTILE),
    State("result_batting", of_kind(2, "stroke"), "Tuesday nets"),
    State("result_bowling", of_kind(2, "delivery"), "Tuesday nets"),
    State("result_schema_1", of_kind(1, "delivery"), "Tuesday nets"),
    State("result_nobody", of_kind(2, "nobody"), "Tuesday nets"),
    State("result_no_action", of_kind(2, "no_action"), "Tuesday nets"),
    State("result_without_frames", of_kind(2, "without_frames"), "Tuesday nets"),
    State("result_long_names", of_kind(2, "delivery", title=LONG, player_ids=[LONG[:64]] * 3), LONG.strip()),
    State("result_hostile", of_kind(2, "delivery", title=HOSTILE, player_ids=[HOSTILE]), HOSTILE),
    State("waiting", waiting(stage="extracting_pose", progress=40), "Reading the body"),
    State("waiting_again", waiting(stage="waiting", progress=0, attempts=2), "2 of 3"),
    *(State(f"failed_{code}", ended(code), "") for code in ErrorCode),
    *(State(f"refused_{code}", refused(code), "") for code in (ProblemCode.NOT_FOUND, ProblemCode.NOT_ENTITLED)),
]
SCREENSHOTS = os.environ.get("SCREENSHOTS")


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.name)
async def test_a_state_is_drawn_for_everybody(visit: Visits, state: State) -> None:
    for phone, dark in (False, False), (True, True), (False, True), (True, False):
        async with visit(phone=phone, dark=dark) as coach:
            await state.prepare(coach)
            if state.shows:
                await expect(coach.page.get_by_text(state.shows, exact=False).first).to_be_visible()
            else:
                await expect(coach.page.get_by_role("heading", level=2).first).to_be_visible()
            await assert_accessible(coach)
            await assert_fits(coach)
            if SCREENSHOTS:
                name = f"{state.name}_{'phone' if phone else 'laptop'}_{'dark' if dark else 'light'}.png"
                await coach.page.screenshot(path=Path(SCREENSHOTS) / name)


async def assert_accessible(coach: Visit) -> None:
    await coach.page.evaluate(AXE.read_text())
    found = await coach.page.evaluate(
        """rules => axe.run(document, { runOnly: rules }).then(({ violations }) =>
          violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html.slice(0, 200))]))""",
        RULES,
    )
    assert found == []


async def assert_fits(coach: Visit) -> None:
    """Nothing makes the page wider than the window."""
    widths = await coach.page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert widths[0] <= widths[1]


async def test_a_result_of_the_worker_is_drawn_for_everybody(visit: Visits) -> None:
    """With images, in one screen of a laptop: what is decided on lies above the fold."""
    sub = "coach-of-views"
    done: dict[str, Any] | None = None
    for phone, dark in (False, False), (True, True), (False, True), (True, False):
        async with visit(phone=phone, dark=dark, sub=sub) as coach:
            done = done or await coach.analysed(SAMPLE, discipline="bowling")
            await coach.sign_in(f"/clip/{done['job_id']}")
            await expect(coach.page.locator(".stage canvas[data-ready=true]")).to_have_count(1)
            await assert_accessible(coach)
            await assert_fits(coach)
            if SCREENSHOTS:
                name = f"result_{'phone' if phone else 'laptop'}_{'dark' if dark else 'light'}"
                await coach.page.screenshot(path=Path(SCREENSHOTS) / f"{name}.png")
                await coach.page.screenshot(path=Path(SCREENSHOTS) / f"{name}_full.png", full_page=True)
