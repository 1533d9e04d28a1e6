import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import msgspec
import pytest
import structlog
from sqlalchemy import text
from tests.api.test_problems import assert_is_problem
from tests.support.api import MAX_VIDEO_BYTES, VIDEO, Caller, Login, serving
from tests.support.emf import metrics_of

from cricksy.api.app import PREFIX
from cricksy.api.health import Readiness
from cricksy.api.rate_limit import RateLimiter
from cricksy.data.engine import Database
from cricksy.data.sessions import Owner
from cricksy.settings import ApiSettings, LimitSettings
from cricksy.vocabulary import OwnerType

RATE_HEADERS = ("RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset")


@asynccontextmanager
async def limited(settings: ApiSettings, coach: Caller, **limits: int) -> AsyncGenerator[Caller]:
    """The coach at a server of its own with these limits."""
    limits = {"requests_per_minute": 1_000_000} | limits
    replaced = msgspec.structs.replace(settings, limits=LimitSettings(**limits))
    async with serving(replaced, Readiness()) as client:
        yield Caller(client, coach.token)


async def initiate(coach: Caller, session_id: str, **fields: object) -> httpx.Response:
    return await coach.call("POST", "/videos/upload/initiate", json={"session_id": session_id} | fields)


async def quotas(coach: Caller) -> dict[str, dict[str, Any]]:
    response = await coach.call("GET", "/limits")
    assert response.status_code == 200, response.text
    return {quota["name"]: quota for quota in response.json()["quotas"]}


async def used(coach: Caller) -> tuple[int, int, int]:
    found = await quotas(coach)
    return (found["open_uploads"]["used"], found["jobs_per_day"]["used"], found["bytes_per_day"]["used"])


def end_of_day() -> datetime:
    return datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)


def assert_is_exceeded(response: httpx.Response, name: str, limit: int, amount: int) -> None:
    assert_is_problem(response, 429, "quota_exceeded")
    quota = response.json()["quota"]
    assert (quota["name"], quota["limit"], quota["used"]) == (name, limit, amount)
    until = datetime.fromisoformat(quota["resets_at"])
    wait = int(response.headers["Retry-After"])
    assert abs((until - datetime.now(UTC)).total_seconds() - wait) < 60
    assert f"{until:%FT%TZ}" in response.json()["detail"]
    for header in RATE_HEADERS:
        assert header in response.headers


async def test_open_uploads_are_bounded_until_one_is_completed_or_deleted(settings: ApiSettings, coach: Caller) -> None:
    async with limited(settings, coach, open_uploads=2) as caller:
        session_id = (await caller.session())["session_id"]
        first, second = [(await initiate(caller, session_id)).json() for _ in range(2)]
        refused = await initiate(caller, session_id)
        assert_is_exceeded(refused, "open_uploads", 2, 2)
        assert 23 * 3600 < int(refused.headers["Retry-After"]) <= 24 * 3600
        assert await used(caller) == (2, 2, 2 * MAX_VIDEO_BYTES)
        assert (await caller.upload(first)).status_code == 200
        assert (await caller.complete(first["job_id"])).status_code == 202
        third = await initiate(caller, session_id)
        assert third.status_code == 201
        assert_is_exceeded(await initiate(caller, session_id), "open_uploads", 2, 2)
        assert (await caller.call("DELETE", f"/analysis-jobs/{second['job_id']}")).status_code == 204
        assert (await initiate(caller, session_id)).status_code == 201


async def test_jobs_of_a_day_are_bounded_whatever_became_of_them(
    settings: ApiSettings, coach: Caller, database: Database
) -> None:
    async with limited(settings, coach, jobs_per_day=3) as caller:
        session_id = (await caller.session())["session_id"]
        for _ in range(3):
            job_id = (await initiate(caller, session_id)).json()["job_id"]
            assert (await caller.call("DELETE", f"/analysis-jobs/{job_id}")).status_code == 204
        assert_is_exceeded(await initiate(caller, session_id), "jobs_per_day", 3, 3)
        assert datetime.fromisoformat((await quotas(caller))["jobs_per_day"]["resets_at"]) == end_of_day()
        await next_day(database)
        assert await used(caller) == (0, 0, 0)
        assert (await initiate(caller, session_id)).status_code == 201
        assert (await used(caller))[1] == 1


async def next_day(database: Database) -> None:
    async with database.begin() as transaction:
        assert (await transaction.execute(text("UPDATE usage SET day = day - 1"))).rowcount == 1


async def test_a_call_from_before_midnight_counts_in_the_day_that_another_has_begun(
    settings: ApiSettings, coach: Caller, database: Database
) -> None:
    async with limited(settings, coach, jobs_per_day=2) as caller:
        session_id = (await caller.session())["session_id"]
        assert (await initiate(caller, session_id)).status_code == 201
        async with database.begin() as transaction:
            await transaction.execute(text("UPDATE usage SET day = day + 1"))
        assert (await initiate(caller, session_id)).status_code == 201
        assert_is_exceeded(await initiate(caller, session_id), "jobs_per_day", 2, 2)
        assert (await used(caller))[1] == 2


