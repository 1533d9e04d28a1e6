from typing import Any
from uuid import UUID

import pytest
from tests.api.test_problems import assert_is_problem
from tests.support.api import Caller, Login
from tests.support.jobs import commit_results

from cricksy.data.engine import Database
from cricksy.data.leases import Claim, Lease, claim

PATH = "/analysis-jobs"


async def page(coach: Caller, **query: object) -> dict[str, Any]:
    response = await coach.call("GET", PATH, params=query)
    assert response.status_code == 200, response.text
    return response.json()


async def pages(coach: Caller, **query: object) -> list[str]:
    """The ids on all pages."""
    found: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        one = await page(coach, **query, **cursor)
        found += [item["job_id"] for item in one["items"]]
        if one["next_cursor"] is None:
            return found
        cursor = {"cursor": one["next_cursor"]}


async def jobs_of(coach: Caller, *sessions: str) -> list[str]:
    """New jobs in these sessions, newest first."""
    made = [(await coach.initiate(session_id=session))["job_id"] for session in sessions]
    return made[::-1]


async def session_of(coach: Caller) -> str:
    return (await coach.session())["session_id"]


async def test_jobs_are_listed_newest_first_page_by_page(coach: Caller, login: Login) -> None:
    first, second = await session_of(coach), await session_of(coach)
    made = await jobs_of(coach, first, second, first, second, second)
    assert await pages(coach) == made
    for limit in (1, 2, 4, 5, 100):
        assert await pages(coach, limit=limit) == made
    assert [item["session_id"] for item in (await page(coach, limit=2))["items"]] == [second, second]
    assert await pages(coach, session_id=first) == [made[2], made[4]]
    assert await pages(login()) == []


async def test_an_item_is_the_job_without_its_results(coach: Caller, database: Database) -> None:
    job_id = await coach.uploaded()
    claimed = await claim(database, Lease(UUID(job_id)), "message-1", 30)
    assert isinstance(claimed, Claim)
    await commit_results(database, claimed.lease, b'{"schema": 2, "pose": {}}', b"packed")
    (item,) = (await page(coach))["items"]
    job = await coach.job(job_id)
    assert job.pop("results") is not None
    assert item == job


async def test_a_job_made_meanwhile_moves_no_page(coach: Caller) -> None:
    session = await session_of(coach)
    made = await jobs_of(coach, session, session, session)
    first = await page(coach, limit=2)
    await jobs_of(coach, session)
    rest = await page(coach, limit=2, cursor=first["next_cursor"])
    assert [item["job_id"] for item in first["items"] + rest["items"]] == made


async def test_jobs_are_listed_by_status(coach: Caller) -> None:
    session = await session_of(coach)
    queued = await jobs_of(coach, session)
    processing = await coach.uploaded(session_id=session)
    await coach.complete(processing)
    assert await pages(coach, status="queued") == queued
    assert await pages(coach, status="processing", session_id=session) == [processing]
    assert await pages(coach, status="failed") == []


async def test_the_jobs_of_others_are_not_listed(coach: Caller, login: Login) -> None:
    session = await session_of(coach)
    await jobs_of(coach, session)
    stranger = login()
    own = await jobs_of(stranger, await session_of(stranger))
    assert await pages(stranger) == own
    assert await pages(stranger, session_id=session) == []
    org, colleague = login(org="club"), login(org="club")
    shared = await jobs_of(org, await session_of(org))
    assert await pages(colleague) == shared


async def test_anothers_cursor_shows_nothing_of_theirs(coach: Caller, login: Login) -> None:
    session = await session_of(coach)
    await jobs_of(coach, session, session)
    cursor = (await page(coach, limit=1))["next_cursor"]
    refused = await login().call("GET", PATH, params={"cursor": cursor})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "cursor")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("limit", 0),
        ("limit", 101),
        ("limit", "x"),
        ("cursor", ""),
        ("cursor", "x"),
        ("cursor", "é" * 22),
        ("cursor", "A" * 21 + "B"),
        ("cursor", "A" * 5000),
        ("cursor", "01a20516-e673-76bb-bc80-57235ccb2882"),
        ("status", "ready"),
        ("status", ""),
        ("session_id", "7"),
    ],
)
async def test_a_parameter_that_cannot_be_is_named(coach: Caller, name: str, value: object) -> None:
    response = await coach.call("GET", PATH, params={name: value})
    assert_is_problem(response, 422, "invalid")
    (error,) = response.json()["errors"]
    assert error["field"] == name
    assert error["message"]


async def test_head_answers_like_get_without_the_body(coach: Caller) -> None:
    get, head = await coach.call("GET", PATH), await coach.call("HEAD", PATH)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == get.headers["content-length"]
