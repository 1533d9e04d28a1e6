"""The API on a database of the first release: unready before its upgrade, and every job readable after it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from typing import Any

import httpx
import msgspec
import pytest
from sqlalchemy import text
from tests.support.api import Caller, make_token, serving
from tests.support.version_1 import STATUSES, make_version_1

from cricksy.api.health import Readiness
from cricksy.data.engine import Database
from cricksy.data.schema import init_schema
from cricksy.settings import ApiSettings

COACH = "coach-of-the-first-release"


@pytest.fixture
async def client(
    settings: ApiSettings, empty_database_url: str, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[httpx.AsyncClient]:
    """The API on a database that is empty at first, which it looks at for each call."""
    monkeypatch.setattr("cricksy.api.health_checks.KEPT_SECONDS", 0.0)
    elsewhere = msgspec.structs.replace(settings, database_url=empty_database_url)
    async with serving(elsewhere, Readiness()) as client:
        yield client


StateOf = Callable[[], Awaitable[str]]


@pytest.fixture
def state_of(client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture) -> StateOf:
    return partial(read_state, client, caplog)


async def read_state(client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture) -> str:
    """What readiness says of the database, and its log line too."""
    caplog.clear()
    response = await client.get("/health/ready")
    # structlog hands the standard library its events as they are.
    lines: list[Any] = [record.msg for record in caplog.records if record.name.startswith("cricksy.")]
    body = response.json()
    assert (body["queue"], body["bucket"]) == ("ok", "ok")
    is_ok = body["database"] == "ok"
    assert (response.status_code, body["status"]) == ((200, "ready") if is_ok else (503, "unready"))
    told = [(line["check"], line["state"]) for line in lines if line["event"] == "not_ready"]
    assert told == ([] if is_ok else [("database", body["database"])])
    return body["database"]


async def test_readiness_tells_what_does_not_fit(state_of: StateOf, empty_database: Database) -> None:
    assert await state_of() == "schema_missing"
    await make_version_1(empty_database, COACH)
    assert await state_of() == "schema_too_old"
    await init_schema(empty_database)
    assert await state_of() == "ok"
    for newer, state in (("(98, 1)", "ok"), ("(99, 99)", "schema_too_new")):
        async with empty_database.begin() as transaction:
            await transaction.execute(text(f"INSERT INTO schema_version VALUES {newer}"))
        assert await state_of() == state
    async with empty_database.begin() as transaction:
        await transaction.execute(text("DELETE FROM schema_version"))
    assert await state_of() == "schema_unknown"


async def test_what_the_first_release_stored_is_read_and_corrected(
    client: httpx.AsyncClient, empty_database: Database
) -> None:
    jobs = await make_version_1(empty_database, COACH)
    await init_schema(empty_database)
    coach = Caller(client, make_token(COACH))
    found = {state: await coach.job(str(job_id)) for state, job_id in jobs.items()}
    assert {state: job["status"] for state, job in found.items()} == STATUSES

    corrected = f"/analysis-jobs/{jobs['corrected']}"
    assert found["corrected"]["revision"] == 2
    first = (await coach.call("GET", corrected, params={"revision": 1})).json()
    assert first["results"] == found["completed"]["results"]
    for state, revision in (("completed", 2), ("corrected", 3)):
        path = f"/analysis-jobs/{jobs[state]}/events"
        response = await coach.call("PATCH", path, json={"ball_release": 1820})
        assert response.status_code == 200, response.text
        assert response.json()["revision"] == revision
        before = await coach.call("GET", f"/analysis-jobs/{jobs[state]}", params={"revision": revision - 1})
        assert before.json()["results"] == found[state]["results"]