async def test_bytes_of_a_day_are_bounded(settings: ApiSettings, coach: Caller) -> None:
    async with limited(settings, coach, bytes_per_day=1000) as caller:
        session_id = (await caller.session())["session_id"]
        assert (await initiate(caller, session_id, content_length=600)).status_code == 201
        assert_is_exceeded(await initiate(caller, session_id, content_length=401), "bytes_per_day", 1000, 600)
        assert_is_exceeded(await initiate(caller, session_id), "bytes_per_day", 1000, 600)
        assert (await initiate(caller, session_id, content_length=400)).status_code == 201
        assert_is_exceeded(await initiate(caller, session_id, content_length=1), "bytes_per_day", 1000, 1000)
        assert await used(caller) == (2, 2, 1000)


async def test_a_first_video_that_is_larger_than_the_bytes_of_a_day_is_refused(
    settings: ApiSettings, coach: Caller
) -> None:
    async with limited(settings, coach, bytes_per_day=1000) as caller:
        session_id = (await caller.session())["session_id"]
        assert_is_exceeded(await initiate(caller, session_id, content_length=1001), "bytes_per_day", 1000, 0)
        assert await used(caller) == (0, 0, 0)


async def test_an_upload_of_undeclared_size_counts_in_full_until_complete_sees_it(coach: Caller) -> None:
    initiated = await coach.initiate()
    assert await used(coach) == (1, 1, MAX_VIDEO_BYTES)
    assert (await coach.upload(initiated)).status_code == 200
    answers = await asyncio.gather(*(coach.complete(initiated["job_id"]) for _ in range(5)))
    assert {answer.status_code for answer in answers} == {202}
    assert await used(coach) == (0, 1, len(VIDEO))


async def test_a_size_seen_on_a_later_day_changes_nothing_of_it(coach: Caller, database: Database) -> None:
    initiated = await coach.initiate()
    assert (await coach.upload(initiated)).status_code == 200
    async with database.begin() as transaction:
        await transaction.execute(text("UPDATE jobs SET created_at = created_at - interval '1 day'"))
    assert (await coach.complete(initiated["job_id"])).status_code == 202
    assert (await used(coach))[2] == MAX_VIDEO_BYTES


async def test_a_declared_size_counts_as_declared(coach: Caller) -> None:
    await coach.uploaded(content_length=len(VIDEO))
    assert await used(coach) == (1, 1, len(VIDEO))


@pytest.mark.parametrize(
    ("limits", "fields", "allowed", "name"),
    [
        ({"open_uploads": 5}, {}, 5, "open_uploads"),
        ({"jobs_per_day": 7}, {}, 7, "jobs_per_day"),
        ({"bytes_per_day": 950}, {"content_length": 100}, 9, "bytes_per_day"),
    ],
)
async def test_no_quota_is_passed_by_calls_that_come_at_once(  # noqa: PLR0913, PLR0917 - fixtures and parameters
    settings: ApiSettings,
    coach: Caller,
    database: Database,
    limits: dict[str, int],
    fields: dict[str, object],
    allowed: int,
    name: str,
) -> None:
    async with limited(settings, coach, **limits) as here, limited(settings, coach, **limits) as there:
        sessions = [(await here.session())["session_id"] for _ in range(3)]
        answers = await asyncio.gather(
            *(initiate([here, there][turn % 2], sessions[turn % 3], **fields) for turn in range(24))
        )
        refused = [answer for answer in answers if answer.status_code != 201]
        assert len(refused) == 24 - allowed
        for answer in refused:
            assert_is_problem(answer, 429, "quota_exceeded")
            assert answer.json()["quota"]["name"] == name
        open_uploads, jobs, _ = await used(here)
        assert (open_uploads, jobs) == (allowed, allowed)
    async with database.connect() as connection:
        assert (await connection.execute(text("SELECT count(*) FROM jobs"))).scalar_one() == allowed


async def test_a_quota_is_of_an_owner_and_a_repeated_call_counts_once(
    settings: ApiSettings, coach: Caller, login: Login
) -> None:
    async with limited(settings, coach, jobs_per_day=1) as caller:
        session_id = (await caller.session())["session_id"]
        headers = {"Idempotency-Key": "1"}
        body = {"session_id": session_id}
        for _ in range(2):
            answer = await caller.call("POST", "/videos/upload/initiate", json=body, headers=headers)
            assert answer.status_code == 201
        assert_is_problem(await initiate(caller, session_id), 429, "quota_exceeded")
        assert (await caller.call("POST", "/videos/upload/initiate", json=body, headers=headers)).status_code == 201
    other = login()
    assert await used(other) == (0, 0, 0)
    await other.initiate()
    assert (await used(other))[:2] == (1, 1)


async def test_an_upload_to_anothers_session_counts_for_nobody(coach: Caller, login: Login) -> None:
    thief = login()
    session_id = (await coach.session())["session_id"]
    assert_is_problem(await initiate(thief, session_id), 404, "not_found")
    assert await used(thief) == await used(coach) == (0, 0, 0)


