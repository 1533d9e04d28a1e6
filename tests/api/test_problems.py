import json

import httpx
import pytest
from tests.support.api import Caller

from cricksy.api.app import PREFIX


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
    assert (response.status_code, set(response.headers["Allow"].split(", "))) == (204, {"OPTIONS", "POST"})
    assert_is_problem(await anonymous.options(f"{PREFIX}/sessions"), 401, "unauthenticated")


async def test_a_body_over_the_limit(coach: Caller) -> None:
    body = json.dumps({"title": "x", "player_ids": [], "notes": "x" * 1_000_001}).encode()
    headers = {"Content-Type": "application/json"}
    response = await coach.call("POST", "/sessions", content=body, headers=headers)
    assert_is_problem(response, 413, "payload_too_large")


async def test_the_token_is_asked_for_before_the_body(anonymous: httpx.AsyncClient) -> None:
    response = await anonymous.post(f"{PREFIX}/sessions", content=b"{")
    assert_is_problem(response, 401, "unauthenticated")
