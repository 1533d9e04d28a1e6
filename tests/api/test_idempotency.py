import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from sqlalchemy import text
from tests.api.test_problems import assert_is_problem
from tests.support.api import VIDEO, Caller, Login, serving

from cricksy.api.app import PREFIX
from cricksy.api.health import Readiness
from cricksy.aws.errors import StorageError
from cricksy.aws.objects import VideoStore
from cricksy.data.engine import Database
from cricksy.data.errors import DatabaseOutage
from cricksy.data.idempotency import forget_old_keys
from cricksy.settings import ApiSettings

SESSION = {"title": "Nets", "player_ids": ["p1"], "notes": "windy"}
KEY = {"Idempotency-Key": "8e03978e-40d5-43dd-bc93-6894a57f9324"}
DAY = 24 * 3600


@pytest.fixture
async def second_server(settings: ApiSettings) -> AsyncIterator[httpx.AsyncClient]:
    async with serving(settings, Readiness()) as client:
        yield client


async def create(coach: Caller, body: dict[str, Any] | None = None, headers: dict[str, str] = KEY) -> httpx.Response:
    return await coach.call("POST", "/sessions", json=body or SESSION, headers=headers)


async def initiate(coach: Caller, session_id: str, headers: dict[str, str] = KEY, **fields: object) -> httpx.Response:
    body = {"session_id": session_id} | fields
    return await coach.call("POST", "/videos/upload/initiate", json=body, headers=headers)


async def count(database: Database, table: str) -> int:
    async with database.connect() as connection:
        return (await connection.execute(text(f"SELECT count(*) FROM {table}"))).scalar_one()


async def change(database: Database, statement: str) -> None:
    async with database.begin() as transaction:
        assert (await transaction.execute(text(statement))).rowcount == 1


async def pass_time(database: Database, seconds: float) -> None:
    earlier = f"- interval '{seconds} seconds'"
    changes = f"created_at = created_at {earlier}, locked_until = locked_until {earlier}"
    await change(database, f"UPDATE idempotency_keys SET {changes}")


async def test_a_repeated_call_gets_the_same_answer_and_creates_nothing(coach: Caller, database: Database) -> None:
    first = await create(coach)
    assert (first.status_code, first.headers.get("Idempotent-Replayed")) == (201, None)
    again = await create(coach)
    assert (again.status_code, again.headers["Idempotent-Replayed"]) == (201, "true")
    assert again.content == first.content
    own = {"x-request-id", "ratelimit-limit", "ratelimit-remaining", "ratelimit-reset", "idempotent-replayed"}
    assert [header for header in again.headers.multi_items() if header[0] not in own] == [
        header for header in first.headers.multi_items() if header[0] not in own
    ]
    assert again.headers["X-Request-Id"] != first.headers["X-Request-Id"]
    assert await count(database, "sessions") == 1


async def test_without_a_key_or_with_another_each_call_creates_one(coach: Caller, database: Database) -> None:
    for headers in ({}, {}, {"Idempotency-Key": "1"}, {"Idempotency-Key": "2"}):
        assert (await create(coach, headers=headers)).status_code == 201
    assert await count(database, "sessions") == 4
    assert await count(database, "idempotency_keys") == 2


async def test_a_key_belongs_to_its_owner(coach: Caller, login: Login, database: Database) -> None:
    mine = (await create(coach)).json()
    theirs = (await create(login(), {"title": "Other", "player_ids": []})).json()
    assert mine["session_id"] != theirs["session_id"]
    colleague, other_colleague = login(org="club"), login(org="club")
    assert (await create(colleague)).json() == (await create(other_colleague)).json()
    assert await count(database, "sessions") == 3


async def test_twenty_first_calls_to_two_servers_create_one_session(
    coach: Caller, second_server: httpx.AsyncClient, database: Database
) -> None:
    there = Caller(second_server, coach.token)
    answers = await asyncio.gather(*(create(caller) for caller in [coach, there] * 10))
    assert set(Counter(answer.status_code for answer in answers)) <= {201, 409}
    created = [answer for answer in answers if answer.status_code == 201]
    assert len({answer.content for answer in created}) == 1
    assert len([answer for answer in created if "Idempotent-Replayed" not in answer.headers]) == 1
    for answer in answers:
        if answer.status_code == 409:
            assert_is_problem(answer, 409, "conflict")
            assert int(answer.headers["Retry-After"]) > 0
    assert await count(database, "sessions") == 1
    for caller in (coach, there):
        assert (await create(caller)).content == created[0].content


