import errno
import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import httpx
import pytest
from tests.support.api import Caller, serving
from uuid_utils.compat import uuid7

from cricksy.api import services
from cricksy.api.app import PREFIX
from cricksy.api.health import Readiness
from cricksy.aws.objects import VideoStore
from cricksy.data.engine import Database, connected
from cricksy.settings import ApiSettings


def assert_is_problem(response: httpx.Response, status: int, code: str) -> None:
    assert response.status_code == status, response.text
    assert response.headers["content-type"].startswith("application/problem+json")
    problem = response.json()
    assert problem["status"] == status
    assert problem["code"] == code
    assert problem["type"] == f"urn:cricksy:problem:{code}"
    assert problem["title"]
    assert problem["detail"]
    assert problem["request_id"] == response.headers["X-Request-Id"]


async def test_an_unknown_route(anonymous: httpx.AsyncClient) -> None:
    assert_is_problem(await anonymous.get("/nowhere"), 404, "not_found")


async def test_an_id_that_is_none(coach: Caller) -> None:
    assert_is_problem(await coach.call("GET", "/analysis-jobs/7"), 404, "not_found")


async def test_a_method_that_is_not_served(coach: Caller) -> None:
    response = await coach.call("PUT", "/sessions", json={})
    assert_is_problem(response, 405, "method_not_allowed")
    assert "POST" in response.headers["Allow"]


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "application/msgpack", ""])
async def test_a_body_that_is_not_json(coach: Caller, content_type: str) -> None:
    headers = {"Content-Type": content_type}
    response = await coach.call("POST", "/sessions", content=b'{"title": "x", "player_ids": []}', headers=headers)
    assert_is_problem(response, 415, "unsupported_media_type")


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b'"x"', b"\xff\xfe", b'{"title": "\\ud800"}', b"{" * 5000, b"[" * 5000]
)
async def test_malformed_json(coach: Caller, body: bytes) -> None:
    headers = {"Content-Type": "application/json; charset=utf-8"}
    response = await coach.call("POST", "/sessions", content=body, headers=headers)
    assert_is_problem(response, 422, "invalid")
    assert response.json()["errors"]


@pytest.mark.parametrize("title", [b'"\xff"', b"[" * 5000 + b"]" * 5000])
async def test_json_that_is_malformed_inside(coach: Caller, title: bytes) -> None:
    body = b'{"player_ids": [], "title": ' + title + b"}"
    response = await coach.call("POST", "/sessions", content=body, headers={"Content-Type": "application/json"})
    assert_is_problem(response, 422, "invalid")


async def test_a_body_that_is_missing(coach: Caller) -> None:
    response = await coach.call("POST", "/sessions")
    assert_is_problem(response, 422, "invalid")
    assert response.json()["errors"] == [{"field": "", "message": "The body is missing."}]


async def test_options_names_the_methods(coach: Caller, anonymous: httpx.AsyncClient) -> None:
    response = await coach.call("OPTIONS", "/sessions")
    assert (response.status_code, set(response.headers["Allow"].split(", "))) == (
        204,
        {"GET", "HEAD", "OPTIONS", "POST"},
    )
    assert_is_problem(await anonymous.options(f"{PREFIX}/sessions"), 401, "unauthenticated")


async def test_a_body_over_the_limit(coach: Caller) -> None:
    body = json.dumps({"title": "x", "player_ids": [], "notes": "x" * 1_000_001}).encode()
    headers = {"Content-Type": "application/json"}
    response = await coach.call("POST", "/sessions", content=body, headers=headers)
    assert_is_problem(response, 413, "payload_too_large")


async def test_the_token_is_asked_for_before_the_body(anonymous: httpx.AsyncClient) -> None:
    response = await anonymous.post(f"{PREFIX}/sessions", content=b"{")
    assert_is_problem(response, 401, "unauthenticated")


async def test_a_server_whose_connections_are_all_in_use_is_overloaded_and_not_without_a_database(
    settings: ApiSettings, coach: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    pools: list[Database] = []

    @asynccontextmanager
    async def narrow(url: str, *, application: str, wait_seconds: float) -> AsyncGenerator[Database]:
        assert wait_seconds == services.DATABASE_WAIT_SECONDS
        patient = f"{url}?connect_timeout=20"
        async with connected(patient, application=application, pool_size=1, wait_seconds=1) as database:
            pools.append(database)
            yield database

    monkeypatch.setattr("cricksy.api.services.connected", narrow)
    async with serving(settings, Readiness()) as client:
        caller = Caller(client, coach.token)
        async with pools[0].begin():
            response = await caller.call("GET", f"/sessions/{uuid7()}")
            ready = await client.get("/health/ready")
        assert_is_problem(response, 503, "overloaded")
        assert int(response.headers["Retry-After"]) > 0
        assert (response.json()["title"], response.json()["detail"]) == (
            "Server overloaded",
            "Every connection to the database is in use. Retry in a few seconds.",
        )
        assert (ready.status_code, ready.json()["database"]) == (503, "failed")
        assert_is_problem(await caller.call("GET", f"/sessions/{uuid7()}"), 404, "not_found")


@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "No space left on device"), TimeoutError(), ConnectionError()])
async def test_an_error_of_the_system_that_escapes_a_handler_is_ours_and_not_the_databases(
    coach: Caller, error: OSError, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object) -> None:
        raise error

    session_id = (await coach.session())["session_id"]
    monkeypatch.setattr(VideoStore, "presign_upload", fail)
    response = await coach.call("POST", "/videos/upload/initiate", json={"session_id": session_id})
    assert_is_problem(response, 500, "internal_error")
    assert "space" not in response.text