async def test_requests_that_come_too_fast_are_refused_with_the_time_to_wait(
    settings: ApiSettings, coach: Caller, login: Login
) -> None:
    async with limited(settings, coach, requests_per_minute=5) as caller:
        with structlog.testing.capture_logs() as lines:
            answers = [await caller.call("GET", "/limits") for _ in range(6)]
        assert [answer.status_code for answer in answers] == [200] * 5 + [429]
        counted = [line for line in lines if "requests_limited" in line]
        assert [(line["status"], line["requests_limited"]) for line in counted] == [(429, 1)]
        assert metrics_of({**counted[0], "service": "api"}) == {"requests_limited": 1}
        assert [answer.headers["RateLimit-Remaining"] for answer in answers] == ["4", "3", "2", "1", "0", "0"]
        assert {answer.headers["RateLimit-Limit"] for answer in answers} == {"5"}
        assert answers[2].json()["requests"] == {
            "limit": 5,
            "remaining": 2,
            "resets_in": int(answers[2].headers["RateLimit-Reset"]),
        }
        assert_is_problem(answers[5], 429, "rate_limited")
        assert 1 <= int(answers[5].headers["Retry-After"]) <= 12
        assert 48 <= int(answers[5].headers["RateLimit-Reset"]) <= 60
        other = Caller(caller.client, login().token)
        assert (await other.call("GET", "/limits")).status_code == 200
        assert (await caller.client.get("/health/live")).status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "options", "status"),
    [
        ("GET", "/limits", {}, 200),
        ("HEAD", "/limits", {}, 200),
        ("OPTIONS", "/limits", {}, 204),
        ("POST", "/sessions", {"json": {"title": "Nets", "player_ids": []}}, 201),
        ("GET", "/sessions/0190163d-8694-739b-aea5-966c26f8ad91", {}, 404),
        ("POST", "/sessions", {"content": b"x", "headers": {"Content-Type": "text/plain"}}, 415),
        ("POST", "/sessions", {"json": {}}, 422),
        ("POST", "/sessions", {"json": {}, "headers": {"Idempotency-Key": "two words"}}, 422),
    ],
)
async def test_every_answer_to_a_known_owner_says_what_is_left(
    coach: Caller, method: str, path: str, options: dict[str, Any], status: int
) -> None:
    answer = await coach.call(method, path, **options)
    assert answer.status_code == status
    assert answer.headers["RateLimit-Limit"] == "1000000"
    assert 0 < int(answer.headers["RateLimit-Remaining"]) < 1_000_000
    assert int(answer.headers["RateLimit-Reset"]) == 1


async def test_who_has_no_plan_is_known_but_a_stranger_is_not(login: Login, anonymous: httpx.AsyncClient) -> None:
    without_plan = await login(plan=None).call("GET", "/limits")
    assert (without_plan.status_code, "RateLimit-Limit" in without_plan.headers) == (403, True)
    stranger = await anonymous.get(f"{PREFIX}/limits")
    assert (stranger.status_code, set(RATE_HEADERS) & set(stranger.headers)) == (401, set())


async def test_no_rate_limit_says_nothing(settings: ApiSettings, coach: Caller) -> None:
    async with limited(settings, coach, requests_per_minute=0) as caller:
        answer = await caller.call("GET", "/limits")
        assert answer.json()["requests"] is None
        assert answer.json()["max_video_bytes"] == MAX_VIDEO_BYTES
        assert "RateLimit-Limit" not in answer.headers


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def owner(number: int) -> Owner:
    return Owner(OwnerType.COACH, f"coach-{number}")


def test_a_bucket_fills_evenly_and_not_beyond_its_size() -> None:
    clock = Clock()
    limiter = RateLimiter(60, clock)
    assert [limiter.take(owner(1))[1] for _ in range(61)] == [0] * 60 + [1]
    clock.now += 2.5
    assert [limiter.take(owner(1))[1] for _ in range(3)] == [0, 0, 1]
    clock.now += 0.5
    assert limiter.take(owner(1))[1] == 0
    clock.now += 3600
    allowance, wait = limiter.take(owner(1))
    assert (allowance.limit, allowance.remaining, allowance.resets_in, wait) == (60, 59, 1, 0)


def test_a_refused_request_costs_nothing_and_the_wait_is_long_enough() -> None:
    clock = Clock()
    limiter = RateLimiter(7, clock)
    waits = [limiter.take(owner(1))[1] for _ in range(57)]
    assert waits == [0] * 7 + [9] * 50
    clock.now += 9
    assert limiter.take(owner(1))[1] == 0


def test_only_the_owners_of_the_last_minute_are_remembered() -> None:
    clock = Clock()
    limiter = RateLimiter(60, clock)
    for number in range(1000):
        limiter.take(owner(number))
        clock.now += 0.1
    assert len(limiter) <= 601
    clock.now += 60
    limiter.take(owner(0))
    assert len(limiter) == 1