async def test_a_call_while_the_first_is_running_is_a_conflict(
    coach: Caller, second_server: httpx.AsyncClient, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    session_id = (await coach.session())["session_id"]
    reached, may_go_on = asyncio.Event(), asyncio.Event()
    presign = VideoStore.presign_upload

    async def wait(*arguments: Any) -> object:
        reached.set()
        await may_go_on.wait()
        return await presign(*arguments)

    monkeypatch.setattr(VideoStore, "presign_upload", wait)
    first = asyncio.create_task(initiate(coach, session_id))
    await reached.wait()
    there = Caller(second_server, coach.token)
    assert_is_problem(await initiate(there, session_id), 409, "conflict")
    assert_is_problem(await initiate(there, session_id, sample_fps=30), 422, "invalid")
    may_go_on.set()
    job_id = (await first).json()["job_id"]
    assert (await initiate(there, session_id)).json()["job_id"] == job_id
    assert await count(database, "jobs") == 1


@pytest.mark.parametrize("body", [SESSION | {"title": "Match"}, SESSION | {"notes": None}])
async def test_another_body_with_the_same_key_is_refused(
    coach: Caller, database: Database, body: dict[str, Any]
) -> None:
    first = await create(coach)
    refused = await create(coach, body)
    assert_is_problem(refused, 422, "invalid")
    assert [error["field"] for error in refused.json()["errors"]] == ["Idempotency-Key"]
    assert await count(database, "sessions") == 1
    assert (await create(coach)).content == first.content


async def test_a_key_of_another_call_is_refused(coach: Caller) -> None:
    session_id = (await create(coach)).json()["session_id"]
    assert_is_problem(await initiate(coach, session_id), 422, "invalid")


@pytest.mark.parametrize("key", ["", "x" * 256, "two words", "ümlaut", "tab\there"])
async def test_a_key_that_is_none_is_refused(coach: Caller, database: Database, key: str) -> None:
    headers = [*coach.headers.items(), ("Idempotency-Key", key)]
    raw = [(name.encode(), value.encode("latin-1")) for name, value in headers]
    refused = await coach.client.post(f"{PREFIX}/sessions", json=SESSION, headers=raw)
    assert_is_problem(refused, 422, "invalid")
    assert [error["field"] for error in refused.json()["errors"]] == ["Idempotency-Key"]
    assert await count(database, "sessions") == 0


async def test_two_keys_are_refused(coach: Caller, database: Database) -> None:
    headers = httpx.Headers([("Idempotency-Key", "1"), ("Idempotency-Key", "2")])
    assert_is_problem(await coach.call("POST", "/sessions", json=SESSION, headers=headers), 422, "invalid")
    assert await count(database, "sessions") == 0


@pytest.mark.parametrize("key", ["!", "x" * 255, '"8e03978e"', "~"])
async def test_any_visible_characters_make_a_key(coach: Caller, key: str) -> None:
    first = await create(coach, headers={"Idempotency-Key": key})
    assert first.status_code == 201
    assert (await create(coach, headers={"Idempotency-Key": key})).content == first.content


async def test_a_refused_call_leaves_its_key_free_for_the_corrected_one(coach: Caller, database: Database) -> None:
    assert_is_problem(await create(coach, {"title": "", "player_ids": []}), 422, "invalid")
    assert_is_problem(await initiate(coach, "0190163d-8694-739b-aea5-966c26f8ad91"), 404, "not_found")
    media_type = KEY | {"Content-Type": "text/plain"}
    refused = await coach.call("POST", "/sessions", content=b"{}", headers=media_type)
    assert_is_problem(refused, 415, "unsupported_media_type")
    assert await count(database, "idempotency_keys") == 0
    assert (await create(coach)).status_code == 201


async def test_a_caller_without_the_plan_takes_no_key(login: Login, database: Database) -> None:
    assert_is_problem(await create(login(plan=None)), 403, "not_entitled")
    assert await count(database, "idempotency_keys") == 0


async def test_a_body_over_the_limit_is_refused_with_a_key_too(coach: Caller) -> None:
    assert_is_problem(await create(coach, SESSION | {"notes": "x" * 1_000_001}), 413, "payload_too_large")


async def test_an_upload_gets_a_new_url_for_the_same_job_because_no_url_is_stored(
    coach: Caller, database: Database
) -> None:
    session_id = (await coach.session())["session_id"]
    first, again = await initiate(coach, session_id), await initiate(coach, session_id)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert {**again.json(), "presigned_url": None} == {**first.json(), "presigned_url": None}
    async with database.connect() as connection:
        stored = (await connection.execute(text("SELECT * FROM idempotency_keys"))).mappings().one()
    assert (stored["status"], stored["headers"], stored["body"]) == (201, None, None)
    assert await count(database, "jobs") == 1
    async with httpx.AsyncClient() as s3:
        put = await s3.put(again.json()["presigned_url"], content=VIDEO, headers=again.json()["required_headers"])
    assert put.status_code == 200
    completed = await coach.complete(first.json()["job_id"])
    assert (completed.status_code, completed.json()["status"]) == (202, "processing")
    late = await initiate(coach, session_id)
    assert_is_problem(late, 409, "conflict")
    assert "processing" in late.json()["detail"]


@pytest.mark.parametrize("failing", [StorageError("away"), RuntimeError("a defect")])
async def test_a_call_that_failed_runs_again_and_finds_the_job_that_it_had_made(
    coach: Caller, database: Database, monkeypatch: pytest.MonkeyPatch, failing: Exception
) -> None:
    async def fail(*_: object) -> None:
        raise failing

    session_id = (await coach.session())["session_id"]
    with monkeypatch.context() as patch:
        patch.setattr(VideoStore, "presign_upload", fail)
        assert (await initiate(coach, session_id)).status_code >= 500
    assert await count(database, "jobs") == 1
    assert_is_problem(await initiate(coach, session_id, sample_fps=30), 422, "invalid")
    again = await initiate(coach, session_id)
    assert again.status_code == 201
    assert (await coach.job(again.json()["job_id"]))["status"] == "queued"
    assert await count(database, "jobs") == 1


async def die(database: Database) -> None:
    """Make the key look as if its first call had died after creating something."""
    locked = "lock_token = gen_random_uuid(), locked_until = now() + interval '60 seconds'"
    await change(database, f"UPDATE idempotency_keys SET status = NULL, headers = NULL, body = NULL, {locked}")


async def test_a_call_that_died_runs_again_once_its_lock_has_run_out(coach: Caller, database: Database) -> None:
    first = await create(coach)
    await die(database)
    assert_is_problem(await create(coach), 409, "conflict")
    await pass_time(database, 61)
    assert_is_problem(await create(coach, SESSION | {"title": "Match"}), 422, "invalid")
    assert (await create(coach)).json() == first.json()
    assert await count(database, "sessions") == 1


async def test_a_call_that_died_before_it_created_anything_creates_it(coach: Caller, database: Database) -> None:
    await create(coach)
    await die(database)
    await change(database, "DELETE FROM sessions")
    await pass_time(database, 61)
    assert (await create(coach)).status_code == 201
    assert await count(database, "sessions") == 1


async def test_an_answer_that_cannot_be_stored_is_given_all_the_same(
    coach: Caller, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object) -> None:
        raise DatabaseOutage("away")

    with monkeypatch.context() as patch:
        patch.setattr("cricksy.api.idempotency.record_answer", fail)
        first = await create(coach)
    assert first.status_code == 201
    await pass_time(database, 61)
    assert (await create(coach)).json() == first.json()
    assert await count(database, "sessions") == 1


async def test_no_answer_outlives_the_session_that_it_describes(coach: Caller, database: Database) -> None:
    await create(coach)
    await change(database, "DELETE FROM sessions")
    async with database.connect() as connection:
        stored = (await connection.execute(text("SELECT * FROM idempotency_keys"))).mappings().one()
    assert (stored["status"], stored["headers"], stored["body"]) == (201, None, None)
    assert_is_problem(await create(coach), 404, "not_found")
    assert await count(database, "sessions") == 0


async def test_a_player_who_was_taken_out_of_a_session_is_in_no_answer(coach: Caller, database: Database) -> None:
    session_id = (await create(coach)).json()["session_id"]
    await change(database, "UPDATE sessions SET player_ids = '{p2}'")
    again = await create(coach)
    assert (again.status_code, again.headers["Idempotent-Replayed"]) == (201, "true")
    assert (again.json()["session_id"], again.json()["player_ids"]) == (session_id, ["p2"])


async def test_a_repeated_call_does_not_bring_a_deleted_job_back(coach: Caller, database: Database) -> None:
    session_id = (await coach.session())["session_id"]
    job_id = (await initiate(coach, session_id)).json()["job_id"]
    assert (await coach.call("DELETE", f"/analysis-jobs/{job_id}")).status_code == 204
    assert_is_problem(await initiate(coach, session_id), 404, "not_found")
    assert await count(database, "jobs") == 0


async def test_a_key_is_remembered_for_a_day(coach: Caller, database: Database) -> None:
    first = await create(coach)
    await pass_time(database, DAY - 60)
    assert await forget_old_keys(database) == 0
    assert (await create(coach)).content == first.content
    await pass_time(database, 120)
    # The sweeper has not come yet.
    later = await create(coach, SESSION | {"title": "Match"})
    assert later.json()["session_id"] != first.json()["session_id"]
    assert (await create(coach, SESSION | {"title": "Match"})).content == later.content
    await pass_time(database, DAY + 60)
    assert await forget_old_keys(database) == 1
    assert await count(database, "idempotency_keys") == 0
    assert await forget_old_keys(database) == 0
